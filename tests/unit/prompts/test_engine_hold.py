"""What the engine makes of the phone: rings, holds, thanks, calls handed on."""

import pytest

from prompts.advice import Audience, ShowCard, Traced
from prompts.facts import (
    Answered,
    AudioAvailable,
    CalledUp,
    Consulting,
    Fact,
    Held,
    Lifted,
    Resumed,
    Ringing,
    SituationId,
    SpeechBegan,
    SpeechEnded,
    ToldColleague,
    Transferred,
)
from tests.unit.prompts.greeted import (
    ANSWERED,
    BUSY,
    GREETED,
    GREETED_TOLD,
    GREETING,
    STILL_LOOKING,
    THANKS,
    told,
)
from tests.unit.prompts.line import AGENT, CALLER, HEARING, MUSIC, Line, pack, said


def test_ringing_past_the_third_ring() -> None:
    facts: list[tuple[float, Fact]] = [
        (0.0, Ringing("8001", rung_for=1.0)),
        (3.0, Ringing("8002")),
        (13.0, Answered("8001", 14, 15)),
    ]
    line = Line(pack()).play(facts, 20)
    assert line.told() == [
        (10.0, "show", "ringing_on-1", 1, "来电久响,请就近接听!"),
        (13.0, "remove", "ringing_on-1", "cancelled"),
        (13.0, "show", "ring_apology-2", 1, BUSY),
    ]
    notice = line.advised[1][1]
    assert isinstance(notice, ShowCard)
    assert notice.card.audience is Audience.EVERYONE


@pytest.mark.parametrize(("ring_s", "phrase"), [(10.9, GREETING), (11.0, BUSY)])
def test_the_third_ring_ends_at_eleven_seconds(ring_s: float, phrase: str) -> None:
    facts: list[tuple[float, Fact]] = [(0.0, Answered("8001", ring_s, ring_s))]
    assert [entry[4] for entry in told(facts, 1)] == [phrase]


def test_twenty_five_seconds_of_hold_and_the_thanks() -> None:
    facts = [
        *GREETED,
        (5.0, SpeechBegan(CALLER)),
        (6.0, SpeechEnded(CALLER)),
        (7.0, MUSIC),
        (7.0, Held(AGENT)),
        (58.0, Resumed(AGENT)),
    ]
    assert told(facts, 59) == [
        *GREETED_TOLD,
        (32.0, "show", "hold_too_long-2", 1, STILL_LOOKING),
        (57.0, "remove", "hold_too_long-2", "expired"),
        (57.0, "show", "hold_too_long-3", 1, STILL_LOOKING),
        (58.3, "remove", "hold_too_long-3", "cancelled"),
        (58.3, "show", "hold_thanks-4", 1, THANKS),
    ]


def test_an_agent_who_holds_without_a_word_owes_the_thanks_and_no_greeting() -> None:
    facts: list[tuple[float, Fact]] = [
        ANSWERED,
        *HEARING,
        (1.0, MUSIC),
        (1.0, Held(AGENT)),
        (9.0, Resumed(AGENT)),
    ]
    assert told(facts, 13.9) == [
        (0.0, "show", "greeting-1", 1, GREETING),
        (9.3, "show", "hold_thanks-2", 1, THANKS),
        (9.3, "waiting", "greeting-1"),
    ]


@pytest.mark.parametrize(
    ("words", "blind", "marks"),
    [
        ("好的", True, ["transfer_unannounced", "transfer_unintroduced"]),
        ("好的", False, ["transfer_unannounced"]),
        ("请稍等我立即为您转接", True, []),
    ],
)
def test_a_call_handed_on_without_a_word_to_either_side_breaks_two_rules(
    words: str, blind: bool, marks: list[str]
) -> None:
    """S2-42: the caller is told. S2-43: who takes the call over is told, which a blind transfer leaves no time for."""
    facts = [*GREETED, (10.0, said(AGENT, 2, words)), (12.0, Transferred("8002", blind=blind))]
    assert [one[2] for one in told(facts, 13) if one[1] == "forbidden"] == marks


INTRODUCED = "您好我是八零零一我这边有一位先生有关于产品销售问题我现在将电话转接给您"


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ((14.0, ToldColleague(1, INTRODUCED)), [(14.0, "said")]),
        ((14.0, ToldColleague(1, "你们那边忙不忙")), []),
        ((14.0, ToldColleague(1, "")), []),
        ((14.0, said(AGENT, 3, INTRODUCED)), []),
    ],
    ids=["to the colleague", "something else", "not understood", "on hold, to nobody"],
)
def test_what_is_for_the_colleague_is_ticked_off_when_the_colleague_was_told(
    words: tuple[float, Fact], why: list[tuple[float, str]]
) -> None:
    called: list[tuple[float, Fact]] = [
        (12.0, CalledUp(SituationId("introduce_transfer"))),
        (12.0, Held(AGENT)),
    ]
    seen = told([*GREETED, *called, words], 15)
    assert [(one[0], one[3]) for one in seen if one[1:3] == ("remove", "introduce_transfer-3")] == why


@pytest.mark.parametrize(
    ("announced", "shown"),
    [("请稍等我立即为您转接", [(13.0, 1)]), ("请稍等我帮您问一下", [])],
    ids=["a transfer was announced", "anything may be asked"],
)
def test_the_words_for_the_colleague_come_when_the_colleague_answers(
    announced: str, shown: list[tuple[float, int]]
) -> None:
    facts = [*GREETED, (10.0, said(AGENT, 2, announced)), (12.0, Held(AGENT)), (13.0, Consulting())]
    cards = [one for one in told(facts, 14) if one[1] == "show" and one[2].startswith("introduce_transfer")]
    assert [(one[0], one[3]) for one in cards] == shown


def test_words_to_the_caller_do_not_tick_off_what_is_for_the_colleague() -> None:
    called = (12.0, CalledUp(SituationId("introduce_transfer")))
    seen = told([*GREETED, called, (14.0, said(AGENT, 3, INTRODUCED))], 15)
    assert [one for one in seen if one[1:3] == ("remove", "introduce_transfer-3")] == []


def test_nobody_is_marked_for_a_caller_whom_a_supervisor_took() -> None:
    facts = [*GREETED, (12.0, Transferred("9001", blind=False, by_agent=False))]
    assert [one for one in told(facts, 13) if one[1] == "forbidden"] == []


def test_nothing_shows_between_the_hold_and_the_thanks() -> None:
    asks = (6.0, said(CALLER, 1, "小儿推拿什么时候开班"))
    facts = [*GREETED, asks, (7.0, MUSIC), (7.0, Held(AGENT)), (40.0, Resumed(AGENT))]
    assert [entry for entry in told(facts, 49) if entry[0] > 32] == [
        (40.3, "remove", "hold_too_long-3", "cancelled"),
        (40.3, "show", "hold_thanks-4", 1, THANKS),
    ]


def test_no_thanks_for_a_caller_who_is_handed_on_in_the_instant_the_hold_ends() -> None:
    handed = [(9.0, Resumed(AGENT)), (9.0, Transferred("8002", blind=False))]
    taken = (9.01, Answered("8002", 0, 0, again=True))
    assert told([*GREETED, (5.0, MUSIC), (5.0, Held(AGENT)), *handed, taken], 12) == [
        *GREETED_TOLD,
        (9.0, "forbidden", "transfer_unannounced", "未先告知就转接", "转接至 8002,未先告知客户"),
        (9.01, "show", "taken_over-2", 1, GREETING),
    ]


def test_no_thanks_for_a_caller_who_is_put_on_hold_again_at_once() -> None:
    facts = [*GREETED, (5.0, MUSIC), (5.0, Held(AGENT)), (9.0, Resumed(AGENT)), (9.2, Held(AGENT))]
    assert told(facts, 20) == GREETED_TOLD


def test_the_callers_own_hold_is_not_ours() -> None:
    assert told([*GREETED, (5.0, Held(CALLER))], 200) == GREETED_TOLD


def test_a_lifted_phone_rings_no_more_while_its_announcement_is_played() -> None:
    line = Line(pack()).play([(0.0, Ringing("8001")), (9.0, Lifted("8001"))], 11.5)
    assert line.told() == []
    heard = [(12.2, AudioAvailable(CALLER, True)), (12.2, AudioAvailable(AGENT, True))]
    line.play([(12.0, Answered("8001", ring_s=9.0, wait_s=12.0)), *heard], 15.5)
    fired = [(at, one.situation_id) for at, one in line.advised if isinstance(one, Traced) and one.fired]
    assert fired == [(12.0, "greeting"), (15.0, "answer_now")]


def test_a_phone_that_rang_on_and_was_lifted_calls_nobody_any_more() -> None:
    line = Line(pack()).play([(0.0, Ringing("8001")), (12.0, Lifted("8001"))])
    assert [entry[:3] for entry in line.told()] == [
        (11.0, "show", "ringing_on-1"),
        (12.0, "remove", "ringing_on-1"),
    ]
