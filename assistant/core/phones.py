"""Phones nobody can be rung on (S0-11): off the hook, that is in use without any call, or gone from the PBX while somebody sits there.

Told once for each time: to the agent, to the supervisors, to people outside; the pages show it for as long as it lasts. A supervisor who listens is in use without a call
of ours too, and is excused until that phone is free again.
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
    PhoneState,
)
from assistant.core.team import Team
from assistant.effects import Effect, NoticeKind, Notify, ToAgent, ToSupervisors
from assistant.messages import AgentChanged, SupervisorSays

OFF_HOOK_AFTER = 60.0
"""Between two calls a phone may be in use for a moment without one: somebody dials, a tone is heard."""
GONE_AFTER = 300.0
"""A phone that restarts is back sooner."""
LIMITS = {
    PhoneState.IN_USE: OFF_HOOK_AFTER,
    PhoneState.BUSY: OFF_HOOK_AFTER,
    PhoneState.UNAVAILABLE: GONE_AFTER,
}


@dataclass(slots=True)
class _Phone:
    state: PhoneState = PhoneState.UNKNOWN
    calls: set[CallId] = field(default_factory=set)
    since: float | None = None
    """When it came into a state that is strange if it lasts; None once told, or while all is well."""


class Phones:
    def __init__(self, team: Team) -> None:
        self._team = team
        self._phones: dict[Extension, _Phone] = {}

    def on_call(self, event: CallEvent, now: float) -> None:
        """Of any call, between colleagues too."""
        match event:
            case CallStarted():
                agent = None if event.direction is Direction.INBOUND else event.caller_number
                if agent is not None and Extension(agent) in self._phones:
                    self._joins(Extension(agent), event.call_id)
            case AgentRinging() | CallAnswered():
                self._joins(event.agent, event.call_id)
            case CallEnded():
                for phone in self._phones.values():
                    phone.calls.discard(event.call_id)
                    self._look(phone, now)
            case PhoneChanged():
                phone = self._phones.setdefault(event.agent, _Phone())
                if phone.state is not event.state:
                    phone.state, phone.since = event.state, None
                    self._team.member(event.agent).trouble = None
                    self._look(phone, now)
            case _:
                pass

    def excuse(self, extension: str) -> None:
        """Rung to listen to a call, so in use for good reason."""
        phone = self._phones.get(Extension(extension))
        if phone is not None:
            phone.calls.add(CallId("listening"))

    def next_deadline(self) -> float | None:
        return min(
            (phone.since + LIMITS[phone.state] for phone in self._phones.values() if phone.since is not None),
            default=None,
        )

    def due(self, now: float) -> list[Effect]:
        effects: list[Effect] = []
        for extension, phone in self._phones.items():
            if phone.since is None or phone.since + LIMITS[phone.state] > now:
                continue
            phone.since = None
            effects += self._tell(extension, phone.state, now)
        return effects

    def _joins(self, agent: Extension, call_id: CallId) -> None:
        phone = self._phones.setdefault(agent, _Phone())
        phone.calls.add(call_id)
        phone.since = None
        if self._team.knows(agent):
            self._team.member(agent).trouble = None

    def _look(self, phone: _Phone, now: float) -> None:
        if phone.state in (PhoneState.IDLE, PhoneState.UNAVAILABLE):
            phone.calls.clear()  # whatever it was on is over
        if phone.state not in LIMITS or phone.calls:
            phone.since = None
        elif phone.since is None:
            phone.since = now

    def _tell(self, extension: Extension, state: PhoneState, now: float) -> list[Effect]:
        member = self._team.member(extension)
        if state is PhoneState.UNAVAILABLE and not member.online:
            return []  # nobody sits there
        member.trouble = "gone" if state is PhoneState.UNAVAILABLE else "off_hook"
        seen = AgentChanged(agent=member.view(now))
        what = "没有连上电话系统" if member.trouble == "gone" else "占用着却没有通话,可能听筒没有放好"
        who = member.name if member.name != extension else f"坐席 {extension}"
        return [
            ToAgent(extension, seen),
            ToSupervisors(seen),
            ToSupervisors(SupervisorSays(call_id=None, by="系统", text=f"{who}的话机{what}。")),
            Notify(NoticeKind.PHONE, False, f"{who}的话机{what}。"),
        ]
