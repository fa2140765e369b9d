"""The only reader of time."""

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Two real ones exist: the system's, and the tests' and rehearsals' virtual one."""

    def now(self) -> float:
        """Monotonic seconds."""

    def wall(self, at: float | None = None) -> datetime:
        """UTC time of day of the monotonic instant `at`, or of now."""


class SystemClock:
    def now(self) -> float:
        return time.monotonic()

    def wall(self, at: float | None = None) -> datetime:
        today = datetime.now(UTC)
        return today if at is None else today - timedelta(seconds=time.monotonic() - at)


class VirtualClock:
    """A clock that stands still until it is told to go on."""

    def __init__(self, start: float = 0.0, wall: datetime | None = None) -> None:
        self._now = start
        self._origin = (wall or datetime(2026, 1, 5, 1, 0, tzinfo=UTC)) - timedelta(seconds=start)

    def now(self) -> float:
        return self._now

    def wall(self, at: float | None = None) -> datetime:
        return self._origin + timedelta(seconds=self._now if at is None else at)

    def advance_to(self, instant: float) -> None:
        """Never goes back."""
        self._now = max(self._now, instant)
