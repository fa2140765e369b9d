"""A-law there and back, and the measure of a tone."""

import numpy as np
import pytest

from tests.lab.tones import from_alaw, rms, share_of_tone, stereo, to_alaw, tone


def test_every_alaw_code_survives() -> None:
    codes = bytes(range(256))
    assert to_alaw(from_alaw(codes).astype(np.float64)) == codes


def test_known_values() -> None:
    """ITU-T G.711: 0xD5 is the smallest positive step, 0xAA the largest."""
    assert from_alaw(b"\xd5\x55\xaa\x2a").tolist() == [8, -8, 32256, -32256]


def test_tone_is_a_tone() -> None:
    samples = from_alaw(tone(700, 1.0, level=8000))
    assert rms(samples) == pytest.approx(8000 / np.sqrt(2), rel=0.01)
    assert share_of_tone(samples, 700) > 0.99
    assert share_of_tone(samples, 1100) < 0.001


def test_sides_of_a_stereo_frame() -> None:
    left, right = stereo(
        [np.array([1, -1, 2, -2], dtype="<i2").tobytes(), np.array([3, -3], dtype="<i2").tobytes()]
    )
    assert (left.tolist(), right.tolist()) == ([1, 2, 3], [-1, -2, -3])
