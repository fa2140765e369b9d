"""The room: dry recordings fall fast, the same voice in a synthetic room slowly."""

import numpy as np
import pytest

from asr.events import AudioJudged, AudioKind, LegId
from asr.hear import hear, read_wav
from asr.mini_zh import SPEECH
from asr.reverberation import Reverberation
from tests.support.recognizers import ScriptedRecognizer

FILES = [
    "caller_complaint_h000.wav",
    "caller_price_course_h029.wav",
    "caller_slow_service_h035.wav",
    "caller_address_h032.wav",
    "agent_script_h070.wav",
]


def speech() -> np.ndarray:
    return np.concatenate([np.frombuffer(read_wav(SPEECH / file), "<i2").astype(float) for file in FILES])


def in_a_room(dry: np.ndarray, seconds: float) -> np.ndarray:
    """Exponentially dying noise as the room's answer, as loud as the direct sound."""
    length = int(8_000 * seconds * 1.2)
    answer = np.random.default_rng(1).standard_normal(length) * 10 ** (
        -3 * np.arange(length) / (8_000 * seconds)
    )
    answer /= np.sqrt((answer**2).sum())
    answer[0] += 1.0
    size = 1 << (len(dry) + length).bit_length()
    wet = np.fft.irfft(np.fft.rfft(dry, size) * np.fft.rfft(answer, size), size)[: len(dry)]
    return wet * np.sqrt((dry**2).mean() / (wet**2).mean())


def judged(samples: np.ndarray) -> list[AudioKind]:
    pcm = np.clip(samples, -32_000, 32_000).astype("<i2").tobytes()
    return [
        event.kind
        for _, event in hear(pcm, LegId("caller"), ScriptedRecognizer())
        if isinstance(event, AudioJudged)
    ]


def test_a_handset_is_near_and_a_speakerphone_is_far() -> None:
    dry = speech()
    assert judged(dry) == []
    for seconds in (0.5, 0.8, 1.2):
        assert judged(in_a_room(dry, seconds)) == [AudioKind.FAR]


def test_on_a_noisy_line_nothing_is_said_of_the_room() -> None:
    dry = speech()
    hiss = np.random.default_rng(2).standard_normal(len(dry)) * np.sqrt((dry**2).mean()) * 0.5
    assert judged(in_a_room(dry, 0.8) + hiss) == [AudioKind.NOISY]


@pytest.mark.parametrize(("step_db", "fall"), [(2.0, 100.0), (5.0, 250.0)])
def test_the_usual_fall_is_the_median_of_the_latest(step_db: float, fall: float) -> None:
    room = Reverberation()
    for begins_with in (9.0, *[step_db] * 9):
        fall_away(room, begins_with)
    assert room.fall_db_per_s == pytest.approx(450.0)  # the tenth has not ended yet: of a few, the fastest
    room.on_level(-15.0, -80.0)
    assert room.fall_db_per_s == pytest.approx(fall)


def fall_away(room: Reverberation, step_db: float) -> None:
    for frame in range(7):
        room.on_level(-15.0 - step_db * frame, -120.0)


@pytest.mark.parametrize(
    ("rise_db", "for_frames", "found"), [(0.5, 1, True), (1.5, 1, False), (0.5, 3, False)]
)
def test_a_dying_sound_may_tremble(rise_db: float, for_frames: int, found: bool) -> None:
    room = Reverberation()
    for _ in range(6):
        level = -15.0
        for step in (-2.0, -2.0, -2.0, rise_db, *[0.0] * (for_frames - 1), -2.0 - rise_db, -2.0, -2.0, -2.0):
            room.on_level(level, -120.0)
            level += step
    assert (room.fall_db_per_s is not None) is found


def test_fewer_than_five_falls_say_nothing() -> None:
    room = Reverberation()
    for _ in range(5):
        fall_away(room, 2.0)
    assert room.fall_db_per_s is None  # the fifth has not ended yet
    room.on_level(-15.0, -80.0)
    assert room.fall_db_per_s == pytest.approx(100.0)


def test_short_falls_and_falls_into_the_noise_do_not_count() -> None:
    room = Reverberation()
    for _ in range(20):
        for level in (-15.0, -20.0, -25.0, -30.0, -50.0, -50.0):
            room.on_level(level, -54.0)
    assert room.fall_db_per_s is None
