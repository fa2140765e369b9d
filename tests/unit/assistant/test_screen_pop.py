"""Who pops up when: callers from outside, once for every agent who answers them."""

from dataclasses import replace

from ami_bridge.events import CallEvent, CallTransferred, ChannelName, Direction, TransferKind
from assistant.core import Core, CoreSettings
from assistant.core.screen_pop import CrmWishes
from assistant.crm_address import Caller
from assistant.effects import TellCrm
from assistant.people import Person
from tests.support.core_bench import A1, A2, ANSWERED, CALL, RINGING, STARTED
from tests.support.engines import OneEngine

AGENT = Person(1, "8001", "刘敏", "agent")
CRM = CrmWishes("https://crm.example/?phone={number}&agent={agent}", is_told=True)
CALLER = Caller("13800138000", CALL, "8001", "line400", "4001234567", "北京")


class Line:
    def __init__(self, wishes: CrmWishes = CRM) -> None:
        self.core = Core(OneEngine(), CoreSettings(crm=wishes), lambda: "e", lambda _: "北京")

    def told(self, *events: CallEvent) -> list[TellCrm]:
        effects = [effect for event in events for effect in self.core.on_call(event, 5.0)]
        return [effect for effect in effects if isinstance(effect, TellCrm)]

    def url(self, who: Person = AGENT) -> str | None:
        return self.core.snapshot(who, 6.0).calls[0].crm_url


def test_a_caller_from_outside_pops_up_on_answer_and_not_before() -> None:
    line = Line()
    assert line.told(STARTED, RINGING) == []
    assert line.url() is None
    assert line.told(ANSWERED) == [TellCrm(CALLER, 4.0, 5.0)]
    assert line.url() == "https://crm.example/?phone=13800138000&agent=8001"


def test_seen_again_by_the_same_agent_is_no_news_but_the_next_agent_is_told() -> None:
    line = Line()
    line.told(STARTED, ANSWERED)
    assert line.told(ANSWERED) == []
    taken = replace(ANSWERED, agent=A2, agent_channel=ChannelName("PJSIP/8002-9"))
    line.told(CallTransferred(CALL, TransferKind.BLIND, A1, A2))
    assert line.told(taken) == [TellCrm(replace(CALLER, agent="8002"), 4.0, 5.0)]
    assert line.url(Person(2, "8002", "徐茂", "agent")) == "https://crm.example/?phone=13800138000&agent=8002"


def test_a_call_found_alive_has_its_button_and_is_told_to_nobody() -> None:
    line = Line()
    assert line.told(replace(STARTED, age=60.0), replace(ANSWERED, age=50.0)) == []
    assert line.url() is not None


def test_calls_out_and_a_system_that_was_not_set_pop_up_nothing() -> None:
    out = Line()
    assert out.told(replace(STARTED, direction=Direction.OUTBOUND), ANSWERED) == []
    assert out.url() is None
    unset = Line(CrmWishes())
    assert unset.told(STARTED, ANSWERED) == []
    assert unset.url() is None
