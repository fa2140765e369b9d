"""What was reported to the supervisors and is not closed yet. Nobody is left unheard: an open one repeats until taken up."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from ami_bridge.events import CallId
from assistant.messages import EscalationView

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
        )


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


class Escalations:
    def __init__(self, new_id: Callable[[], str], repeat_after: float) -> None:
        self._new_id = new_id
        self._repeat_after = repeat_after
        self._kept: dict[str, Escalation] = {}

    def __iter__(self) -> Iterator[Escalation]:
        return iter(self._kept.values())

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
            repeat_at=now + self._repeat_after,
        )
        self._kept[escalation.escalation_id] = escalation
        self._forget_oldest()
        return escalation

    def handle(self, escalation: Escalation, do: Literal["acknowledge", "close"], by: str, note: str) -> None:
        escalation.state = "acknowledged" if do == "acknowledge" else "closed"
        escalation.by = by
        escalation.note = note or escalation.note
        if escalation.state == "closed":
            del self._kept[escalation.escalation_id]

    def next_deadline(self) -> float | None:
        return min((e.repeat_at for e in self if e.state == "open"), default=None)

    def repeat(self, now: float) -> list[Escalation]:
        """Those nobody has taken up in time; each is due again later."""
        due = [e for e in self if e.state == "open" and e.repeat_at <= now]
        for escalation in due:
            escalation.repeats += 1
            escalation.repeat_at = now + self._repeat_after
        return due

    def _forget_oldest(self) -> None:
        if len(self._kept) <= KEPT:
            return
        taken_up = (e.escalation_id for e in self if e.state != "open")
        del self._kept[next(taken_up, next(iter(self._kept)))]
