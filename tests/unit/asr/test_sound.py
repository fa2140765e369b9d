"""What frames sound like: the bundled recordings by their marks."""

import numpy as np
import pytest

from asr.hear import read_wav
from asr.mini_zh import SPEECH
from asr.pcm import FRAME_BYTES, SILENT_FRAME
from asr.sound import FLOOR_DBFS, FrameListener, FrameSound, dbfs


def frames_of(pcm: bytes) -> list[FrameSound]:
    listener = FrameListener()
    return [
        listener.listen(pcm[start : start + FRAME_BYTES])
        for start in range(0, len(pcm) - FRAME_BYTES + 1, FRAME_BYTES)
    ]


def shares(file: str) -> tuple[float, float, float]:
    """Of the recording's frames: active, periodic, tone."""
    sounds = frames_of(read_wav(SPEECH / file))
    return (
        sum(sound.active for sound in sounds) / len(sounds),
        sum(sound.periodic for sound in sounds) / len(sounds),
        sum(sound.tone for sound in sounds) / len(sounds),
    )


@pytest.mark.parametrize(
    "file", ["caller_abuse_h019.wav", "quiet45_h000.wav", "noisy0dB_street_h000.wav", "dialect_hak_1.wav"]
)
def test_a_voice_has_a_pitch(file: str) -> None:
    active, periodic, tone = shares(file)
    assert active > 0.4
    assert periodic > 0.25
    assert tone < 0.06


@pytest.mark.parametrize(
    "file", ["noise_street_only.wav", "silence_comfort_noise.wav", "silence_digital.wav"]
)
def test_noise_has_none(file: str) -> None:
    assert shares(file)[1:] == (0.0, 0.0)


def test_a_ring_back_tone_is_a_tone_and_no_voice() -> None:
    active, periodic, tone = shares("tone_ringback_450.wav")
    assert max(active, periodic) < 0.01  # the moments it is switched on and off
    assert tone > 0.2


def tone(*hertz: float) -> bytes:
    at = np.arange(8_000) / 8_000
    return sum(4_000 * np.sin(2 * np.pi * hz * at) for hz in hertz).astype("<i2").tobytes()


@pytest.mark.parametrize(
    "hertz",
    [(450,), (400, 450), (440, 480), (350, 440), (480, 620), (1_100,)]
    + [(low, high) for low in (697, 770, 852, 941) for high in (1_209, 1_336, 1_477, 1_633)],
)
def test_signalling_tones_of_all_kinds_and_keys_are_no_voice(hertz: tuple[float, ...]) -> None:
    sounds = frames_of(tone(*hertz))[2:]
    assert [sound for sound in sounds if sound.active or sound.periodic] == []


def test_levels() -> None:
    assert dbfs(0.0) == FLOOR_DBFS
    assert dbfs(32_768.0**2 / 2) == pytest.approx(-3.01, abs=0.01)
    assert frames_of(SILENT_FRAME) == [FrameSound(FLOOR_DBFS, False, False, False, 0, zero=True)]


def test_a_law_idle_is_zero_and_full_scale_is_clipped() -> None:
    idle = np.full(160, 8, dtype="<i2").tobytes()
    square = np.where(np.arange(160) // 20 % 2, 32_256, -32_256).astype("<i2").tobytes()
    assert frames_of(idle)[0].zero
    assert frames_of(square)[0].clipped == 160
