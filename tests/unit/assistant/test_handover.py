"""An enquiry goes to whom it belongs to: offered, asked, handed over, or taken back with an apology."""

import pytest

from ami_bridge.events import (
    CallAnswered,
    CallEvent,
    CallHeld,
    CallId,
    CallResumed,
    CallStarted,
    CallTransferred,
    ChannelName,
    Direction,
    Extension,
    Party,
    PhoneChanged,
    PhoneState,
    TransferKind,
)
from assistant.core import Core, CoreSettings
from assistant.core.handover import Owner
from assistant.effects import Effect, HandOver, HangUp, Save, ToAgent, ToEveryone, ToSupervisors
from assistant.messages import (
    CallChanged,
    CompleteTransfer,
    OwnersChanged,
    OwnerView,
    Refused,
    SetCaller,
    SupervisorSays,
    TransferCall,
)
from assistant.people import Person
from assistant.records import Audited
from prompts.facts import Held, Resumed, Speaker, TransferFell
from tests.support.engines import OneEngine

CALL = CallId("1700000000.1")
TRUNK, PHONE = ChannelName("PJSIP/trunk400-1"), ChannelName("PJSIP/8001-2")
A1, OWNER = Extension("8001"), Extension("8002")
AGENT, OTHER = Person(1, "8001", "刘敏", "agent"), Person(2, "8003", "徐茂", "agent")
ASK = TransferCall(call_id=CALL, to="8002")
COMPLETE = CompleteTransfer(call_id=CALL)


class Line:
    def __init__(self) -> None:
        self.scripts = OneEngine()
        owners = (Owner("8002", "杨雪峰", "产品销售咨询", ("buy",)),)
        self.core = Core(self.scripts, CoreSettings(owners=owners), lambda: "e")
        self.happen(0.0, CallStarted(CALL, Direction.INBOUND, TRUNK, "13800138000", None, "400", "trunk400"))
        self.happen(1.0, CallAnswered(CALL, A1, TRUNK, PHONE, 1.0, 1.0, "line400"))
        self.scripts.noted.facts.clear()

    def happen(self, now: float, *events: CallEvent) -> list[Effect]:
        return [effect for event in events for effect in self.core.on_call(event, now)]

    def asks(self, message: TransferCall | CompleteTransfer, now: float, who: Person = AGENT) -> list[Effect]:
        return self.core.on_browser(who, message, now)


@pytest.fixture
def line() -> Line:
    return Line()


def refusal(effects: list[Effect]) -> str:
    [effect] = effects
    assert isinstance(effect, ToAgent)
    assert isinstance(effect.message, Refused)
    return effect.message.reason


def owner(phone: str) -> OwnerView:
    return OwnerView(number="8002", name="杨雪峰", topic="产品销售咨询", situations=["buy"], phone=phone)  # type: ignore[arg-type]


def test_everyone_sees_whether_the_owner_is_free(line: Line) -> None:
    assert line.core.snapshot(AGENT, 2.0).owners == [owner("unknown")]
    told = line.happen(2.0, PhoneChanged(OWNER, PhoneState.IN_USE))
    assert ToEveryone(OwnersChanged(owners=[owner("in_use")])) in told
    others = line.happen(2.0, PhoneChanged(Extension("8003"), PhoneState.IN_USE))
    assert [e for e in others if isinstance(e, ToEveryone)] == []


def test_one_click_asks_the_owner_and_tells_who_is_coming(line: Line) -> None:
    line.core.on_browser(AGENT, SetCaller(call_id=CALL, surname="王", title="先生"), 2.0)
    told = line.asks(ASK, 3.0)
    seen = line.core.snapshot(AGENT, 3.0).calls[0]
    assert seen.handing_to == "8002"
    assert told == [
        HandOver(CALL, PHONE, "8001", "8002"),
        Save(Audited("8001", "transfer", CALL, "8002"), 3.0),
        ToAgent(
            "8002",
            SupervisorSays(
                call_id=CALL, by="刘敏", text="有来电要转给您:王先生,咨询“产品销售咨询”。请接听。"
            ),
        ),
        ToAgent("8001", CallChanged(call=seen)),
        ToSupervisors(CallChanged(call=seen)),
    ]


@pytest.mark.parametrize(
    ("state", "told"),
    [
        (PhoneState.IN_USE, "杨雪峰正在通话,请稍后再转,或转给别人。"),
        (PhoneState.RINGING, "杨雪峰正在振铃,请稍后再转,或转给别人。"),
        (PhoneState.UNAVAILABLE, "杨雪峰不在线,请稍后再转,或转给别人。"),
    ],
)
def test_an_owner_who_cannot_take_it_is_not_rung(line: Line, state: PhoneState, told: str) -> None:
    line.happen(2.0, PhoneChanged(OWNER, state))
    assert refusal(line.asks(ASK, 3.0)) == told


def test_what_cannot_be_transferred(line: Line) -> None:
    def to(number: str) -> TransferCall:
        return TransferCall(call_id=CALL, to=number)

    assert refusal(line.asks(to("8001"), 2.0)) == "不能转给自己。"
    assert refusal(line.asks(to("0013900139000"), 2.0)) == "没有这个转接对象。"
    assert refusal(line.asks(ASK, 2.0, OTHER)) == "这不是您的通话。"
    assert refusal(line.asks(COMPLETE, 2.0)) == "现在没有正在进行的转接。"
    line.happen(3.0, CallHeld(CALL, Party.AGENT, A1))
    assert refusal(line.asks(ASK, 4.0)) == "要在通话中才能转接(保持中请先取回)。"


def test_what_the_pbx_did_not_do_is_under_way_no_more(line: Line) -> None:
    line.asks(ASK, 3.0)
    assert line.core.on_not_asked(CALL, "8003", 3.1) == []
    told = line.core.on_not_asked(CALL, "8002", 3.1)
    seen = line.core.snapshot(AGENT, 3.1).calls[0]
    assert seen.handing_to is None
    assert told == [ToAgent("8001", CallChanged(call=seen)), ToSupervisors(CallChanged(call=seen))]
    assert line.core.on_not_asked(CALL, "8002", 3.2) == line.core.on_not_asked("gone", "8002", 3.2) == []


def test_taken_back_means_refused_and_asks_for_the_apology(line: Line) -> None:
    line.asks(ASK, 3.0)
    line.happen(3.1, CallHeld(CALL, Party.AGENT, A1))
    assert line.core.snapshot(AGENT, 4.0).calls[0].handing_to == "8002"
    told = line.happen(20.0, CallResumed(CALL, Party.AGENT, A1))
    assert line.scripts.noted.facts == [
        Held(Speaker.AGENT),
        Resumed(Speaker.AGENT),
        TransferFell("8002"),
    ]
    shown = [
        e.message.call.handing_to
        for e in told
        if isinstance(e, ToAgent) and isinstance(e.message, CallChanged)
    ]
    assert shown == [None]


def test_a_hold_of_its_own_is_no_transfer_that_fell(line: Line) -> None:
    """The PBX refused the transfer; much later the agent holds by hand."""
    line.asks(ASK, 3.0)
    line.happen(60.0, CallHeld(CALL, Party.AGENT, A1))
    line.happen(70.0, CallResumed(CALL, Party.AGENT, A1))
    assert line.scripts.noted.facts == [Held(Speaker.AGENT), Resumed(Speaker.AGENT)]


def test_handing_over_is_leaving(line: Line) -> None:
    line.asks(ASK, 3.0)
    line.happen(3.1, CallHeld(CALL, Party.AGENT, A1))
    assert line.asks(COMPLETE, 9.0) == [
        HangUp(CALL, PHONE, "转接完成"),
        Save(Audited("8001", "complete_transfer", CALL, "8002"), 9.0),
    ]
    line.happen(9.1, CallTransferred(CALL, TransferKind.ATTENDED, A1, "8002"))
    line.happen(9.2, CallAnswered(CALL, OWNER, TRUNK, ChannelName("PJSIP/8002-9"), 3.0, 9.0, "line400"))
    taken = line.core.snapshot(Person(3, "8002", "杨雪峰", "agent"), 10.0).calls[0]
    assert (taken.agent, taken.handing_to) == ("8002", None)
