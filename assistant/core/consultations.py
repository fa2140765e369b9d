"""An agent who asks a colleague about the caller who waits: what the agent says there is listened to (S2-43).

Two ways lead to a colleague. The telephone's own second line is an internal call beside a held one. Our button lets the PBX join the
agent's own channel with the colleague's. Only the agent's voice is tapped, and its words are kept nowhere: they tick off what was to be
said to the colleague. That nothing was said is not concluded: the tap comes after the answer, and the first word may be missed.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from ami_bridge.events import (
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
from asr.events import Heard, SpeechEvent
from assistant.core.call import LiveCall
from assistant.core.desk import Desk
from assistant.effects import Effect, ListenAside, StopAside
from prompts.facts import Consulting, ToldColleague


@dataclass(frozen=True, slots=True)
class _Consultation:
    """`call_id`: of the internal call; None where our button began it on the agent's own channel."""

    agent: Extension
    call_id: CallId | None


class Consultations:
    def __init__(self, calls: Mapping[CallId, LiveCall], desk: Desk) -> None:
        self._calls = calls
        self._desk = desk
        self._askers: dict[CallId, Extension] = {}
        """Who made the internal calls that live."""
        self._heard: dict[CallId, _Consultation] = {}
        """By the call of the caller who waits."""

    def on_call(self, event: CallEvent, now: float) -> list[Effect]:
        """To be asked when the call itself has learned of the event."""
        effects: list[Effect] = []
        match event:
            case CallStarted(direction=Direction.INTERNAL, caller_number=str(number)):
                self._askers[event.call_id] = Extension(number)
            case CallAnswered() if event.call_id in self._askers:
                effects = self._second_line(event, now)
            case PhoneChanged(state=PhoneState.IN_USE):
                effects = self._button(event.agent)
            case CallEnded():
                self._askers.pop(event.call_id, None)
            case _:
                pass
        return [*effects, *self._over()]

    def on_speech(self, call_id: str, event: SpeechEvent, now: float) -> list[Effect]:
        """What the agent of this call says to the colleague."""
        call = self._calls.get(CallId(call_id))
        if call is None or call.call_id not in self._heard or not isinstance(event, Heard):
            return []
        return self._desk.ask(call, ToldColleague(event.utterance, event.text), now)

    def _second_line(self, event: CallAnswered, now: float) -> list[Effect]:
        """It comes before our button: what that asked for may have been refused."""
        agent = self._askers[event.call_id]
        waiting = [call for call in self._calls.values() if call.agent == agent and _waits(call)]
        call = max(waiting, key=lambda call: call.stage.since, default=None)
        if call is None or self._hears_second_line(call.call_id):
            return []
        self._heard[call.call_id] = _Consultation(agent, event.call_id)
        asked = self._desk.ask(call, Consulting(), now)
        return [ListenAside(call.call_id, event.caller_channel), *asked]

    def _hears_second_line(self, call_id: CallId) -> bool:
        heard = self._heard.get(call_id)
        return heard is not None and heard.call_id is not None

    def _button(self, colleague: Extension) -> list[Effect]:
        """The colleague whom our button asked has answered. What else is shown then: `Handover.phone_changed`."""
        effects: list[Effect] = []
        for call in self._calls.values():
            new = _waits(call) and call.call_id not in self._heard
            if new and call.asks(colleague) and call.leg is not None:
                self._heard[call.call_id] = _Consultation(call.leg.agent, None)
                effects.append(ListenAside(call.call_id, call.leg.agent_channel))
        return effects

    def _over(self) -> list[Effect]:
        ended = [call_id for call_id, one in self._heard.items() if not self._lasts(call_id, one)]
        for call_id in ended:
            del self._heard[call_id]
        return [StopAside(call_id) for call_id in ended]

    def _lasts(self, call_id: CallId, consultation: _Consultation) -> bool:
        call = self._calls.get(call_id)
        if call is None or call.agent != consultation.agent:
            return False
        if consultation.call_id is None:
            return call.handing is not None
        return consultation.call_id in self._askers


def _waits(call: LiveCall) -> bool:
    return call.assisted and call.held_by_agent
