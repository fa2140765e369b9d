"""The core: given these events at these times, exactly these effects."""

from datetime import UTC, datetime
from typing import Literal

import pytest

from ami_bridge.events import (
    AgentRinging,
    AgentStoppedRinging,
    CallAnswered,
    CallEnded,
    CallEvent,
    CallHeld,
    CallId,
    CallQueued,
    CallResumed,
    CallStarted,
    CallTransferred,
    ChannelName,
    Direction,
    EndReason,
    Extension,
    HoldMusic,
    MediaQuality,
    Party,
    PbxBack,
    PbxLost,
    PhoneChanged,
    PhoneLifted,
    PhoneState,
    QueueLength,
    RingEnd,
    TransferKind,
    Way,
)
from asr.events import AudioJudged, AudioKind, Heard, LegId, LevelReading, SpeechStarted, SpeechStopped
from assistant.core import Core, CoreSettings, TapChange
from assistant.core.escalations import FromBook
from assistant.effects import (
    Effect,
    HangUp,
    Notify,
    OpenAgentEar,
    PickUp,
    PlaceDemoCall,
    Save,
    SaveFirst,
    Spy,
    StartTap,
    StopTap,
    ToAgent,
    ToEveryone,
    ToSupervisors,
)
from assistant.messages import (
    CallChanged,
    CallGone,
    CallUpSituation,
    CardGone,
    CardShown,
    Escalate,
    EscalationChanged,
    HandleEscalation,
    HangUpCall,
    JoinCall,
    LineChanged,
    MoveCard,
    Note,
    NoteKept,
    NoteView,
    NoticeGone,
    NoticeShown,
    Refused,
    SetCaller,
    StartDemoCall,
    SupervisorSays,
    TellAgent,
    Transcript,
)
from assistant.messages import PickUp as PickUpAsked
from assistant.notify.rules import DEFAULT_RULES, letters
from assistant.notify.rules import Audience as Told
from assistant.people import Person
from assistant.records import (
    Audited,
    CallBegan,
    CallFinished,
    CardWasGone,
    CardWasShown,
    EscalationHandled,
    EscalationRaised,
    ForbiddenWasSaid,
    LegBegan,
    LegFinished,
    NoteTaken,
    TextWasSaid,
    TraceLine,
)
from prompts.advice import (
    Advice,
    Audience,
    CallerNamed,
    GoneWhy,
    MarkForbidden,
    RaiseEscalation,
    RemoveCard,
    Traced,
)
from prompts.advice import HangUpCall as HangUpAdvised
from prompts.facts import (
    AgentMove,
    AgentMoved,
    Answered,
    AudioAvailable,
    CalledUp,
    CallerKnown,
    CardId,
    Fact,
    Held,
    HungUp,
    Lifted,
    Resumed,
    Ringing,
    Said,
    SituationId,
    Sound,
    SoundIs,
    Speaker,
    SpeechBegan,
    SpeechEnded,
    Transferred,
)
from tests.support.engines import NotedEngine, OneEngine, a_card, show

CALL = CallId("1700000000.1")
A1, A2 = Extension("8001"), Extension("8002")
TRUNK, PHONE, PHONE2 = (
    ChannelName("PJSIP/trunk400-1"),
    ChannelName("PJSIP/8001-2"),
    ChannelName("PJSIP/8002-3"),
)
LEG = LegId("leg")
BOTH = (Party.CALLER, Party.AGENT)
AGENT = Person(1, "8001", "刘敏", "agent")
OTHER = Person(2, "8002", "徐茂", "agent")
BOSS = Person(3, "9001", "主管", "supervisor")

STARTED = CallStarted(CALL, Direction.INBOUND, TRUNK, "13800138000", "王", "4001234567", "trunk400")
RINGING = AgentRinging(CALL, A1, PHONE)
ANSWERED = CallAnswered(CALL, A1, TRUNK, PHONE, 4.0, 5.0, "line400")


class Bench:
    """A core with a noted engine, and the talk of one test."""

    def __init__(self, **settings: object) -> None:
        self.scripts = OneEngine()
        numbers = iter(range(1, 100))
        self.core = Core(
            self.scripts,
            CoreSettings(model="mini", **settings),  # type: ignore[arg-type]
            lambda: f"e{next(numbers)}",
            lambda number: "北京" if number.startswith("138") else None,
        )

    @property
    def engine(self) -> NotedEngine:
        return self.scripts.noted

    def calls(self, now: float, *events: CallEvent) -> list[Effect]:
        return [effect for event in events for effect in self.core.on_call(event, now)]

    def talking(self, now: float = 5.0) -> None:
        self.calls(0.0, STARTED)
        self.calls(1.0, RINGING)
        self.calls(now, ANSWERED)
        self.core.on_tap(CALL, TapChange.UP, BOTH, "", now)
        self.engine.facts.clear()

    def advise(self, *advice: Advice) -> None:
        """The next fact is answered with this, once."""
        left = [list(advice)]

        def answer(_fact: Fact, _now: float) -> list[Advice]:
            return left.pop() if left else []

        self.engine.answer = answer


@pytest.fixture
def bench() -> Bench:
    return Bench()


def orders(effects: list[Effect]) -> list[Effect]:
    """Without what is shown."""
    return [e for e in effects if not isinstance(e, ToAgent | ToSupervisors | ToEveryone)]


def shown(effects: list[Effect]) -> list[tuple[str, str]]:
    """To whom and of which kind, in order."""
    told: list[tuple[str, str]] = []
    for effect in effects:
        match effect:
            case ToAgent():
                told.append((effect.agent, type(effect.message).__name__))
            case ToSupervisors():
                told.append(("supervisors", type(effect.message).__name__))
            case ToEveryone():
                told.append(("everyone", type(effect.message).__name__))
            case _:
                pass
    return told


def view(effects: list[Effect], kind: type = CallChanged) -> object:
    messages = [e.message for e in effects if isinstance(e, ToAgent | ToSupervisors | ToEveryone)]
    return next(m for m in messages if isinstance(m, kind))


# -- a call from ring to end ---------------------------------------------------------------------------------------------


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


# -- what is heard -------------------------------------------------------------------------------------------------------


def heard(text: str, *, final: bool = True, utterance: int = 1) -> Heard:
    return Heard(
        LEG, utterance, text, 0.9 if final else None, (), final, 1.5, -20.0, 25.0, 0.3 if final else 0.0
    )


def test_speech_becomes_facts_and_the_silence_clock(bench: Bench) -> None:
    bench.talking()
    assert bench.core.snapshot(AGENT, 7.0).calls[0].silence_s == 2.0
    began = bench.core.on_speech(CALL, Party.AGENT, SpeechStarted(LEG, 0.2), 8.0)
    assert shown(began) == [("8001", "CallChanged"), ("supervisors", "CallChanged")]
    assert bench.core.snapshot(AGENT, 8.0).calls[0].silence_s is None
    bench.core.on_speech(CALL, Party.AGENT, SpeechStopped(LEG, 0.5, 1.5), 10.0)
    assert bench.core.snapshot(AGENT, 12.0).calls[0].silence_s == 2.5
    assert bench.engine.facts == [
        SpeechBegan(Speaker.AGENT, 0.2),
        SpeechEnded(Speaker.AGENT, 0.5, 1.5),
    ]
    finished = orders(bench.calls(15.0, CallEnded(CALL, EndReason.HUNG_UP, None)))[1]
    assert isinstance(finished, Save)
    assert isinstance(finished.record, CallFinished)
    assert finished.record.answer_delay_s == pytest.approx(2.8)
    assert finished.record.silence_s == pytest.approx(2.8 + 5.5)


def test_text_is_shown_marked_kept_and_saved_when_final(bench: Bench) -> None:
    bench.talking()
    partial = bench.core.on_speech(CALL, Party.CALLER, heard("我很", final=False), 9.0)
    assert orders(partial) == []
    bench.advise(show(a_card()))
    final = bench.core.on_speech(CALL, Party.CALLER, heard("我很生气"), 10.0)
    line = view(final, Transcript)
    assert isinstance(line, Transcript)
    assert (line.line.text, line.line.final, line.line.marks, line.line.at_s) == (
        "我很生气",
        True,
        ["生气"],
        4.7,
    )
    assert orders(final)[0] == Save(TextWasSaid(CALL, "caller", 1, "我很生气", 0.9, 4.7), 10.0)
    assert shown(final)[:2] == [("8001", "Transcript"), ("supervisors", "Transcript")]
    assert [kept.text for kept in bench.core.snapshot(AGENT, 11.0).transcript] == ["我很生气"]
    assert isinstance(bench.engine.facts[-1], Said)


def test_an_utterance_nobody_understood_is_a_fact_but_no_line(bench: Bench) -> None:
    bench.talking()
    assert bench.core.on_speech(CALL, Party.CALLER, heard(""), 10.0) == []
    assert bench.engine.facts == [Said(Speaker.CALLER, 1, "", 0.9, True, 1.5, -20.0, 25.0, 0.3)]


def test_levels_go_to_the_agent_always_and_to_the_board_once_a_second(bench: Bench) -> None:
    bench.talking()
    reading = LevelReading(LEG, -20.04, None, 12.34, 0.0, True)
    told = [shown(bench.core.on_speech(CALL, Party.CALLER, reading, 10.0 + n / 2)) for n in range(3)]
    assert told == [
        [("8001", "Levels"), ("supervisors", "Levels")],
        [("8001", "Levels")],
        [("8001", "Levels"), ("supervisors", "Levels")],
    ]


def test_how_it_sounds_and_what_the_network_loses(bench: Bench) -> None:
    bench.talking()
    bench.core.on_speech(CALL, Party.CALLER, AudioJudged(LEG, AudioKind.NOISY, True, "SNR 5 dB"), 10.0)
    for loss in (0.01, 0.05, 0.02, 0.01):
        bench.calls(11.0, MediaQuality(CALL, Party.CALLER, loss, 20.0))
    assert bench.engine.facts == [
        SoundIs(Speaker.CALLER, Sound.NOISY, True, "SNR 5 dB"),
        SoundIs(Speaker.CALLER, Sound.NETWORK_LOSS, True, "来路丢包 5%,抖动 20 ms"),
        SoundIs(Speaker.CALLER, Sound.NETWORK_LOSS, False, "来路丢包 1%,抖动 20 ms"),
    ]


def test_a_voice_is_whole_again_when_neither_half_of_its_way_loses(bench: Bench) -> None:
    bench.talking()
    for party, loss, way in (
        (Party.AGENT, 0.10, Way.TO_PHONE),
        (Party.CALLER, 0.05, Way.FROM_PHONE),
        (Party.AGENT, 0.00, Way.TO_PHONE),
        (Party.CALLER, 0.00, Way.FROM_PHONE),
    ):
        bench.calls(11.0, MediaQuality(CALL, party, loss, 20.0, way))
    assert bench.engine.facts == [
        SoundIs(Speaker.CALLER, Sound.NETWORK_LOSS, True, "去路丢包 10%,抖动 20 ms"),
        SoundIs(Speaker.CALLER, Sound.NETWORK_LOSS, False, "来路丢包 0%,抖动 20 ms"),
    ]


# -- taps ----------------------------------------------------------------------------------------------------------------


def test_a_lost_tap_is_made_anew_once_then_the_call_goes_on_unheard(bench: Bench) -> None:
    bench.talking()
    assert bench.core.on_tap(CALL, TapChange.LOST, BOTH, "gone", 10.0) == []
    assert bench.core.next_deadline() == 11.0
    again = bench.core.on_timer(11.0)
    assert orders(again) == [StopTap(CALL), StartTap(CALL, TRUNK, PHONE), OpenAgentEar(CALL, True)]
    bench.core.on_tap(CALL, TapChange.LOST, BOTH, "gone", 12.0)
    down = bench.core.on_timer(13.0)
    assert orders(down) == []
    assert bench.core.snapshot(AGENT, 13.0).calls[0].audio == "down"
    line = view(down, LineChanged)
    assert isinstance(line, LineChanged)
    assert [(part.name, part.state) for part in line.line.parts if part.name == "audio"] == [
        ("audio", "degraded")
    ]
    assert bench.engine.facts == [
        AudioAvailable(Speaker.CALLER, False),
        AudioAvailable(Speaker.AGENT, False),
        AudioAvailable(Speaker.CALLER, False),
        AudioAvailable(Speaker.AGENT, False),
    ]


def test_a_tap_that_was_heard_for_a_while_is_made_anew_each_time(bench: Bench) -> None:
    """The process that listens may die twice in one long call."""
    bench.talking()
    for lost_at in (20.0, 40.0, 60.0):
        bench.core.on_tap(CALL, TapChange.LOST, BOTH, "gone", lost_at)
        again = bench.core.on_timer(lost_at + 1)
        assert orders(again) == [StopTap(CALL), StartTap(CALL, TRUNK, PHONE), OpenAgentEar(CALL, True)]
        bench.core.on_tap(CALL, TapChange.UP, BOTH, "", lost_at + 2)


def test_a_tap_that_ends_with_its_call_is_no_loss(bench: Bench) -> None:
    bench.talking()
    bench.core.on_tap(CALL, TapChange.LOST, BOTH, "gone", 10.0)
    bench.calls(10.02, CallEnded(CALL, EndReason.HUNG_UP, None))
    assert bench.core.next_deadline() is None
    assert bench.core.on_timer(12.0) == []


def test_no_frames_on_one_voice_is_silence_on_both_a_broken_tap(bench: Bench) -> None:
    bench.talking()
    gone = AudioJudged(LEG, AudioKind.NO_AUDIO, True, "")
    assert bench.core.on_speech(CALL, Party.CALLER, gone, 10.0) == []
    assert bench.engine.facts == [SoundIs(Speaker.CALLER, Sound.NO_AUDIO, True, "")]
    both = bench.core.on_speech(CALL, Party.AGENT, gone, 10.5)
    assert orders(both) == [StopTap(CALL), StartTap(CALL, TRUNK, PHONE), OpenAgentEar(CALL, True)]


def test_the_agents_own_tap_may_end_while_the_caller_is_heard_on(bench: Bench) -> None:
    bench.talking()
    assert bench.core.on_tap(CALL, TapChange.LOST, (Party.AGENT,), "gone", 10.0) == []
    assert bench.engine.facts == [AudioAvailable(Speaker.AGENT, False)]
    assert bench.core.next_deadline() is None


def test_an_asterisk_without_audiosocket(bench: Bench) -> None:
    bench.calls(0.0, STARTED)
    bench.calls(5.0, ANSWERED)
    bench.core.on_tap(CALL, TapChange.IMPOSSIBLE, BOTH, "too old", 5.0)
    assert bench.core.snapshot(AGENT, 6.0).calls[0].audio == "down"


# -- what the engine advises ---------------------------------------------------------------------------------------------


def test_a_card_comes_and_goes(bench: Bench) -> None:
    bench.talking()
    bench.advise(show(a_card()))
    came = bench.core.on_browser(AGENT, CallUpSituation(call_id=CALL, situation_id="abuse"), 8.0)
    assert orders(came) == [
        Save(CardWasShown(CALL, "c1", "s1", ("S0-16",), 1, "您好", "测试", "8001", "p", "1"), 8.0)
    ]
    assert shown(came) == [
        ("8001", "CardShown"),
        ("supervisors", "CardShown"),
        ("8001", "CallChanged"),
        ("supervisors", "CallChanged"),
    ]
    assert bench.engine.facts == [CalledUp(SituationId("abuse"))]
    assert [card.card_id for card in bench.core.snapshot(AGENT, 9.0).cards] == ["c1"]
    bench.advise(RemoveCard(CardId("c1"), SituationId("s1"), GoneWhy.SAID))
    went = bench.core.on_browser(AGENT, MoveCard(call_id=CALL, card_id="c1", move="said"), 9.0)
    assert orders(went) == [Save(CardWasGone(CALL, "c1", GoneWhy.SAID), 9.0)]
    assert ToAgent("8001", CardGone(call_id=CALL, card_id="c1", why="said")) in went
    assert bench.engine.facts[-1] == AgentMoved(CardId("c1"), AgentMove.SAID)
    assert bench.core.snapshot(AGENT, 9.0).cards == []


def test_a_notice_is_for_everyone_and_goes_with_the_call(bench: Bench) -> None:
    bench.calls(0.0, STARTED)
    bench.advise(show(a_card("n1", audience=Audience.EVERYONE)))
    effects = bench.calls(1.0, RINGING)
    notice = view(effects, NoticeShown)
    assert isinstance(notice, NoticeShown)
    assert isinstance(effects[-1], ToEveryone)
    assert (notice.card.card_id, notice.caller_number, notice.ring_s) == ("n1", "13800138000", 0.0)
    again = bench.core.snapshot(OTHER, 4.5)
    assert again.cards == []
    assert [(one.card.card_id, one.caller_number, one.ring_s) for one in again.notices] == [
        ("n1", "13800138000", 3.5)
    ]
    ended = bench.calls(5.0, CallEnded(CALL, EndReason.ABANDONED, None))
    assert ToEveryone(NoticeGone(call_id=CALL, card_id="n1")) in ended
    assert bench.core.snapshot(OTHER, 6.0).notices == []


def test_forbidden_words_names_traces_and_a_script_that_hangs_up(bench: Bench) -> None:
    bench.talking()
    bench.advise(
        MarkForbidden(SituationId("s9"), ("S0-31",), "喂", "喂 说话呀"),
        CallerNamed("李", "女士"),
        Traced(SituationId("s9"), False, "冷却中"),
        HangUpAdvised(SituationId("s9"), "无声电话"),
    )
    effects = bench.core.on_speech(CALL, Party.AGENT, SpeechStarted(LEG, 0.0), 8.0)
    assert orders(effects) == [
        Save(ForbiddenWasSaid(CALL, "s9", "喂", "喂 说话呀", "8001"), 8.0),
        Save(TraceLine(CALL, "s9", False, "冷却中"), 8.0),
        HangUp(CALL, TRUNK, "无声电话"),
    ]
    assert ("8001", "ForbiddenSaid") in shown(effects)
    call = bench.core.snapshot(AGENT, 8.0).calls[0]
    assert (call.surname, call.title) == ("李", "女士")


def test_the_engines_deadline_is_the_cores(bench: Bench) -> None:
    bench.engine.deadline = 25.0
    bench.engine.on_wake = lambda _now: [show(a_card())]
    bench.talking()
    assert bench.core.next_deadline() == 25.0
    assert bench.core.calls_due(24.9) == []
    assert bench.core.calls_due(25.0) == [CALL]
    assert ("8001", "CardShown") in shown(bench.core.on_timer(25.0))
    assert bench.core.next_deadline() is None


# -- escalations ---------------------------------------------------------------------------------------------------------


def raise_one(bench: Bench, now: float) -> list[Effect]:
    bench.advise(RaiseEscalation(SituationId("abuse"), ("S0-31",), "客户辱骂", "你个骗子", True))
    return bench.core.on_speech(CALL, Party.CALLER, SpeechStarted(LEG, 0.0), now)


def test_an_escalation_repeats_until_somebody_takes_it_up(bench: Bench) -> None:
    bench.talking()
    raised = raise_one(bench, 10.0)
    assert orders(raised) == [
        Save(EscalationRaised("e1", CALL, "8001", "abuse", "客户辱骂", "你个骗子", True), 10.0),
        Notify("escalation", True, "坐席 8001:客户辱骂"),
    ]
    assert ("supervisors", "EscalationChanged") in shown(raised)
    assert bench.core.snapshot(BOSS, 10.0).calls[0].escalated
    assert bench.core.next_deadline() == 70.0
    repeated = bench.core.on_timer(70.0)
    assert orders(repeated) == [Notify("escalation", True, "坐席 8001:客户辱骂(第 2 次提醒)", 1)]
    asked = bench.core.on_browser(BOSS, HandleEscalation(escalation_id="e1", do="acknowledge"), 75.0)
    handled = EscalationHandled("e1", "acknowledged", "9001", "")
    assert asked == [
        Save(Audited("9001", "escalation_acknowledge", "e1", ""), 75.0),
        SaveFirst(handled, 75.0, "9001"),
    ]
    assert bench.core.next_deadline() == 130.0
    taken = bench.core.on_saved(handled, 75.1)
    assert shown(taken) == [("8001", "EscalationChanged"), ("supervisors", "EscalationChanged")]
    assert bench.core.next_deadline() is None
    bench.calls(80.0, CallEnded(CALL, EndReason.HUNG_UP, None))
    bench.core.on_browser(BOSS, HandleEscalation(escalation_id="e1", do="close", note="已回电"), 90.0)
    closed = bench.core.on_saved(EscalationHandled("e1", "closed", "9001", "已回电"), 90.0)
    changed = view(closed, EscalationChanged)
    assert isinstance(changed, EscalationChanged)
    assert (changed.escalation.state, changed.escalation.note, changed.escalation.repeats) == (
        "closed",
        "已回电",
        1,
    )
    assert bench.core.snapshot(BOSS, 91.0).escalations == []


def test_an_escalation_is_assigned_and_told_to_whom_it_concerns(bench: Bench) -> None:
    bench.talking()
    bench.core.on_browser(AGENT, Escalate(call_id=CALL, note="请接手"), 9.0)
    asked = bench.core.on_browser(
        BOSS, HandleEscalation(escalation_id="e1", do="assign", to="8002", note="请回电"), 10.0
    )
    handled = EscalationHandled("e1", "acknowledged", "9001", "请回电", "8002")
    assert asked == [
        Save(Audited("9001", "escalation_assign", "e1", "8002 请回电"), 10.0),
        SaveFirst(handled, 10.0, "9001"),
    ]
    told = bench.core.on_saved(handled, 10.1)
    assert shown(told) == [
        ("8001", "EscalationChanged"),
        ("8002", "EscalationChanged"),
        ("supervisors", "EscalationChanged"),
    ]
    assert [e.assigned_to for e in bench.core.snapshot(OTHER, 11.0).escalations] == ["8002"]
    assert bench.core.on_saved(EscalationHandled("gone", "closed", "9001", ""), 12.0) == []


def test_with_every_reminder_more_people_hear_of_it_and_with_none_once_it_is_taken_up(bench: Bench) -> None:
    def told(effects: list[Effect]) -> list[list[Told]]:
        notices = [effect for effect in effects if isinstance(effect, Notify)]
        noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
        return [[letter.audience for letter in letters(DEFAULT_RULES, one, noon)] for one in notices]

    bench.talking()
    supervisors = [Told.SUPERVISORS]
    assert told(raise_one(bench, 10.0)) == [supervisors]
    assert told(bench.core.on_timer(69.9)) == []
    assert told(bench.core.on_timer(70.0)) == [[*supervisors, Told.DUTY]]
    assert told(bench.core.on_timer(130.0)) == [[*supervisors, Told.DUTY, Told.ADMINISTRATORS]]
    bench.core.on_saved(EscalationHandled("e1", "acknowledged", "9001", ""), 131.0)
    assert told(bench.core.on_timer(190.0)) == []
    assert bench.core.next_deadline() is None


def test_what_the_last_run_left_unfinished_is_on_the_board_and_repeats_at_once(bench: Bench) -> None:
    open_one = FromBook("x1", CALL, "8001", "138", "辱骂", "……", True, 300.0, False, None, None, None)
    taken_up = FromBook("x2", CALL, "8001", None, "求助", "", False, 90.0, True, "9001", "在看", "8002")
    told = bench.core.on_known_escalations([open_one, taken_up], 1000.0)
    assert shown(told) == [("supervisors", "EscalationChanged")] * 2
    seen = bench.core.snapshot(BOSS, 1000.0).escalations
    assert [(e.escalation_id, e.state, e.age_s, e.by) for e in seen] == [
        ("x1", "open", 300.0, None),
        ("x2", "acknowledged", 90.0, "9001"),
    ]
    assert bench.core.next_deadline() == 1000.0
    assert orders(bench.core.on_timer(1000.0)) == [
        Notify("escalation", True, "坐席 8001:辱骂(第 6 次提醒)", 5)
    ]


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


def test_a_call_is_in_the_book_before_anything_of_it_is_shown(bench: Bench) -> None:
    bench.advise(show(a_card("c1")))
    effects = [*bench.calls(0.0, STARTED), *bench.calls(1.0, RINGING)]
    kinds = [type(e.record) if isinstance(e, Save) else type(e) for e in effects]
    first_shown = next(i for i, kind in enumerate(kinds) if kind in (ToAgent, ToSupervisors, ToEveryone))
    assert kinds.index(CallBegan) < first_shown
    shown_card = next(
        i for i, e in enumerate(effects) if isinstance(e, ToAgent) and isinstance(e.message, CardShown)
    )
    assert kinds.index(CallBegan) < kinds.index(CardWasShown) < shown_card


def test_an_escalation_is_closed_by_who_took_it_up_and_says_how_it_ended(bench: Bench) -> None:
    bench.talking()
    bench.core.on_browser(AGENT, Escalate(call_id=CALL, note="请接手"), 9.0)

    def ask(do: Literal["acknowledge", "close"], note: str = "") -> list[Effect]:
        return bench.core.on_browser(BOSS, HandleEscalation(escalation_id="e1", do=do, note=note), 10.0)

    assert reasons(ask("close", "已回电")) == ["请先接手,处理好再关闭。"]
    ask("acknowledge")
    bench.core.on_saved(EscalationHandled("e1", "acknowledged", "9001", ""), 10.1)
    assert reasons(ask("close", "  ")) == ["请写下处理结果再关闭。"]
    assert SaveFirst(EscalationHandled("e1", "closed", "9001", "已回电"), 10.0, "9001") in ask(
        "close", "已回电"
    )


def reasons(effects: list[Effect]) -> list[str]:
    return [e.message.reason for e in effects if isinstance(e, ToAgent) and isinstance(e.message, Refused)]


def test_an_agent_asks_for_help_with_the_callers_last_words(bench: Bench) -> None:
    bench.talking()
    bench.core.on_speech(CALL, Party.CALLER, heard("我要投诉"), 8.0)
    effects = bench.core.on_browser(AGENT, Escalate(call_id=CALL, note=" 请接手 "), 9.0)
    raised = EscalationRaised("e1", CALL, "8001", None, "坐席求助:请接手", "我要投诉", True)
    assert orders(effects) == [
        SaveFirst(raised, 9.0, "8001"),
        Notify("escalation", True, "坐席 8001:坐席求助", words="请接手"),
        Save(Audited("8001", "escalate", CALL, "请接手"), 9.0),
    ]
    # The supervisors hear at once; that it is reported is said when nothing can take it back.
    assert shown(effects) == [("supervisors", "EscalationChanged")]
    assert not bench.core.snapshot(AGENT, 9.0).calls[0].escalated
    told = shown(bench.core.on_saved(raised, 9.1))
    assert told[0] == ("8001", "EscalationChanged")
    assert ("8001", "CallChanged") in told
    assert bench.core.snapshot(AGENT, 9.2).calls[0].escalated


# -- who may do what -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "message", "reply_to", "reason"),
    [
        (OTHER, MoveCard(call_id=CALL, card_id="c1", move="said"), "move_card", "这不是您的通话。"),
        (OTHER, HangUpCall(call_id=CALL), "hang_up", "这不是您的通话。"),
        (BOSS, SetCaller(call_id=CALL, surname="李"), "set_caller", "这不是您的通话。"),
        (AGENT, HangUpCall(call_id="gone"), "hang_up", "这通电话已经结束。"),
        (AGENT, MoveCard(call_id=CALL, card_id="none", move="said"), "move_card", "这条提示已经不在了。"),
        (AGENT, CallUpSituation(call_id=CALL, situation_id="none"), "call_up", "话术里没有这个情境。"),
        (AGENT, JoinCall(call_id=CALL, how="listen"), "join_call", "只有主管可以这样做。"),
        (AGENT, TellAgent(agent="8002", text="x"), "tell_agent", "只有主管可以这样做。"),
        (
            AGENT,
            HandleEscalation(escalation_id="e1", do="close"),
            "handle_escalation",
            "只有主管可以这样做。",
        ),
        (
            BOSS,
            HandleEscalation(escalation_id="none", do="close"),
            "handle_escalation",
            "这条上报已经处理完了。",
        ),
        (BOSS, TellAgent(agent="8001", text="  "), "tell_agent", "请写下要说的话。"),
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
    assert bench.engine.facts == [CallerKnown("欧阳", "先生")]


def test_what_a_supervisor_may_order(bench: Bench) -> None:
    bench.talking()
    joined = bench.core.on_browser(BOSS, JoinCall(call_id=CALL, how="whisper"), 8.0)
    assert joined == [Spy(CALL, PHONE, "9001", "whisper"), Save(Audited("9001", "whisper", CALL, ""), 8.0)]
    told = bench.core.on_browser(BOSS, TellAgent(agent="8001", text=" 请核对 "), 9.0)
    assert told == [
        ToAgent("8001", SupervisorSays(call_id=None, by="主管", text="请核对")),
        Save(Audited("9001", "tell_agent", "8001", "请核对"), 9.0),
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


# -- the line, the team, our own faults ----------------------------------------------------------------------------------


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
