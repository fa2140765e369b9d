"""Which scripts begin, go on and end, and what that orders: the half of the engine that acts on what was concluded.

Holds the deck and the gate of one call. It is told the instant and never asks what made something so.
"""

from collections import deque
from collections.abc import Callable
from typing import assert_never

from prompts.advice import (
    PLAIN_COMPLAINT,
    Advice,
    ComplaintNamed,
    GoneWhy,
    HangUpCall,
    MarkForbidden,
    PhraseSaid,
    RaiseEscalation,
    SendToAttendant,
    Traced,
)
from prompts.call import CallSoFar
from prompts.deck import Deck
from prompts.facts import AgentMove, CardId, Said, SituationId, Speaker, ToldColleague
from prompts.gate import Gate
from prompts.occasion import Occasion
from prompts.pack import Pack
from prompts.script import Script
from prompts.situations import (
    URGENT,
    Addressee,
    Attendant,
    CancelOn,
    EscalateWhen,
    HangUp,
    Situation,
    ThenAgain,
    ThenConsent,
    ThenPause,
    ThenSaid,
    ThenSilence,
)
from prompts.spoken import goes_beyond
from prompts.triggers import OnSound

CALLED_UP = Occasion("坐席手动调出")
JUST_SAID_S = 4.0
"""What is said so soon after a phrase may still be its rest."""


class Director:
    def __init__(self, pack: Pack, call: CallSoFar, turn: int = 0) -> None:
        self._pack = pack
        self._call = call
        self.deck = Deck(pack.name, pack.version)
        self._gate = Gate(pack, turn)
        self._cards = 0
        self._ticked: tuple[float, list[str]] = (0.0, [])
        """When the agent last completed a phrase, by a result that may come again or a breath ago, and the phrases there were."""
        self.values: dict[str, str] = {}
        self.now = 0.0
        self.trace: deque[tuple[float, Traced]] = deque(maxlen=pack.settings.trace)

    # -- beginning -----------------------------------------------------------------------------------------------------

    def fire(
        self,
        situation_id: SituationId,
        occasion: Occasion,
        *,
        who: Speaker | None = None,
    ) -> list[Advice]:
        """A trigger answered: begin the situation, or say why not."""
        situation = self._pack.situations[situation_id]
        running = self.deck.running(situation_id)
        barred = self._gate.barred(situation_id, occasion, self.deck, self.now)
        if running is not None and not situation.renews:
            barred = "已在屏上"
        if barred is not None:
            advice = self._escalate(situation_id, EscalateWhen.AGAIN, occasion)
            return [*advice, *self.note(situation_id, f"{occasion.story};{barred}", fired=False, who=who)]
        advice = self.note(situation_id, occasion.story, fired=True, who=who)
        if running is not None:
            advice += self.remove(running, GoneWhy.EXPIRED)
        return advice + self._begin(situation_id, occasion)

    def call_up(self, situation_id: SituationId) -> list[Advice]:
        """The agent wants it in front: no limit holds it back. What is under way goes on where it is."""
        situation = self._pack.situations.get(situation_id)
        if situation is None:
            return self.note(situation_id, "没有这个情境", fired=False)
        if not situation.steps:
            return self.note(situation_id, f"{CALLED_UP.why};没有可显示的用语", fired=False)
        running = self.deck.running(situation_id)
        if running is None:
            advice = self.note(situation_id, CALLED_UP.story, fired=True)
            return advice + self._begin(situation_id, CALLED_UP)
        running.ask(self.now, self._pack.settings.card_life)
        return self.note(situation_id, f"{CALLED_UP.why};已在屏上,移到最前", fired=True)

    def note(
        self, situation_id: SituationId, because: str, *, fired: bool, who: Speaker | None = None
    ) -> list[Advice]:
        """One line of the trace."""
        line = Traced(situation_id, fired, because, who)
        self.trace.append((self.now, line))
        return [line]

    def _begin(self, situation_id: SituationId, occasion: Occasion) -> list[Advice]:
        by_hand = occasion is CALLED_UP
        situation = self._pack.situations[situation_id]
        step = self._gate.begin(situation_id, self.now)
        advice: list[Advice] = []
        looked_up = situation.mark and by_hand  # who reads what one must not do has not done it
        if not looked_up:
            advice += self._mark(situation_id, occasion) if situation.mark else []
            again = EscalateWhen.AGAIN if step else EscalateWhen.FIRED
            advice += self._escalate(situation_id, again, occasion, by_hand=by_hand)
        advice += self._name_complaint(situation)
        for other in situation.inhibits:
            pushed = self.deck.running(SituationId(other))
            advice += [] if pushed is None else self.remove(pushed, GoneWhy.CANCELLED)
        advice += self._take_leave() if situation.ends_talk else []
        if not situation.steps:
            return advice
        self._cards += 1
        card_id = CardId(f"{situation_id}-{self._cards}")
        script = Script(
            card_id, situation_id, situation, occasion, self.now, self._gate.variant(situation_id)
        )
        script.waiting_since = self.now
        if by_hand:
            script.ask(self.now, self._pack.settings.card_life)
        script.go_to(step, self.now)
        self.deck.scripts.append(script)
        return advice + self._reached(script)

    def _name_complaint(self, situation: Situation) -> list[Advice]:
        named, known = situation.complaint, self._call.complaint
        if named is None or named == known or (known is not None and named == PLAIN_COMPLAINT):
            return []
        self._call.complaint = named
        return [ComplaintNamed(named)]

    def _mark(self, situation_id: SituationId, occasion: Occasion) -> list[Advice]:
        situation = self._pack.situations[situation_id]
        phrase = occasion.evidence[0] if occasion.evidence else situation.title
        return [MarkForbidden(situation_id, situation.sources, phrase, occasion.excerpt or occasion.why)]

    def _reached(self, script: Script) -> list[Advice]:
        if not script.last or len(script.situation.steps) == 1:
            return []
        return self._escalate(script.situation_id, EscalateWhen.LAST_STEP, script.occasion)

    def _escalate(
        self, situation_id: SituationId, when: EscalateWhen, occasion: Occasion, *, by_hand: bool = False
    ) -> list[Advice]:
        situation = self._pack.situations[situation_id]
        order = situation.escalate
        if order is None or when not in order.when:
            return []
        reason = order.sounded if occasion.sounded and order.sounded is not None else order.reason
        excerpt = occasion.excerpt or occasion.story
        return [RaiseEscalation(situation_id, situation.sources, reason, excerpt, order.urgent, by_hand)]

    # -- going on ------------------------------------------------------------------------------------------------------

    def heard_agent(self, said: Said) -> list[Advice]:
        """The caller hears it: what it completes, and what it leaves without use."""
        theirs = [one for one in self.deck.scripts if one.situation.to is Addressee.CALLER]
        phrases = [phrase for script in theirs for phrase in script.wanted(self.values)]
        if self.now - self._ticked[0] <= JUST_SAID_S:
            phrases += self._ticked[1]
        advice = self.tick_off(said)
        if any(isinstance(one, PhraseSaid) for one in advice):
            self._ticked = (self.now, phrases)
        # Few cards wait for that, and the comparison goes through every phrase on the deck.
        waits = said.final and any(map(_said_otherwise, self.deck.scripts))
        if not waits or not goes_beyond(said.text, phrases):
            return advice
        return [*advice, *self._remove_those(_said_otherwise, GoneWhy.CANCELLED)]

    def tick_off(self, said: Said | ToldColleague) -> list[Advice]:
        """The agent said something: which phrases on the screen does it complete?"""
        heard_by = Addressee.CALLER if isinstance(said, Said) else Addressee.COLLEAGUE
        ended = self.now - said.ago if isinstance(said, Said) else self.now
        advice: list[Advice] = []
        for script in list(self.deck.scripts):
            meant = script.for_agent and script.situation.to is heard_by
            if meant and said.text and script.listen(said.utterance, said.text, self.values):
                advice.append(PhraseSaid(script.card_id, script.situation_id, script.step + 1))
                advice += self._phrase_said(script, ended)
        return advice

    def agent_spoke(self, began: float, ended: float) -> None:
        for script in self.deck.scripts:
            script.agent_spoke(began, ended)

    def move(self, card_id: CardId, move: AgentMove) -> list[Advice]:
        script = self.deck.by_card(card_id)
        if script is None:
            return []
        match move:
            case AgentMove.SAID:
                return self._phrase_said(script, self.now)
            case AgentMove.NEXT:
                return self.remove(script, GoneWhy.DONE) if script.last else self._advance(script)
            case AgentMove.DISMISS:
                return self.remove(script, GoneWhy.DISMISSED)
            case AgentMove.UNDERSTOOD:
                self._gate.understood(script.situation_id)
                return self.remove(script, GoneWhy.DISMISSED)
            case AgentMove.CONSENTED:
                return self._advance(script) if isinstance(script.now.then, ThenConsent) else []
            case _:
                assert_never(move)

    def _phrase_said(self, script: Script, at: float) -> list[Advice]:
        self._gate.said(script.situation_id)
        script.confirmed = True
        then = script.now.then
        match then:
            case None:
                return [*self.remove(script, GoneWhy.SAID), *self._sent_on(script)]
            case ThenAgain():
                self._gate.go_on_from(script.situation_id, script.step + 1, self._finished(script, at))
                return self.remove(script, GoneWhy.SAID)
            case ThenSaid():
                return self._advance(script)
            case ThenSilence() | ThenPause() | ThenConsent():
                script.said_at = max(at, script.step_at) if script.said_at is None else script.said_at
                return []
            case _:
                assert_never(then)

    def _finished(self, script: Script, at: float) -> float:
        """When the agent had said the phrase, who may press the button long after it."""
        ended = self._call.staff.ended_at
        return at if ended is None or ended < script.step_at else min(at, ended)

    def _advance(self, script: Script) -> list[Advice]:
        """The step is over: the next one, or what the end of the script means."""
        if not script.last:
            script.go_to(script.step + 1, self.now)
            return self._reached(script)
        match script.situation.hangup:
            case HangUp.NONE:
                return [*self.remove(script, GoneWhy.DONE), *self._sent_on(script)]
            case HangUp.AFTER_WAIT if script.confirmed:  # never on a phrase that may not have been said
                return [*self.remove(script, GoneWhy.DONE), HangUpCall(script.situation_id, _reason(script))]
            case HangUp.AFTER_WAIT | HangUp.AGENT_CONFIRMS | HangUp.AFTER_CONSENT:
                script.waited = self._call.may_hang_up = True
                return []
            case _:
                assert_never(script.situation.hangup)

    def _sent_on(self, script: Script) -> list[Advice]:
        """To the automated attendant, never on a phrase that may not have been said."""
        if script.situation.attendant is not Attendant.AFTER_SCRIPT or not script.confirmed:
            return []
        return [SendToAttendant(script.situation_id, _reason(script))]

    # -- ending --------------------------------------------------------------------------------------------------------

    def remove(self, script: Script, why: GoneWhy) -> list[Advice]:
        self._gate.gone(script.situation_id, self.now)
        if (
            script.waited and why is not GoneWhy.DONE
        ):  # the agent's button hangs up; anything else closes the way again
            self._call.may_hang_up = False
        return self.deck.remove(script, why)

    def remove_all(self, why: GoneWhy) -> list[Advice]:
        return self._remove_those(lambda _: True, why)

    def cancel(self, event: CancelOn) -> list[Advice]:
        return self._remove_those(lambda script: event in script.situation.cancel_on, GoneWhy.CANCELLED)

    def agent_begins(self) -> list[Advice]:
        left = self._remove_those(
            lambda script: (
                CancelOn.AGENT_SPOKE in script.situation.cancel_on and not self.deck.is_read(script)
            ),
            GoneWhy.CANCELLED,
        )
        return [*left, *self.cancel(CancelOn.AGENT_SPEAKS)]

    def sound_gone(self) -> list[Advice]:
        """Cards about a sound that is no longer there."""
        return self._remove_those(
            lambda script: (
                CancelOn.SOUND_GONE in script.situation.cancel_on and not _sounds_so(script, self._call)
            ),
            GoneWhy.CANCELLED,
        )

    def replied(self) -> list[Advice]:
        """The caller has had a turn: what opens a call is of no more use once the agent opened it in other words."""
        return self._remove_those(
            lambda script: CancelOn.CALLER_REPLIES in script.situation.cancel_on and script.was_answered,
            GoneWhy.EXPIRED,
        )

    def passed(self) -> list[Advice]:
        """The caller goes on: cards about earlier words that the agent has answered in other ones are of no more use."""
        return self._remove_those(lambda script: script.has_passed and _may_leave(script), GoneWhy.EXPIRED)

    def _take_leave(self) -> list[Advice]:
        """Who leaves waits for no answer any more, and what was read has had its time."""
        self._call.question_at = None
        return self._remove_those(
            lambda script: script.is_behind(self.now) and _may_leave(script), GoneWhy.EXPIRED
        )

    def _remove_those(self, goes: Callable[[Script], bool], why: GoneWhy) -> list[Advice]:
        """All are chosen before the first one goes."""
        going = [script for script in self.deck.scripts if goes(script)]
        return [advice for script in going for advice in self.remove(script, why)]

    # -- time ----------------------------------------------------------------------------------------------------------

    def next_due(self) -> float | None:
        dues = [due for script in self.deck.scripts for due in self._dues(script)]
        dues += [script.asked_until for script in self.deck.scripts if script.wish(self.now) is not None]
        return min((due for due in dues if due is not None), default=None)

    def due(self) -> list[Advice]:
        """Waits that are over and cards that have stood too long."""
        advice: list[Advice] = []
        for script in list(self.deck.scripts):
            over, expired = self._dues(script)
            if over is not None and over <= self.now:
                advice += self._advance(script)
            elif expired is not None and expired <= self.now:
                advice += self.remove(script, GoneWhy.EXPIRED)
        return advice

    def _dues(self, script: Script) -> tuple[float | None, float | None]:
        settings = self._pack.settings
        speaks = self._call.caller.speaking_since is not None
        delayed = not script.seen and not script.may_show(caller_speaks=speaks)
        expires = None if delayed else script.expires_at(settings.card_life, settings.waiting_life)
        return script.due(self._call), expires


def _reason(script: Script) -> str:
    return f"{script.situation.title}:{script.occasion.why}"


def _may_leave(script: Script) -> bool:
    return script.for_agent and script.situation.priority < URGENT and not script.situation.ends_talk


def _said_otherwise(script: Script) -> bool:
    return CancelOn.SAID_OTHERWISE in script.situation.cancel_on and not script.begun


def _sounds_so(script: Script, call: CallSoFar) -> bool:
    wanted = (
        (trigger.speaker, trigger.sound)
        for trigger in script.situation.triggers
        if isinstance(trigger, OnSound)
    )
    return any(key in call.sounds for key in wanted)
