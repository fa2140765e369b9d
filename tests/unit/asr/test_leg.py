"""One leg from sound to events, on a clock of its own."""

from dataclasses import dataclass, field

from asr.events import (
    AudioJudged,
    AudioKind,
    AudioStarted,
    Heard,
    LegEnd,
    LegEnded,
    LegId,
    LevelReading,
    RecognitionChanged,
    RecognitionState,
    SpeechEvent,
    SpeechStarted,
    SpeechStopped,
    Word,
)
from asr.hear import read_wav
from asr.leg import LONGEST_UTTERANCE_S, Leg
from asr.mini_zh import SPEECH
from asr.pcm import FRAME_BYTES, FRAME_S, SILENT_FRAME, seconds_of
from asr.pool import Pace, TextSoFar, UtteranceLost, UtteranceRecognized
from asr.recognizer import Recognized

ME = LegId("caller")
WAIT = read_wav(SPEECH / "agent_wait_h053.wav")
"""Voice from 0.6 to 4.0 s."""


@dataclass
class Stream:
    """Remembers what it was asked."""

    asked: list[str] = field(default_factory=list)
    fed_s: float = 0.0
    closed: bool = False

    def begin(self, utterance: int) -> None:
        self.asked.append(f"begin {utterance}")
        self.fed_s = 0.0

    def feed(self, pcm: bytes) -> None:
        self.fed_s += seconds_of(pcm)

    def finish(self) -> None:
        self.asked.append(f"finish {self.fed_s:.2f}")

    def close(self) -> None:
        self.closed = True


class Line:
    """Plays sound to a leg frame by frame and keeps what it says."""

    def __init__(self) -> None:
        self.stream = Stream()
        self.now = 100.0
        self.leg = Leg(ME, self.stream, self.now)
        self.told: list[tuple[float, SpeechEvent]] = []

    def play(self, pcm: bytes) -> None:
        for start in range(0, len(pcm) - FRAME_BYTES + 1, FRAME_BYTES):
            self.now = round(self.now + FRAME_S, 3)
            self.keep(self.leg.on_audio(pcm[start : start + FRAME_BYTES], self.now))

    def wait(self, seconds: float) -> None:
        """No frames at all."""
        for _ in range(round(seconds / 0.05)):
            self.now = round(self.now + 0.05, 3)
            self.keep(self.leg.on_tick(self.now))

    def keep(self, events: list[SpeechEvent]) -> None:
        self.told += [
            (round(self.now - 100, 2), event) for event in events if not isinstance(event, LevelReading)
        ]

    def events(self) -> list[SpeechEvent]:
        return [event for _, event in self.told]


def test_speech_begins_ends_and_is_handed_to_the_recognizer_with_what_came_before_it() -> None:
    line = Line()
    line.play(WAIT)
    assert line.told == [
        (0.02, AudioStarted(ME)),
        (0.74, SpeechStarted(ME, 0.16)),
        (4.48, SpeechStopped(ME, 0.5, 3.4)),
    ]
    assert line.stream.asked == ["begin 1", "finish 4.18"]


def test_frames_that_stop_coming_end_speech_on_our_clock() -> None:
    line = Line()
    line.play(WAIT[: 2 * 8_000 * 2])
    line.wait(5.0)
    assert line.told == [
        (0.02, AudioStarted(ME)),
        (0.74, SpeechStarted(ME, 0.16)),
        (2.4, SpeechStopped(ME, 0.5, 1.32)),
        (4.0, AudioJudged(ME, AudioKind.NO_AUDIO, True, "2.0 秒没有收到声音", lasted_s=2.0)),
    ]


def test_a_leg_that_never_gets_a_frame_says_so_and_takes_it_back() -> None:
    line = Line()
    line.wait(3.0)
    line.play(SILENT_FRAME * 10)
    assert line.events() == [
        AudioJudged(ME, AudioKind.NO_AUDIO, True, "2.0 秒没有收到声音", lasted_s=2.0),
        AudioStarted(ME),
        AudioJudged(ME, AudioKind.NO_AUDIO, False, "0.0 秒没有收到声音"),
    ]


def test_jitter_is_no_gap() -> None:
    line = Line()
    line.play(WAIT[: 2 * 8_000 * 2])
    line.wait(0.15)
    rest = WAIT[2 * 8_000 * 2 :]
    line.keep(line.leg.on_audio(rest[: FRAME_BYTES * 7], line.now))
    line.play(rest[FRAME_BYTES * 7 :])
    assert [type(event) for event in line.events()] == [AudioStarted, SpeechStarted, SpeechStopped]


def test_what_arrives_at_once_after_a_busy_time_was_said_in_that_time() -> None:
    """Our process was kept waiting for 1.2 s while the sound waited in the socket: nobody fell silent."""
    whole = Line()
    whole.play(WAIT)
    line = Line()
    heard_late_from, behind = 2 * 8_000, 2 * 9_600
    line.play(WAIT[:heard_late_from])
    line.now += 1.2
    line.keep(line.leg.on_audio(WAIT[heard_late_from : heard_late_from + behind], line.now))
    line.play(WAIT[heard_late_from + behind :])
    assert [type(event) for event in line.events()] == [AudioStarted, SpeechStarted, SpeechStopped]
    assert line.told[-1] == whole.told[-1]
    assert line.stream.asked == whole.stream.asked


def test_speech_found_late_began_when_it_was_spoken() -> None:
    line = Line()
    line.now = 102.0
    line.keep(line.leg.on_audio(WAIT[: 2 * 8_000 * 2], line.now))
    assert line.told == [(2.0, AudioStarted(ME)), (2.0, SpeechStarted(ME, 1.42))]


def test_a_shut_gate_hears_nothing_and_ends_what_was_being_said() -> None:
    line = Line()
    line.play(WAIT[: 2 * 8_000 * 2])
    line.keep(line.leg.gate(False, line.now))
    line.play(WAIT)
    assert [type(event) for event in line.events()] == [AudioStarted, SpeechStarted, SpeechStopped]
    line.keep(line.leg.gate(True, line.now))
    line.play(WAIT)
    assert line.stream.asked[:1] == ["begin 1"]
    assert [type(event) for event in line.events()[3:]] == [SpeechStarted, SpeechStopped]


def test_results_become_events_with_times_on_the_legs_timeline() -> None:
    line = Line()
    line.play(SILENT_FRAME * 100 + WAIT)
    line.told.clear()
    line.keep(line.leg.on_recognition(TextSoFar(1, "请您"), line.now))
    line.now += 0.25
    final = UtteranceRecognized(1, Recognized("请您", 0.9, (Word("请您", 0.3, 0.6, 0.9),)), 0.0)
    line.keep(line.leg.on_recognition(final, line.now))
    line.keep(line.leg.on_recognition(TextSoFar(1, "请您稍"), line.now))
    partial, heard = line.events()
    assert isinstance(partial, Heard)
    assert isinstance(heard, Heard)
    assert (partial.text, partial.final, partial.confidence) == ("请您", False, None)
    assert heard.words == (Word("请您", 2.58, 2.88, 0.9),)
    assert (heard.final, heard.voiced_s, heard.ago) == (True, 3.4, 1.81)
    assert (heard.level_dbfs, heard.snr_db) == (-19.2, 70.8)


def test_an_utterance_nobody_understood_is_told_too() -> None:
    line = Line()
    line.play(WAIT)
    line.told.clear()
    line.keep(line.leg.on_recognition(UtteranceRecognized(1, Recognized("", 0.0, ()), 0.0), line.now))
    (heard,) = line.events()
    assert isinstance(heard, Heard)
    assert (heard.text, heard.confidence, heard.final) == ("", 0.0, True)


def test_dropped_sound_is_no_proof_of_bad_speech() -> None:
    line = Line()
    line.play(WAIT)
    line.told.clear()
    line.keep(line.leg.on_recognition(UtteranceRecognized(1, Recognized("", 0.0, ()), 2.0), line.now))
    (heard,) = line.events()
    assert isinstance(heard, Heard)
    assert heard.confidence is None


def test_pace_and_loss_are_passed_on() -> None:
    line = Line()
    line.play(WAIT)
    line.told.clear()
    line.keep(line.leg.on_recognition(Pace(RecognitionState.LATE, 2.0, 0.5), line.now))
    line.keep(line.leg.on_recognition(UtteranceLost(1, "broken"), line.now))
    line.keep(line.leg.on_recognition(Pace(RecognitionState.DOWN, 0.0, 0.0), line.now))
    assert line.events() == [
        RecognitionChanged(ME, RecognitionState.LATE, 2.0, 0.5),
        RecognitionChanged(ME, RecognitionState.DOWN, 0.0, 0.0),
    ]


def test_a_leg_ends_when_its_last_words_are_there() -> None:
    line = Line()
    line.play(WAIT[: 3 * 8_000 * 2])
    line.told.clear()
    line.keep(line.leg.end(LegEnd.CLOSED_BY_PBX, line.now))
    line.keep(line.leg.on_recognition(UtteranceRecognized(1, Recognized("请", 1.0, ()), 0.0), line.now))
    assert [type(event) for event in line.events()] == [SpeechStopped, Heard, LegEnded]
    assert line.leg.done
    assert line.stream.closed


def test_a_leg_does_not_wait_for_ever_for_its_last_words() -> None:
    line = Line()
    line.play(WAIT[: 3 * 8_000 * 2])
    line.told.clear()
    line.keep(line.leg.end(LegEnd.STOPPED, line.now))
    line.wait(2.1)
    assert [event for event in line.events() if not isinstance(event, SpeechStopped)] == [
        LegEnded(ME, LegEnd.STOPPED)
    ]


def test_who_never_stops_is_cut() -> None:
    line = Line()
    voice = WAIT[int(0.6 * 16_000) : int(2.0 * 16_000)]
    line.play((voice * 40)[: (50 * 16_000)])
    assert line.stream.asked[:4] == ["begin 1", "finish 20.00", "begin 2", "finish 20.00"]
    assert LONGEST_UTTERANCE_S == 20.0


def test_frames_of_any_length_are_the_same_sound() -> None:
    one, other = Line(), Line()
    one.play(WAIT)
    for start in range(0, len(WAIT), 250):
        piece = WAIT[start : start + 250]
        other.now = round(100 + (start + len(piece)) / 16_000, 4)
        other.keep(other.leg.on_audio(piece, other.now))
    assert other.stream.asked == one.stream.asked
