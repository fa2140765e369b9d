"""Voices that can be told apart: everyone on the line sings a tone of their own, and whoever listens is asked which ones arrive."""

import asyncio

import numpy as np
from numpy.typing import NDArray

from tests.lab.phone_call import PhoneCall
from tests.lab.rtp import Sound
from tests.lab.tones import from_alaw, rms, share_of_tone, tone

CALLER_HZ, AGENT_HZ, BOSS_HZ = 700, 500, 1100
LOUD = 500.0
"""A voice that is there; one that is not is below a tenth of it."""


def voice(hz: int) -> Sound:
    return Sound(tone(hz, 2, level=6000), endless=True)


def voices(samples: NDArray[np.int16]) -> set[int]:
    """Whose tones are in it."""
    loudness = rms(samples)
    return {
        hz for hz in (CALLER_HZ, AGENT_HZ, BOSS_HZ) if share_of_tone(samples, hz) ** 0.5 * loudness > LOUD
    }


async def heard_on(call: PhoneCall, seconds: float = 1.0) -> set[int]:
    """Whose voices reach this phone in the next so many seconds."""
    before = len(call.rtp.received.frames)
    await asyncio.sleep(seconds)
    return voices(from_alaw(b"".join(call.rtp.received.frames[before:])))
