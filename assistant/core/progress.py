"""What the PBX says about one live call: its stage, its clocks, its taps, and what the engine is told of it."""

from ami_bridge.events import (
    AgentRinging,
    AgentStoppedRinging,
    CallAnswered,
    CallEnded,
    CallHeld,
    CallQueued,
    CallResumed,
    CallTransferred,
    HoldMusic,
    MediaQuality,
    Party,
    PhoneLifted,
    TransferFailed,
    TransferKind,
    Way,
)
from assistant.core.audio import TapChange
from assistant.core.call import CallState, Leg, LiveCall
from assistant.core.desk import Desk, show_all, tell, tell_call
from assistant.core.team import Team
from assistant.effects import (
    Effect,
    OpenAgentEar,
    Save,
    StartTap,
    StopTap,
    ToAgent,
    ToEveryone,
    ToSupervisors,
)
from assistant.messages import AgentChanged, CallGone, NoticeGone
from assistant.records import CallFinished, LegBegan, LegFinished, NoteTaken
from prompts.facts import (
    Answered,
    AudioAvailable,
    Fact,
    Held,
    HoldMusicChanged,
    HungUp,
    Lifted,
    Resumed,
    Ringing,
    Sound,
    SoundIs,
    Speaker,
    TransferFell,
    Transferred,
)

LOSSY = 0.03
"""Share of lost packets from which a voice breaks up audibly; below half of it the network is well again."""

ASKED_WITHIN = 5.0
"""A hold that comes later than this after a transfer was asked for is a hold of its own: the PBX did not do as asked."""

BeforeAnswer = CallQueued | AgentRinging | AgentStoppedRinging | PhoneLifted
Changing = CallHeld | CallResumed | HoldMusic | CallTransferred | TransferFailed
"""What changes an answered call."""


def speaker(party: Party) -> Speaker:
    return Speaker.CALLER if party is Party.CALLER else Speaker.AGENT


def _other(party: Party) -> Party:
    return Party.AGENT if party is Party.CALLER else Party.CALLER


class Progress:
    def __init__(self, desk: Desk, team: Team) -> None:
        self._desk = desk
        self._team = team
        self._lossy: set[tuple[str, Party, Way]] = set()

    def before_answer(self, call: LiveCall, event: BeforeAnswer, now: float) -> list[Effect]:
        match event:
            case CallQueued():
                return self._queued(call, event, now)
            case AgentRinging():
                return self._ringing(call, event, now)
            case AgentStoppedRinging():
                return self._stopped_ringing(call, event, now)
            case PhoneLifted():
                # Somebody has it: nobody else need run. The two talk when `answered` comes.
                return self._desk.ask(call, Lifted(event.agent), now)

    def _queued(self, call: LiveCall, event: CallQueued, now: float) -> list[Effect]:
        call.queue = event.queue
        return tell_call(call, now)

    def _ringing(self, call: LiveCall, event: AgentRinging, now: float) -> list[Effect]:
        rung_for = 0.0 if call.rang_at is None else now - call.rang_at
        if call.rang_at is None:
            call.rang_at = now
        call.ringing[event.agent] = event.channel
        if call.stage.state is CallState.QUEUED:
            call.stage.move(CallState.RINGING, now)
        return [*tell_call(call, now), *self._desk.ask(call, Ringing(event.agent, rung_for), now)]

    def _stopped_ringing(self, call: LiveCall, event: AgentStoppedRinging, now: float) -> list[Effect]:
        if event.agent not in call.ringing:
            return []
        del call.ringing[event.agent]
        if call.stage.state is CallState.RINGING and not call.ringing:
            call.stage.move(CallState.QUEUED, now)
        gone: list[Effect] = []
        if event.agent != call.agent:
            gone = [ToAgent(event.agent, CallGone(call_id=call.call_id))]
        return [*gone, *tell_call(call, now)]

    def answered(self, call: LiveCall, event: CallAnswered, now: float) -> list[Effect]:
        before = call.leg
        if (
            before is not None
            and before.agent == event.agent
            and call.stage.state is not CallState.TRANSFERRING
        ):
            return self._seen_again(call, before, event, now)
        effects = self._close_leg(call, now)
        others = [agent for agent in call.ringing if agent != event.agent]
        call.ringing.clear()
        effects += [ToAgent(agent, CallGone(call_id=call.call_id)) for agent in others]
        if before is not None and not before.left and before.agent != event.agent:
            effects.append(ToAgent(before.agent, CallGone(call_id=call.call_id)))
        effects += self._open_leg(call, event, now)
        effects += tell_call(call, now)
        again = before is not None
        answered = Answered(event.agent, event.ring_s, event.wait_s, again, _missed(call, event, now))
        card = call.script.card
        effects += self._desk.ask(call, answered, now)
        taken_over = before is not None and before.agent != event.agent
        if taken_over and card is not None and card is call.script.card:
            effects += show_all(call, event.agent, now)  # what the scripts took back is not for her
        return [*effects, *self.tap(call)]

    def left_alone(self, call: LiveCall, where: str, now: float) -> list[Effect]:
        """The caller has been sent to where no agent is: whoever talked is free, and the record says where the caller went."""
        leg = call.leg
        if leg is None or leg.left or call.stage.state is not CallState.TRANSFERRING:
            return []
        effects = self._close_leg(call, now)
        leg.left = True
        note = NoteTaken(call.call_id, leg.agent, f"来电者已转{where}")
        return [
            *effects,
            Save(note, now),
            ToAgent(leg.agent, CallGone(call_id=call.call_id)),
            *tell_call(call, now),
        ]

    def tap(self, call: LiveCall) -> list[Effect]:
        if call.leg is None or not call.assisted:
            return []
        call.audio.want()
        start = StartTap(call.call_id, call.leg.caller_channel, call.leg.agent_channel)
        return [start, OpenAgentEar(call.call_id, call.agent_is_heard)]

    def change(self, call: LiveCall, event: Changing, now: float) -> list[Effect]:
        """Hold, music and transfers: the stage changes, and with it whether the agent can be heard."""
        if call.leg is None:
            return []
        ear_before = call.agent_is_heard
        fact = self._change(call, event, now)
        fallen = _fallen(call, event, now)
        effects = tell_call(call, now)
        if call.agent_is_heard != ear_before:
            if not call.agent_is_heard:
                call.voices.end(Party.AGENT, now)
            effects.append(OpenAgentEar(call.call_id, call.agent_is_heard))
        effects += self._desk.ask(call, fact, now)
        return effects if fallen is None else [*effects, *self._desk.ask(call, fallen, now)]

    def _change(self, call: LiveCall, event: Changing, now: float) -> Fact:
        match event:
            case CallHeld():
                call.held_by = event.by
                call.stage.move(CallState.HELD, now)
                return Held(speaker(event.by))
            case CallResumed():
                call.held_by = None
                call.stage.move(CallState.TALKING, now)
                return Resumed(speaker(event.by))
            case HoldMusic():
                call.music = event.playing
                return HoldMusicChanged(event.playing)
            case CallTransferred():
                call.held_by = None
                call.rang_at = None  # the next phone's ringing is counted from its own first ring
                call.stage.move(CallState.TRANSFERRING, now)
                by_agent = event.to != call.taken_by  # the PBX tells both alike
                return Transferred(event.to, event.kind is TransferKind.BLIND, by_agent)
            case TransferFailed():
                call.stage.move(CallState.TALKING, now)
                return TransferFell(event.to)

    def quality(self, call: LiveCall, event: MediaQuality, now: float) -> list[Effect]:
        """A voice crosses the network twice, from its phone and to the other one; it is whole if neither way loses."""
        key = (call.call_id, event.party, event.way)
        own = event.way is Way.FROM_PHONE
        voice = event.party if own else _other(event.party)
        halves = {(call.call_id, voice, Way.FROM_PHONE), (call.call_id, _other(voice), Way.TO_PHONE)}
        was_broken = bool(halves & self._lossy)
        lossy = event.loss_share >= (LOSSY / 2 if key in self._lossy else LOSSY)
        (self._lossy.add if lossy else self._lossy.discard)(key)
        if bool(halves & self._lossy) == was_broken:
            return []
        measured = f"{'来路' if own else '去路'}丢包 {event.loss_share:.0%},抖动 {event.jitter_ms:.0f} ms"
        return self._desk.ask(call, SoundIs(speaker(voice), Sound.NETWORK_LOSS, lossy, measured), now)

    def tapped(
        self, call: LiveCall, change: TapChange, parties: tuple[Party, ...], reason: str, now: float
    ) -> list[Effect]:
        match change:
            case TapChange.UP:
                return self._tap_up(call, parties, now)
            case TapChange.LOST:
                return self._tap_missing(call, parties, reason, now)
            case TapChange.IMPOSSIBLE:
                call.audio.give_up(reason)
                return self._deafened(call, now)

    def _tap_missing(
        self, call: LiveCall, parties: tuple[Party, ...], reason: str, now: float
    ) -> list[Effect]:
        if parties == (Party.AGENT,):
            # The agent's own tap ends with the agent's channel; the next agent's comes with the answer.
            lost = call.audio.lose_voice(Party.AGENT)
            return self._desk.ask(call, AudioAvailable(Speaker.AGENT, False), now) if lost else []
        call.audio.suspect(reason, now)
        return []

    def tap_lost(self, call: LiveCall, now: float) -> list[Effect]:
        """The call outlived its tap: one more try, then the call goes on unheard."""
        retry = call.audio.lose(now)
        effects = self._deafened(call, now)
        if retry and call.leg is not None:
            effects += [StopTap(call.call_id), *self.tap(call)]
        return effects

    def no_frames(self, call: LiveCall, party: Party, missing: bool, now: float) -> list[Effect]:
        """A tap that brings nothing on any voice is made anew, once."""
        talking = call.stage.state is CallState.TALKING
        if not call.audio.frames(party, missing) or not talking:
            return []
        call.audio.suspect("没有收到声音", now)
        return self.tap_lost(call, now)

    def end(self, call: LiveCall, event: CallEnded, now: float) -> list[Effect]:
        by = None if event.by is None else speaker(event.by)
        effects: list[Effect] = []
        if call.script.engine is not None:
            effects += self._desk.ask(call, HungUp(by), now)
        effects += [
            ToEveryone(NoticeGone(call_id=call.call_id, card_id=card_id)) for card_id in call.script.notices
        ]
        effects += self._close_leg(call, now)
        effects.append(Save(self._finished(call, event, now), now))
        if call.audio.wanted:
            effects.append(StopTap(call.call_id))
        self._lossy -= {(call.call_id, party, way) for party in Party for way in Way}
        return [*effects, *tell(call, CallGone(call_id=call.call_id))]

    def _seen_again(self, call: LiveCall, leg: Leg, event: CallAnswered, now: float) -> list[Effect]:
        """The same agent on the same call, told anew after a reconnect: only the tap may be missing."""
        leg.caller_channel, leg.agent_channel = event.caller_channel, event.agent_channel
        tapped = call.audio.hears(Party.CALLER)
        return [*tell_call(call, now), *([] if tapped else self.tap(call))]

    def _open_leg(self, call: LiveCall, event: CallAnswered, now: float) -> list[Effect]:
        call.queue = event.queue or call.queue
        call.ring_s, call.wait_s = event.ring_s, event.wait_s
        call.held_by, call.music = None, False
        call.stage.move(CallState.TALKING, now)
        number = 1 if call.leg is None else call.leg.number + 1
        call.leg = Leg(
            number,
            event.agent,
            event.caller_channel,
            event.agent_channel,
            now - _missed(call, event, now),
            call.stage.spent(CallState.TALKING, now),
            call.stage.spent(CallState.HELD, now),
        )
        member = self._team.join(event.agent, call.call_id, now)
        record = LegBegan(call.call_id, number, event.agent, call.queue, event.ring_s, event.wait_s)
        return [Save(record, now), ToSupervisors(AgentChanged(agent=member.view(now)))]

    def _close_leg(self, call: LiveCall, now: float) -> list[Effect]:
        leg = call.leg
        if leg is None or leg.left:
            return []
        talk_s = call.stage.spent(CallState.TALKING, now) - leg.talked_before
        hold_s = call.stage.spent(CallState.HELD, now) - leg.held_before
        member = self._team.leave(leg.agent, now)
        finished = LegFinished(call.call_id, leg.number, talk_s, hold_s)
        return [Save(finished, now), ToSupervisors(AgentChanged(agent=member.view(now)))]

    def _finished(self, call: LiveCall, event: CallEnded, now: float) -> CallFinished:
        spoke, leg = call.voices.agent_first_spoke_at, call.leg
        waited = now - call.stage.began_at if call.wait_s is None else call.wait_s
        rang = 0.0 if call.rang_at is None else now - call.rang_at
        return CallFinished(
            call.call_id,
            event.reason.value,
            None if event.by is None else event.by.value,
            rang if call.ring_s is None else call.ring_s,
            waited,
            call.stage.spent(CallState.TALKING, now),
            call.stage.spent(CallState.HELD, now),
            call.voices.total_silence(now),
            None if spoke is None or leg is None or leg.number > 1 else max(0.0, spoke - leg.answered_at),
            tuple(call.script.fired),
            call.surname,
            call.title,
            call.script.complaint,
            call.queue,
        )

    def _tap_up(self, call: LiveCall, parties: tuple[Party, ...], now: float) -> list[Effect]:
        new = [party for party in parties if call.audio.up(party, now)]
        if not new:
            return []
        call.voices.heard_from(now)
        effects = tell_call(call, now)
        for party in new:
            effects += self._desk.ask(call, AudioAvailable(speaker(party), True), now)
        return effects

    def _deafened(self, call: LiveCall, now: float) -> list[Effect]:
        call.voices.deafen(now)
        effects = tell_call(call, now)
        for party in Party:
            effects += self._desk.ask(call, AudioAvailable(speaker(party), False), now)
        return effects


def _missed(call: LiveCall, event: CallAnswered, now: float) -> float:
    """For how long the two have talked unseen: only of a call that was found with its agent is anything missed."""
    return event.age if call.known_since == now else 0.0


def _fallen(call: LiveCall, event: Changing, now: float) -> TransferFell | None:
    """The colleague who was asked did not take the caller: the PBX takes the agent back to the caller, and says only that."""
    handing = call.handing
    if handing is None or isinstance(event, HoldMusic):
        return None
    if isinstance(event, CallHeld) and now - handing.since < ASKED_WITHIN:
        return None
    call.handing = None
    return TransferFell(handing.to) if isinstance(event, CallResumed) else None
