"""What one frame of 20 ms sounds like: level, voice activity, pitch, tone. Pure numbers, no memory of calls.

webrtcvad alone says yes to ring-back tones, street noise and hiss. What tells a voice from these is its pitch: a vowel repeats
itself 60 to 400 times a second, noise does not, and a signalling tone has nearly all its energy in one narrow line above any
speaker's fundamental. So a frame has three marks and `vad` decides from runs of them.
"""

from dataclasses import dataclass
from math import log10
from typing import TypeAlias

import numpy as np
import webrtcvad

from asr.pcm import FRAME_SAMPLES, FULL_SCALE, RATE, samples_of

FLOOR_DBFS = -90.0
LEAST_ACTIVE_DBFS = -60.0
"""Quieter than this is not somebody speaking on a telephone: quiet speech is -45, G.711's own idle noise -72."""
PERIODIC_FROM = 0.45
TONE_SHARE = 0.93
TONE_LOWEST_HZ = 380.0
TONE_PAIRS_HZ = (
    *((low, high) for low in (697, 770, 852, 941) for high in (1209, 1336, 1477, 1633)),
    (350, 440),
    (480, 620),
)
"""Keys pressed (DTMF, ITU-T Q.23), and the dial and busy tones of a PBX left at North American indications."""
TONE_OFF_HZ = 24.0
CLIPPED_FROM = 32_000
"""G.711's largest values are 32124 (mu-law) and 32256 (A-law); the next lower A-law step is 31232."""
ZERO_UP_TO = 8
"""A-law has no zero: its silence is the value 8."""

Wave: TypeAlias = np.ndarray[tuple[int], np.dtype[np.float64]]

_WINDOW = np.hanning(2 * FRAME_SAMPLES)
_FFT = 512
_HZ_PER_BIN = RATE / _FFT
_LOWEST_BIN = 4
_PITCH_LAGS = slice(RATE // 400, RATE // 60 + 1)
_TONE_HALF_WIDTH = 4  # bins


@dataclass(frozen=True, slots=True)
class FrameSound:
    level_dbfs: float
    active: bool
    """webrtcvad says voice, the frame is loud enough and it is no tone."""
    periodic: bool
    """It has a speaker's pitch."""
    tone: bool
    """A signalling tone (ring-back, busy, dial)."""
    clipped: int
    """Samples at full scale."""
    zero: bool
    """All samples (nearly) zero."""
    present: bool = True
    """False: no frame arrived for this stretch of time."""


NOTHING = FrameSound(
    FLOOR_DBFS, active=False, periodic=False, tone=False, clipped=0, zero=True, present=False
)
"""20 ms in which no frame arrived."""


def dbfs(mean_square: float) -> float:
    """Level of a mean square of samples, never below the floor."""
    return max(FLOOR_DBFS, 10 * log10(mean_square / FULL_SCALE**2)) if mean_square > 0 else FLOOR_DBFS


class FrameListener:
    """Listens to the frames of one voice in order; keeps the frame before, since pitch needs 40 ms."""

    def __init__(self) -> None:
        self._vad = webrtcvad.Vad(2)
        self._before = np.zeros(FRAME_SAMPLES)

    def listen(self, frame: bytes) -> FrameSound:
        samples = samples_of(frame)
        wave = samples.astype(np.float64)
        level = dbfs(float(wave @ wave) / FRAME_SAMPLES)
        loudest = int(np.abs(samples.astype(np.int32)).max())
        both = np.concatenate((self._before, wave))
        self._before = wave
        said_voice = bool(self._vad.is_speech(frame, RATE))
        if not said_voice or level < LEAST_ACTIVE_DBFS:
            tone, periodic, active = False, False, False
        else:
            tone, periodic = _line_and_pitch(both)
            active = not tone
        clipped = int(np.count_nonzero(np.abs(wave) >= CLIPPED_FROM)) if loudest >= CLIPPED_FROM else 0
        return FrameSound(level, active, periodic, tone, clipped, zero=loudest <= ZERO_UP_TO)


def _line_and_pitch(wave: Wave) -> tuple[bool, bool]:
    """Whether 40 ms of sound are a signalling tone, and whether they repeat at a speaker's pitch."""
    power = np.abs(np.fft.rfft(wave * _WINDOW, _FFT)) ** 2
    power[:_LOWEST_BIN] = 0.0
    total = float(power.sum())
    if total <= 0:
        return False, False
    if _is_tone(power, TONE_SHARE * total):
        return True, False
    repeats = np.fft.irfft(power)
    return False, bool(repeats[_PITCH_LAGS].max() >= PERIODIC_FROM * repeats[0])


def _is_tone(power: Wave, enough: float) -> bool:
    """One line with nearly all the power, or two that are a known pair."""
    first_hz, first = _strongest(power)
    if first >= enough:
        return first_hz >= TONE_LOWEST_HZ
    if first < enough / 4:
        return False
    rest = power.copy()
    rest[_around(round(first_hz / _HZ_PER_BIN))] = 0.0
    second_hz, second = _strongest(rest)
    low, high = sorted((first_hz, second_hz))
    return first + second >= enough and any(
        abs(low - one) <= TONE_OFF_HZ and abs(high - other) <= TONE_OFF_HZ for one, other in TONE_PAIRS_HZ
    )


def _strongest(power: Wave) -> tuple[float, float]:
    """Frequency of the strongest line and the power in it."""
    peak = int(power.argmax())
    return peak * _HZ_PER_BIN, float(power[_around(peak)].sum())


def _around(peak: int) -> slice:
    return slice(max(0, peak - _TONE_HALF_WIDTH), peak + _TONE_HALF_WIDTH + 1)
