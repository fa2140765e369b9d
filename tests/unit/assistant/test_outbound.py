"""No call goes out by the 400 line: what gets past the dialplan is hung up, reported, written down."""

from ami_bridge.events import (
    CallEvent,
    CallId,
    CallStarted,
    ChannelName,
    Direction,
    Extension,
    OutboundRefused,
    TrunkDialled,
)
from assistant.core import Core, CoreSettings
from assistant.core.outbound import ADVICE, REASON, REFUSED, REFUSED_ADVICE
from assistant.effects import Effect, HangUp, NoticeKind, Notify, Save, ToAgent, ToSupervisors
from assistant.messages import EscalationChanged, SupervisorSays
from assistant.records import Audited, EscalationRaised
from tests.support.engines import OneEngine

CALL = CallId("1700000000.1")
AGENT, OUT, IN = (
    ChannelName("PJSIP/8001-1"),
    ChannelName("PJSIP/trunk400-2"),
    ChannelName("PJSIP/trunk400-1"),
)
OUTBOUND = CallStarted(CALL, Direction.OUTBOUND, AGENT, "8001", None, "13900139000", "trunk400")
INBOUND = CallStarted(CALL, Direction.INBOUND, IN, "13800138000", None, "4001234567", "trunk400")


def after(*events: CallEvent) -> list[Effect]:
    """What the last of these events leads to."""
    core = Core(OneEngine(), CoreSettings(line_trunks=("trunk400",)), lambda: "e1")
    return [core.on_call(event, 1.0) for event in events][-1]


def orders(effects: list[Effect]) -> list[Effect]:
    return [e for e in effects if isinstance(e, HangUp | Save | Notify | ToAgent)]


def raised(call_id: str, agent: str | None) -> Save:
    return Save(EscalationRaised("e1", call_id, agent, None, REASON, "线路 trunk400", True), 1.0)


def test_a_call_out_is_hung_up_reported_and_written_down() -> None:
    effects = after(OUTBOUND, TrunkDialled(CALL, "trunk400", OUT))
    assert orders(effects) == [
        HangUp(CALL, OUT, REASON),
        Save(Audited("8001", "outbound_hung_up", CALL, f"trunk400 {OUT}"), 1.0),
        ToAgent("8001", SupervisorSays(call_id=None, by="系统", text=ADVICE)),
        raised(CALL, "8001"),
        Notify("escalation", True, f"坐席 8001:{REASON}"),
    ]
    told = [e.message for e in effects if isinstance(e, ToSupervisors)]
    assert isinstance(told[0], EscalationChanged)
    assert (told[0].escalation.sources, told[0].escalation.urgent) == (["S0-05", "S2-05"], True)


def test_another_trunk_is_nobodys_business() -> None:
    assert after(OUTBOUND, TrunkDialled(CALL, "mobile", ChannelName("PJSIP/mobile-2"))) == []


def test_only_the_way_out_of_a_caller_who_is_handed_on_is_hung_up() -> None:
    effects = after(INBOUND, TrunkDialled(CALL, "trunk400", OUT))
    assert orders(effects)[0] == HangUp(CALL, OUT, REASON)
    assert [e for e in effects if isinstance(e, HangUp)] == [HangUp(CALL, OUT, REASON)]


def test_a_way_out_that_is_nobodys_call() -> None:
    assert orders(after(TrunkDialled(None, "trunk400", OUT))) == [
        HangUp(OUT, OUT, REASON),
        Save(Audited("pbx", "outbound_hung_up", OUT, f"trunk400 {OUT}"), 1.0),
        raised(OUT, None),
        Notify("escalation", True, REASON),
    ]


REFUSAL = OutboundRefused("trunk400", AGENT, Extension("8001"))


def test_what_the_dialplan_refused_is_reported_and_written_down() -> None:
    """Nothing is hung up: the channel is gone already. A second trial before the first was looked at is only written down."""
    core = Core(OneEngine(), CoreSettings(line_trunks=("trunk400",)), lambda: "e1")
    audited = Save(Audited("8001", "outbound_refused", AGENT, "trunk400"), 1.0)
    assert orders(core.on_call(REFUSAL, 1.0)) == [
        audited,
        ToAgent("8001", SupervisorSays(call_id=None, by="系统", text=REFUSED_ADVICE)),
        Save(EscalationRaised("e1", AGENT, "8001", None, REFUSED, "线路 trunk400", True), 1.0),
        Notify(NoticeKind.ESCALATION, True, f"坐席 8001:{REFUSED}"),
    ]
    assert core.on_call(REFUSAL, 1.0) == [audited]


def test_what_a_program_tried_is_reported_too() -> None:
    effects = after(OutboundRefused("trunk400", OUT, None))
    assert orders(effects)[0] == Save(Audited("pbx", "outbound_refused", OUT, "trunk400"), 1.0)
    assert not [e for e in effects if isinstance(e, ToAgent)]
