"""The situation engine of one call: facts and time in, advice out. Pure; it never reads a clock and never waits.

`on_fact` takes a fact as it was noticed, then whatever is due at that instant; `on_timer` takes what is due. Between two
calls nothing changes, so the same facts at the same instants give the same advice.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from prompts.advice import Advice, GoneWhy, MarkForbidden, Traced
from prompts.call import CallSoFar
from prompts.caller_name import addresses, asks_for_name, named_in, surname_told_in
from prompts.colleagues import asked_for
from prompts.conduct import Conduct
from prompts.director import Director
from prompts.facts import (
    AgentMoved,
    Answered,
    CallContext,
    CalledUp,
    CallerKnown,
    Fact,
    Held,
    Lifted,
    Resumed,
    Said,
    SituationId,
    SoundIs,
    Speaker,
    SpeechBegan,
    SpeechEnded,
    ToldColleague,
    Transferred,
)
from prompts.lexicon import Model
from prompts.listening import Conclusions, Listening
from prompts.occasion import Occasion
from prompts.pack import Pack
from prompts.situations import CancelOn
from prompts.timers import Timers
from prompts.topics import heard_among
from prompts.triggers import OnColleagueAsked, OnNamed
from prompts.values import first_phrase, values_of

_CANCELS: Final[dict[type[Fact], CancelOn]] = {
    Lifted: CancelOn.ANSWERED,
    Held: CancelOn.HELD,
    Resumed: CancelOn.RESUMED,
}
_MAX_ROUNDS = 16
"""More rounds than this at one instant is a pack that chases its own tail; the rest comes with the next instant."""


class SituationEngine:
    def __init__(self, pack: Pack, context: CallContext) -> None:
        self._pack = pack
        self._context = context
        self._call = CallSoFar()
        self._timers = Timers(pack)
        self._listening = Listening(pack)
        self._director = Director(pack, self._call, context.turn)
        self._conduct = Conduct(pack)
        self._is_back = False
        self._greeting_by_name = _begun_by(pack, OnNamed)
        self._asking_for_colleagues = _begun_by(pack, OnColleagueAsked)
        self._refresh()

    @property
    def trace(self) -> Sequence[tuple[float, Traced]]:
        """Everything that was considered with its instant, oldest first; bounded by the pack's `trace`."""
        return self._director.trace

    @property
    def pack(self) -> str:
        """The name of the pack it began with."""
        return self._pack.name

    def has(self, situation_id: SituationId) -> bool:
        """Whether it can be called up: it is in the pack, and there is something to say."""
        situation = self._pack.situations.get(situation_id)
        return situation is not None and bool(situation.steps)

    def on_fact(self, fact: Fact, now: float) -> list[Advice]:
        if self._call.over:
            return []
        self._director.now = now
        self._call.apply(fact, now)
        self._conduct.on_fact(fact, self._call, now)
        advice = self._take(fact, now)
        for situation_id, occasion in self._timers.sudden(fact, self._call):
            advice += self._director.fire(situation_id, occasion)
        advice += self._conduct.on_advice(advice)
        if self._call.over:
            self._timers.due(self._call, now)  # nothing is any more: only to learn what came near
            advice += [
                *self._came_near(),
                *self._director.remove_all(GoneWhy.CALL_ENDED),
                *self._publish(now),
            ]
            return [*advice, *self._conduct.summed(self._call)]
        return [*advice, *self._settle(now)]

    def on_timer(self, now: float) -> list[Advice]:
        if self._call.over:
            return []
        self._director.now = now
        return self._settle(now)

    def next_deadline(self) -> float | None:
        """The next instant at which something is due if nothing is heard before; it may already be past."""
        if self._call.over:
            return None
        back = None if self._is_back else self._call.back_at
        words = self._call.words_due
        known = None if words is None or words <= self._director.now else words
        dues = (self._timers.next_due, self._director.next_due(), back, known)
        return min((due for due in dues if due is not None), default=None)

    def instead_of(self, situation_id: SituationId) -> str | None:
        """The right phrase of a situation, filled: what to say in place of a forbidden one."""
        situation = self._pack.situations.get(situation_id)
        return None if situation is None else first_phrase(situation, self._director.values)

    # -- facts ---------------------------------------------------------------------------------------------------------

    def _take(self, fact: Fact, now: float) -> list[Advice]:
        match fact:
            case Said():
                return self._said(fact, now)
            case AgentMoved(card_id=card_id, move=move):
                return self._director.move(card_id, move)
            case CalledUp(situation_id=situation_id):
                return self._director.call_up(situation_id)
            case SpeechBegan() | SpeechEnded() | ToldColleague():
                return self._voice(fact)
            case CallerKnown():
                had = "surname" in self._director.values
                self._refresh()
                return [] if had or self._call.surname is None else self._named("记录单上写了客户姓氏")
            case _:
                return self._line(fact)

    def _line(self, fact: Fact) -> list[Advice]:
        match fact:
            case Answered(again=again):
                self._refresh()
                left = self._director.remove_all(GoneWhy.CANCELLED) if again else []
                return [*left, *self._director.cancel(CancelOn.ANSWERED)]
            case Transferred(blind=True):
                return self._director.remove_all(GoneWhy.CANCELLED)  # the agent is out of the call
            case Lifted() | Held() | Resumed(by=Speaker.CALLER):
                return self._director.cancel(_CANCELS[type(fact)])
            case SoundIs(present=False):
                return self._director.sound_gone()
            case _:
                return []

    def _voice(self, fact: SpeechBegan | SpeechEnded | ToldColleague) -> list[Advice]:
        match fact:
            case ToldColleague():
                return self._director.tick_off(fact)
            case SpeechBegan(who=Speaker.CALLER):
                return [*self._director.cancel(CancelOn.CALLER_SPEAKS), *self._director.passed()]
            case SpeechBegan():
                return self._director.agent_begins()
            case SpeechEnded(who=Speaker.AGENT):
                turn = self._call.staff.last_turn
                if turn is not None:
                    self._director.agent_spoke(*turn)
                return self._director.cancel(CancelOn.AGENT_SPOKE)
            case SpeechEnded():
                return self._director.replied()
        return []

    def _said(self, said: Said, now: float) -> list[Advice]:
        if not self._call.talking:
            return []  # on hold the agent talks to a colleague, the caller to nobody
        concluded = self._listening.conclude(said, disturbed=self._call.is_disturbed(said.who))
        caller = said.who is Speaker.CALLER
        advice: list[Advice] = []
        if said.text:
            director = self._director
            advice = director.cancel(CancelOn.CALLER_SPEAKS) if caller else director.agent_begins()
        advice += self._heard_caller(said, concluded) if caller else self._heard_agent(said)
        self._call.told(concluded.told, said, now - said.ago)
        advice += self._conduct.on_said(said, concluded.told)
        for situation_id, phrase, words in concluded.forbidden:
            advice.append(
                MarkForbidden(situation_id, self._pack.situations[situation_id].sources, phrase, words)
            )
        began = now - said.ago - said.voiced_s
        for sign in concluded.signs:
            if sign.barred is None:
                occasion = replace(sign.occasion, began=began)
                advice += self._director.fire(sign.situation_id, occasion, who=said.who)
            else:
                because = f"{sign.occasion.why};{sign.barred}"
                advice += self._director.note(sign.situation_id, because, fired=False, who=said.who)
        return (
            advice if caller else [*advice, *self._director.tick_off(said)]
        )  # what fired may be said already

    def _heard_caller(self, said: Said, concluded: Conclusions) -> list[Advice]:
        heard = heard_among(self._pack.document.topics, concluded.told)
        new = [topic for topic in heard if topic not in self._call.topics]
        self._call.topics += new
        colleague = asked_for(said.text, self._context.colleagues) if said.final else None
        self._call.colleague = colleague or self._call.colleague
        if new or colleague:
            self._refresh()
        occasion = Occasion(f"客户找{colleague}", (), said.text)
        asked = self._asking_for_colleagues if colleague else []
        return [
            *self._learn_name(said),
            *(advice for name in asked for advice in self._director.fire(name, occasion, who=said.who)),
        ]

    def _heard_agent(self, said: Said) -> list[Advice]:
        surname = self._call.surname
        if said.final and said.text:
            self._call.name_asked = asks_for_name(said.text, asked_before=self._call.name_asked)
        named = surname is not None and addresses(said.text, surname)
        if named:
            self._call.called_by_name(said, self._director.now)
        advice = self._director.cancel(CancelOn.NAME_USED) if named else []
        advice += self._director.heard_agent(said)
        silent = said.final and self._call.staff.speaking_since is None
        return [*advice, *(self._director.cancel(CancelOn.AGENT_SPOKE) if silent and said.text else [])]

    def _learn_name(self, said: Said) -> list[Advice]:
        known = self._call.surname
        if not said.final or self._call.name_written:
            return []
        named = (
            named_in(said.text, asked=self._call.name_asked) if known is None else surname_told_in(said.text)
        )
        if named is None or named.surname == known:
            return []
        self._call.learn_name(named.surname, named.title, self._director.now)
        self._refresh()
        if known is not None:
            return [named]  # a name that was misheard is put right, and was greeted before
        return [named, *self._named(f"客户说「{said.text}」", (said.text,))]

    def _named(self, why: str, evidence: tuple[str, ...] = ()) -> list[Advice]:
        occasion = Occasion(why, evidence, "".join(evidence))
        return [
            advice
            for situation_id in self._greeting_by_name
            for advice in self._director.fire(situation_id, occasion, who=Speaker.CALLER)
        ]

    def _refresh(self) -> None:
        self._director.values = values_of(self._pack, self._context, self._call)

    # -- time ----------------------------------------------------------------------------------------------------------

    def _settle(self, now: float) -> list[Advice]:
        advice = self._come_back(now)
        for _ in range(_MAX_ROUNDS):
            due = self._director.due()
            for situation_id, occasion in self._timers.due(self._call, now):
                due += self._director.fire(situation_id, occasion)
            advice += self._came_near()
            if not due:
                break
            advice += due
        return [*advice, *self._publish(now)]

    def _came_near(self) -> list[Advice]:
        """Lines of the trace for clocks that ceased shortly before their time."""
        near = self._timers.take_near()
        return [line for name, because in near for line in self._director.note(name, because, fired=False)]

    def _come_back(self, now: float) -> list[Advice]:
        """What the agent's return makes pointless stays until what it asks for may come: nothing else shows in between."""
        back_at = self._call.back_at
        was_back, self._is_back = self._is_back, back_at is not None and back_at <= now
        return self._director.cancel(CancelOn.RESUMED) if self._is_back and not was_back else []

    def _publish(self, now: float) -> list[Advice]:
        if self._call.complaint is not None:
            self._refresh()
        return self._director.deck.publish(self._call, self._director.values, now)


def _begun_by(pack: Pack, kind: type[Model]) -> list[SituationId]:
    return [
        SituationId(name)
        for name, situation in pack.situations.items()
        if any(isinstance(trigger, kind) for trigger in situation.triggers)
    ]
