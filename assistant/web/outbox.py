"""What waits to be sent to one browser: bounded, in order, and told when it has to end.

Levels are pictures of a moment: the newest of each voice replaces the one before and goes out when nothing else waits. Everything
else is sent in order or not at all: a browser too slow for that is closed and comes back to a snapshot.
"""

import asyncio
from collections import deque
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


class Outbox:
    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._queue: deque[str] = deque()
        self._levels: dict[tuple[str, str], str] = {}
        self._closing: Closing | None = None
        self._wake = asyncio.Event()

    def __len__(self) -> int:
        return len(self._queue) + len(self._levels)

    @property
    def closing(self) -> Closing | None:
        return self._closing

    def put(self, text: str) -> None:
        if self._closing is not None:
            return
        if len(self._queue) >= self._limit:
            self.close(CloseCode.TOO_SLOW, "too slow: reconnect for a snapshot")
            return
        self._queue.append(text)
        self._wake.set()

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
        self._levels.clear()
        self._wake.set()

    async def next(self) -> str | Closing:
        while True:
            if self._closing is not None:
                return self._closing
            if self._queue:
                return self._queue.popleft()
            if self._levels:
                return self._levels.pop(next(iter(self._levels)))
            self._wake.clear()
            await self._wake.wait()
