"""The pool's threads, and the real Vosk with the bundled model on the bundled speech."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from asr import mini_zh
from asr.events import (
    AudioJudged,
    AudioKind,
    Heard,
    LegId,
    RecognitionState,
    SpeechEvent,
    SpeechStarted,
    Word,
)
from asr.hear import InlineStream, hear, read_wav
from asr.pcm import FRAME_BYTES
from asr.pool import Pace, RecognizerPool, StreamEvent, TextSoFar, UtteranceLost, UtteranceRecognized
from asr.recognizer import ModelError, Recognized, Recognizer, VoskModel
from tests.support.recognizers import ScriptedRecognizer

SECOND = bytes(16_000)


class Told:
    """What a stream's listener heard; `wait_for` until enough of a kind has come."""

    def __init__(self) -> None:
        self.events: list[StreamEvent] = []
        self._news = threading.Condition()

    def __call__(self, event: StreamEvent) -> None:
        with self._news:
            self.events.append(event)
            self._news.notify_all()

    def wait_for(self, kind: type, count: int = 1) -> None:
        with self._news:
            arrived = self._news.wait_for(lambda: len(self.of(kind)) >= count, timeout=10)
        assert arrived, self.events

    def of(self, kind: type) -> list[StreamEvent]:
        return [event for event in self.events if isinstance(event, kind)]


@pytest.fixture(scope="module")
def model() -> VoskModel:
    return VoskModel(mini_zh.MODEL)


# -- the pool ------------------------------------------------------------------------------------------------------------


def test_utterances_come_back_in_order_with_their_text() -> None:
    told = Told()
    with RecognizerPool(ScriptedRecognizer, workers=2) as pool:
        stream = pool.open(told)
        for utterance in (1, 2):
            stream.begin(utterance)
            for _ in range(utterance):
                stream.feed(SECOND)
            stream.finish()
        told.wait_for(UtteranceRecognized, 2)
    words = (Word("字", 0.0, 0.5, 0.9), Word("字", 1.0, 1.5, 0.9))
    assert told.of(UtteranceRecognized) == [
        UtteranceRecognized(1, Recognized("字", 0.9, words[:1]), 0.0),
        UtteranceRecognized(2, Recognized("字字", 0.9, words), 0.0),
    ]


def test_recognizers_are_lent_for_an_utterance_and_used_again() -> None:
    made: list[Recognizer] = []

    def make() -> Recognizer:
        made.append(ScriptedRecognizer())
        return made[-1]

    told = Told()
    with RecognizerPool(make, workers=2) as pool:
        streams = [pool.open(told) for _ in range(5)]
        for number, stream in enumerate(streams, 1):
            stream.begin(1)
            stream.feed(SECOND)
            stream.finish()
            told.wait_for(UtteranceRecognized, number)
    assert len(made) == 1


def test_a_late_leg_drops_its_oldest_sound_says_so_and_keeps_its_word_times() -> None:
    go = threading.Event()
    told = Told()
    with RecognizerPool(lambda: ScriptedRecognizer(gate=go), workers=1, longest_backlog_s=4.0) as pool:
        stream = pool.open(told)
        stream.begin(1)
        stream.feed(SECOND)
        for _ in range(8):
            stream.feed(SECOND)
        told.wait_for(Pace, 2)
        stream.finish()
        go.set()
        told.wait_for(UtteranceRecognized)
        (final,) = told.of(UtteranceRecognized)
        told.wait_for(Pace, len(told.of(Pace)))
    late = [
        event for event in told.of(Pace) if isinstance(event, Pace) and event.state is RecognitionState.LATE
    ]
    assert isinstance(final, UtteranceRecognized)
    assert final.lost_s == sum(event.dropped_s for event in late) >= 2.0
    assert final.lost_s + len(final.result.words) == 9.0
    assert final.result.words[-1].end == 8.5


def test_a_leg_that_caught_up_says_so() -> None:
    go = threading.Event()
    told = Told()
    with RecognizerPool(lambda: ScriptedRecognizer(gate=go), workers=1) as pool:
        stream = pool.open(told)
        stream.begin(1)
        for _ in range(3):
            stream.feed(SECOND)
        told.wait_for(Pace)
        go.set()
        told.wait_for(Pace, 2)
    assert [event.state for event in told.of(Pace) if isinstance(event, Pace)] == [
        RecognitionState.LATE,
        RecognitionState.OK,
    ]


def test_a_recognizer_that_fails_takes_down_its_own_leg_only_and_the_next_utterance_tries_another() -> None:
    first = threading.Event()

    def make() -> Recognizer:
        broken = not first.is_set()
        first.set()
        return ScriptedRecognizer(fails=broken)

    unlucky, lucky = Told(), Told()
    with RecognizerPool(make, workers=2) as pool:
        stream = pool.open(unlucky)
        stream.begin(1)
        stream.feed(SECOND)
        stream.finish()
        unlucky.wait_for(Pace)
        other = pool.open(lucky)
        other.begin(1)
        other.feed(SECOND)
        other.finish()
        lucky.wait_for(UtteranceRecognized)
        stream.begin(2)
        stream.feed(SECOND)
        stream.finish()
        unlucky.wait_for(Pace, 2)
    assert [event for event in unlucky.events if not isinstance(event, TextSoFar)] == [
        UtteranceLost(1, "told to fail"),
        Pace(RecognitionState.DOWN, 0.0, 0.0),
        UtteranceRecognized(2, Recognized("字", 0.9, (Word("字", 0.0, 0.5, 0.9),)), 0.0),
        Pace(RecognitionState.OK, 0.0, 0.0),
    ]
    assert not lucky.of(Pace)


def test_no_thread_is_left_behind_and_a_closed_stream_is_silent() -> None:
    before = set(threading.enumerate())
    told = Told()
    with RecognizerPool(ScriptedRecognizer, workers=3) as pool:
        stream = pool.open(told)
        stream.begin(1)
        stream.close()
        stream.feed(SECOND)
    assert set(threading.enumerate()) == before
    assert told.events == []


# -- Vosk ----------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def recognizer(model: VoskModel) -> Recognizer:
    """One for all recordings: as the pool does it."""
    return model.recognizer()


def heard(recognizer: Recognizer, file: str) -> list[SpeechEvent]:
    return [event for _, event in hear(read_wav(mini_zh.SPEECH / file), LegId("caller"), recognizer)]


def finals(events: list[SpeechEvent]) -> list[Heard]:
    return [event for event in events if isinstance(event, Heard) and event.final]


def text_of(events: list[SpeechEvent]) -> str:
    return "".join(event.text for event in finals(events))


def manifest(*kinds: str) -> Iterator[tuple[str, str]]:
    for entry in json.loads((mini_zh.SPEECH / "manifest.json").read_text("utf-8")):
        if entry["kind"] in kinds:
            yield entry["file"], entry["text"].replace("，", "").replace(" ", "")


CLEAR = (
    "complaint",
    "wants_supervisor",
    "abuse",
    "refund",
    "quiet_-45dBFS",
    "opening",
    "agent_script",
    "personal",
)


@pytest.mark.parametrize(("file", "said"), list(manifest(*CLEAR)))
def test_clear_speech_is_understood_word_for_word(recognizer: Recognizer, file: str, said: str) -> None:
    assert text_of(heard(recognizer, file)) == said


def test_words_have_confidence_and_true_times_however_often_the_recognizer_was_used(
    recognizer: Recognizer,
) -> None:
    runs = [finals(heard(recognizer, "caller_complaint_h000.wav")) for _ in range(2)]
    assert runs[0] == runs[1]
    first, second = runs[0]
    assert [word.text for word in first.words] == ["你好", "我", "要", "投诉"]
    assert first.words[0].start == pytest.approx(0.47, abs=0.1)
    assert first.words[-1].end == pytest.approx(2.05, abs=0.15)
    assert second.words[0].start == pytest.approx(2.7, abs=0.15)
    assert first.confidence is not None
    assert first.confidence > 0.9


def test_partial_results_grow_into_the_final_one(recognizer: Recognizer) -> None:
    events = [event for event in heard(recognizer, "caller_abuse_h019.wav") if isinstance(event, Heard)]
    assert len(events) > 3
    assert [event.final for event in events] == [False] * (len(events) - 1) + [True]
    assert events[-1].text == "你们就是一群骗子垃圾公司"
    assert all(event.utterance == 1 for event in events)


@pytest.mark.parametrize(
    "file",
    ["tone_ringback_450.wav", "silence_digital.wav", "silence_comfort_noise.wav", "noise_street_only.wav"],
)
def test_nobody_speaking_is_no_speech(recognizer: Recognizer, file: str) -> None:
    assert [event for event in heard(recognizer, file) if isinstance(event, SpeechStarted | Heard)] == []


JUDGED = [
    ("tone_ringback_450.wav", []),
    ("silence_comfort_noise.wav", []),
    ("silence_digital.wav", []),
    ("noise_street_only.wav", [AudioKind.NOISY]),
    ("noisy0dB_street_h000.wav", [AudioKind.NOISY]),
    ("noisy0dB_street_h005.wav", [AudioKind.NOISY]),
    ("noisy0dB_street_h022.wav", [AudioKind.NOISY]),
    ("noisy0dB_white_h000.wav", [AudioKind.NOISY]),
    ("quiet45_h000.wav", [AudioKind.TOO_QUIET]),
    ("quiet45_h005.wav", [AudioKind.TOO_QUIET]),
    ("quiet45_h022.wav", [AudioKind.TOO_QUIET]),
    *((file, []) for file, _ in manifest(*CLEAR[:4], "dialect")),
]


@pytest.mark.parametrize(("file", "kinds"), JUDGED)
def test_recordings_are_judged_by_ear(recognizer: Recognizer, file: str, kinds: list[AudioKind]) -> None:
    judged = [event for event in heard(recognizer, file) if isinstance(event, AudioJudged)]
    assert [(event.kind, event.present) for event in judged] == [(kind, True) for kind in kinds]


def test_a_telephone_is_muted_when_its_room_falls_silent(recognizer: Recognizer) -> None:
    room, nothing = (
        read_wav(mini_zh.SPEECH / f"silence_{name}.wav") for name in ("comfort_noise", "digital")
    )
    events = [event for _, event in hear(room + nothing, LegId("agent"), recognizer)]
    assert [(event.kind, event.present) for event in events if isinstance(event, AudioJudged)] == [
        (AudioKind.DIGITAL_SILENCE, True)
    ]


def test_dialect_is_clear_but_not_understood(recognizer: Recognizer) -> None:
    confidences = []
    for file, _ in manifest("dialect"):
        for final in finals(heard(recognizer, file)):
            assert final.level_dbfs > -30
            assert final.snr_db is not None
            assert final.snr_db > 30
            confidences.append(final.confidence or 0.0)
    assert sum(confidences) / len(confidences) < 0.75


def test_the_pool_and_the_inline_stream_understand_the_same(model: VoskModel) -> None:
    pcm = read_wav(mini_zh.SPEECH / "caller_abuse_h019.wav")
    inline = InlineStream(model.recognizer())
    told = Told()
    with RecognizerPool(model.recognizer, workers=1) as pool:
        for stream in (inline, pool.open(told)):
            stream.begin(1)
            for start in range(0, len(pcm), FRAME_BYTES * 5):
                stream.feed(pcm[start : start + FRAME_BYTES * 5])
            stream.finish()
        told.wait_for(UtteranceRecognized)
    assert told.of(UtteranceRecognized) == [
        event for event in inline.events if isinstance(event, UtteranceRecognized)
    ]


def test_a_folder_that_is_no_model_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"is not a Vosk model: it has no conf/mfcc.conf"):
        VoskModel(tmp_path)
    (tmp_path / "conf").mkdir()
    (tmp_path / "conf" / "mfcc.conf").write_text("--sample-frequency=8000\n")
    with pytest.raises(ModelError, match="cannot load"):
        VoskModel(tmp_path)
