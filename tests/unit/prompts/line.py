"""One call on a virtual clock: play facts at their instants, with every timer in between, and read what was advised."""

import functools
from collections.abc import Iterable

from prompts import SituationEngine, load_pack
from prompts.advice import (
    Advice,
    CallerNamed,
    ConductSummed,
    HangUpCall,
    MarkForbidden,
    PhraseSaid,
    RaiseEscalation,
    RemoveCard,
    SendToAttendant,
    SetWaiting,
    ShowCard,
    StagesReached,
    Traced,
)
from prompts.facts import (
    Answered,
    AudioAvailable,
    CallContext,
    Fact,
    HoldMusicChanged,
    Said,
    Speaker,
    SpeechBegan,
    SpeechEnded,
)
from prompts.pack import Pack

CALLER, AGENT = Speaker.CALLER, Speaker.AGENT
MUSIC = HoldMusicChanged(True)
HEARING = [(0.2, AudioAvailable(CALLER, True)), (0.2, AudioAvailable(AGENT, True))]

Told = tuple[object, ...]
Facts = list[tuple[float, Fact]]


@functools.cache
def pack(name: str = "yixunwang400") -> Pack:
    return load_pack(name)


def said(
    who: Speaker,
    utterance: int,
    text: str,
    *,
    confidence: float = 0.98,
    final: bool = True,
    voiced: float = 2.0,
) -> Said:
    return Said(who, utterance, text, confidence, final, voiced, level_dbfs=-20.0, snr_db=30.0, ago=0.5)


class Line:
    def __init__(self, script: Pack, context: CallContext | None = None) -> None:
        self.engine = SituationEngine(script, context or CallContext(agent_no="8001"))
        self.advised: list[tuple[float, Advice]] = []

    def play(self, facts: Iterable[tuple[float, Fact]], until: float | None = None) -> "Line":
        for at, fact in facts:
            self.wait(at)
            self.advised += [(at, advice) for advice in self.engine.on_fact(fact, at)]
        if until is not None:
            self.wait(until)
        return self

    def wait(self, until: float) -> None:
        while (due := self.engine.next_deadline()) is not None and due <= until:
            self.advised += [(due, advice) for advice in self.engine.on_timer(due)]

    def told(self) -> list[Told]:
        """Everything but the trace and the agent's conduct, in short."""
        left_out = (Traced, StagesReached, ConductSummed)
        return [
            (round(at, 3), *short(advice)) for at, advice in self.advised if not isinstance(advice, left_out)
        ]


def short(advice: Advice) -> Told:
    told: Told
    match advice:
        case ShowCard(card=card):
            ends = () if card.countdown is None else (round(card.countdown.ends_at, 3),)
            told = ("show", card.card_id, card.step, card.phrase, *ends, *card.buttons)
        case RemoveCard(card_id=card_id, why=why):
            told = ("remove", card_id, why.value)
        case SetWaiting(waiting=waiting):
            told = ("waiting", *(entry.card_id for entry in waiting))
        case RaiseEscalation(reason=reason, excerpt=excerpt, urgent=urgent):
            told = ("escalate", reason, excerpt, urgent)
        case MarkForbidden(situation_id=situation_id, phrase=phrase, said=words):
            told = ("forbidden", situation_id, phrase, words)
        case PhraseSaid(card_id=card_id, step=step):
            told = ("said", card_id, step)
        case HangUpCall(situation_id=situation_id):
            told = ("hang up", situation_id)
        case SendToAttendant(situation_id=situation_id):
            told = ("attendant", situation_id)
        case CallerNamed(surname=surname, title=title):
            told = ("named", surname, title)
        case _:
            told = (advice,)
    return told


TALKING: Facts = [
    (0.0, Answered("8001", ring_s=4, wait_s=6)),
    *HEARING,
    (0.5, SpeechBegan(AGENT)),
    (1.0, said(AGENT, 1, "您好医讯网请问有什么可以帮助您的")),
    (1.5, SpeechEnded(AGENT)),
    (2.0, SpeechBegan(CALLER)),
    (3.0, SpeechEnded(CALLER)),
]


def about(situation_id: str, facts: Facts, until: float, script: Pack | None = None) -> list[Told]:
    """What was told of one situation's cards."""
    line = Line(script or pack()).play(facts, until)
    return [
        told
        for told in line.told()
        if any(situation_id in str(part) for part in told[2:3]) and told[1] != "waiting"
    ]
