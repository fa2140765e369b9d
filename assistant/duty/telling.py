"""Decisions in words and plain values, for page and command alike. Pure.

Both say where a call goes by asking `decide`, the function that decides calls.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from assistant.duty.decision import Decision, DutyPlan, Route, decide, decisions, lines_of
from assistant.duty.roster import Gap

ROUTES = {Route.QUEUE: "坐席队列", Route.DUTY: "转值班手机", Route.MESSAGE: "请来电人留言"}


@dataclass(frozen=True, slots=True)
class Told:
    """One decision. `people`: names in the order they are called, with number and ring time."""

    start: datetime
    end: datetime
    route: str
    text: str
    people: list[tuple[str, str, int]]
    because: list[str]
    alarm: str | None


@dataclass(frozen=True, slots=True)
class ToldDay:
    day: date
    why: str
    confirmed: bool
    stretches: list[Told]


def told(plan: DutyPlan, decision: Decision, start: datetime) -> Told:
    zone = plan.calendar.zone
    return Told(
        start=start.astimezone(zone),
        end=decision.until.astimezone(zone),
        route=decision.route.value,
        text=ROUTES[decision.route],
        people=[(person.name, person.number, person.ring_s) for person in decision.people],
        because=list(decision.because),
        alarm=decision.alarm,
    )


def told_at(plan: DutyPlan, dialled: str | None, at: datetime) -> Told:
    return told(plan, decide(plan, dialled, at), at)


def told_days(plan: DutyPlan, dialled: str | None, first: date, count: int) -> Iterator[ToldDay]:
    """Each day from midnight to midnight, cut where the answer changes."""
    calendar = plan.lines.get(dialled or "", plan.calendar)
    for day in (first + timedelta(days=number) for number in range(count)):
        here = datetime.combine(day, time(0), plan.calendar.zone)
        stretches = []
        for decision in decisions(plan, dialled, here, timedelta(days=1)):
            stretches.append(told(plan, decision, here))
            here = decision.until
        rule = calendar.day(day)
        yield ToldDay(day, rule.why, rule.confirmed, stretches)


@dataclass(frozen=True, slots=True)
class Hole:
    """Callers of `line` (None: of any) go to nobody whom rota or weekly pattern name, from `start` to `end`."""

    line: str | None
    start: datetime
    end: datetime


def unplanned(plan: DutyPlan, start: datetime, end: datetime) -> list[Hole]:
    """Stretches outside a line's hours for which the roster names nobody, whoever `always` may catch them."""
    everywhere = _gaps_outside_hours(plan, None, start, end)
    found = [Hole(None, gap.start, gap.end) for gap in everywhere]
    for line in lines_of(plan)[1:]:
        gaps = _gaps_outside_hours(plan, line, start, end)
        found += [Hole(line, gap.start, gap.end) for gap in gaps if not _within(gap, everywhere)]
    return sorted(found, key=lambda hole: hole.start)


def _gaps_outside_hours(plan: DutyPlan, line: str | None, start: datetime, end: datetime) -> list[Gap]:
    found: list[Gap] = []
    here = start
    while here < end:
        decision = decide(plan, line, here)
        until = min(decision.until, end)
        if decision.route is not Route.QUEUE:
            found += plan.roster.gaps(here, until)
        here = until
    return _joined(found)


def _within(gap: Gap, gaps: Iterable[Gap]) -> bool:
    return any(one.start <= gap.start and gap.end <= one.end for one in gaps)


def _joined(gaps: list[Gap]) -> list[Gap]:
    joined: list[Gap] = []
    for gap in gaps:
        if joined and joined[-1].end == gap.start:
            gap = Gap(joined.pop().start, gap.end)  # noqa: PLW2901  (one longer gap instead of two)
        joined.append(gap)
    return joined
