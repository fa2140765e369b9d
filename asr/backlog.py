"""What a stream still has to decode: the one thing the leg's thread and the workers both touch.

Bounded: when it is full its oldest sound is dropped, and what follows knows how much is missing.
"""

import threading
from collections import deque
from dataclasses import dataclass
from typing import assert_never

from asr.pcm import seconds_of


@dataclass(frozen=True, slots=True)
class Begin:
    utterance: int


@dataclass(frozen=True, slots=True)
class Sound:
    pcm: bytes
    lost_before_s: float = 0.0
    """Sound of the same utterance that was dropped just before this."""


@dataclass(frozen=True, slots=True)
class Finish:
    lost_before_s: float = 0.0


Item = Begin | Sound | Finish


class Backlog:
    """What a stream still has to decode. The one thing two threads touch."""

    def __init__(self, longest_s: float) -> None:
        self._longest_s = longest_s
        self._lock = threading.Lock()
        self._items: deque[Item] = deque()
        self._waiting_s = 0.0
        self._taken_s = 0.0
        self._scheduled = False
        self._busy = False

    @property
    def finishing(self) -> bool:
        """An utterance's end is among what waits."""
        with self._lock:
            return any(isinstance(item, Finish) for item in self._items)

    def put(self, item: Item) -> tuple[bool, float, float]:
        """(must a thread be called, seconds behind, seconds dropped)"""
        with self._lock:
            self._items.append(item)
            if isinstance(item, Sound):
                self._waiting_s += seconds_of(item.pcm)
            dropped = self._drop_oldest() if self._waiting_s > self._longest_s else 0.0
            call, self._scheduled = not self._scheduled or isinstance(item, Finish), True
            return call, self._waiting_s + self._taken_s, dropped

    def take(self, most_s: float) -> list[Item] | None:
        """The oldest items, up to about `most_s` of sound; None while another thread is at it or when there are none."""
        with self._lock:
            if self._busy or not self._items:
                return None
            self._busy = True
            taken: list[Item] = []
            self._taken_s = 0.0
            while self._items and self._taken_s < most_s:
                item = self._items.popleft()
                if isinstance(item, Sound):
                    self._taken_s += seconds_of(item.pcm)
                taken.append(item)
            self._waiting_s -= self._taken_s
            return taken

    def done(self) -> tuple[bool, float]:
        """(is there more, seconds behind); when there is not, the next `put` calls a thread again."""
        with self._lock:
            self._taken_s = 0.0
            self._busy = False
            self._scheduled = bool(self._items)
            return self._scheduled, self._waiting_s

    def _drop_oldest(self) -> float:
        """Makes room for a quarter, so that a hopeless leg drops seldom and at length instead of mincing every word."""
        dropped = 0.0
        lost = 0.0
        kept: deque[Item] = deque()
        while self._items and self._waiting_s > self._longest_s * 0.75:
            item = self._items.popleft()
            match item:
                case Sound(pcm, lost_before_s):
                    lost += seconds_of(pcm) + lost_before_s
                    dropped += seconds_of(pcm)
                    self._waiting_s -= seconds_of(pcm)
                case Finish(lost_before_s):
                    kept.append(Finish(lost + lost_before_s))
                    lost = 0.0
                case Begin():
                    kept.append(item)
                case _:
                    assert_never(item)
        match self._items[0] if lost and self._items else None:
            case Sound(pcm, lost_before_s):
                self._items[0] = Sound(pcm, lost_before_s + lost)
            case Finish(lost_before_s):
                self._items[0] = Finish(lost_before_s + lost)
            case _:
                pass
        kept.extend(self._items)
        self._items = kept
        return dropped


def merged(items: list[Item]) -> list[Item]:
    """Sounds that follow each other as one: fewer and larger pieces when there is much to do."""
    merged: list[Item] = []
    for item in items:
        last = merged[-1] if merged else None
        if isinstance(item, Sound) and isinstance(last, Sound) and not item.lost_before_s:
            merged[-1] = Sound(last.pcm + item.pcm, last.lost_before_s)
        else:
            merged.append(item)
    return merged
