"""Who is told what, at which hour, and how much of it: rules, masking, and the limit that keeps a storm from being sent on. Pure.

What is held back is not lost in silence: when the storm is over, one message says how many there were.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum

from assistant.effects import NoticeKind, Notify
from assistant.store.masking import mask_text

STORM_WINDOW = 600.0
SAME_WITHIN = 20.0
"""The same sentence to the same people again so soon says nothing new; a reminder comes later than this."""


class Audience(StrEnum):
    SUPERVISORS = "supervisors"
    DUTY = "duty"
    ADMINISTRATORS = "administrators"


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
    kinds: frozenset[NoticeKind]
    to: tuple[Audience, ...]
    hours: Hours | None = None
    urgent_only: bool = False
    numbers: bool = False
    """Whether people's numbers are sent as they are; else they are masked."""
    words: bool = False
    """Whether what an agent wrote freely is sent too."""
    from_repeat: int = 0
    """From which reminder on: who is reached only when those before them did nothing."""


DEFAULT_RULES = (
    Rule(
        frozenset({NoticeKind.ESCALATION, NoticeKind.PHONE, NoticeKind.TASK_DUE, NoticeKind.SUMMARY}),
        (Audience.SUPERVISORS,),
    ),
    # What nobody takes up reaches more people with every reminder.
    Rule(frozenset({NoticeKind.ESCALATION}), (Audience.DUTY,), from_repeat=1),
    Rule(frozenset({NoticeKind.ESCALATION}), (Audience.ADMINISTRATORS,), from_repeat=2),
    Rule(frozenset({NoticeKind.LINE}), (Audience.ADMINISTRATORS, Audience.SUPERVISORS)),
    Rule(frozenset({NoticeKind.PBX_LOST, NoticeKind.PLAN}), (Audience.ADMINISTRATORS,)),
    Rule(frozenset({NoticeKind.MISSED}), (Audience.DUTY, Audience.SUPERVISORS)),
    Rule(frozenset({NoticeKind.DUTY}), (Audience.DUTY, Audience.SUPERVISORS, Audience.ADMINISTRATORS)),
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
        told = f"{notice.text}:{notice.words}" if rule.words and notice.words else notice.text
        text = told if rule.numbers else mask_text(told)
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
