"""The house rules that no linter knows: sizes, owned tasks, one reader of time, no loose ends in the tree."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("ami_bridge", "asr", "prompts", "assistant")
MAX_MODULE_LINES = 400
MAX_FUNCTION_LINES = 50
VAGUE_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "base", "misc"}


def sources() -> list[Path]:
    found = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    return sorted(path for path in found if "recipe" not in path.parts and "node_modules" not in path.parts)


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def code_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Length without the docstring."""
    assert function.end_lineno is not None
    lines = function.end_lineno - function.lineno + 1
    first = function.body[0]
    if (
        isinstance(first, ast.Expr)
        and isinstance(first.value, ast.Constant)
        and isinstance(first.value.value, str)
    ):
        assert first.end_lineno is not None
        lines -= first.end_lineno - first.lineno + 1
    return lines


def test_there_is_something_to_check() -> None:
    assert len(sources()) > 20


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_module_keeps_the_house_rules(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    faults = []
    if len(text.splitlines()) > MAX_MODULE_LINES:
        faults.append(f"{len(text.splitlines())} lines, at most {MAX_MODULE_LINES}: find the missing concept")
    faults += [
        f"{function.name} has {code_lines(function)} lines, at most {MAX_FUNCTION_LINES}"
        for function in functions(tree)
        if code_lines(function) > MAX_FUNCTION_LINES
    ]
    if path.stem in VAGUE_NAMES:
        faults.append("a vague name collects strangers")
    if text.strip() and ast.get_docstring(tree) is None:
        faults.append("no docstring that says what the module is for")
    assert faults == []


def tracked_text() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout
    kinds = {
        ".py",
        ".md",
        ".toml",
        ".txt",
        ".yaml",
        ".yml",
        ".ts",
        ".vue",
        ".css",
        ".html",
        ".sh",
        ".conf",
        ".json",
        "",
    }
    paths = [ROOT / name for name in listed.split("\0") if name]
    return [
        path for path in paths if path.suffix in kinds and path.is_file() and path.stat().st_size < 2_000_000
    ]


FOREIGN = re.compile(r"(?:^|[^\w.])/(?:work|farm|root)/|https?://[\w.-]*(?:debian|pypi|pythonhosted|npmjs)\.")


def test_no_path_of_one_machine_nor_registry_address_is_in_the_tree() -> None:
    found = []
    for path in tracked_text():
        if path == Path(__file__):
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [
            f"{path.relative_to(ROOT)}: {line.strip()[:90]}"
            for line in text.splitlines()
            if FOREIGN.search(line)
        ]
    assert found == []
