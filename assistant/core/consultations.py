"""An agent who asks a colleague about the caller who waits: what the agent says there is listened to (S2-43).

Two ways lead to a colleague. The telephone's own second line is an internal call beside a held one. Our button lets the PBX join the
agent's own channel with the colleague's. Only the agent's voice is tapped, and its words are kept nowhere: they tick off what was to be
said to the colleague, and tell whether anything was.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from ami_bridge.events import (
    CallAnswered,
    CallEnded,
    CallEvent,
    CallId,
    CallStarted,
    ChannelName,
    Direction,
    Extension,
    Party,
)
from asr.events import AudioStarted, Heard, LegEnd, LegEnded, SpeechEvent, SpeechStopped
from assistant.core.call import CallState, LiveCall
from assistant.core.desk import Desk
from assistant.effects import Effect, HandOver, ListenAside, StopAside
from prompts.facts import Consulting, Fact, ToldColleague


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
                effects = self._second_line(event)
            case CallEnded():
                self._askers.pop(event.call_id, None)
            case _:
                pass
        return [*effects, *self._over(now)]

    def by_button(self, order: HandOver) -> list[Effect]:
        call = self._calls.get(CallId(order.call_id))
        if call is None or call.agent is None or not call.assisted:
            return []
        return self._listen(call, _Consultation(call.agent, None), order.channel)

    def on_speech(self, call_id: str, event: SpeechEvent, now: float) -> list[Effect]:
        """What the agent of this call says to the colleague."""
        call = self._calls.get(CallId(call_id))
        fact = _fact(event)
        if call is None or fact is None or call.call_id not in self._heard:
            return []
        return self._desk.ask(call, fact, now)

    def _second_line(self, event: CallAnswered) -> list[Effect]:
        agent = self._askers[event.call_id]
        waiting = (call for call in self._calls.values() if call.agent == agent and _waits(call))
        call = next(waiting, None)
        if call is None or call.call_id in self._heard:
            return []
        return self._listen(call, _Consultation(agent, event.call_id), event.caller_channel)

    def _listen(self, call: LiveCall, consultation: _Consultation, channel: ChannelName) -> list[Effect]:
        self._heard[call.call_id] = consultation
        return [ListenAside(call.call_id, channel)]

    def _over(self, now: float) -> list[Effect]:
        effects: list[Effect] = []
        for call_id in [call_id for call_id, one in self._heard.items() if not self._lasts(call_id, one)]:
            del self._heard[call_id]
            effects.append(StopAside(call_id))
            call = self._calls.get(call_id)
            if call is not None:
                effects += self._desk.ask(call, Consulting(False), now)
        return effects

    def _lasts(self, call_id: CallId, consultation: _Consultation) -> bool:
        call = self._calls.get(call_id)
        if call is None or call.agent != consultation.agent:
            return False
        if consultation.call_id is None:
            return call.handing is not None
        return consultation.call_id in self._askers


def _waits(call: LiveCall) -> bool:
    return call.assisted and call.stage.state is CallState.HELD and call.held_by is Party.AGENT


def _fact(event: SpeechEvent) -> Fact | None:
    match event:
        case AudioStarted():
            return Consulting(True)
        case Heard():
            return ToldColleague(event.utterance, event.text, event.voiced_s)
        case SpeechStopped():
            return ToldColleague(0, "", event.voiced_s)
        case LegEnded() if (
            event.why is not LegEnd.CLOSED_BY_PBX
        ):  # as it does when the agent has handed the caller over
            return Consulting(False)
        case _:
            return None
