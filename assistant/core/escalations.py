"""What was reported to the supervisors and is not closed yet. Nobody is left unheard: an open one repeats until taken up.

Taking one up counts once the book has it, so that nothing a person was told can be lost with the program.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

from ami_bridge.events import CallId
from assistant.effects import NoticeKind
from assistant.messages import EscalationView
from assistant.people import Person
from assistant.records import EscalationHandled

LINE, DUTY, PHONE, PBX = CallId("line"), CallId("duty"), CallId("phone"), CallId("pbx")
"""Stand where a call's id would: the 400 line as a whole, the duty plan, somebody's phone, the link to the PBX."""
ALARMS: Final = {
    LINE: NoticeKind.LINE,
    DUTY: NoticeKind.DUTY,
    PHONE: NoticeKind.PHONE,
    PBX: NoticeKind.PBX_LOST,
}
"""And the kind of the notice that people get."""
ASKED_FOR_HELP: Final = "坐席求助"
ALARM_REPEATS_AFTER = 600.0
"""A fault of the line is not mended in a minute, and whoever is reminded of it may be at home."""
AND_LATER: Final = " …… "
"""Between the words an escalation began with and the newest."""
KEPT = 500
"""More than any shift raises; beyond it the oldest that somebody has taken up is forgotten (the book has it)."""


@dataclass(slots=True)
class Escalation:
    escalation_id: str
    call_id: CallId
    agent: str | None
    caller_number: str | None
    reason: str
    sources: tuple[str, ...]
    excerpt: str
    urgent: bool
    raised_at: float
    repeat_at: float
    state: Literal["open", "acknowledged", "closed"] = "open"
    by: str | None = None
    note: str | None = None
    repeats: int = 0
    times: int = 1
    """How often it came up on its call; only the first is a report of its own."""
    assigned_to: str | None = None

    def view(self, now: float) -> EscalationView:
        return EscalationView(
            escalation_id=self.escalation_id,
            call_id=self.call_id,
            agent=self.agent,
            caller_number=self.caller_number,
            reason=self.reason,
            sources=list(self.sources),
            excerpt=self.excerpt,
            urgent=self.urgent,
            age_s=round(now - self.raised_at, 3),
            state=self.state,
            by=self.by,
            note=self.note,
            repeats=self.repeats,
            times=self.times,
            assigned_to=self.assigned_to,
        )


STATE_AFTER: Final[dict[str, Literal["acknowledged", "closed"]]] = {
    "acknowledge": "acknowledged",
    "assign": "acknowledged",
    "close": "closed",
}
"""Who assigns one has taken it up."""


@dataclass(frozen=True, slots=True)
class FromBook:
    """An escalation the last run left unfinished. `age_s`: since it was raised."""

    escalation_id: str
    call_id: str
    agent: str | None
    caller_number: str | None
    reason: str
    excerpt: str
    urgent: bool
    age_s: float
    acknowledged: bool
    by: str | None
    note: str | None
    assigned_to: str | None
    times: int = 1


@dataclass(frozen=True, slots=True)
class Report:
    """What a script or an agent wants the supervisors to know."""

    call_id: CallId
    agent: str | None
    caller_number: str | None
    reason: str
    sources: tuple[str, ...]
    excerpt: str
    urgent: bool
    happened: bool = True
    """False: a card was called up, which is no reason to count what is reported already."""


def asked_for_help(note: str) -> str:
    """The reason of an escalation by the agent itself."""
    return f"{ASKED_FOR_HELP}:{note}" if note else ASKED_FOR_HELP


def note_in(reason: str) -> str:
    """What the agent wrote, in the reason `asked_for_help` made."""
    return reason.removeprefix(ASKED_FOR_HELP).removeprefix(":")


def _with_newest(excerpt: str, newest: str) -> str:
    first = excerpt.partition(AND_LATER)[0]
    return AND_LATER.join(dict.fromkeys(filter(None, (first, newest))))


class Escalations:
    def __init__(
        self,
        new_id: Callable[[], str],
        repeat_after: float,
        alarm_repeat_after: float = ALARM_REPEATS_AFTER,
    ) -> None:
        """`alarm_repeat_after`: of what no call is behind."""
        self._new_id = new_id
        self._alarm_repeat_after = alarm_repeat_after
        self._repeat_after = repeat_after
        self._kept: dict[str, Escalation] = {}

    def __iter__(self) -> Iterator[Escalation]:
        return iter(self._kept.values())

    def seen_by(self, who: Person, now: float) -> list[EscalationView]:
        """An agent's are its own and those it was given."""
        sees_all = who.sees_all_calls
        return [one.view(now) for one in self if sees_all or who.extension in (one.agent, one.assigned_to)]

    def get(self, escalation_id: str) -> Escalation | None:
        return self._kept.get(escalation_id)

    def raise_(self, report: Report, now: float) -> Escalation:
        escalation = Escalation(
            escalation_id=self._new_id(),
            call_id=report.call_id,
            agent=report.agent,
            caller_number=report.caller_number,
            reason=report.reason,
            sources=report.sources,
            excerpt=report.excerpt,
            urgent=report.urgent,
            raised_at=now,
            repeat_at=now + self._pause(report.call_id),
        )
        self._kept[escalation.escalation_id] = escalation
        self._forget_oldest()
        return escalation

    def again(self, report: Report) -> Escalation | None:
        """The one of this agent and call for the same reason that nobody has closed yet; None: it is a new one.

        Eight insults in a row are one thing for a supervisor to see to: with the words it began with, and the newest. What has become
        urgent is a new one, and so is what meets another agent after a transfer.
        """
        about = (report.call_id, report.agent, report.reason)
        for one in self:
            if (one.call_id, one.agent, one.reason) == about and one.urgent >= report.urgent:
                if report.happened:
                    one.times += 1
                    one.excerpt = _with_newest(one.excerpt, report.excerpt)
                return one
        return None

    def any_of(self, call_id: CallId) -> bool:
        """Whether one of this call is not closed."""
        return any(one.call_id == call_id for one in self)

    def remember(self, known: FromBook, now: float) -> Escalation:
        """One of the last run; an open one is due again at once, and goes on reaching as many people as its age says."""
        reminders = int(known.age_s // self._pause(CallId(known.call_id)))
        escalation = Escalation(
            escalation_id=known.escalation_id,
            call_id=CallId(known.call_id),
            agent=known.agent,
            caller_number=known.caller_number,
            reason=known.reason,
            sources=(),
            excerpt=known.excerpt,
            urgent=known.urgent,
            raised_at=now - known.age_s,
            repeat_at=now,
            state="acknowledged" if known.acknowledged else "open",
            by=known.by,
            note=known.note,
            repeats=max(0, reminders - 1),
            assigned_to=known.assigned_to,
            times=known.times,
        )
        return self._kept.setdefault(known.escalation_id, escalation)

    def saved(self, handled: EscalationHandled) -> Escalation | None:
        """The book has it: now it is so. None if somebody closed it meanwhile."""
        escalation = self._kept.get(handled.escalation_id)
        if escalation is None:
            return None
        escalation.state = "closed" if handled.state == "closed" else "acknowledged"
        escalation.by = handled.by
        escalation.note = handled.note or escalation.note
        escalation.assigned_to = handled.assigned_to or escalation.assigned_to
        if escalation.state == "closed":
            del self._kept[escalation.escalation_id]
        return escalation

    def next_deadline(self) -> float | None:
        return min((e.repeat_at for e in self if e.state == "open"), default=None)

    def repeat(self, now: float) -> list[Escalation]:
        """Those nobody has taken up in time; each is due again later."""
        due = [e for e in self if e.state == "open" and e.repeat_at <= now]
        for escalation in due:
            escalation.repeats += 1
            escalation.repeat_at = now + self._pause(escalation.call_id)
        return due

    def _pause(self, call_id: CallId) -> float:
        return self._alarm_repeat_after if call_id in ALARMS else self._repeat_after

    def _forget_oldest(self) -> None:
        if len(self._kept) <= KEPT:
            return
        taken_up = (e.escalation_id for e in self if e.state != "open")
        del self._kept[next(taken_up, next(iter(self._kept)))]
