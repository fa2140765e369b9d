"""Who is on duty outside office hours, in which order. Pure; time is an argument.

A shift of the rota (from one instant to another) is stronger than the weekly pattern; the people named in `always` come last,
so that a hole in the plan still rings somebody. Where nobody is left, the roster says so: an alarm, never a silent default.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from assistant.duty.calendar import SHANGHAI, Span

LOOK_AHEAD = timedelta(days=8)
"""No pattern boundary is farther away than a week."""


@dataclass(frozen=True, slots=True)
class DutyPerson:
    """`number` is dialled outside; `ring_s` for how long it rings before the next person's turn."""

    key: str
    name: str
    number: str
    ring_s: int
    extension: str | None = None


@dataclass(frozen=True, slots=True)
class Shift:
    """`people` in the order they are called, from `start` (included) to `end` (excluded)."""

    start: datetime
    end: datetime
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WeeklyShift:
    """The same people at the same hours of these weekdays (0 is Monday). A span over midnight is two."""

    weekdays: frozenset[int]
    span: Span
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OnDuty:
    people: tuple[DutyPerson, ...]
    until: datetime
    why: str


@dataclass(frozen=True, slots=True)
class Gap:
    """Nobody is planned from `start` to `end`; `always` may still catch it."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Roster:
    people: dict[str, DutyPerson]
    rota: tuple[Shift, ...] = ()
    weekly: tuple[WeeklyShift, ...] = ()
    always: tuple[str, ...] = ()
    zone: ZoneInfo = SHANGHAI

    def at(self, at: datetime) -> OnDuty:
        """Everyone to try, in order, each once."""
        planned, why = self._planned(at)
        order = dict.fromkeys((*planned, *self.always))
        return OnDuty(tuple(self.people[key] for key in order), self._next_edge(at), why)

    def gaps(self, start: datetime, end: datetime) -> list[Gap]:
        """Stretches between two instants for which neither rota nor weekly pattern names anyone."""
        found: list[Gap] = []
        here = start
        while here < end:
            until = min(self._next_edge(here), end)
            if not self._planned(here)[0]:
                if found and found[-1].end == here:
                    found[-1] = Gap(found[-1].start, until)
                else:
                    found.append(Gap(here, until))
            here = until
        return found

    def _planned(self, at: datetime) -> tuple[tuple[str, ...], str]:
        on_rota = tuple(key for shift in self.rota if shift.start <= at < shift.end for key in shift.people)
        if on_rota:
            return on_rota, "值班表"
        local = at.astimezone(self.zone)
        weekly = tuple(
            key
            for shift in self.weekly
            if local.weekday() in shift.weekdays and shift.span.holds(local.time())
            for key in shift.people
        )
        if weekly:
            return weekly, "每周值班"
        return (), "值班表没有安排人,转总值班" if self.always else "没有人值班"

    def _next_edge(self, at: datetime) -> datetime:
        edges = [edge for shift in self.rota for edge in (shift.start, shift.end) if edge > at]
        local = at.astimezone(self.zone)
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        clock_edges = {
            edge for shift in self.weekly for edge in (shift.span.start, shift.span.end) if edge is not None
        }
        edges += [
            datetime.combine(local.date(), edge, self.zone) for edge in clock_edges if edge > local.time()
        ]
        return min([*edges, midnight])
