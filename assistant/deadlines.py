"""The one timer of the program: set to the first thing that is due, wherever that is in the core."""

import asyncio
from collections.abc import Callable

from assistant.clock import Clock


class Deadlines:
    """`first` is asked once for all that has happened at one go, for every live call has to be looked at; `due` is called at that
    instant."""

    def __init__(self, first: Callable[[], float | None], due: Callable[[], None], clock: Clock) -> None:
        self._first = first
        self._due = due
        self._clock = clock
        self._looking: asyncio.Handle | None = None
        self._alarm: asyncio.TimerHandle | None = None
        self._alarm_at: float | None = None

    def changed(self) -> None:
        if self._looking is None:
            self._looking = asyncio.get_running_loop().call_soon(self._look)

    def stop(self) -> None:
        for handle in (self._looking, self._alarm):
            if handle is not None:
                handle.cancel()
        self._looking = self._alarm = self._alarm_at = None

    def _look(self) -> None:
        self._looking = None
        first = self._first()
        if first == self._alarm_at and self._alarm is not None:
            return
        self.stop()
        if first is not None:
            wait = max(0.0, first - self._clock.now())
            self._alarm_at = first
            self._alarm = asyncio.get_running_loop().call_later(wait, self._ring)

    def _ring(self) -> None:
        self._alarm = self._alarm_at = None
        self._due()
        self.changed()
