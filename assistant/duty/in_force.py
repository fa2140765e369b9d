"""The plan that decides now: the last good reading of the file, with the changes made by hand. Pure; time is an argument.

A file with mistakes changes nothing: the plan before it stays in force and the mistakes are kept to be shown. A program that has
never had a good plan has no answer, and the PBX goes on with what it keeps.
"""

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta

from assistant.duty.answer import Answer, answer
from assistant.duty.calendar import calendar_warning
from assistant.duty.changes import Change, changed
from assistant.duty.decision import DutyPlan, Route, decide, lines_of
from assistant.duty.plan_document import PlanError
from assistant.duty.plan_text import plan_from_text
from assistant.duty.roster import Roster
from assistant.messages import Part, PartState

LOOK_AHEAD = timedelta(days=7)
KEPT_FOR = timedelta(minutes=1)
"""How long one answer serves all calls of a line: the days ahead that it tells of need not begin this very second."""
KEPT_LINES = 256


class PlanInForce:
    def __init__(self) -> None:
        self._from_file: DutyPlan | None = None
        self.changes: tuple[Change, ...] = ()
        self.mistakes: list[str] = ["还没有读到值班计划"]
        """Of the file as it is now; none when it is in force."""
        self.plan: DutyPlan | None = None
        self.accounts: Collection[str] | None = None
        """The extensions that can sign in; None where nobody has looked."""
        self._kept: dict[str, tuple[datetime, Answer]] = {}

    def take_text(self, text: str) -> None:
        try:
            self._from_file = plan_from_text(text)
        except PlanError as error:
            self.mistakes = error.mistakes
            return
        self.mistakes = []
        self._join()

    def take_unreadable(self, why: str) -> None:
        self.mistakes = [why]

    def take_changes(self, changes: Sequence[Change]) -> None:
        self.changes = tuple(changes)
        self._join()

    def _join(self) -> None:
        plan = None if self._from_file is None else changed(self._from_file, self.changes)
        if plan != self.plan:
            self.plan = plan
            self._kept.clear()

    def answer(self, dialled: str, at: datetime) -> dict[str, object] | None:
        """What the PBX is told, or None without a plan. Its moments are absolute, so it is good for every call until it ends."""
        if self.plan is None:
            return None
        kept = self._kept.get(dialled)
        if kept is None or not kept[0] <= at < kept[0] + KEPT_FOR or at.timestamp() >= kept[1].until:
            kept = at, answer(self.plan, dialled, at)
            if len(self._kept) >= KEPT_LINES:  # numbers nobody owns, one after the other
                self._kept.clear()
            self._kept[dialled] = kept
        return asdict(kept[1])

    def warnings(self, at: datetime) -> list[str]:
        """What somebody should see to, the worst first."""
        return [*self.alarms(at), *self.reminders(at)]

    def alarms(self, at: datetime) -> list[str]:
        """What somebody must see to at any hour: callers find nobody, or soon will."""
        if self.plan is None:
            return [f"值班计划不能用,来电由电话系统按最后记住的计划转接:{';'.join(self.mistakes)}"]
        found = []
        unmanned = _unmanned(self.plan, at)
        if unmanned:
            found.append(f"{_named(unmanned)}现在没有人值班,来电只能留言")
        if self.mistakes:
            found.append(f"值班计划有错,旧的仍在使用:{';'.join(self.mistakes)}")
        if not found and (alone := _first_unmanned(self.plan, at)) is not None:
            line, start = alone
            local = start.astimezone(self.plan.calendar.zone)
            found.append(f"{_named([line])}{local:%m月%d日 %H:%M} 起没有人值班")
        return found

    def reminders(self, at: datetime) -> list[str]:
        """What the plan's author should add, by day and without hurry."""
        if self.plan is None:
            return []
        calendar = self.plan.calendar
        years = calendar_warning(at.astimezone(calendar.zone), calendar.complete)
        return [*([] if years is None else [years]), *self._strangers(self.plan.roster)]

    def _strangers(self, roster: Roster) -> list[str]:
        """Duty people whose calls come to nobody's page."""
        found = []
        for person in roster.people.values():
            if person.extension is None:
                found.append(f"值班人 {person.name} 没有写 extension:接的来电不会出现在本人的页面上")
            elif self.accounts is not None and person.extension not in self.accounts:
                found.append(f"值班人 {person.name} 的 extension {person.extension} 没有帐号,看不到接的来电")
        return found

    def part(self, at: datetime) -> Part:
        alarms = self.alarms(at)
        if self.plan is None:
            return Part(name="duty", state="down", text=alarms[0])
        if alarms:
            state: PartState = "down" if _unmanned(self.plan, at) else "degraded"
            return Part(name="duty", state=state, text=";".join(alarms))
        return Part(name="duty", state="ok", text=described(self.plan, at))


def described(plan: DutyPlan, at: datetime) -> str:
    now = decide(plan, None, at)
    if now.route is Route.QUEUE:
        return f"上班时间,到 {now.until.astimezone(plan.calendar.zone):%H:%M}。"
    return f"非上班时间,值班:{'、'.join(person.name for person in now.people)}。"


def _unmanned(plan: DutyPlan, at: datetime) -> list[str | None]:
    return [line for line in lines_of(plan) if decide(plan, line, at).route is Route.MESSAGE]


def _first_unmanned(plan: DutyPlan, at: datetime) -> tuple[str | None, datetime] | None:
    """The line whose callers first find nobody, and when."""
    starts = ((line, _unmanned_from(plan, line, at)) for line in lines_of(plan))
    found = [(line, start) for line, start in starts if start is not None]
    return min(found, key=lambda one: one[1], default=None)


def _unmanned_from(plan: DutyPlan, line: str | None, at: datetime) -> datetime | None:
    here = at
    while here < at + LOOK_AHEAD:
        decision = decide(plan, line, here)
        if decision.route is Route.MESSAGE:
            return here
        here = decision.until
    return None


def _named(lines: Sequence[str | None]) -> str:
    """The lines in front of a sentence; nothing where it is true of all."""
    return "" if None in lines else f"线路 {'、'.join(line for line in lines if line is not None)}:"
