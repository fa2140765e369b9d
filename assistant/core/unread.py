"""What supervisors wrote to somebody who has not said 知道了 yet: neither a reload nor a lost connection takes it off the page.

They go out at once and into the book beside that; a restart finds them there. Who wrote what stands in the audit log as well.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from ami_bridge.events import Extension
from assistant.core.team import Team
from assistant.effects import Effect, Save, ToAgent
from assistant.messages import MessageRead, ReadMessage, SupervisorSays, TellAgent
from assistant.people import Person
from assistant.records import Audited, DeskMessageRead, DeskMessageWritten

MOST_UNREAD: Final = 20
"""Of one person; whoever writes one more is told to ring up instead."""
KEPT_S: Final = 12 * 3600.0
"""A shift and its handover; after that it is no news."""


@dataclass(frozen=True, slots=True)
class Written:
    """A message the last run left unread. `age_s`: since it was written."""

    to: str
    says: SupervisorSays
    age_s: float


@dataclass(frozen=True, slots=True)
class _Kept:
    says: SupervisorSays
    at: float


class Unread:
    def __init__(self, team: Team, new_id: Callable[[], str]) -> None:
        self._team = team
        self._new_id = new_id
        self._of: dict[str, list[_Kept]] = {}

    def why_not(self, to: str, now: float) -> str | None:
        """Why nothing can be written to this extension at present."""
        if not self._team.is_online(to):
            return f"{to} 没有打开页面,现在看不到留言,请打电话。"
        if len(self.of(to, now)) >= MOST_UNREAD:
            return f"{to} 还有 {MOST_UNREAD} 条留言没有看,请打电话。"
        return None

    def write(self, who: Person, message: TellAgent, now: float) -> list[Effect]:
        text = message.text.strip()
        message_id = self._new_id()
        says = SupervisorSays(call_id=None, by=who.name, text=text, message_id=message_id)
        self._of[message.agent] = [*self._fresh(message.agent, now), _Kept(says, now)]
        return [
            ToAgent(Extension(message.agent), says),
            Save(DeskMessageWritten(message_id, message.agent, who.name, text), now),
            Save(Audited(who.extension, "tell_agent", message.agent, text), now),
        ]

    def remember(self, known: Sequence[Written], now: float) -> list[Effect]:
        """Those of the last run, oldest first; for pages that were quicker to come back than the book."""
        for one in known:
            self._of.setdefault(one.to, []).append(_Kept(one.says, now - one.age_s))
        return [ToAgent(Extension(one.to), one.says) for one in known]

    def read(self, who: Person, message: ReadMessage, now: float) -> list[Effect]:
        """It leaves every page of this person, also one that is behind."""
        kept = self._of.pop(who.extension, [])
        left = [one for one in kept if one.says.message_id != message.message_id]
        if left:
            self._of[who.extension] = left
        was_there = len(left) < len(kept)
        return [
            ToAgent(Extension(who.extension), MessageRead(message_id=message.message_id)),
            *([Save(DeskMessageRead(message.message_id), now)] if was_there else []),
        ]

    def of(self, extension: str, now: float) -> list[SupervisorSays]:
        """In the order they were written."""
        return [one.says for one in self._fresh(extension, now)]

    def _fresh(self, extension: str, now: float) -> list[_Kept]:
        return [one for one in self._of.get(extension, []) if now - one.at < KEPT_S]
