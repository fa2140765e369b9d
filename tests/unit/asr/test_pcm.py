"""Samples brought to the line's format."""

import numpy as np
import pytest

from asr.pcm import RATE, frame_to_line_rate, resample, samples_of, seconds_of, split_stereo


def sine(hz: float, rate: int, seconds: float) -> np.ndarray:
    return 10_000 * np.sin(2 * np.pi * hz * np.arange(round(rate * seconds)) / rate)


def loudest_hz(samples: np.ndarray) -> float:
    spectrum = np.abs(np.fft.rfft(samples.astype(float)))
    return float(spectrum.argmax() * RATE / len(samples))


def test_stereo_is_taken_apart() -> None:
    both = np.array([1, -1, 2, -2, 3, -3], dtype="<i2").tobytes()
    left, right = split_stereo(both)
    assert samples_of(left).tolist() == [1, 2, 3]
    assert samples_of(right).tolist() == [-1, -2, -3]


@pytest.mark.parametrize("rate", [8_000, 12_000, 16_000, 24_000, 32_000, 44_100, 48_000, 96_000, 192_000])
def test_a_frame_of_any_rate_is_20_ms_of_the_same_tone(rate: int) -> None:
    frame = sine(500, rate, 0.02).astype("<i2").tobytes()
    ours = frame_to_line_rate(frame, rate)
    assert seconds_of(ours) == 0.02
    assert loudest_hz(samples_of(ours)) == pytest.approx(500, abs=50)


@pytest.mark.parametrize("rate", [8_000, 11_025, 16_000, 44_100])
def test_a_recording_keeps_its_pitch_level_and_length(rate: int) -> None:
    ours = resample(sine(440, rate, 1.0), rate)
    assert len(ours) == RATE
    assert loudest_hz(ours) == pytest.approx(440, abs=2)
    assert np.abs(ours).max() == pytest.approx(10_000, rel=0.05)


def test_what_the_line_cannot_carry_is_removed_not_folded() -> None:
    assert np.abs(resample(sine(6_000, 16_000, 1.0), 16_000)).max() < 100


def test_nothing_stays_nothing() -> None:
    assert len(resample(np.array([]), 16_000)) == 0
