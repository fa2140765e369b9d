"""A supervisor takes a caller over: the phone is rung first, the agent is told, and the call goes on with the supervisor as a leg."""

import pytest

from ami_bridge.events import (
    CallAnswered,
    CallEvent,
    CallId,
    CallStarted,
    CallTransferred,
    ChannelName,
    Direction,
    Extension,
    TransferKind,
)
from assistant.core import Core, CoreSettings
from assistant.core.requests import TAKES_OVER
from assistant.effects import Effect, Save, TakeOver, ToAgent
from assistant.messages import CallGone, JoinCall, Refused, SupervisorSays
from assistant.people import Person
from assistant.records import Audited, LegBegan, LegFinished
from prompts.facts import Transferred
from tests.support.engines import OneEngine

CALL = CallId("1700000000.1")
TRUNK, PHONE, BOSS_PHONE = (
    ChannelName("PJSIP/trunk400-1"),
    ChannelName("PJSIP/8001-2"),
    ChannelName("PJSIP/9001-3"),
)
A1, A9 = Extension("8001"), Extension("9001")
AGENT, BOSS = Person(1, "8001", "刘敏", "agent"), Person(3, "9001", "王芳", "supervisor")
STARTED = CallStarted(CALL, Direction.INBOUND, TRUNK, "13800138000", None, "400", "trunk400")
ANSWERED = CallAnswered(CALL, A1, TRUNK, PHONE, 1.0, 1.0, "line400")
WANTED = JoinCall(call_id=CALL, how="take_over")


def talking(*more: CallEvent) -> Core:
    core = Core(OneEngine(), CoreSettings(), lambda: "e")
    for event in (STARTED, ANSWERED, *more):
        core.on_call(event, 1.0)
    return core


def test_the_phone_is_rung_the_agent_told_and_it_is_written_down() -> None:
    assert talking().on_browser(BOSS, WANTED, 8.0) == [
        TakeOver(CALL, TRUNK, "9001"),
        Save(Audited("9001", "take_over", CALL, ""), 8.0),
        ToAgent("8001", SupervisorSays(call_id=CALL, by="王芳", text=TAKES_OVER)),
    ]


def test_then_the_agent_is_free_and_the_supervisor_is_a_leg_of_the_call() -> None:
    core = talking()
    core.on_browser(BOSS, WANTED, 8.0)
    effects: list[Effect] = core.on_call(CallTransferred(CALL, TransferKind.ATTENDED, A1, "9001"), 9.0)
    effects += core.on_call(CallAnswered(CALL, A9, TRUNK, BOSS_PHONE, 0.0, 9.0, None), 9.0)
    legs = [one.record for one in effects if isinstance(one, Save)]
    assert LegFinished(CALL, 1, 8.0, 0.0) in legs
    assert LegBegan(CALL, 2, "9001", "line400", 0.0, 9.0) in legs
    assert ToAgent("8001", CallGone(call_id=CALL)) in effects
    snapshot = core.snapshot(AGENT, 9.1)
    assert (snapshot.calls, snapshot.agents[0].call_id) == ([], None)
    assert [call.agent for call in core.snapshot(BOSS, 9.1).calls] == ["9001"]


@pytest.mark.parametrize(("to", "by_agent"), [("9001", False), ("8002", True)])
def test_what_a_supervisor_takes_is_no_transfer_of_the_agent(to: str, by_agent: bool) -> None:
    """The PBX tells both alike; nobody is marked for not having announced it (S2-42)."""
    scripts = OneEngine()
    core = Core(scripts, CoreSettings(), lambda: "e")
    for event in (STARTED, ANSWERED):
        core.on_call(event, 1.0)
    core.on_browser(BOSS, WANTED, 8.0)
    core.on_call(CallTransferred(CALL, TransferKind.ATTENDED, A1, to), 9.0)
    assert scripts.noted.facts[-1] == Transferred(to, blind=False, by_agent=by_agent)


@pytest.mark.parametrize(
    ("who", "core", "why"),
    [
        (AGENT, talking(), "只有主管可以这样做。"),
        (BOSS, talking(CallAnswered(CALL, A9, TRUNK, BOSS_PHONE, 0.0, 9.0, None)), "这是您自己的通话。"),
        (BOSS, talking(CallTransferred(CALL, TransferKind.BLIND, A1, "8002")), "来电者正在转接,不能接管。"),
    ],
)
def test_who_may_not_or_cannot_is_refused(who: Person, core: Core, why: str) -> None:
    assert core.on_browser(who, WANTED, 8.0) == [
        ToAgent(who.extension, Refused(reply_to="join_call", reason=why))
    ]
