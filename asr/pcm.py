"""Samples: the one format the listening side works in, and how others are brought to it.

Inside, sound is 8 kHz, mono, 16-bit little-endian: what a telephone line carries and what ChanSpy gives. Knows no sockets, files
or legs.
"""

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

RATE = 8_000
FRAME_S = 0.02
FRAME_SAMPLES = 160
FRAME_BYTES = 320
SILENT_FRAME = bytes(FRAME_BYTES)
FULL_SCALE = 32_768.0

Samples: TypeAlias = npt.NDArray[np.int16]


def seconds_of(pcm: bytes) -> float:
    return len(pcm) / (2 * RATE)


def samples_of(pcm: bytes) -> Samples:
    return np.frombuffer(pcm, dtype="<i2")


def split_stereo(pcm: bytes) -> tuple[bytes, bytes]:
    """Left and right of interleaved samples."""
    samples = samples_of(pcm)
    return samples[0::2].tobytes(), samples[1::2].tobytes()


def frame_to_line_rate(pcm: bytes, rate: int) -> bytes:
    """One frame at another of Asterisk's rates, brought to ours.

    Good enough for a tap that was set up with the wrong format: ChanSpy's sound is narrow-band whatever the frame's rate.
    """
    if rate == RATE:
        return pcm
    samples = samples_of(pcm)
    step, rest = divmod(rate, RATE)
    if rest == 0:
        whole = samples[: len(samples) // step * step].reshape(-1, step)
        return bytes(whole.mean(axis=1).astype("<i2").tobytes())
    at = np.arange(len(samples) * RATE // rate) * (rate / RATE)
    return bytes(np.interp(at, np.arange(len(samples)), samples).astype("<i2").tobytes())


def resample(samples: npt.NDArray[np.float64], rate: int) -> Samples:
    """A whole recording at our rate, everything above its band removed."""
    if rate == RATE or len(samples) == 0:
        return np.clip(np.rint(samples), -32_768, 32_767).astype("<i2")
    length = max(1, round(len(samples) * RATE / rate))
    spectrum = np.fft.rfft(samples)
    kept = spectrum[: length // 2 + 1]
    kept = np.pad(kept, (0, length // 2 + 1 - len(kept)))
    again = np.fft.irfft(kept, length) * (length / len(samples))
    return np.clip(np.rint(again), -32_768, 32_767).astype("<i2")
