"""The agents as supervisors see them: at the desk or not, phone state, the call they are on, time on calls."""

from collections.abc import Iterator
from dataclasses import dataclass

from ami_bridge.events import CallId, PhoneState
from assistant.messages import AgentView


@dataclass(slots=True)
class Member:
    extension: str
    name: str
    online: bool = False
    phone: PhoneState = PhoneState.UNKNOWN
    call_id: CallId | None = None
    on_call_since: float | None = None
    talked_s: float = 0.0

    def view(self, now: float) -> AgentView:
        talking = 0.0 if self.on_call_since is None else now - self.on_call_since
        return AgentView(
            extension=self.extension,
            name=self.name,
            online=self.online,
            phone=self.phone.value,
            call_id=self.call_id,
            talk_s=round(self.talked_s + talking, 3),
        )


class Team:
    def __init__(self) -> None:
        self._members: dict[str, Member] = {}

    def __iter__(self) -> Iterator[Member]:
        return iter(self._members.values())

    def member(self, extension: str) -> Member:
        """Whoever answers a call is on the team, known by account or not."""
        return self._members.setdefault(extension, Member(extension, extension))

    def knows(self, extension: str) -> bool:
        return extension in self._members

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
        if member.on_call_since is not None:
            member.talked_s += now - member.on_call_since
        member.call_id, member.on_call_since = None, None
        return member
