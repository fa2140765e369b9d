"""Phones nobody can be rung on (S0-11): off the hook, that is in use without any call, or turning down every call before it rings; or
gone from the PBX while somebody sits there.

The pages show it for as long as it lasts, and it is an alarm: told again until somebody takes it up or it is over. A supervisor who
listens is in use without a call of ours too, and is excused until that phone is free again.
"""

from dataclasses import dataclass, field

from ami_bridge.events import (
    AgentRinging,
    CallAnswered,
    CallEnded,
    CallEvent,
    CallId,
    CallStarted,
    Direction,
    Extension,
    PhoneChanged,
    PhoneRefused,
    PhoneState,
)
from assistant.core.alarms import Alarms
from assistant.core.escalations import PHONE
from assistant.core.team import Team
from assistant.effects import Effect, ToAgent, ToSupervisors
from assistant.messages import AgentChanged, PhoneTrouble

REFUSED = 2
"""A handset that lies beside the phone is idle to the PBX, and every call to it is turned down at once. Once may be by hand."""


@dataclass(frozen=True, slots=True)
class PhoneRules:
    """How long a phone may be strange, and what is said of it then: 「刘敏的话机…」."""

    off_hook_after: float = 60.0
    """Between two calls a phone may be in use for a moment without one: somebody dials, a tone is heard."""
    gone_after: float = 300.0
    """A phone that restarts is back sooner."""
    off_hook: str = "占用着却没有通话,可能听筒没有放好"
    gone: str = "没有连上电话系统"
    turned_down: str = "接连拒接来电,一声也没有响,可能听筒没有放好或设了免打扰"

    def limit(self, state: PhoneState) -> float | None:
        """How long it may be in this state without a call; None: as long as it likes."""
        if state is PhoneState.UNAVAILABLE:
            return self.gone_after
        return self.off_hook_after if state in (PhoneState.IN_USE, PhoneState.BUSY) else None


@dataclass(slots=True)
class _Phone:
    state: PhoneState = PhoneState.UNKNOWN
    calls: set[CallId] = field(default_factory=set)
    since: float | None = None
    """When it came into a state that is strange if it lasts; None once told, or while all is well."""
    refused: int = 0
    """How many calls in a row it turned down before it rang."""


class Phones:
    def __init__(self, team: Team, alarms: Alarms, rules: PhoneRules) -> None:
        self._rules = rules
        self._team = team
        self._alarms = alarms
        self._phones: dict[Extension, _Phone] = {}

    def on_call(self, event: CallEvent, now: float) -> list[Effect]:
        """Of any call, between colleagues too."""
        match event:
            case CallStarted():
                agent = None if event.direction is Direction.INBOUND else event.caller_number
                if agent is not None and Extension(agent) in self._phones:
                    return self._joins(Extension(agent), event.call_id, now)
            case AgentRinging() | CallAnswered():
                return self._joins(event.agent, event.call_id, now)
            case PhoneRefused():
                return self._refused(event.agent, now)
            case CallEnded():
                for phone in self._phones.values():
                    phone.calls.discard(event.call_id)
                    self._look(phone, now)
            case PhoneChanged():
                return self._changed(event.agent, event.state, now)
            case _:
                pass
        return []

    def excuse(self, extension: str) -> None:
        """Rung to listen to a call, so in use for good reason."""
        phone = self._phones.get(Extension(extension))
        if phone is not None:
            phone.calls.add(CallId("listening"))

    def left(self, extension: str, now: float) -> list[Effect]:
        """Nobody sits there any more: a phone that is gone is nobody's trouble."""
        agent = Extension(extension)
        gone = self._team.knows(agent) and self._team.member(agent).trouble == "gone"
        return [*self._mended(agent, now), *self._seen(agent, now)] if gone else []

    def next_deadline(self) -> float | None:
        dues = (self._due_at(phone) for phone in self._phones.values())
        return min((due for due in dues if due is not None), default=None)

    def due(self, now: float) -> list[Effect]:
        effects: list[Effect] = []
        for extension, phone in self._phones.items():
            due = self._due_at(phone)
            if due is None or due > now:
                continue
            phone.since = None
            if phone.state is not PhoneState.UNAVAILABLE:
                effects += self._tell(extension, "off_hook", self._rules.off_hook, now)
            elif self._team.member(extension).online:  # else nobody sits there
                effects += self._tell(extension, "gone", self._rules.gone, now)
        return effects

    def _due_at(self, phone: _Phone) -> float | None:
        if phone.since is None:  # nearly all, and they are many
            return None
        limit = self._rules.limit(phone.state)
        return None if limit is None else phone.since + limit

    def _joins(self, agent: Extension, call_id: CallId, now: float) -> list[Effect]:
        """It rings, or speaks: whatever was wrong is mended."""
        phone = self._phones.setdefault(agent, _Phone())
        phone.calls.add(call_id)
        phone.since, phone.refused = None, 0
        mended = self._mended(agent, now)
        return [*mended, *self._seen(agent, now)] if mended else []

    def _refused(self, agent: Extension, now: float) -> list[Effect]:
        phone = self._phones.setdefault(agent, _Phone())
        if phone.state not in (PhoneState.IDLE, PhoneState.RINGING) or phone.calls:
            return []
        phone.refused += 1
        return self._tell(agent, "off_hook", self._rules.turned_down, now) if phone.refused == REFUSED else []

    def _changed(self, agent: Extension, state: PhoneState, now: float) -> list[Effect]:
        phone = self._phones.setdefault(agent, _Phone())
        if phone.state is state:
            return []
        phone.state, phone.since = state, None
        self._look(phone, now)
        if phone.refused and state in (PhoneState.IDLE, PhoneState.RINGING):
            return []  # so it looks to the PBX while it turns down one call after the other
        phone.refused = 0
        return self._mended(agent, now)

    def _look(self, phone: _Phone, now: float) -> None:
        if phone.state in (PhoneState.IDLE, PhoneState.UNAVAILABLE):
            phone.calls.clear()  # whatever it was on is over
        if self._rules.limit(phone.state) is None or phone.calls:
            phone.since = None
        elif phone.since is None:
            phone.since = now

    def _tell(self, extension: Extension, trouble: PhoneTrouble, what: str, now: float) -> list[Effect]:
        self._team.member(extension).trouble = trouble
        text = f"{self._name(extension)}的话机{what}。"
        sounded = self._alarms.sound(PHONE, _unreachable(extension), text, "S0-11", urgent=False, now=now)
        return [*self._seen(extension, now), *sounded]

    def _mended(self, extension: Extension, now: float) -> list[Effect]:
        if not self._team.knows(extension) or self._team.member(extension).trouble is None:
            return []
        self._team.member(extension).trouble = None
        text = f"{self._name(extension)}的话机恢复正常。"
        return self._alarms.over(PHONE, _unreachable(extension), text, now)

    def _seen(self, extension: Extension, now: float) -> list[Effect]:
        seen = AgentChanged(agent=self._team.member(extension).view(now))
        return [ToAgent(extension, seen), ToSupervisors(seen)]

    def _name(self, extension: Extension) -> str:
        name = self._team.member(extension).name
        return name if name != extension else f"坐席 {extension}"


def _unreachable(extension: Extension) -> str:
    return f"{extension} 的话机打不进"
