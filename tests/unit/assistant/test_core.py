"""The core, a call from ring to end, the line and the team: given these events at these times, exactly these effects."""

from ami_bridge.events import (
    AgentRinging,
    AgentStoppedRinging,
    CallAnswered,
    CallEnded,
    CallHeld,
    CallId,
    CallQueued,
    CallResumed,
    CallStarted,
    CallTransferred,
    Direction,
    EndReason,
    HoldMusic,
    Party,
    PbxBack,
    PbxLost,
    PhoneChanged,
    PhoneLifted,
    PhoneState,
    QueueLength,
    RingEnd,
    TransferKind,
)
from asr.events import SpeechStarted
from assistant.core import TapChange
from assistant.effects import Notify, OpenAgentEar, Save, StartTap, StopTap, ToAgent
from assistant.messages import CallChanged, CallGone, LineChanged, NoteView
from assistant.records import CallBegan, CallFinished, LegBegan, LegFinished
from prompts.advice import GoneWhy, RemoveCard
from prompts.facts import (
    Answered,
    CardId,
    Held,
    HungUp,
    Lifted,
    Resumed,
    Ringing,
    SituationId,
    Speaker,
    Transferred,
)
from tests.support.core_bench import (
    A1,
    A2,
    AGENT,
    ANSWERED,
    BOSS,
    BOTH,
    CALL,
    LEG,
    OTHER,
    PHONE,
    PHONE2,
    RINGING,
    STARTED,
    TRUNK,
    Bench,
    orders,
    shown,
    view,
)
from tests.support.engines import a_card, show


def test_notes_of_a_call_that_outlived_the_program_are_there_again(bench: Bench) -> None:
    note = NoteView(call_id=CALL, agent="8001", text="要发票")
    bench.core.notes_before = {CALL: [note]}
    bench.talking()
    assert bench.core.snapshot(AGENT, 9.0).notes == [note]


def test_a_call_is_in_the_book_before_anything_is_shown(bench: Bench) -> None:
    effects = bench.calls(0.0, STARTED)
    began = CallBegan(CALL, "inbound", "13800138000", "王", "4001234567", "trunk400")
    assert effects[0] == Save(began, 0.0)
    assert shown(effects) == [("supervisors", "CallChanged")]
    call = view(effects)
    assert isinstance(call, CallChanged)
    assert (call.call.state, call.call.region, call.call.agent) == ("queued", "北京", None)


def test_the_whole_life_of_a_call(bench: Bench) -> None:
    bench.calls(0.0, STARTED, CallQueued(CALL, "line400", 1))
    ringing = bench.calls(1.0, RINGING)
    assert shown(ringing) == [("8001", "CallChanged"), ("supervisors", "CallChanged")]
    assert orders(ringing) == []
    assert orders(bench.calls(4.8, PhoneLifted(CALL, A1))) == []
    answered = bench.calls(5.0, ANSWERED)
    assert orders(answered) == [
        Save(LegBegan(CALL, 1, "8001", "line400", 4.0, 5.0), 5.0),
        StartTap(CALL, TRUNK, PHONE),
        OpenAgentEar(CALL, True),
    ]
    ended = bench.calls(65.0, CallEnded(CALL, EndReason.HUNG_UP, Party.CALLER))
    times = (4.0, 5.0, 60.0, 0.0, 0.0, None)
    finished = CallFinished(CALL, "hung_up", "caller", *times, (), None, None, queue="line400")
    assert orders(ended) == [
        Save(LegFinished(CALL, 1, 60.0, 0.0), 65.0),
        Save(finished, 65.0),
        StopTap(CALL),
    ]
    assert shown(ended)[-2:] == [("8001", "CallGone"), ("supervisors", "CallGone")]
    answer = [Lifted("8001"), Answered("8001", 4.0, 5.0)]
    assert bench.engine.facts == [Ringing("8001"), *answer, HungUp(Speaker.CALLER)]
    assert bench.scripts.contexts[0].queue == "line400"
    assert bench.core.live_calls() == []
    assert bench.core.next_deadline() is None
    assert bench.core.snapshot(BOSS, 66.0).calls == []


def test_everyone_whose_phone_rings_sees_the_call_until_another_answers(bench: Bench) -> None:
    bench.calls(0.0, STARTED)
    both = bench.calls(1.0, RINGING, AgentRinging(CALL, A2, PHONE2))
    assert shown(both)[-3:] == [
        ("8001", "CallChanged"),
        ("8002", "CallChanged"),
        ("supervisors", "CallChanged"),
    ]
    stopped = bench.calls(2.0, AgentStoppedRinging(CALL, A2, RingEnd.BUSY))
    assert ToAgent("8002", CallGone(call_id=CALL)) in stopped
    bench.calls(3.0, AgentRinging(CALL, A2, PHONE2))
    answered = bench.calls(5.0, ANSWERED)
    assert ToAgent("8002", CallGone(call_id=CALL)) in answered
    assert [v.call_id for v in bench.core.snapshot(OTHER, 5.0).calls] == []
    assert [v.call_id for v in bench.core.snapshot(AGENT, 5.0).calls] == [CALL]


def test_a_caller_who_leaves_before_the_answer(bench: Bench) -> None:
    bench.calls(0.0, STARTED, CallQueued(CALL, "line400", 1))
    bench.calls(2.0, RINGING)
    ended = bench.calls(9.0, CallEnded(CALL, EndReason.ABANDONED, Party.CALLER))
    times = (7.0, 9.0, 0.0, 0.0, 0.0, None)
    finished = CallFinished(CALL, "abandoned", "caller", *times, (), None, None, queue="line400")
    assert orders(ended) == [Save(finished, 9.0)]


def test_hold_shuts_the_agents_ear_and_counts(bench: Bench) -> None:
    bench.talking()
    held = bench.calls(10.0, CallHeld(CALL, Party.AGENT, A1))
    assert orders(held) == [OpenAgentEar(CALL, False)]
    assert bench.core.on_speech(CALL, Party.AGENT, SpeechStarted(LEG, 0.0), 12.0) == []
    resumed = bench.calls(40.0, CallResumed(CALL, Party.AGENT, A1))
    assert orders(resumed) == [OpenAgentEar(CALL, True)]
    assert bench.engine.facts == [Held(Speaker.AGENT), Resumed(Speaker.AGENT)]
    ended = orders(bench.calls(50.0, CallEnded(CALL, EndReason.HUNG_UP, None)))
    assert ended[0] == Save(LegFinished(CALL, 1, 15.0, 30.0), 50.0)


def test_a_caller_who_holds_still_hears_the_agent(bench: Bench) -> None:
    bench.talking()
    assert orders(bench.calls(10.0, CallHeld(CALL, Party.CALLER, A1))) == []


def test_music_to_the_caller_is_not_the_agent(bench: Bench) -> None:
    bench.talking()
    assert orders(bench.calls(10.0, HoldMusic(CALL, True))) == [OpenAgentEar(CALL, False)]
    assert orders(bench.calls(11.0, HoldMusic(CALL, False))) == [OpenAgentEar(CALL, True)]


def test_a_transfer_hands_the_call_its_card_and_its_tap_over(bench: Bench) -> None:
    bench.talking()
    bench.advise(show(a_card()))
    bench.core.on_speech(CALL, Party.CALLER, SpeechStarted(LEG, 0.0), 6.0)
    moved = bench.calls(20.0, CallTransferred(CALL, TransferKind.BLIND, A1, "8002"))
    assert orders(moved) == [OpenAgentEar(CALL, False)]
    bench.calls(21.0, AgentRinging(CALL, A2, PHONE2))
    taken = bench.calls(25.0, CallAnswered(CALL, A2, TRUNK, PHONE2, 4.0, 5.0, None))
    assert orders(taken) == [
        Save(LegFinished(CALL, 1, 15.0, 0.0), 25.0),
        Save(LegBegan(CALL, 2, "8002", "line400", 4.0, 5.0), 25.0),
        StartTap(CALL, TRUNK, PHONE2),
        OpenAgentEar(CALL, True),
    ]
    assert ToAgent("8001", CallGone(call_id=CALL)) in taken
    assert ("8002", "CardShown") in shown(taken)
    assert bench.engine.facts[-1] == Answered("8002", 4.0, 5.0, again=True)
    # The new phone's ringing is counted from its own first ring, not from the first agent's.
    handed_on = [
        Transferred("8002", blind=True),
        Ringing("8002", 0.0),
        Answered("8002", 4.0, 5.0, again=True),
    ]
    assert [fact for fact in bench.engine.facts if fact in handed_on] == handed_on


def test_the_next_agent_does_not_see_what_was_for_the_one_before(bench: Bench) -> None:
    bench.talking()
    bench.advise(show(a_card()))
    bench.core.on_speech(CALL, Party.CALLER, SpeechStarted(LEG, 0.0), 6.0)
    bench.calls(20.0, CallTransferred(CALL, TransferKind.ATTENDED, A1, "8002"))
    bench.advise(RemoveCard(CardId("c1"), SituationId("s1"), GoneWhy.CANCELLED))
    taken = bench.calls(20.0, CallAnswered(CALL, A2, TRUNK, PHONE2, 4.0, 5.0, None))
    assert ("8002", "CardShown") not in shown(taken)


def test_calls_between_colleagues_and_calls_out(bench: Bench) -> None:
    internal = CallStarted(CALL, Direction.INTERNAL, PHONE, "8001", None, "8002", None)
    assert bench.calls(0.0, internal, RINGING, ANSWERED) == []
    out = CallStarted(CallId("2"), Direction.OUTBOUND, PHONE, "8001", None, "13800138000", "trunk400")
    bench.calls(0.0, out)
    answered = bench.calls(1.0, CallAnswered(CallId("2"), A1, TRUNK, PHONE, 1.0, 1.0, None))
    assert orders(answered) == [Save(LegBegan("2", 1, "8001", None, 1.0, 1.0), 1.0)]
    assert bench.engine.facts == []


def test_a_call_found_alive_is_helped_again_and_not_begun_twice(bench: Bench) -> None:
    found = CallStarted(CALL, Direction.INBOUND, TRUNK, "1", None, None, "trunk400", age=60.0)
    bench.calls(100.0, found)
    bench.calls(100.0, CallAnswered(CALL, A1, TRUNK, PHONE, 4.0, 5.0, None, age=50.0))
    assert bench.engine.facts == [Answered("8001", 4.0, 5.0, age=50.0)]
    assert bench.core.snapshot(AGENT, 101.0).calls[0].total_s == 61.0
    again = bench.calls(120.0, found, CallAnswered(CALL, A1, TRUNK, PHONE, 4.0, 5.0, None, age=70.0))
    assert orders(again) == [StartTap(CALL, TRUNK, PHONE), OpenAgentEar(CALL, True)]
    bench.core.on_tap(CALL, TapChange.UP, BOTH, "", 121.0)
    assert orders(bench.calls(130.0, CallAnswered(CALL, A1, TRUNK, PHONE, 4.0, 5.0, None, age=80.0))) == []


def test_the_line_tells_when_the_pbx_goes_and_comes(bench: Bench) -> None:
    back = bench.calls(0.0, PbxBack(0.0, False, "22.10.1"))
    assert shown(back) == [("everyone", "LineChanged")]
    lost = bench.calls(5.0, PbxLost("wrong_secret: Authentication failed"))
    told = "与电话系统的连接断开:正在重连。通话不受影响,期间的新情况看不到。"
    assert orders(lost)[1:] == [Notify("pbx_lost", True, told)]
    line = view(lost, LineChanged)
    assert isinstance(line, LineChanged)
    assert line.line.parts[0].text.startswith("与电话系统的连接断开(帐号或密码不对:Authentication failed)")
    assert bench.calls(6.0, PbxLost("wrong_secret: Authentication failed")) == []
    assert orders(bench.calls(7.0, PbxLost("unreachable: no route"))) == []
    assert orders(bench.core.on_timer(605.0)) == [Notify("pbx_lost", True, f"{told}(第 2 次提醒)", 1)]
    restored = [Notify("pbx_lost", False, "与电话系统的连接恢复。")]
    assert orders(bench.calls(700.0, PbxBack(695.0, False, "22.10.1")))[-1:] == restored
    assert bench.core.next_deadline() is None


def test_callers_waiting_are_counted_over_all_queues(bench: Bench) -> None:
    bench.calls(0.0, QueueLength("a", 2), QueueLength("b", 1))
    assert bench.core.snapshot(AGENT, 1.0).line.waiting == 3
    assert bench.calls(1.0, QueueLength("a", 2)) == []


def test_supervisors_see_the_team(bench: Bench) -> None:
    bench.core.on_presence("8001", "刘敏", True, 0.0)
    assert bench.calls(0.0, PhoneChanged(A1, PhoneState.IDLE), PhoneChanged(A1, PhoneState.IDLE)) != []
    bench.talking(5.0)
    member = bench.core.snapshot(BOSS, 15.0).agents[0]
    assert (member.name, member.online, member.phone, member.call_id, member.talk_s) == (
        "刘敏",
        True,
        "idle",
        CALL,
        10.0,
    )
    bench.calls(20.0, CallEnded(CALL, EndReason.HUNG_UP, None))
    assert bench.core.snapshot(BOSS, 99.0).agents[0].talk_s == 15.0
    bench.core.on_presence("9001", "王芳", True, 99.0, "supervisor")
    assert [(one.name, one.role) for one in bench.core.snapshot(BOSS, 99.0).agents] == [
        ("刘敏", "agent"),
        ("王芳", "supervisor"),
    ]


def test_a_fault_of_ours_ends_the_help_for_one_call_and_says_so(bench: Bench) -> None:
    bench.talking()
    bench.engine.deadline = 30.0
    effects = bench.core.abandon(CALL, 1, 8.0)
    assert shown(effects) == [("everyone", "LineChanged"), ("8001", "Refused")]
    assert bench.core.abandon(CALL, 1, 8.0) == []
    assert bench.core.next_deadline() is None
    bench.core.on_speech(CALL, Party.CALLER, SpeechStarted(LEG, 0.0), 9.0)
    assert bench.engine.facts == []
    assert orders(bench.calls(20.0, CallEnded(CALL, EndReason.HUNG_UP, None)))[-1] == StopTap(CALL)


def test_events_of_unknown_calls_are_nothing(bench: Bench) -> None:
    assert bench.calls(0.0, RINGING, ANSWERED, CallEnded(CALL, EndReason.LOST, None)) == []
    assert bench.core.on_speech("x", Party.CALLER, SpeechStarted(LEG, 0.0), 0.0) == []
    assert bench.core.on_tap("x", TapChange.UP, BOTH, "", 0.0) == []
