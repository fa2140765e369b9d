"""What waits to be sent to one browser: bounded, in order, and told when it has to end.

How something stands now (a call, an agent, a line of text) is a picture: while it waits, a newer one takes its place, so that a page
slower than the calls of a full board shows less often, never wrongly. Levels are pictures too, and go out when nothing else waits.
Everything else is sent in order or not at all: a browser too slow for that is closed and comes back to a snapshot.
"""

import asyncio
from collections.abc import Hashable
from dataclasses import dataclass
from enum import IntEnum


class CloseCode(IntEnum):
    """Why we end a browser's connection; below 4000 as RFC 6455 and its registry name them."""

    UNSUPPORTED = 1003
    POLICY = 1008
    RESTART = 1012
    TOO_SLOW = 1013
    SIGNED_OUT = 4001
    TOO_MANY = 4002


@dataclass(frozen=True, slots=True)
class Closing:
    code: CloseCode
    reason: str


_MAX_LEVELS = 64
_MAX_PICTURES = 4096
"""More things than live at once; who is that far behind is as good as away."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    text: str
    picture: Hashable | None


class Outbox:
    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._queue: dict[int, _Waiting] = {}
        """By place, in order."""
        self._places: dict[Hashable, int] = {}
        """Where the picture waits that a newer one replaces."""
        self._next_place = 0
        self._in_order = 0
        """How many wait that are no pictures."""
        self._levels: dict[tuple[str, str], str] = {}
        self._closing: Closing | None = None
        self._wake = asyncio.Event()

    def __len__(self) -> int:
        return len(self._queue) + len(self._levels)

    @property
    def closing(self) -> Closing | None:
        return self._closing

    def put(self, text: str, picture: Hashable | None = None) -> None:
        """`picture`: of what; None for what has to be told one by one."""
        if self._closing is not None:
            return
        place = self._places.get(picture)
        if place is None:
            place = self._new_place(picture)
        if place is None:
            self.close(CloseCode.TOO_SLOW, "too slow: reconnect for a snapshot")
            return
        self._queue[place] = _Waiting(text, picture)
        self._wake.set()

    def _new_place(self, picture: Hashable | None) -> int | None:
        place = self._next_place
        if picture is None:
            if self._in_order >= self._limit:
                return None
            self._in_order += 1
        elif len(self._places) >= _MAX_PICTURES:
            return None
        else:
            self._places[picture] = place
        self._next_place += 1
        return place

    def settle(self, picture: Hashable | None = None) -> None:
        """What comes after this belongs behind it: no picture (none of this thing) is put in the place of an earlier one."""
        if picture is None:
            self._places.clear()
        else:
            self._places.pop(picture, None)

    def put_level(self, voice: tuple[str, str], text: str) -> None:
        """Dropped when so many voices wait already."""
        if self._closing is not None or (voice not in self._levels and len(self._levels) >= _MAX_LEVELS):
            return
        self._levels[voice] = text
        self._wake.set()

    def close(self, code: CloseCode, reason: str) -> None:
        """The first reason stands; what waits is forgotten."""
        if self._closing is None:
            self._closing = Closing(code, reason)
        self._queue.clear()
        self._places.clear()
        self._levels.clear()
        self._wake.set()

    async def next(self) -> str | Closing:
        while True:
            if self._closing is not None:
                return self._closing
            if self._queue:
                return self._take_first()
            if self._levels:
                return self._levels.pop(next(iter(self._levels)))
            self._wake.clear()
            await self._wake.wait()

    def _take_first(self) -> str:
        place = next(iter(self._queue))
        first = self._queue.pop(place)
        if first.picture is None:
            self._in_order -= 1
        elif self._places.get(first.picture) == place:
            del self._places[first.picture]
        return first.text
