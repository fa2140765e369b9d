"""A phone off the hook, or gone, is told to the agent, the supervisors, the people outside, until it is mended or taken up."""

import pytest

from ami_bridge.events import (
    AgentRinging,
    CallAnswered,
    CallEnded,
    CallId,
    CallStarted,
    ChannelName,
    Direction,
    EndReason,
    Extension,
    PhoneChanged,
    PhoneRefused,
    PhoneState,
)
from assistant.core import Core, CoreSettings
from assistant.core.phones import PhoneRules
from assistant.effects import Effect, NoticeKind, Notify, Save, ToAgent, ToSupervisors
from assistant.messages import (
    AgentChanged,
    AgentView,
    EscalationChanged,
    EscalationView,
    JoinCall,
    PhoneTrouble,
)
from assistant.people import Person
from assistant.records import EscalationRaised
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


def alarm(
    phone: PhoneState, trouble: PhoneTrouble, what: str, at: float, is_now: PhoneState | None = None
) -> list[Effect]:
    """What is told of it at `at`."""
    seen = AgentChanged(
        agent=AgentView(
            extension="8001",
            name="刘敏",
            online=True,
            phone=(is_now or phone).value,
            call_id=None,
            talk_s=0.0,
            trouble=trouble,
        )
    )
    reason, text = "8001 的话机打不进", f"刘敏的话机{what}。"
    raised = EscalationView(
        escalation_id="e",
        call_id="phone",
        agent=None,
        caller_number=None,
        reason=reason,
        sources=["S0-11"],
        excerpt=text,
        urgent=False,
        age_s=0.0,
        state="open",
        by=None,
        note=None,
        repeats=0,
        assigned_to=None,
    )
    return [
        ToAgent("8001", seen),
        ToSupervisors(seen),
        Save(EscalationRaised("e", CallId("phone"), None, None, reason, text, False), at),
        ToSupervisors(EscalationChanged(escalation=raised)),
        Notify(NoticeKind.PHONE, False, f"{reason}:{text}"),
    ]


def notices(effects: list[Effect]) -> list[str]:
    return [effect.text for effect in effects if isinstance(effect, Notify)]


OFF_HOOK = "占用着却没有通话,可能听筒没有放好"
TURNED_DOWN = "接连拒接来电,一声也没有响,可能听筒没有放好或设了免打扰"
BACK = "刘敏的话机恢复正常。"


def test_in_use_without_a_call_is_off_the_hook(core: Core) -> None:
    core.on_call(changed(PhoneState.IN_USE), 10.0)
    assert core.next_deadline() == 70.0
    assert core.on_timer(69.9) == []
    assert core.on_timer(70.0) == alarm(PhoneState.IN_USE, "off_hook", OFF_HOOK, 70.0)


def test_how_long_and_in_which_words_is_a_houses_to_set() -> None:
    rules = PhoneRules(
        off_hook_after=20.0, gone_after=40.0, off_hook="听筒没挂好", gone="断线了", turned_down="拒接"
    )
    core = Core(OneEngine(), CoreSettings(phones=rules), lambda: "e")
    core.on_presence("8001", "刘敏", True, 0.0)
    core.on_call(changed(PhoneState.IDLE), 0.0)
    core.on_call(changed(PhoneState.IN_USE), 10.0)
    assert core.next_deadline() == 30.0
    assert core.on_timer(30.0) == alarm(PhoneState.IN_USE, "off_hook", "听筒没挂好", 30.0)
    core.on_call(changed(PhoneState.UNAVAILABLE), 50.0)
    assert any("刘敏的话机断线了。" in text for text in notices(core.on_timer(90.0)))


def test_it_is_told_again_until_somebody_takes_it_up_or_it_is_over(core: Core) -> None:
    core.on_call(changed(PhoneState.IN_USE), 10.0)
    core.on_timer(70.0)
    assert core.next_deadline() == 670.0
    [again] = notices(core.on_timer(670.0))
    assert again.endswith("可能听筒没有放好。(第 2 次提醒)")
    assert notices(core.on_call(changed(PhoneState.IDLE), 700.0)) == [BACK]
    assert core.next_deadline() is None


def rings_at(agent: Extension, call_id: str) -> AgentRinging:
    return AgentRinging(CallId(call_id), agent, None)


def test_a_phone_that_turns_down_one_call_after_the_other(core: Core) -> None:
    assert core.on_call(PhoneRefused(CALL, A1), 10.0) == []
    core.on_call(changed(PhoneState.RINGING), 14.9)
    told = core.on_call(PhoneRefused(CALL, A1), 15.0)
    assert told == alarm(PhoneState.IDLE, "off_hook", TURNED_DOWN, 15.0, PhoneState.RINGING)
    assert core.on_call(changed(PhoneState.IDLE), 15.1)[0] == ToAgent("8001", seen_of(core))
    assert core.on_call(PhoneRefused(CALL, A1), 20.0) == []
    assert notices(core.on_call(rings_at(A1, "2.1"), 30.0)) == [BACK]
    assert seen_of(core).agent.trouble is None


def seen_of(core: Core) -> AgentChanged:
    [member] = core.snapshot(Person(1, "8001", "刘敏", "agent"), 15.1).agents
    return AgentChanged(agent=member)


def test_one_call_turned_down_between_others_is_no_alarm(core: Core) -> None:
    for turn in range(5):
        assert core.on_call(PhoneRefused(CallId(f"{turn}.1"), A1), turn * 10.0) == []
        core.on_call(rings_at(A1, f"{turn}.2"), turn * 10.0 + 5.0)
        core.on_call(CallEnded(CallId(f"{turn}.2"), EndReason.NOT_ANSWERED, None), turn * 10.0 + 6.0)


def test_who_is_on_a_call_may_turn_others_down(core: Core) -> None:
    core.on_call(INTERNAL, 9.0)
    core.on_call(changed(PhoneState.IN_USE), 10.0)
    for second in (11.0, 12.0, 13.0):
        assert core.on_call(PhoneRefused(CallId("3.1"), A1), second) == []


def test_left_off_the_hook_after_a_call(core: Core) -> None:
    core.on_call(INTERNAL, 9.0)
    core.on_call(changed(PhoneState.IN_USE), 10.0)
    assert core.next_deadline() is None
    core.on_call(ENDED, 100.0)
    assert core.on_timer(160.0) == alarm(PhoneState.IN_USE, "off_hook", OFF_HOOK, 160.0)


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
    assert core.on_timer(310.0) == alarm(PhoneState.UNAVAILABLE, "gone", "没有连上电话系统", 310.0)
    assert notices(core.on_presence("8001", "刘敏", False, 330.0)) == [BACK]
    core.on_call(changed(PhoneState.IDLE), 340.0)
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
