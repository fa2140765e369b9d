"""Plays a scenario: what the PBX, the listening side, the agent and the supervisor would tell the core, and when."""

import heapq
from collections import Counter
from collections.abc import Callable, Iterator

from ami_bridge.events import (
    AgentRinging,
    AgentStoppedRinging,
    CallAnswered,
    CallEnded,
    CallEvent,
    CallHeld,
    CallId,
    CallQueued,
    CallResumed,
    CallStarted,
    CallTransferred,
    ChannelName,
    Direction,
    EndReason,
    Extension,
    HoldMusic,
    MediaQuality,
    Party,
    PbxBack,
    PbxLost,
    TransferFailed,
    TransferKind,
)
from asr.events import AudioJudged, Heard, LegId, SpeechEvent, SpeechStarted, SpeechStopped
from assistant.core import Core, TapChange
from assistant.effects import Effect, SaveFirst, StartTap
from assistant.messages import (
    BrowserMessage,
    CallUpSituation,
    Escalate,
    HandleEscalation,
    MoveCard,
    SendToAttendant,
    SetCaller,
)
from assistant.people import Person
from assistant.rehearse.scenario import Move, Scenario, Step

CALL, CONSULTATION = CallId("call-1"), CallId("call-2")
SUPERVISOR = Person(0, "supervisor", "主管", "supervisor")
BOTH = (Party.CALLER, Party.AGENT)
ASIDE = LegId("aside")
SECONDS_A_CHARACTER = 0.22
Deed = Callable[[float], list[Effect]]


class Stage:
    def __init__(self, scenario: Scenario, core: Core) -> None:
        self._scenario = scenario
        self._core = core
        self._due: list[tuple[float, int, Deed]] = []
        self._count = 0
        self._rang_at: float | None = None
        self._agent: Extension | None = None
        self._consults = False
        self._utterances: Counter[LegId] = Counter()
        self._tap_works = scenario.audio

    def play(self) -> Iterator[tuple[float, list[Effect]]]:
        """Each instant at which something follows, with what follows."""
        end = self._schedule()
        while (now := self._next(end)) is not None:
            while self._due and self._due[0][0] <= now:
                yield now, self._done(heapq.heappop(self._due)[2], now)
            if self._is_due(now):
                yield now, self._done(self._core.on_timer, now)

    def _next(self, end: float) -> float | None:
        instants = [self._due[0][0]] if self._due else []
        deadline = self._core.next_deadline()
        if deadline is not None and deadline <= end:
            instants.append(deadline)
        return min(instants, default=None)

    def _is_due(self, now: float) -> bool:
        deadline = self._core.next_deadline()
        return deadline is not None and deadline <= now

    def _done(self, deed: Deed, now: float) -> list[Effect]:
        effects = deed(now)
        for effect in [one for one in effects if isinstance(one, SaveFirst)]:
            effects = [*effects, *self._core.on_saved(effect.record, now)]
        if any(isinstance(effect, StartTap) for effect in effects):
            change = TapChange.UP if self._tap_works else TapChange.IMPOSSIBLE
            effects = [*effects, *self._core.on_tap(CALL, change, BOTH, "没有声音", now)]
        return effects

    # -- when ------------------------------------------------------------------------------------------------------

    def _schedule(self) -> float:
        """Puts every step in its place; gives the end of the last."""
        self._put(0.0, self._begin)
        clock = last = 0.0
        for step in self._scenario.steps:
            clock = (clock if step.at is None else step.at) + step.after
            clock += self._put_step(step, clock)
            last = max(last, clock)
        return last if self._scenario.until is None else self._scenario.until

    def _put(self, at: float, deed: Deed) -> None:
        self._count += 1
        heapq.heappush(self._due, (round(at, 6), self._count, deed))

    def _put_step(self, step: Step, at: float) -> float:
        """How long the step lasts."""
        if step.wait is not None:
            return step.wait
        for leg, text, seconds in (
            (LegId(Party.CALLER), step.caller_says, step.caller_speaks),
            (LegId(Party.AGENT), step.agent_says, step.agent_speaks),
            (ASIDE, step.agent_tells_colleague, None),
        ):
            if text is not None or seconds is not None:
                takes = seconds or step.takes or max(0.6, len(text or "") * SECONDS_A_CHARACTER)
                self._put_speech(step, leg, text or "", at, takes)
                return takes
        self._put(at, lambda now: self._do(step, now))
        return 0.0

    def _put_speech(self, step: Step, leg: LegId, text: str, at: float, takes: float) -> None:
        self._utterances[leg] += 1
        number = self._utterances[leg]

        def say(event: SpeechEvent) -> Deed:
            if leg == ASIDE:
                return lambda now: self._core.on_aside(CALL, event, now)
            return lambda now: self._core.on_speech(CALL, Party(leg), event, now)

        def heard(so_far: str, final: bool, ago: float) -> Heard:
            confidence = (step.heard.confidence if text else 0.0) if final else None
            how = step.heard
            return Heard(leg, number, so_far, confidence, (), final, takes, how.level, how.snr, ago)

        self._put(at, say(SpeechStarted(leg, 0.0)))
        if step.partials and len(text) > 1:
            self._put(at + takes / 2, say(heard(text[: len(text) // 2], False, 0.0)))
        self._put(at + takes, say(SpeechStopped(leg, 0.0, takes)))
        recognized = at + takes + step.recognized_after
        self._put(recognized, say(heard(text, True, step.recognized_after)))

    # -- what ------------------------------------------------------------------------------------------------------

    def _begin(self, now: float) -> list[Effect]:
        call = self._scenario.call
        channel = ChannelName(f"PJSIP/{call.trunk}-00000001")
        started = CallStarted(
            CALL, Direction.INBOUND, channel, call.number, call.name, call.dialled, call.trunk
        )
        for extension, name in self._scenario.colleagues.items():
            self._core.on_presence(extension, name, online=False, now=now)
        effects = self._core.on_call(started, now)
        if call.queue is not None:
            effects += self._core.on_call(CallQueued(CALL, call.queue, 1), now)
        return effects

    def _do(self, step: Step, now: float) -> list[Effect]:
        if step.audio is not None:
            return self._set_audio(step.audio, now)
        message = self._browser_message(step, now)
        if message is not None:
            return self._core.on_browser(*message, now)
        speech = self._sound(step)
        if speech is not None:
            return self._core.on_speech(CALL, *speech, now)
        return [effect for event in self._events(step, now) for effect in self._core.on_call(event, now)]

    def _set_audio(self, audio: str, now: float) -> list[Effect]:
        self._tap_works = audio == "up"
        return self._core.on_tap(CALL, TapChange(audio), BOTH, "排练", now)

    def _sound(self, step: Step) -> tuple[Party, SpeechEvent] | None:
        for party, kind in ((Party.CALLER, step.caller_sounds), (Party.AGENT, step.agent_sounds)):
            if kind is not None:
                return party, AudioJudged(LegId(party.value), kind, step.present, step.measured)
        return None

    def _events(self, step: Step, now: float) -> list[CallEvent]:
        if step.ring is not None:
            agents = (step.ring,) if isinstance(step.ring, str) else step.ring
            self._rang_at = now if self._rang_at is None else self._rang_at
            return [AgentRinging(CALL, Extension(agent), _phone(agent)) for agent in agents]
        if step.stop_ringing is not None:
            return [AgentStoppedRinging(CALL, Extension(step.stop_ringing), step.why)]
        if step.answer is not None:
            return [self._answered(step.answer, now)]
        if step.hang_up is not None:
            reason = EndReason.ABANDONED if self._agent is None else EndReason.HUNG_UP
            return [CallEnded(CALL, reason, Party(step.hang_up))]
        if step.pbx is not None:
            return [PbxLost("排练") if step.pbx == "lost" else PbxBack(0.0, False, "22.10.1")]
        return self._during(step)

    def _consulted(self, colleague: str) -> list[CallEvent]:
        over, self._consults = self._consultation_over(EndReason.HUNG_UP), True
        agent = self._agent or Extension("8001")
        asking = ChannelName(f"PJSIP/{agent}-00000003")
        started = CallStarted(CONSULTATION, Direction.INTERNAL, asking, agent, None, colleague, None)
        phone = _phone(colleague)
        return [
            *over,
            started,
            CallAnswered(CONSULTATION, Extension(colleague), asking, phone, 0.0, 0.0, None),
        ]

    def _consultation_over(self, why: EndReason) -> list[CallEvent]:
        lasted, self._consults = self._consults, False
        return [CallEnded(CONSULTATION, why, None)] if lasted else []

    def _during(self, step: Step) -> list[CallEvent]:
        if step.consult is not None:
            return self._consulted(step.consult)
        agent = self._agent or Extension("8001")
        kind = TransferKind(step.kind)
        network = step.network
        possible: list[CallEvent | None] = [
            None if step.hold is None else CallHeld(CALL, Party(step.hold), agent),
            None if step.resume is None else CallResumed(CALL, Party(step.resume), agent),
            None if step.music is None else HoldMusic(CALL, step.music),
            None if step.transfer is None else CallTransferred(CALL, kind, agent, step.transfer),
            None if step.transfer_fails is None else TransferFailed(CALL, kind, agent, step.transfer_fails),
            None
            if network is None
            else MediaQuality(CALL, Party(network.who), network.loss, network.jitter, network.way),
        ]
        merged = step.transfer is not None and kind is TransferKind.ATTENDED
        over = self._consultation_over(EndReason.MERGED) if merged else []
        return [*(event for event in possible if event is not None), *over]

    def _answered(self, agent: str, now: float) -> CallAnswered:
        self._agent = Extension(agent)
        ring_s = 0.0 if self._rang_at is None else now - self._rang_at
        call = self._scenario.call
        caller = ChannelName(f"PJSIP/{call.trunk}-00000001")
        return CallAnswered(CALL, self._agent, caller, _phone(agent), ring_s, now, call.queue)

    def _browser_message(self, step: Step, now: float) -> tuple[Person, BrowserMessage] | None:
        agent = Person(1, self._agent or "8001", "坐席", "agent")
        if step.press is not None:
            return agent, self._pressed(agent, step.press, now)
        if step.call_up is not None:
            return agent, CallUpSituation(call_id=CALL, situation_id=step.call_up)
        if step.escalate is not None:
            return agent, Escalate(call_id=CALL, note=step.escalate)
        if step.set_caller is not None:
            known = step.set_caller
            return agent, SetCaller(call_id=CALL, surname=known.surname, title=known.title)
        if step.supervisor is not None:
            return self._handle_escalation(step, now)
        return None

    def _pressed(self, agent: Person, button: Move, now: float) -> BrowserMessage:
        if button == "attendant":
            return SendToAttendant(call_id=CALL)
        cards = self._core.snapshot(agent, now).cards
        return MoveCard(call_id=CALL, card_id=cards[0].card_id if cards else "", move=button)

    def _handle_escalation(self, step: Step, now: float) -> tuple[Person, BrowserMessage]:
        escalations = self._core.snapshot(SUPERVISOR, now).escalations
        wanted = escalations[0].escalation_id if escalations else ""
        do = step.supervisor or "acknowledge"
        return SUPERVISOR, HandleEscalation(escalation_id=wanted, do=do, note=step.note)


def _phone(agent: str) -> ChannelName:
    return ChannelName(f"PJSIP/{agent}-00000002")
