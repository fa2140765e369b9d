"""Handing a caller to whoever the enquiry belongs to (S0-03, S0-04, S2-42, S2-43), by an attended transfer.

The caller waits while the agent tells the colleague who is coming and why; the colleague's page says it too. Nobody home: the
caller is back with the agent, with an apology on the screen (S1-19).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from ami_bridge.events import Extension, PhoneState
from assistant.core.call import CallState, Handing, LiveCall
from assistant.core.desk import Desk, tell_call
from assistant.core.team import Team
from assistant.effects import Effect, HandOver, HangUp, Save, ToAgent
from assistant.messages import CompleteTransfer, OwnerView, Refused, SupervisorSays, TransferCall
from assistant.people import Person
from assistant.records import Audited
from prompts.facts import CalledUp, SituationId

INTRODUCTION = SituationId("introduce_transfer")
"""The pack's situation with the words to the colleague (S2-43)."""
TAKEN = {
    PhoneState.RINGING: "正在振铃",
    PhoneState.IN_USE: "正在通话",
    PhoneState.BUSY: "正在通话",
    PhoneState.ON_HOLD: "正在通话",
    PhoneState.UNAVAILABLE: "不在线",
}


@dataclass(frozen=True, slots=True)
class Owner:
    """Who takes enquiries of a kind. `number`: as the PBX dials it, an extension or an outside number."""

    number: str
    name: str
    topic: str
    situations: tuple[str, ...] = ()


def by_topic(owners: Iterable[Owner]) -> dict[str, str]:
    """Several owners of one topic are named together."""
    names: dict[str, list[str]] = {}
    for owner in owners:
        names.setdefault(owner.topic, []).append(owner.name)
    return {topic: "、".join(dict.fromkeys(found)) for topic, found in names.items()}


class Handover:
    def __init__(self, owners: tuple[Owner, ...], team: Team, desk: Desk) -> None:
        self._owners = self._configured = owners
        self._team = team
        self._desk = desk

    def set_owners(self, owners: tuple[Owner, ...]) -> tuple[Owner, ...]:
        """People ruled anew who takes what; where their list has nobody to ring, that of the settings holds."""
        self._owners = owners or self._configured
        return self._owners

    def owners(self) -> list[OwnerView]:
        return [
            OwnerView(
                number=owner.number,
                name=owner.name,
                topic=owner.topic,
                situations=list(owner.situations),
                phone=self._team.phone_of(owner.number).value,
            )
            for owner in self._owners
        ]

    def phone_changed(
        self, calls: Iterable[LiveCall], extension: str, state: PhoneState, now: float
    ) -> list[Effect]:
        """The colleague answers: now is the moment for the sentence that says who is coming and why (S2-43)."""
        if state is not PhoneState.IN_USE:
            return []
        asking = [call for call in calls if call.asks(extension) and call.script.has(INTRODUCTION)]
        return [effect for call in asking for effect in self._desk.ask(call, CalledUp(INTRODUCTION), now)]

    def not_asked(self, call: LiveCall, colleague: str, now: float) -> list[Effect]:
        """The PBX did not do what the button wanted: the agent still talks with the caller, and nobody is being asked."""
        if not call.asks(colleague):
            return []
        call.handing = None
        return tell_call(call, now)

    def concerns(self, extension: str) -> bool:
        return any(owner.number == extension for owner in self._owners)

    def ask(
        self, who: Person, call: LiveCall, message: TransferCall | CompleteTransfer, now: float
    ) -> list[Effect]:
        """What the agent of this call asks for."""
        match message:
            case TransferCall():
                why_not = self._why_not(call, message.to)
                return (
                    [_refused(who, "transfer", why_not)]
                    if why_not
                    else self._begin(who, call, message.to, now)
                )
            case CompleteTransfer():
                if call.leg is None or call.handing is None:
                    return [_refused(who, "complete_transfer", "现在没有正在进行的转接。")]
                audited = Audited(who.extension, "complete_transfer", call.call_id, call.handing.to)
                return [HangUp(call.call_id, call.leg.agent_channel, "转接完成"), Save(audited, now)]

    def _why_not(self, call: LiveCall, to: str) -> str | None:
        if call.leg is None or call.stage.state is not CallState.TALKING:
            return "要在通话中才能转接(保持中请先取回)。"
        if to == call.agent:
            return "不能转给自己。"
        if not self.concerns(to) and not self._team.knows(to):
            return "没有这个转接对象。"
        taken = TAKEN.get(self._team.phone_of(to))
        return None if taken is None else f"{self._name_of(to)}{taken},请稍后再转,或转给别人。"

    def _begin(self, who: Person, call: LiveCall, to: str, now: float) -> list[Effect]:
        assert call.leg is not None
        call.handing = Handing(Extension(to), now)
        topic = next((owner.topic for owner in self._owners if owner.number == to), None)
        effects: list[Effect] = [
            HandOver(call.call_id, call.leg.agent_channel, who.extension, to),
            Save(Audited(who.extension, "transfer", call.call_id, to), now),
            ToAgent(to, SupervisorSays(call_id=call.call_id, by=who.name, text=_announcement(call, topic))),
            *tell_call(call, now),
        ]
        if call.script.has(INTRODUCTION):
            effects += self._desk.ask(call, CalledUp(INTRODUCTION), now)
        return effects

    def _name_of(self, number: str) -> str:
        named = (owner.name for owner in self._owners if owner.number == number)
        return next(named, self._team.name_of(number))


def _announcement(call: LiveCall, topic: str | None) -> str:
    """For the colleague's page: name and topic (S2-43)."""
    caller = f"{call.surname or ''}{call.title or ''}" or "一位客户"
    about = f",咨询“{topic}”" if topic else ""
    return f"有来电要转给您:{caller}{about}。请接听。"


def _refused(who: Person, reply_to: str, reason: str) -> ToAgent:
    return ToAgent(who.extension, Refused(reply_to=reply_to, reason=reason))
