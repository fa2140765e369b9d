"""A phone off the hook, or gone, is told of once: to the agent, the supervisors, the people outside."""

import pytest

from ami_bridge.events import (
    CallAnswered,
    CallEnded,
    CallId,
    CallStarted,
    ChannelName,
    Direction,
    EndReason,
    Extension,
    PhoneChanged,
    PhoneState,
)
from assistant.core import Core, CoreSettings
from assistant.effects import Effect, Notify, ToAgent, ToSupervisors
from assistant.messages import AgentChanged, AgentView, JoinCall, PhoneTrouble, SupervisorSays
from assistant.people import Person
from tests.support.engines import OneEngine

A1 = Extension("8001")
CALL = CallId("1.1")
INTERNAL = CallStarted(CALL, Direction.INTERNAL, ChannelName("PJSIP/8001-1"), "8001", None, "8002", None)
ENDED = CallEnded(CALL, EndReason.HUNG_UP, None)


def changed(state: PhoneState) -> PhoneChanged:
    return PhoneChanged(A1, state)


@pytest.fixture
def core() -> Core:
    core = Core(OneEngine(), CoreSettings(), lambda: "e")
    core.on_presence("8001", "刘敏", True, 0.0)
    core.on_call(changed(PhoneState.IDLE), 0.0)
    return core


def says(text: str) -> SupervisorSays:
    return SupervisorSays(call_id=None, by="系统", text=text)


def alarm(phone: PhoneState, trouble: PhoneTrouble, what: str) -> list[Effect]:
    seen = AgentChanged(
        agent=AgentView(
            extension="8001",
            name="刘敏",
            online=True,
            phone=phone.value,
            call_id=None,
            talk_s=0.0,
            trouble=trouble,
        )
    )
    return [
        ToAgent("8001", seen),
        ToSupervisors(seen),
        ToSupervisors(says(f"刘敏的话机{what}。")),
        Notify("phone", False, f"刘敏的话机{what}。"),
    ]


OFF_HOOK = alarm(PhoneState.IN_USE, "off_hook", "占用着却没有通话,可能听筒没有放好")
GONE = alarm(PhoneState.UNAVAILABLE, "gone", "没有连上电话系统")


def test_in_use_without_a_call_is_off_the_hook(core: Core) -> None:
    core.on_call(changed(PhoneState.IN_USE), 10.0)
    assert core.next_deadline() == 70.0
    assert core.on_timer(69.9) == []
    assert core.on_timer(70.0) == OFF_HOOK
    assert core.next_deadline() is None


def test_left_off_the_hook_after_a_call(core: Core) -> None:
    core.on_call(INTERNAL, 9.0)
    core.on_call(changed(PhoneState.IN_USE), 10.0)
    assert core.next_deadline() is None
    core.on_call(ENDED, 100.0)
    assert core.on_timer(160.0) == OFF_HOOK


def test_put_back_in_time(core: Core) -> None:
    core.on_call(changed(PhoneState.IN_USE), 10.0)
    core.on_call(changed(PhoneState.IDLE), 60.0)
    assert core.next_deadline() is None


def test_a_call_that_is_answered_is_a_reason_to_be_in_use(core: Core) -> None:
    core.on_call(changed(PhoneState.IN_USE), 10.0)
    trunk, phone = ChannelName("PJSIP/trunk400-1"), ChannelName("PJSIP/8001-1")
    core.on_call(CallAnswered(CALL, A1, trunk, phone, 1.0, 1.0, None), 10.2)
    assert core.next_deadline() is None


def test_a_phone_that_is_gone_while_somebody_sits_there(core: Core) -> None:
    core.on_call(changed(PhoneState.UNAVAILABLE), 10.0)
    assert core.on_timer(310.0) == GONE
    core.on_call(changed(PhoneState.IDLE), 320.0)
    core.on_presence("8001", "刘敏", False, 330.0)
    core.on_call(changed(PhoneState.UNAVAILABLE), 400.0)
    assert core.on_timer(700.0) == []


def test_who_listens_is_excused_until_the_phone_is_free() -> None:
    core = Core(OneEngine(), CoreSettings(), lambda: "e")
    boss = Person(3, "9001", "主管", "supervisor")
    trunk, phone = ChannelName("PJSIP/trunk400-1"), ChannelName("PJSIP/8001-1")
    core.on_call(PhoneChanged(Extension("9001"), PhoneState.IDLE), 0.0)
    core.on_call(CallStarted(CALL, Direction.INBOUND, trunk, "138", None, "400", "trunk400"), 0.0)
    core.on_call(CallAnswered(CALL, A1, trunk, phone, 1.0, 1.0, None), 1.0)
    core.on_browser(boss, JoinCall(call_id=CALL, how="listen"), 2.0)
    core.on_call(PhoneChanged(Extension("9001"), PhoneState.IN_USE), 3.0)
    assert core.next_deadline() is None
    core.on_call(PhoneChanged(Extension("9001"), PhoneState.IDLE), 30.0)
    core.on_call(PhoneChanged(Extension("9001"), PhoneState.IN_USE), 31.0)
    assert core.next_deadline() == 91.0


def test_a_page_that_comes_later_is_told_too_until_it_is_over(core: Core) -> None:
    agent = Person(1, "8001", "刘敏", "agent")

    def troubles() -> list[PhoneTrouble | None]:
        return [one.trouble for one in core.snapshot(agent, 200.0).agents]

    core.on_call(changed(PhoneState.IN_USE), 10.0)
    assert troubles() == [None]
    core.on_timer(70.0)
    assert troubles() == ["off_hook"]
    over = core.on_call(changed(PhoneState.IDLE), 90.0)
    assert [e.agent for e in over if isinstance(e, ToAgent)] == ["8001"]
    assert troubles() == [None]


def test_a_call_that_rings_there_shows_that_the_phone_is_well(core: Core) -> None:
    core.on_call(changed(PhoneState.IN_USE), 10.0)
    core.on_timer(70.0)
    core.on_call(CallAnswered(CALL, A1, ChannelName("a"), ChannelName("b"), 1.0, 1.0, None), 80.0)
    assert core.snapshot(Person(1, "8001", "刘敏", "agent"), 90.0).agents[0].trouble is None
