"""YAML is read more strictly than YAML reads itself."""

import pytest

from assistant.duty.plan_document import PlanError
from assistant.duty.plan_text import plan_from_text


@pytest.mark.parametrize(
    ("text", "mistakes"),
    [
        ("", ["值班计划是空的"]),
        ("hours: {}\nhours: {}\n", ["第 2 行:「hours」写了两次"]),
        ("people:\n  wang: {name: a, number: '13800138000', name: b}\n", ["第 2 行:「name」写了两次"]),
        ("hours: [\n", ["第 2 行:YAML 语法:expected the node content, but found '<stream end>'"]),
        ("always: !!python/object:os.system x\n", None),
        ("? [a, b]\n: c\n", None),
        ("\x00", None),
        ("- " * 3000, None),
        ("days: {2026-13-45: {closed: x}}", None),
        ("just words", None),
    ],
)
def test_mistakes_come_with_their_line(text: str, mistakes: list[str] | None) -> None:
    with pytest.raises(PlanError) as caught:
        plan_from_text(text)
    assert caught.value.mistakes
    if mistakes is not None:
        assert caught.value.mistakes == mistakes


def test_a_good_plan_is_read() -> None:
    assert plan_from_text(
        "always: [li]\npeople: {li: {name: 李娜, number: '13900139000'}}"
    ).roster.always == ("li",)
