"""The agents as supervisors see them: at the desk or not, phone state, the call they are on, time on calls since midnight."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from math import inf

from ami_bridge.events import CallId, PhoneState
from assistant.messages import AgentView, PhoneTrouble, Role

CLOCK_SLACK_S = 3600.0
"""The wall clock is set now and then; only more than this makes it another day."""


def always_the_same_day(_: float) -> float:
    return -inf


@dataclass(frozen=True, slots=True)
class Workday:
    """`began` tells the instant at which the local day of an instant began; `talked`: seconds on calls, before the program started,
    on the day that began at `talked_on`."""

    began: Callable[[float], float] = always_the_same_day
    talked: Mapping[str, float] = field(default_factory=dict)
    talked_on: float = -inf
    rest_after: float | None = None
    """Seconds on calls in a day after which a rest is due (S1-28)."""


@dataclass(slots=True)
class Member:
    extension: str
    name: str
    workday: Workday
    role: Role = "agent"
    online: bool = False
    phone: PhoneState = PhoneState.UNKNOWN
    trouble: PhoneTrouble | None = None
    call_id: CallId | None = None
    on_call_since: float | None = None
    _talked_s: float = field(init=False)
    _talked_on: float = field(init=False)
    """The beginning of the day `_talked_s` belongs to."""

    def __post_init__(self) -> None:
        self._talked_s, self._talked_on = self.workday.talked.get(self.extension, 0.0), self.workday.talked_on

    def view(self, now: float) -> AgentView:
        return AgentView(
            extension=self.extension,
            name=self.name,
            online=self.online,
            phone=self.phone.value,
            call_id=self.call_id,
            talk_s=round(self._talked_today(now) + self._talking_today(now), 3),
            rest_after_s=self.workday.rest_after,
            role=self.role,
            trouble=self.trouble,
        )

    def leave_call(self, now: float) -> None:
        self._talked_s = self._talked_today(now) + self._talking_today(now)
        self.call_id, self.on_call_since = None, None

    def _talked_today(self, now: float) -> float:
        """Without the call that goes on; nothing is left of it once a new day has begun."""
        today = self.workday.began(now)
        if today - self._talked_on > CLOCK_SLACK_S:
            self._talked_s, self._talked_on = 0.0, today
        return self._talked_s

    def _talking_today(self, now: float) -> float:
        since = self.on_call_since
        return 0.0 if since is None else now - max(since, self.workday.began(now))


class Team:
    def __init__(self, workday: Workday) -> None:
        self._workday = workday
        self._members: dict[str, Member] = {}

    def __iter__(self) -> Iterator[Member]:
        return iter(self._members.values())

    def member(self, extension: str) -> Member:
        """Whoever answers a call is on the team, known by account or not."""
        return self._members.setdefault(extension, Member(extension, extension, self._workday))

    def knows(self, extension: str) -> bool:
        return extension in self._members

    def is_online(self, extension: str) -> bool:
        """At least one page is open."""
        known = self._members.get(extension)
        return known is not None and known.online

    def phone_of(self, extension: str) -> PhoneState:
        known = self._members.get(extension)
        return PhoneState.UNKNOWN if known is None else known.phone

    def name_of(self, extension: str) -> str:
        known = self._members.get(extension)
        return extension if known is None else known.name

    def join(self, extension: str, call_id: CallId, now: float) -> Member:
        member = self.member(extension)
        if member.call_id != call_id:
            self.leave(extension, now)
            member.call_id, member.on_call_since = call_id, now
        return member

    def leave(self, extension: str, now: float) -> Member:
        member = self.member(extension)
        member.leave_call(now)
        return member
