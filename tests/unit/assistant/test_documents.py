import json

import pytest

from assistant.documents import (
    KINDS,
    BodyError,
    Kind,
    PromiseRule,
    as_shipped,
    checked,
    hours_by_name,
    hours_for,
    owners_in,
    promises_in,
)
from prompts.pack import DEFAULT_PACK, load_pack

RULES = (
    PromiseRule(complaint="态度", customer="会员", hours=4),
    PromiseRule(complaint="态度", hours=24),
    PromiseRule(hours=48),
)


@pytest.mark.parametrize(
    ("complaint", "customer", "hours"),
    [("态度", "会员", 4), ("态度", "散客", 24), ("态度", "", 24), ("质量", "会员", 48), ("", "", 48)],
)
def test_the_first_rule_that_fits_counts(complaint: str, customer: str, hours: float) -> None:
    assert hours_for(RULES, complaint, customer) == hours


def test_a_table_that_says_nothing_promises_nothing() -> None:
    assert hours_for(RULES[:2], "质量", "会员") is None
    shipped = promises_in(as_shipped("promises"))
    assert (shipped.rules, len(shipped.example)) == ((), 3)


def test_the_hours_of_each_type_of_complaint_are_variables_of_the_phrases() -> None:
    assert hours_by_name(RULES) == {"promise_hours": "48", "promise_hours:态度": "24"}
    assert hours_by_name(RULES[:1]) == {}
    assert hours_by_name([PromiseRule(complaint="态度", hours=1.5)]) == {"promise_hours:态度": "1.5"}


def test_the_owners_are_those_of_the_rules() -> None:
    owners = owners_in(as_shipped("owners")).owners
    assert [(owner.name, owner.sources) for owner in owners] == [
        ("杨雪峰", ("S0-03",)),
        ("刘垚", ("S0-04",)),
        ("李雪莲", ("S0-04",)),
        ("徐茂罡", ("S0-04",)),
    ]


def test_the_topics_of_the_default_pack_are_those_somebody_is_put_down_for() -> None:
    topics = load_pack(DEFAULT_PACK).document.topics
    assert [topic.name for topic in topics] == [
        owner.topic for owner in owners_in(as_shipped("owners")).owners
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_shipped_may_be_kept(kind: str) -> None:
    shipped = as_shipped(kind)  # type: ignore[arg-type]
    assert checked(kind, json.loads(shipped)) == shipped  # type: ignore[arg-type]


def test_every_fault_is_named() -> None:
    with pytest.raises(BodyError) as caught:
        checked("promises", {"rules": [{"hours": 0}, {"hours": 1, "colour": "red"}]})
    assert [where for where, _ in caught.value.faults] == ["rules.0.hours", "rules.1.colour"]


@pytest.mark.parametrize(
    ("kind", "body", "told"),
    [
        ("promises", {"rules": [{"hours": 0}]}, [("rules.0.hours", "应当大于 0")]),
        ("owners", {"owners": [{"name": "", "topic": "x", "number": "拨"}]},
         [("owners.0.name", "不能为空"), ("owners.0.number", "写法不对")]),
        ("queues", {"queues": [{"name": "x"}]}, [("queues.0.queue", "缺少这一项")]),
        ("desk", {"density": "none"}, [("density", "只能是 'full'、'short'、'warnings'")]),
    ],
)  # fmt: skip
def test_a_table_of_the_board_is_refused_in_chinese(
    kind: Kind, body: object, told: list[tuple[str, str]]
) -> None:
    with pytest.raises(BodyError) as caught:
        checked(kind, body)
    assert caught.value.faults == told
