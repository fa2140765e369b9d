"""Once the caller's surname is known, the agent who does not use it is gently reminded, once (S1-25, S3-08)."""

import pytest

from prompts.advice import RemoveCard, ShowCard
from prompts.caller_name import addresses
from prompts.facts import Answered, CallerKnown, Fact, Held, HungUp, Resumed, SpeechBegan, SpeechEnded
from tests.unit.prompts.line import AGENT, CALLER, HEARING, Line, pack, said

Facts = list[tuple[float, Fact]]
TALKING: Facts = [
    (0.0, Answered("8001", 4.0, 5.0)),
    *HEARING,
    (1.0, said(AGENT, 1, "您好医讯网请问有什么可以帮助您的")),
]
NAMED: tuple[float, Fact] = (10.0, said(CALLER, 2, "我姓李先生"))


def reminders(facts: Facts, until: float = 400.0) -> list[tuple[object, ...]]:
    """Only about the name: a quiet call brings other cards too."""
    told: list[tuple[object, ...]] = []
    for at, one in Line(pack()).play(facts, until).advised:
        match one:
            case ShowCard(card=card) if card.situation_id == "name_unused":
                told.append((at, "show", card.phrase, card.why))
            case RemoveCard(situation_id="name_unused", why=why):
                told.append((at, why.value))
            case _:
                pass
    return told


def chatting(begin: int, end: int, every: int = 4) -> Facts:
    """The agent talks on, so that no silence brings a card of its own."""
    return [(float(at), said(AGENT, 100 + at, "这个课程每周六上课")) for at in range(begin, end, every)]


def test_ninety_seconds_after_the_name_was_told_once_a_call() -> None:
    shown = reminders([*TALKING, NAMED, *chatting(12, 396)])
    assert shown == [(100.0, "show", "李先生", "知道客户姓氏,90 秒没有称呼"), (112.0, "expired")]


def test_to_call_the_caller_by_name_takes_the_reminder_away() -> None:
    talk = [*chatting(12, 104), (106.0, said(AGENT, 999, "里先生您看这样行吗")), *chatting(108, 396)]
    assert reminders([*TALKING, NAMED, *talk]) == [
        (100.0, "show", "李先生", "知道客户姓氏,90 秒没有称呼"),
        (106.0, "cancelled"),
    ]


def test_the_time_counts_from_when_the_name_was_used_last() -> None:
    talk = [*chatting(12, 60), (60.0, said(AGENT, 999, "好的李先生")), *chatting(64, 396)]
    assert [told[0] for told in reminders([*TALKING, NAMED, *talk])] == [149.5, 161.5]


def test_a_name_from_the_record_form_counts_as_well() -> None:
    known: tuple[float, Fact] = (20.0, CallerKnown("欧阳", "女士"))
    asks: tuple[float, Fact] = (18.0, said(CALLER, 2, "我想问一下课程"))
    assert reminders([*TALKING, asks, known, *chatting(22, 200)], 200.0)[0] == (
        110.0,
        "show",
        "欧阳小姐",
        "知道客户姓氏,90 秒没有称呼",
    )


def test_never_while_the_caller_speaks() -> None:
    speaks: Facts = [(98.0, SpeechBegan(CALLER)), (108.0, SpeechEnded(CALLER))]
    assert reminders([*TALKING, NAMED, *chatting(12, 96), *speaks], 109.0) == [
        (108.0, "show", "李先生", "知道客户姓氏,90 秒没有称呼")
    ]


@pytest.mark.parametrize(
    "facts",
    [
        [*TALKING, *chatting(12, 300)],
        [(0.0, Answered("8001", 4.0, 5.0)), (10.0, CallerKnown("李", "先生"))],
        [*TALKING, NAMED, (50.0, Held(AGENT))],
        [*TALKING, NAMED, (50.0, HungUp(CALLER))],
    ],
    ids=["no name is known", "the agent cannot be heard", "on hold", "over"],
)
def test_not_where_it_would_be_wrong(facts: Facts) -> None:
    assert reminders(facts, 300.0) == []


def test_after_a_hold_the_time_has_gone_on() -> None:
    facts = [*TALKING, NAMED, (50.0, Held(AGENT)), (120.0, Resumed(AGENT)), *chatting(121, 160)]
    assert [told[1:3] for told in reminders(facts, 160.0)] != []


@pytest.mark.parametrize(
    ("text", "surname", "called"),
    [
        ("李先生您好", "李", True),
        ("里先生您好", "李", True),
        ("好的欧阳女士", "欧阳", True),
        ("王总您放心", "王", True),
        ("先生您好", "李", False),
        ("王先生您好", "李", False),
        ("李子熟了", "李", False),
        ("", "李", False),
    ],
)
def test_who_is_called_by_name(text: str, surname: str, called: bool) -> None:
    assert addresses(text, surname) is called
