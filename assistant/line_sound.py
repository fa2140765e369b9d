"""Whether a test call of the line carries sound, and which way it does not (S0-08). Pure; time is an argument.

Each end of the call sends a tone; the tone that arrives is listened for at the other end, on what that end receives from the network.
"""

from dataclasses import dataclass
from enum import StrEnum

LOUD_DBFS = -35.0
"""Both tones are far above it, a line without sound and its noise far below."""
ENOUGH = 2
"""Readings of half a second."""


class Way(StrEnum):
    """Where a tone travels."""

    IN = "in"
    """From the caller to us; heard on the channel that came in by the 400 line."""
    OUT = "out"
    """From us to the caller; heard on the channel that went out by the other line."""


NAMES = {Way.IN: "客户到坐席", Way.OUT: "坐席到客户"}


@dataclass(frozen=True, slots=True)
class Sound:
    ok: bool
    text: str


class SoundCheck:
    def __init__(self, now: float, within_s: float) -> None:
        self._until = now + within_s
        self._listening: set[Way] = set()
        self._loud = dict.fromkeys(Way, 0)

    def listens(self, way: Way) -> None:
        """The PBX has put our ear to it."""
        self._listening.add(way)

    def level(self, way: Way, dbfs: float) -> None:
        self._loud[way] += dbfs >= LOUD_DBFS

    def verdict(self, now: float) -> Sound | None:
        """None while it is not known. A way nobody could listen to is not called silent."""
        silent = [way for way in Way if self._loud[way] < ENOUGH]
        if not silent:
            return Sound(ok=True, text="双向声音正常")
        if now < self._until:
            return None
        deaf = [way for way in silent if way in self._listening]
        if deaf:
            return Sound(ok=False, text=f"听不到声音的方向:{'、'.join(NAMES[way] for way in deaf)}")
        return Sound(ok=True, text="没能监听,声音没有测")
