"""Where does a call to the 400 line go now? The one function that answers it: for calls, for the plan the dialplan keeps, and
for `hotline duty at`. Pure; time is an argument.

The answer is made once, when a call arrives. A call that rings or talks when a boundary passes stays where it is; only if the
queue gives it up does the dialplan ask again (S0-06: nobody who calls is lost).
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from assistant.duty.calendar import OfficeCalendar
from assistant.duty.roster import DutyPerson, OnDuty, Roster


class Route(StrEnum):
    QUEUE = "queue"
    DUTY = "duty"
    MESSAGE = "message"
    """Nobody can be rung: the caller leaves a message, and that is an alarm."""


class OverrideKind(StrEnum):
    CLOSED = "closed"
    """今天休息: treat the time as outside office hours."""
    OPEN = "open"
    """照常上班: treat the time as office hours."""
    FORWARD = "forward"
    """立即转值班: forward to the duty mobile although the office is open."""


@dataclass(frozen=True, slots=True)
class Override:
    """Set by hand, always with an end. `dialled` None means every line."""

    kind: OverrideKind
    start: datetime
    end: datetime
    by: str
    reason: str
    dialled: str | None = None


@dataclass(frozen=True, slots=True)
class Swap:
    """`takes` stands in for `leaves` between two instants; where `leaves` is not planned then, nothing changes."""

    start: datetime
    end: datetime
    leaves: str
    takes: str
    by: str


@dataclass(frozen=True, slots=True)
class Decision:
    route: Route
    people: tuple[DutyPerson, ...]
    until: datetime
    """The answer is good until then."""
    because: tuple[str, ...]
    alarm: str | None


@dataclass(frozen=True, slots=True)
class DutyPlan:
    """Everything the decision rests on. `lines`: calendars by dialled number; `calendar` for all others."""

    calendar: OfficeCalendar
    roster: Roster
    lines: dict[str, OfficeCalendar] = field(default_factory=dict)
    overrides: tuple[Override, ...] = ()
    swaps: tuple[Swap, ...] = ()


def lines_of(plan: DutyPlan) -> tuple[str | None, ...]:
    """Every line that may have an answer of its own; None, which stands for all others, first."""
    overridden = (one.dialled for one in plan.overrides if one.dialled is not None)
    return tuple(dict.fromkeys((None, *plan.lines, *overridden)))


def decide(plan: DutyPlan, dialled: str | None, at: datetime) -> Decision:
    """Where a call that arrives at `at` for `dialled` goes. Raises ValueError for a naive `at`."""
    state = plan.lines.get(dialled or "", plan.calendar).state(at)
    override = _override(plan, dialled, at)
    until = min([state.until, *_override_edges(plan, dialled, at)])
    because = [state.why + ("上班时间" if state.open else "非上班时间")]
    is_open = state.open
    if override is not None:
        is_open = override.kind is OverrideKind.OPEN
        end = override.end.astimezone(plan.calendar.zone)
        because.append(f"人工设定“{override.reason}”({override.by},到 {end:%m-%d %H:%M})")
    if is_open:
        return Decision(Route.QUEUE, (), until, tuple(because), None)
    on_duty = _on_duty(plan, at)
    because.append(on_duty.why)
    until = min(until, on_duty.until)
    if not on_duty.people:
        return Decision(Route.MESSAGE, (), until, tuple(because), "没有人值班,来电只能留言")
    return Decision(Route.DUTY, on_duty.people, until, tuple(because), None)


def _on_duty(plan: DutyPlan, at: datetime) -> OnDuty:
    """The roster with the swaps in force applied, one after the other, so that a swap may itself be swapped."""
    on_duty = plan.roster.at(at)
    people = plan.roster.people
    for swap in plan.swaps:
        if not swap.start <= at < swap.end or swap.takes not in people:
            continue
        stand_in = people[swap.takes]
        order = (stand_in if person.key == swap.leaves else person for person in on_duty.people)
        swapped = tuple(dict.fromkeys(order))
        if swapped != on_duty.people:
            why = f"{on_duty.why},{stand_in.name}替{people[swap.leaves].name}({swap.by}换班)"
            on_duty = replace(on_duty, people=swapped, why=why)
    edges = [edge for swap in plan.swaps for edge in (swap.start, swap.end) if edge > at]
    return replace(on_duty, until=min([on_duty.until, *edges]))


def decisions(plan: DutyPlan, dialled: str | None, at: datetime, stretch: timedelta) -> list[Decision]:
    """The answers from `at` on, one after the other, neighbours that agree joined: what a dialplan keeps for a bad day."""
    found: list[Decision] = []
    here = at
    while here < at + stretch:
        decision = decide(plan, dialled, here)
        if found and (found[-1].route, found[-1].people) == (decision.route, decision.people):
            last = found.pop()
            decision = Decision(last.route, last.people, decision.until, last.because, last.alarm)
        found.append(decision)
        here = decision.until
    return found


def _applies(override: Override, dialled: str | None) -> bool:
    return override.dialled is None or override.dialled == dialled


def _override(plan: DutyPlan, dialled: str | None, at: datetime) -> Override | None:
    """The last one set wins."""
    valid = [one for one in plan.overrides if _applies(one, dialled) and one.start <= at < one.end]
    return valid[-1] if valid else None


def _override_edges(plan: DutyPlan, dialled: str | None, at: datetime) -> list[datetime]:
    edges = [edge for one in plan.overrides if _applies(one, dialled) for edge in (one.start, one.end)]
    return [edge for edge in edges if edge > at]
