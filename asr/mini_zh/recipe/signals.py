"""What is on a line without speech: silence, noise, call-progress tones. Nothing must be heard in them."""

from collections.abc import Callable

import numpy as np
from augment import SR, alaw

TONE_LEVEL = -12

Signal = Callable[[np.ndarray, np.random.Generator], np.ndarray]  # from times in seconds


def gain(level_db: float) -> float:
    return 10 ** (level_db / 20)


def white_noise(level_db: float) -> Signal:
    return lambda t, rng: rng.standard_normal(len(t)) * gain(level_db)


def tone(t: np.ndarray) -> np.ndarray:
    return np.sin(2 * np.pi * 450 * t)


def interrupted_tone(period: float, on: float) -> Signal:
    return lambda t, _: alaw(tone(t) * ((t % period) < on) * gain(TONE_LEVEL))


SIGNALS: dict[str, Signal] = {
    "digital silence": lambda t, _: np.zeros(len(t)),
    "white noise -60 dBFS": white_noise(-60),
    "white noise -40 dBFS": white_noise(-40),
    "white noise -25 dBFS": white_noise(-25),
    "a-law comfort noise": lambda t, rng: alaw(white_noise(-55)(t, rng)),
    "450 Hz ring-back (1 s on, 4 s off)": interrupted_tone(5, 1),
    "450 Hz busy (0.35/0.35)": interrupted_tone(0.7, 0.35),
    "450 Hz dial tone": lambda t, _: tone(t) * gain(TONE_LEVEL),
}


def signal(kind: str, seconds: int) -> np.ndarray:
    """16-bit samples at 8 kHz."""
    t = np.arange(seconds * SR) / SR
    samples = SIGNALS[kind](t, np.random.default_rng(7))
    return np.round(np.clip(samples, -1, 1) * 32767).astype(np.int16)
