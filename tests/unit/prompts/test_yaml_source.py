"""Whatever is written into a pack's file, reading it ends soon, with a sentence."""

from pathlib import Path

import pytest

from prompts.yaml_source import MAX_DEPTH, Mistake, read

LEVELS = "".join(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 10)}]\n" for n in range(1, 9))


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("a: 1\nb: " + "[" * 100_000, 2, "嵌套太深"),
        ("a: 1\nb: " + "[" * MAX_DEPTH + "]" * MAX_DEPTH, 2, "嵌套太深"),
        (f"l0: &l0 [哈, 哈]\n{LEVELS}", 1, "内容超过 100000 项"),
    ],
)
def test_what_is_too_deep_or_too_much_is_refused(tmp_path: Path, text: str, line: int, what: str) -> None:
    file = tmp_path / "pack.yaml"
    file.write_text(text, "utf-8")
    assert read(file).mistakes == [Mistake(str(file), line, "", what)]


def test_what_stands_for_itself_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "pack.yaml"
    file.write_text("a: &a [*a]\n", "utf-8")
    assert {one.text for one in read(file).mistakes} == {"嵌套太深"}


def test_as_deep_as_may_be_is_read(tmp_path: Path) -> None:
    file, levels = tmp_path / "pack.yaml", MAX_DEPTH - 1
    file.write_text("a: " + "[" * levels + "]" * levels, "utf-8")
    assert read(file).mistakes == []
