"""Test tones as a-law, and how much of a recording is a tone: to measure that two voices stay apart. Pure."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

RATE = 8000


@cache
def _decoding_table() -> NDArray[np.int16]:
    """ITU-T G.711 a-law, code to sample."""
    codes = np.arange(256, dtype=np.int32) ^ 0x55
    exponent, mantissa = (codes >> 4) & 7, codes & 15
    magnitude = np.where(
        exponent == 0, (mantissa << 4) + 8, ((mantissa << 4) + 0x108) << np.maximum(exponent - 1, 0)
    )
    return np.where(codes & 0x80, magnitude, -magnitude).astype(np.int16)


def from_alaw(data: bytes) -> NDArray[np.int16]:
    return _decoding_table()[np.frombuffer(data, dtype=np.uint8)]


def to_alaw(samples: NDArray[np.float64]) -> bytes:
    table = _decoding_table().astype(np.float64)
    order = np.argsort(table)
    levels = table[order]
    nearest = np.clip(np.searchsorted((levels[1:] + levels[:-1]) / 2, samples), 0, 255)
    return order[nearest].astype(np.uint8).tobytes()


def tone(frequency: float, seconds: float, level: float = 8000.0) -> bytes:
    """A sine as a-law."""
    at = np.arange(round(seconds * RATE)) / RATE
    return to_alaw(level * np.sin(2 * np.pi * frequency * at))


def rms(samples: NDArray[np.int16]) -> float:
    return float(np.sqrt(np.mean(samples.astype(np.float64) ** 2))) if len(samples) else 0.0


def share_of_tone(samples: NDArray[np.int16], frequency: float, width: float = 30.0) -> float:
    """The part of the energy that lies within `width` Hz of this frequency."""
    spectrum = np.abs(np.fft.rfft(samples.astype(np.float64) * np.hanning(len(samples)))) ** 2
    frequencies = np.fft.rfftfreq(len(samples), 1 / RATE)
    total = float(spectrum[frequencies > 50].sum())
    near = float(spectrum[np.abs(frequencies - frequency) <= width].sum())
    return near / total if total else 0.0


def stereo(frames: list[bytes]) -> tuple[NDArray[np.int16], NDArray[np.int16]]:
    """Interleaved 16-bit frames as (left, right)."""
    both = np.frombuffer(b"".join(frames), dtype="<i2").reshape(-1, 2)
    return both[:, 0], both[:, 1]
