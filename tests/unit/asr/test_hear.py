"""`hotline hear`: recordings of any make, and the JSON it prints."""

import json
import wave
from pathlib import Path

import numpy as np
import pytest

from asr.events import (
    AudioJudged,
    AudioKind,
    AudioStarted,
    Heard,
    LegEnd,
    LegEnded,
    LegId,
    LevelReading,
    SpeechStarted,
    SpeechStopped,
    Word,
)
from asr.hear import RecordingError, as_json, hear, read_wav
from asr.mini_zh import SPEECH
from tests.support.recognizers import ScriptedRecognizer

ME = LegId("caller")


def write_wav(path: Path, samples: np.ndarray, rate: int, channels: int = 1, width: int = 2) -> Path:
    with wave.open(str(path), "wb") as recording:
        recording.setparams((channels, width, rate, 0, "NONE", ""))
        recording.writeframes(samples.tobytes())
    return path


def test_speech_events_come_with_their_times() -> None:
    told = list(hear(read_wav(SPEECH / "caller_abuse_h019.wav"), ME, ScriptedRecognizer()))
    events = [(at, event) for at, event in told if not isinstance(event, LevelReading)]
    assert [(at, type(event)) for at, event in events] == [
        (0.02, AudioStarted),
        (0.62, SpeechStarted),
        (1.32, Heard),
        (2.22, Heard),
        (3.22, Heard),
        (3.52, SpeechStopped),
        (3.52, Heard),
        (4.5, LegEnded),
    ]
    assert events[-1] == (4.5, LegEnded(ME, LegEnd.CLOSED_BY_PBX))
    assert [round(at, 1) for at, event in told if isinstance(event, LevelReading)] == [
        0.5 * n for n in range(1, 10)
    ]


def test_an_overdriven_voice_is_clipped_and_no_shout() -> None:
    loud = np.clip(
        np.frombuffer(read_wav(SPEECH / "caller_complaint_h000.wav"), "<i2") * 12.0, -32_256, 32_256
    )
    told = [event for _, event in hear(loud.astype("<i2").tobytes(), ME, ScriptedRecognizer())]
    assert {event.kind for event in told if isinstance(event, AudioJudged) and event.present} == {
        AudioKind.CLIPPED
    }


def test_a_recording_that_ends_in_mid_word_still_gives_its_text() -> None:
    told = [
        event
        for _, event in hear(
            read_wav(SPEECH / "caller_abuse_h019.wav")[: 2 * 16_000], ME, ScriptedRecognizer()
        )
    ]
    assert [type(event) for event in told[-3:]] == [SpeechStopped, Heard, LegEnded]


def test_a_recognizer_that_fails_leaves_the_rest() -> None:
    told = [
        event
        for _, event in hear(read_wav(SPEECH / "caller_abuse_h019.wav"), ME, ScriptedRecognizer(fails=True))
    ]
    kinds = [type(event) for event in told if not isinstance(event, LevelReading)]
    assert kinds == [AudioStarted, SpeechStarted, SpeechStopped, LegEnded]


@pytest.mark.parametrize(("width", "dtype", "scale"), [(1, "u1", 1 / 256), (2, "<i2", 1), (4, "<i4", 65_536)])
def test_sample_widths(tmp_path: Path, width: int, dtype: str, scale: float) -> None:
    wave_16 = np.array([0, 1_024, -2_048, 4_096] * 100)
    stored = wave_16 * scale + (128 if width == 1 else 0)
    pcm = read_wav(write_wav(tmp_path / "a.wav", stored.astype(dtype), 8_000, width=width))
    assert np.array_equal(np.frombuffer(pcm, "<i2"), wave_16)


def test_stereo_is_mixed_and_other_rates_are_resampled(tmp_path: Path) -> None:
    both = np.array([[1_000, 3_000]] * 16_000, dtype="<i2")
    pcm = read_wav(write_wav(tmp_path / "a.wav", both, 16_000, channels=2))
    assert set(np.frombuffer(pcm, "<i2").tolist()) == {2_000}
    assert len(pcm) == 16_000


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", "not a WAV file"),
        (b"RIFF\0\0\0\0WAVE", "not a WAV file"),
        (b"\xff\xfb\x90" * 100, "not a WAV file"),
    ],
)
def test_what_is_no_recording_is_a_clear_error(tmp_path: Path, content: bytes, error: str) -> None:
    (tmp_path / "a.wav").write_bytes(content)
    with pytest.raises(RecordingError, match=error):
        read_wav(tmp_path / "a.wav")
    with pytest.raises(RecordingError, match="No such file"):
        read_wav(tmp_path / "b.wav")


def test_odd_formats_are_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="2000 samples a second"):
        read_wav(write_wav(tmp_path / "a.wav", np.zeros(8, "<i2"), 2_000))
    with pytest.raises(RecordingError, match="24-bit samples"):
        read_wav(write_wav(tmp_path / "a.wav", np.zeros(24, "u1"), 8_000, width=3))


def test_the_json_is_flat_and_stable() -> None:
    heard = Heard(ME, 3, "你好", 0.98, (Word("你好", 0.5, 0.9, 0.98),), True, 0.4, -20.1, None, 0.5)
    assert json.loads(json.dumps(as_json(1.5, heard), ensure_ascii=False)) == {
        "at": 1.5,
        "event": "heard",
        "leg": "caller",
        "utterance": 3,
        "text": "你好",
        "confidence": 0.98,
        "words": [{"text": "你好", "start": 0.5, "end": 0.9, "confidence": 0.98}],
        "final": True,
        "voiced_s": 0.4,
        "level_dbfs": -20.1,
        "snr_db": None,
        "ago": 0.5,
    }
    assert as_json(2.0, LegEnded(ME, LegEnd.STOPPED)) == {
        "at": 2.0,
        "event": "leg_ended",
        "leg": "caller",
        "why": "stopped",
    }
