"""The JSON Schema accepts what the check accepts: every shipped file, and the README's own examples."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from prompts import load_pack, pack_schema
from prompts.pack import SHIPPED

SCHEMA = Draft202012Validator(pack_schema())
FILES = sorted(SHIPPED.rglob("*.yaml"))
EXAMPLES = re.findall(r"```yaml\n(.*?)```", (SHIPPED / "README.md").read_text("utf-8"), re.DOTALL)
WHOLE = """\
pack: mine
version: "1"
title: 我的
situations:
  one: {title: 一, sources: [A-1], triggers: [{kind: by_hand}], steps: [{say: 您好}]}
"""


def mistakes(text: str) -> list[str]:
    found: list[Any] = list(SCHEMA.iter_errors(yaml.safe_load(text)))
    return ["/".join(map(str, one.absolute_path)) for one in found]


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(pack_schema())


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_shipped_file_is_what_the_schema_says(file: Path) -> None:
    assert mistakes(file.read_text("utf-8")) == []


def test_the_readmes_example_of_a_house_is_a_pack(tmp_path: Path) -> None:
    packs = [text for text in EXAMPLES if text.startswith("pack:")]
    assert packs
    for text in packs:
        assert mistakes(text) == []
        file = tmp_path / "house.yaml"
        file.write_text(text, encoding="utf-8")
        assert load_pack(file).warnings == ()


def test_the_readmes_example_of_a_situation_is_one() -> None:
    single = [text for text in EXAMPLES if text.startswith("  silent_call:")]
    assert [mistakes(f"{WHOLE}{text}") for text in single] == [[]]


@pytest.mark.parametrize(
    ("text", "where"),
    [
        (WHOLE.replace("title: 一", "titel: 一"), ["situations/one"]),
        (WHOLE.replace("kind: by_hand", "kind: by_foot"), ["situations/one/triggers/0"]),
        (WHOLE.replace("title: 我的\n", ""), ["", ""]),
        (f"{WHOLE}colour: red\n", [""]),
        ('extends: [yixunwang400]\npack: a\nversion: "1"\ntitle: a\nsituations: {buy: {priority: 101}}\n',
         ["situations/buy/priority"]),
    ],
)  # fmt: skip
def test_a_mistake_is_shown_where_it_is(text: str, where: list[str]) -> None:
    assert mistakes(text) == where
