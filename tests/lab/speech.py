"""Recorded Mandarin for lab phones: the speech that is bundled with the small model, as a-law."""

import wave
from functools import cache
from pathlib import Path

import numpy as np

from tests.lab.rtp import Sound
from tests.lab.tones import RATE, to_alaw

SPEECH = Path(__file__).parents[2] / "asr" / "mini_zh" / "speech"


@cache
def spoken(name: str) -> bytes:
    """`caller_complaint_h000` as a-law, without the silence around it: it ends when the last syllable does."""
    with wave.open(str(SPEECH / f"{name}.wav"), "rb") as source:
        assert (source.getframerate(), source.getnchannels(), source.getsampwidth()) == (RATE, 1, 2), name
        samples = np.frombuffer(source.readframes(source.getnframes()), dtype="<i2")
    voiced = np.flatnonzero(np.abs(samples) > np.abs(samples).max() / 50)
    return to_alaw(samples[voiced[0] : voiced[-1] + 1].astype(np.float64))


def saying(*names: str, pause_s: float = 0.0) -> Sound:
    """These recordings one after the other, each preceded by a pause, then silence."""
    pause = b"\xd5" * round(pause_s * RATE)
    return Sound(b"".join(pause + spoken(name) for name in names))
