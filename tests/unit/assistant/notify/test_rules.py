"""Who is told what, at which hour; storms are held back and counted."""

from datetime import datetime, time

import pytest

from assistant.effects import NoticeKind, Notify
from assistant.notify.rules import (
    DEFAULT_RULES,
    STORM_WINDOW,
    Audience,
    Hours,
    Letter,
    Rule,
    Storm,
    letters,
)

NOON = datetime(2026, 3, 2, 12, 0)  # noqa: DTZ001  (local time of day is all that counts)
RAISED = Notify("escalation", True, "坐席 8001:客户 13800138000 要求主管回电")


def letter(text: str = "x") -> Letter:
    return Letter(Audience.SUPERVISORS, "400 热线", text)


def test_by_default_everybody_hears_what_is_theirs_without_numbers() -> None:
    assert letters(DEFAULT_RULES, RAISED, NOON) == [
        Letter(Audience.SUPERVISORS, "【紧急】400 热线", "坐席 8001:客户 13*******00 要求主管回电")
    ]
    told = {
        kind: [one.audience for one in letters(DEFAULT_RULES, Notify(kind, False, "x"), NOON)]
        for kind in NoticeKind
    }
    assert told == {
        NoticeKind.ESCALATION: [Audience.SUPERVISORS],
        NoticeKind.PBX_LOST: [Audience.ADMINISTRATORS],
        NoticeKind.LINE: [Audience.ADMINISTRATORS, Audience.SUPERVISORS],
        NoticeKind.PHONE: [Audience.SUPERVISORS],
        NoticeKind.DUTY: [Audience.DUTY, Audience.SUPERVISORS, Audience.ADMINISTRATORS],
        NoticeKind.MISSED: [Audience.DUTY, Audience.SUPERVISORS],
        NoticeKind.PLAN: [Audience.ADMINISTRATORS],
        NoticeKind.TASK_DUE: [Audience.SUPERVISORS],
        NoticeKind.SUMMARY: [Audience.SUPERVISORS],
    }


@pytest.mark.parametrize(
    ("repeats", "told"),
    [
        (0, [Audience.SUPERVISORS]),
        (1, [Audience.SUPERVISORS, Audience.DUTY]),
        (2, [Audience.SUPERVISORS, Audience.DUTY, Audience.ADMINISTRATORS]),
        (9, [Audience.SUPERVISORS, Audience.DUTY, Audience.ADMINISTRATORS]),
    ],
)
def test_what_nobody_takes_up_reaches_more_people_with_every_reminder(
    repeats: int, told: list[Audience]
) -> None:
    notice = Notify("escalation", False, "坐席 8001:客户要求主管", repeats)
    assert [letter.audience for letter in letters(DEFAULT_RULES, notice, NOON)] == told


def test_a_rule_may_send_numbers() -> None:
    open_rule = Rule(frozenset({NoticeKind.ESCALATION}), (Audience.DUTY,), numbers=True)
    assert letters([open_rule], RAISED, NOON) == [Letter(Audience.DUTY, "【紧急】400 热线", RAISED.text)]


def test_what_an_agent_wrote_is_sent_only_where_a_rule_says_so() -> None:
    asked = Notify(NoticeKind.ESCALATION, True, "坐席 8001:坐席求助", words="王先生 13800138000 要退款")
    assert [one.text for one in letters(DEFAULT_RULES, asked, NOON)] == ["坐席 8001:坐席求助"]
    rule = Rule(frozenset({NoticeKind.ESCALATION}), (Audience.SUPERVISORS,), words=True)
    assert [one.text for one in letters([rule], asked, NOON)] == [
        "坐席 8001:坐席求助:王先生 13*******00 要退款"
    ]


def test_who_is_named_by_two_rules_hears_it_once() -> None:
    rule = Rule(frozenset({NoticeKind.ESCALATION}), (Audience.SUPERVISORS,))
    assert len(letters([rule, rule], RAISED, NOON)) == 1


@pytest.mark.parametrize(
    ("hours", "moment", "told"),
    [
        ("09:00-18:00", time(8, 59, 59), False),
        ("09:00-18:00", time(9), True),
        ("09:00-18:00", time(17, 59, 59), True),
        ("09:00-18:00", time(18), False),
        ("22:00-07:00", time(23), True),
        ("22:00-07:00", time(6, 59), True),
        ("22:00-07:00", time(7), False),
        ("00:00-00:00", time(3), True),
        (None, time(3), True),
    ],
)
def test_hours(hours: str | None, moment: time, told: bool) -> None:
    rule = Rule(frozenset({NoticeKind.ESCALATION}), (Audience.SUPERVISORS,), Hours.of(hours))
    assert bool(letters([rule], RAISED, datetime.combine(NOON, moment))) is told


def test_only_what_is_urgent() -> None:
    rule = Rule(frozenset({NoticeKind.ESCALATION}), (Audience.SUPERVISORS,), urgent_only=True)
    assert letters([rule], Notify("escalation", False, "x"), NOON) == []
    assert len(letters([rule], RAISED, NOON)) == 1


def test_the_same_sentence_twice_in_a_moment_is_one() -> None:
    storm = Storm(10)
    assert [storm.allows(letter(), now) for now in (0.0, 19.0, 20.0)] == [True, False, True]
    assert storm.held == 0


def test_a_storm_is_held_back_and_told_in_one_message() -> None:
    storm = Storm(3)
    assert [storm.allows(letter(str(n)), float(n)) for n in range(5)] == [True, True, True, False, False]
    assert storm.calm(Audience.SUPERVISORS, 10.0) is None
    assert storm.calm(Audience.SUPERVISORS, STORM_WINDOW) == letter(
        "通知太多,有 2 条没有逐条发送,请到页面查看。"
    )
    assert storm.calm(Audience.SUPERVISORS, STORM_WINDOW + 1) is None
    assert storm.allows(letter("new"), STORM_WINDOW + 1.5)
