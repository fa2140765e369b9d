"""What an agent says to a colleague about a caller who waits: where it is listened to, until when, and what the engine learns of it."""

import pytest

from ami_bridge.events import (
    CallAnswered,
    CallEnded,
    CallEvent,
    CallHeld,
    CallId,
    CallResumed,
    CallStarted,
    CallTransferred,
    ChannelName,
    Direction,
    EndReason,
    Extension,
    Party,
    PhoneChanged,
    PhoneState,
    TransferKind,
)
from asr.events import AudioStarted, Heard, LegId, SpeechEvent, SpeechStarted, SpeechStopped
from assistant.core import Core, CoreSettings
from assistant.core.handover import Owner
from assistant.effects import Effect, ListenAside, StopAside
from assistant.messages import TransferCall
from assistant.people import Person
from prompts.facts import Consulting, Fact, Held, Speaker, ToldColleague
from tests.support.engines import OneEngine

CALL, ASIDE, OTHER = CallId("1700000000.1"), CallId("1700000050.7"), CallId("1700000060.9")
TRUNK, PHONE = ChannelName("PJSIP/trunk400-1"), ChannelName("PJSIP/8001-2")
SECOND_LINE, COLLEAGUES = ChannelName("PJSIP/8001-7"), ChannelName("PJSIP/8002-8")
AGENT, COLLEAGUE = Extension("8001"), Extension("8002")
LEG = LegId("x/aside")
LISTENS, STOPS = ListenAside(CALL, SECOND_LINE), StopAside(CALL)
WORDS = Heard(LEG, 3, "我这边有一位李先生", 0.9, (), True, 2.1, -20.0, 25.0)

HELD = CallHeld(CALL, Party.AGENT, AGENT)
ASKS = CallStarted(ASIDE, Direction.INTERNAL, SECOND_LINE, "8001", None, "8002", None)
ANSWERS = CallAnswered(ASIDE, COLLEAGUE, SECOND_LINE, COLLEAGUES, 1.0, 2.0, None)
OVER = CallEnded(ASIDE, EndReason.HUNG_UP, Party.CALLER)
MERGED = CallEnded(ASIDE, EndReason.MERGED, None)
HANDED = CallTransferred(CALL, TransferKind.ATTENDED, AGENT, "8002")
TAKEN = CallAnswered(CALL, COLLEAGUE, TRUNK, COLLEAGUES, 0.0, 9.0, None)


class Line:
    """A caller who talks with 8001, and what the engine and the ears were told since."""

    def __init__(self) -> None:
        self.scripts = OneEngine()
        owners = (Owner("8002", "杨雪峰", "产品销售"),)
        self.core = Core(self.scripts, CoreSettings(owners=owners), lambda: "e")
        started = CallStarted(CALL, Direction.INBOUND, TRUNK, "13800138000", None, "400", "trunk400")
        self.happen(started, CallAnswered(CALL, AGENT, TRUNK, PHONE, 1.0, 1.0, "line400"))
        self.scripts.noted.facts.clear()

    def happen(self, *events: CallEvent) -> list[Effect]:
        return asides(effect for event in events for effect in self.core.on_call(event, 10.0))

    def hear(self, *events: SpeechEvent) -> list[Fact]:
        before = len(self.scripts.noted.facts)
        for event in events:
            self.core.on_aside(CALL, event, 20.0)
        return self.scripts.noted.facts[before:]


def asides(effects: object) -> list[Effect]:
    return [one for one in effects if isinstance(one, ListenAside | StopAside)]  # type: ignore[attr-defined]


def test_the_second_line_is_listened_to_once_the_colleague_answers_and_until_it_ends() -> None:
    line = Line()
    assert line.happen(HELD, ASKS) == []
    assert line.happen(ANSWERS) == [LISTENS]
    assert line.happen(OVER) == [STOPS]
    assert line.scripts.noted.facts == [Held(Speaker.AGENT), Consulting()]


def test_who_hands_the_caller_over_is_listened_to_until_then() -> None:
    line = Line()
    assert line.happen(HELD, ASKS, ANSWERS, HANDED) == [LISTENS]
    assert line.happen(MERGED, TAKEN) == [STOPS]


@pytest.mark.parametrize(
    "events",
    [
        (ASKS, ANSWERS),
        (CallHeld(CALL, Party.CALLER, AGENT), ASKS, ANSWERS),
        (HELD, CallStarted(ASIDE, Direction.INTERNAL, SECOND_LINE, "8003", None, "8002", None), ANSWERS),
        (HELD, CallStarted(ASIDE, Direction.OUTBOUND, SECOND_LINE, "8001", None, "138", "trunk400"), ANSWERS),
        (HELD, CallResumed(CALL, Party.AGENT, AGENT), ASKS, ANSWERS),
        (HELD, ASKS, OVER, ANSWERS),
    ],
    ids=["nobody waits", "the caller's own hold", "somebody else", "out of the house", "taken back", "ended"],
)
def test_no_other_call_is_listened_to(events: tuple[CallEvent, ...]) -> None:
    assert Line().happen(*events) == []


def test_one_colleague_at_a_time() -> None:
    line = Line()
    again = CallStarted(OTHER, Direction.INTERNAL, SECOND_LINE, "8001", None, "8003", None)
    answered = CallAnswered(OTHER, Extension("8003"), SECOND_LINE, COLLEAGUES, 1.0, 2.0, None)
    assert line.happen(HELD, ASKS, ANSWERS, again, answered) == [LISTENS]


def asks_by_button(line: Line) -> None:
    person = Person(1, "8001", "刘敏", "agent")
    line.core.on_presence("8002", "杨雪峰", online=True, now=9.0)
    assert asides(line.core.on_browser(person, TransferCall(call_id=CALL, to="8002"), 10.0)) == []


def test_our_button_has_the_agents_own_channel_listened_to_from_the_answer_until_the_caller_is_back() -> None:
    line = Line()
    asks_by_button(line)
    assert line.happen(HELD, PhoneChanged(COLLEAGUE, PhoneState.RINGING)) == []
    assert line.happen(PhoneChanged(COLLEAGUE, PhoneState.IN_USE)) == [ListenAside(CALL, PHONE)]
    assert line.happen(CallResumed(CALL, Party.AGENT, AGENT)) == [STOPS]


def test_a_button_that_did_nothing_is_not_listened_to_and_keeps_no_second_line_from_it() -> None:
    """The PBX refused: the agent talks with the caller, whatever the colleague's phone does, and asks by hand."""
    line = Line()
    asks_by_button(line)
    assert line.happen(PhoneChanged(COLLEAGUE, PhoneState.IN_USE)) == []
    assert line.happen(HELD, ASKS, ANSWERS) == [LISTENS]


def test_the_second_line_comes_before_the_button() -> None:
    line = Line()
    asks_by_button(line)
    used = PhoneChanged(COLLEAGUE, PhoneState.IN_USE)
    assert line.happen(HELD, used, ASKS, ANSWERS) == [ListenAside(CALL, PHONE), LISTENS]
    line = Line()
    asks_by_button(line)
    assert line.happen(HELD, ASKS, ANSWERS, used) == [LISTENS]


def test_of_two_callers_who_wait_it_is_about_the_last_one() -> None:
    line = Line()
    second = CallStarted(OTHER, Direction.INBOUND, TRUNK, "13900139000", None, "400", "trunk400")
    answered = CallAnswered(OTHER, AGENT, TRUNK, PHONE, 1.0, 1.0, "line400")
    line.happen(HELD, second, answered)
    effects = [
        effect
        for event in (CallHeld(OTHER, Party.AGENT, AGENT), ASKS, ANSWERS)
        for effect in line.core.on_call(event, 30.0)
    ]
    assert asides(effects) == [ListenAside(OTHER, SECOND_LINE)]


def test_a_call_that_ends_is_listened_to_no_more() -> None:
    line = Line()
    line.happen(HELD, ASKS, ANSWERS)
    assert line.happen(CallEnded(CALL, EndReason.HUNG_UP, Party.CALLER)) == [STOPS]
    assert line.hear(WORDS) == []


def test_words_alone_are_told_to_the_engine() -> None:
    line = Line()
    line.happen(HELD, ASKS, ANSWERS)
    told = line.hear(AudioStarted(LEG), SpeechStarted(LEG, 0.1), WORDS, SpeechStopped(LEG, 0.3, 2.0))
    assert told == [ToldColleague(3, "我这边有一位李先生")]


def test_words_are_kept_nowhere() -> None:
    line = Line()
    line.happen(HELD, ASKS, ANSWERS)
    assert line.core.on_aside(CALL, WORDS, 20.0) == []
    assert line.hear(WORDS) == [ToldColleague(3, "我这边有一位李先生")]
