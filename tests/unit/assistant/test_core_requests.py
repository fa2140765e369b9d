"""What people ask of the core: who may do what, and what follows."""

import pytest

from ami_bridge.events import CallEnded, EndReason
from assistant.core.unread import KEPT_S, MOST_UNREAD, Written
from assistant.effects import (
    Effect,
    HangUp,
    PickUp,
    PlaceDemoCall,
    Save,
    SaveFirst,
    Spy,
    ToAgent,
    ToSupervisors,
)
from assistant.messages import (
    CallUpSituation,
    Escalate,
    HandleEscalation,
    HangUpCall,
    JoinCall,
    MessageRead,
    MoveCard,
    Note,
    NoteKept,
    NoteView,
    ReadMessage,
    Refused,
    SetCaller,
    StartDemoCall,
    SupervisorSays,
    TellAgent,
)
from assistant.messages import PickUp as PickUpAsked
from assistant.people import Person
from assistant.records import Audited, DeskMessageRead, DeskMessageWritten, NoteTaken
from prompts.facts import CallerKnown
from tests.support.core_bench import AGENT, BOSS, CALL, OTHER, PHONE, RINGING, STARTED, TRUNK, Bench, reasons

QUALITY = Person(4, "9003", "质检", "quality")
TOO_LONG = "最多写 500 个字,请写短一些。"


def test_a_note_is_told_when_the_book_has_it_and_to_pages_that_come_later(bench: Bench) -> None:
    bench.talking()
    note = NoteTaken(CALL, "8001", "要发票")
    asked = bench.core.on_browser(AGENT, Note(call_id=CALL, text=" 要发票 "), 9.0)
    assert asked == [SaveFirst(note, 9.0, "8001")]
    assert bench.core.snapshot(AGENT, 9.0).notes == []
    kept = NoteKept(note=NoteView(call_id=CALL, agent="8001", text="要发票"))
    assert bench.core.on_saved(note, 9.1) == [ToAgent("8001", kept), ToSupervisors(kept)]
    assert bench.core.snapshot(AGENT, 9.2).notes == [kept.note]
    assert bench.core.snapshot(OTHER, 9.2).notes == []
    bench.calls(20.0, CallEnded(CALL, EndReason.HUNG_UP, None))
    assert bench.core.on_saved(note, 20.1) == [ToAgent("8001", kept)]


@pytest.mark.parametrize(
    ("who", "message", "reply_to", "reason"),
    [
        (OTHER, MoveCard(call_id=CALL, card_id="c1", move="said"), "move_card", "这不是您的通话。"),
        (OTHER, HangUpCall(call_id=CALL), "hang_up", "这不是您的通话。"),
        (BOSS, SetCaller(call_id=CALL, surname="李"), "set_caller", "这不是您的通话。"),
        (AGENT, HangUpCall(call_id="gone"), "hang_up", "这通电话已经结束。"),
        (AGENT, MoveCard(call_id=CALL, card_id="none", move="said"), "move_card", "这条提示已经不在了。"),
        (
            AGENT,
            CallUpSituation(call_id=CALL, situation_id="none"),
            "call_up",
            "这通电话的话术里没有这个情境。",
        ),
        (AGENT, JoinCall(call_id=CALL, how="listen"), "join_call", "只有主管可以这样做。"),
        (AGENT, TellAgent(agent="8002", text="x"), "tell_agent", "只有主管可以这样做。"),
        (
            AGENT,
            HandleEscalation(escalation_id="e1", do="acknowledge"),
            "handle_escalation",
            "只有主管可以这样做。",
        ),
        (
            QUALITY,
            HandleEscalation(escalation_id="e1", do="close", note="已回电"),
            "handle_escalation",
            "只有主管可以这样做。",
        ),
        (
            AGENT,
            HandleEscalation(escalation_id="none", do="close", note="已回电"),
            "handle_escalation",
            "这条上报已经处理完了。",
        ),
        (
            BOSS,
            HandleEscalation(escalation_id="none", do="close"),
            "handle_escalation",
            "这条上报已经处理完了。",
        ),
        (BOSS, TellAgent(agent="8001", text="  "), "tell_agent", "请写下要说的话。"),
        (AGENT, Note(call_id=CALL, text="长" * 501), "note", TOO_LONG),
        (AGENT, Escalate(call_id=CALL, note="长" * 501), "escalate", TOO_LONG),
        (BOSS, TellAgent(agent="8001", text="长" * 501), "tell_agent", TOO_LONG),
        (
            BOSS,
            HandleEscalation(escalation_id="e1", do="close", note="长" * 501),
            "handle_escalation",
            TOO_LONG,
        ),
        (AGENT, Note(call_id=CALL, text=" "), "note", "请写下要记的话。"),
        (BOSS, JoinCall(call_id="gone", how="listen"), "join_call", "这通电话还没有接通,或已经结束。"),
        (OTHER, PickUpAsked(call_id=CALL), "pick_up", "这通电话已经有人接了,或已经结束。"),
        (AGENT, StartDemoCall(scenario="x"), "demo_call", "没有这个演示场景。"),
    ],
)
def test_what_is_refused_is_refused_to_who_asked(
    bench: Bench, who: Person, message: object, reply_to: str, reason: str
) -> None:
    bench.talking()
    effects = bench.core.on_browser(who, message, 8.0)  # type: ignore[arg-type]
    assert effects == [ToAgent(who.extension, Refused(reply_to=reply_to, reason=reason))]
    assert bench.engine.facts == []


def test_what_an_agent_may_order(bench: Bench) -> None:
    bench.talking()
    hung = bench.core.on_browser(AGENT, HangUpCall(call_id=CALL), 8.0)
    assert hung == [HangUp(CALL, TRUNK, "坐席挂机"), Save(Audited("8001", "hang_up", CALL, ""), 8.0)]
    bench.core.on_browser(AGENT, SetCaller(call_id=CALL, surname=" 欧阳 ", title="先生"), 9.0)
    bench.core.on_browser(AGENT, SetCaller(call_id=CALL, title="女士"), 10.0)
    assert bench.engine.facts == [CallerKnown("欧阳", "先生", confirmed=True), CallerKnown("欧阳", "女士")]


def test_what_a_supervisor_may_order(bench: Bench) -> None:
    bench.talking()
    joined = bench.core.on_browser(BOSS, JoinCall(call_id=CALL, how="whisper"), 8.0)
    assert joined == [Spy(CALL, PHONE, "9001", "whisper"), Save(Audited("9001", "whisper", CALL, ""), 8.0)]


def test_what_a_supervisor_wrote_stays_until_it_was_read_and_needs_an_open_page(bench: Bench) -> None:
    def write(text: str, now: float) -> list[Effect]:
        return bench.core.on_browser(BOSS, TellAgent(agent="8001", text=text), now)

    def unread(now: float) -> list[str]:
        return [says.text for says in bench.core.snapshot(AGENT, now).unread]

    nobody = ["8001 没有打开页面,现在看不到留言,请打电话。"]
    assert reasons(write("请核对", 8.0)) == nobody
    bench.core.on_presence("8001", "刘敏", True, 8.5)
    says = SupervisorSays(call_id=None, by="主管", text="请核对", message_id="e1")
    assert write(" 请核对 ", 9.0) == [
        ToAgent("8001", says),
        Save(DeskMessageWritten("e1", "8001", "主管", "请核对"), 9.0),
        Save(Audited("9001", "tell_agent", "8001", "请核对"), 9.0),
    ]
    for number in range(1, MOST_UNREAD):
        write(f"第 {number} 条", 10.0)
    assert reasons(write("再多一条", 11.0)) == [f"8001 还有 {MOST_UNREAD} 条留言没有看,请打电话。"]
    assert bench.core.snapshot(BOSS, 11.0).unread == bench.core.snapshot(OTHER, 11.0).unread == []
    assert unread(11.0)[:2] == ["请核对", "第 1 条"]
    # Somebody else's is not put away, and one that is gone leaves a page that is behind.
    bench.core.on_browser(OTHER, ReadMessage(message_id="e1"), 12.0)
    assert unread(12.0)[0] == "请核对"
    for kept in ([Save(DeskMessageRead("e1"), 12.0)], []):
        read = bench.core.on_browser(AGENT, ReadMessage(message_id="e1"), 12.0)
        assert read == [ToAgent("8001", MessageRead(message_id="e1")), *kept]
    assert unread(12.0)[0] == "第 1 条"
    assert unread(10.0 + KEPT_S) == []
    assert reasons(write("隔天", 11.0 + KEPT_S)) == []
    assert unread(11.0 + KEPT_S) == ["隔天"]
    bench.core.on_presence("8001", "刘敏", False, 13.0)
    assert reasons(write("请核对", 13.0)) == nobody


def test_what_the_last_run_left_unread_is_on_the_page_again(bench: Bench) -> None:
    says = SupervisorSays(call_id=None, by="主管", text="请核对", message_id="x1")
    assert bench.core.on_known_messages([Written("8001", says, 60.0)], 100.0) == [ToAgent("8001", says)]
    assert bench.core.snapshot(AGENT, 100.0).unread == [says]
    assert bench.core.snapshot(OTHER, 100.0).unread == []
    assert bench.core.snapshot(AGENT, 40.0 + KEPT_S).unread == []
    assert bench.core.on_browser(AGENT, ReadMessage(message_id="x1"), 101.0) == [
        ToAgent("8001", MessageRead(message_id="x1")),
        Save(DeskMessageRead("x1"), 101.0),
    ]


def test_a_colleague_picks_up_what_rings(bench: Bench) -> None:
    bench.calls(0.0, STARTED)
    early = bench.core.on_browser(OTHER, PickUpAsked(call_id=CALL), 0.5)
    assert early == [ToAgent("8002", Refused(reply_to="pick_up", reason="现在没有话机在振铃,请稍候。"))]
    bench.calls(1.0, RINGING)
    picked = bench.core.on_browser(OTHER, PickUpAsked(call_id=CALL), 2.0)
    assert picked == [PickUp(CALL, PHONE, "8002"), Save(Audited("8002", "pick_up", CALL, ""), 2.0)]
    own = bench.core.on_browser(AGENT, PickUpAsked(call_id=CALL), 3.0)
    assert own == [
        ToAgent("8001", Refused(reply_to="pick_up", reason="这通电话正在您的话机上振铃,请直接接听。"))
    ]


def test_demo_calls_only_of_known_scenarios() -> None:
    bench = Bench(demo_scenarios=("无声电话",))
    assert bench.core.on_browser(AGENT, StartDemoCall(scenario="无声电话"), 0.0) == [
        PlaceDemoCall("无声电话")
    ]
