"""The words for the colleague come when the colleague answers (S2-43); whose names and topics an engine is told."""

import pytest

from ami_bridge.events import (
    CallAnswered,
    CallId,
    CallStarted,
    ChannelName,
    Direction,
    Extension,
    PhoneChanged,
    PhoneState,
)
from assistant.core import Core, CoreSettings
from assistant.core.handover import Owner, by_topic
from assistant.messages import TransferCall
from assistant.people import Person
from prompts.facts import CalledUp, SituationId
from tests.support.engines import NotedEngine, OneEngine

CALL = CallId("1700000000.1")
TRUNK, PHONE = ChannelName("PJSIP/trunk400-1"), ChannelName("PJSIP/8001-2")
AGENT = Person(1, "8001", "刘敏", "agent")
INTRODUCED = CalledUp(SituationId("introduce_transfer"))
OWNERS = (
    Owner("8002", "杨雪峰", "产品销售"),
    Owner("8005", "李雪莲", "产品销售"),
    Owner("8006", "徐茂罡", "刺熨"),
)


def introducing() -> OneEngine:
    return OneEngine(NotedEngine(situations=("introduce_transfer",)))


class Line:
    def __init__(self, scripts: OneEngine) -> None:
        self.scripts = scripts
        self.core = Core(scripts, CoreSettings(owners=OWNERS), lambda: "e")
        for extension, name in (("8001", "刘敏"), ("8002", "杨雪峰"), ("8003", "徐茂")):
            self.core.on_presence(extension, name, online=True, now=0.0)
        started = CallStarted(CALL, Direction.INBOUND, TRUNK, "13800138000", None, "400", "trunk400")
        self.core.on_call(started, 0.0)
        self.core.on_call(CallAnswered(CALL, Extension("8001"), TRUNK, PHONE, 1.0, 1.0, "line400"), 1.0)
        scripts.noted.facts.clear()

    def phone(self, extension: str, state: PhoneState, now: float) -> None:
        self.core.on_call(PhoneChanged(Extension(extension), state), now)


def test_it_is_called_up_when_asked_for_and_again_when_the_colleague_answers() -> None:
    line = Line(introducing())
    line.core.on_browser(AGENT, TransferCall(call_id=CALL, to="8002"), 5.0)
    line.phone("8002", PhoneState.RINGING, 6.0)
    assert line.scripts.noted.facts == [INTRODUCED]
    line.phone("8002", PhoneState.IN_USE, 20.0)
    assert line.scripts.noted.facts == [INTRODUCED, INTRODUCED]


@pytest.mark.parametrize("extension", ["8003", "8001"])
def test_nobody_elses_phone_brings_it(extension: str) -> None:
    line = Line(introducing())
    line.core.on_browser(AGENT, TransferCall(call_id=CALL, to="8002"), 5.0)
    line.phone(extension, PhoneState.IN_USE, 6.0)
    assert line.scripts.noted.facts == [INTRODUCED]


def test_a_phone_in_use_without_a_transfer_and_a_pack_without_the_words_bring_nothing() -> None:
    line, without = Line(introducing()), Line(OneEngine())
    line.phone("8002", PhoneState.IN_USE, 6.0)
    without.core.on_browser(AGENT, TransferCall(call_id=CALL, to="8002"), 5.0)
    without.phone("8002", PhoneState.IN_USE, 6.0)
    assert (line.scripts.noted.facts, without.scripts.noted.facts) == ([], [])


def test_an_engine_knows_the_owners_and_the_colleagues_who_are_none_of_them() -> None:
    [context] = Line(OneEngine()).scripts.contexts
    assert context.owners == {"产品销售": "杨雪峰、李雪莲", "刺熨": "徐茂罡"}
    assert context.colleagues == ("徐茂",)


def test_who_is_ruled_to_take_a_topic_from_now_on_is_told_to_calls_that_begin() -> None:
    scripts = OneEngine()
    core = Core(scripts, CoreSettings(owners=OWNERS), lambda: "e")
    core.on_owners((Owner("8005", "王芳", "刺熨"),), 0.0)
    core.on_call(CallStarted(CALL, Direction.INBOUND, TRUNK, None, None, "400", "trunk400"), 1.0)
    core.on_call(CallAnswered(CALL, Extension("8001"), TRUNK, PHONE, 1.0, 1.0, "line400"), 2.0)
    assert [context.owners for context in scripts.contexts] == [{"刺熨": "王芳"}]


def test_one_name_is_not_told_twice_for_a_topic() -> None:
    assert by_topic([*OWNERS, Owner("8007", "徐茂罡", "刺熨")])["刺熨"] == "徐茂罡"
