"""Who is told what, at which hour, and how much of it: rules, masking, and the limit that keeps a storm from being sent on. Pure.

What is held back is not lost in silence: when the storm is over, one message says how many there were.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum

from assistant.effects import Notify
from assistant.store.masking import mask_text

STORM_WINDOW = 600.0
SAME_WITHIN = 20.0
"""The same sentence to the same people again so soon says nothing new; a reminder comes later than this."""


class Audience(StrEnum):
    SUPERVISORS = "supervisors"
    DUTY = "duty"
    ADMINISTRATORS = "administrators"


class Kind(StrEnum):
    """The kinds of `assistant.effects.Notify`."""

    ESCALATION = "escalation"
    PBX_LOST = "pbx_lost"
    LINE = "line"
    """The 400 line seems dead, or works again."""
    PHONE = "phone"
    """A phone is off the hook or gone."""
    DUTY = "duty"
    SUMMARY = "summary"


@dataclass(frozen=True, slots=True)
class Hours:
    """From `start` (included) to `end` (excluded) of a day; over midnight where `end` is not later."""

    start: time
    end: time

    @classmethod
    def of(cls, text: str | None) -> "Hours | None":
        """`08:00-20:00`; None is any hour."""
        if text is None:
            return None
        start, end = text.split("-")
        return cls(time.fromisoformat(start), time.fromisoformat(end))

    def holds(self, moment: time) -> bool:
        if self.start < self.end:
            return self.start <= moment < self.end
        return moment >= self.start or moment < self.end


@dataclass(frozen=True, slots=True)
class Rule:
    kinds: frozenset[Kind]
    to: tuple[Audience, ...]
    hours: Hours | None = None
    urgent_only: bool = False
    numbers: bool = False
    """Whether people's numbers are sent as they are; else they are masked."""
    from_repeat: int = 0
    """From which reminder on: who is reached only when those before them did nothing."""


DEFAULT_RULES = (
    Rule(frozenset({Kind.ESCALATION, Kind.PHONE, Kind.SUMMARY}), (Audience.SUPERVISORS,)),
    # What nobody takes up reaches more people with every reminder.
    Rule(frozenset({Kind.ESCALATION}), (Audience.DUTY,), from_repeat=1),
    Rule(frozenset({Kind.ESCALATION}), (Audience.ADMINISTRATORS,), from_repeat=2),
    Rule(frozenset({Kind.LINE}), (Audience.ADMINISTRATORS, Audience.SUPERVISORS)),
    Rule(frozenset({Kind.PBX_LOST}), (Audience.ADMINISTRATORS,)),
    Rule(frozenset({Kind.DUTY}), (Audience.DUTY, Audience.SUPERVISORS, Audience.ADMINISTRATORS)),
)


@dataclass(frozen=True, slots=True)
class Letter:
    audience: Audience
    title: str
    text: str


def letters(rules: Sequence[Rule], notice: Notify, at: datetime) -> list[Letter]:
    """What goes to whom, each audience once. `at`: local time of day."""
    found: dict[Audience, Letter] = {}
    for rule in rules:
        if notice.kind not in rule.kinds or (rule.urgent_only and not notice.urgent):
            continue
        if notice.repeats < rule.from_repeat:
            continue
        if rule.hours is not None and not rule.hours.holds(at.time()):
            continue
        text = notice.text if rule.numbers else mask_text(notice.text)
        for audience in rule.to:
            found.setdefault(audience, Letter(audience, title_of(notice), text))
    return list(found.values())


def title_of(notice: Notify) -> str:
    return "【紧急】400 热线" if notice.urgent else "400 热线"


class Storm:
    """The limit of one audience: so many letters in ten minutes."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._sent: deque[float] = deque()
        self._last: dict[str, float] = {}
        self.held = 0

    def allows(self, letter: Letter, now: float) -> bool:
        before = self._last.get(letter.text)
        if before is not None and now - before < SAME_WITHIN:
            return False
        self._forget(now)
        if len(self._sent) >= self._limit:
            self.held += 1
            return False
        self._sent.append(now)
        self._last[letter.text] = now
        return True

    def calm(self, audience: Audience, now: float) -> Letter | None:
        """The one message about what was held back, once there is room again."""
        self._forget(now)
        if not self.held or len(self._sent) >= self._limit:
            return None
        text = f"通知太多,有 {self.held} 条没有逐条发送,请到页面查看。"
        self.held = 0
        self._sent.append(now)
        return Letter(audience, "400 热线", text)

    def _forget(self, now: float) -> None:
        while self._sent and now - self._sent[0] >= STORM_WINDOW:
            self._sent.popleft()
        self._last = {text: at for text, at in self._last.items() if now - at < SAME_WITHIN}
