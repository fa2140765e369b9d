"""What a pack would have shown in a call of the past: its transcript and timings told to the engine in virtual time. Pure.

The book keeps when lines were said and calls answered, not every sound: holds, levels and what agents pressed are not replayed.
"""

import heapq
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

from prompts.advice import Advice, ShowCard
from prompts.engine import SituationEngine
from prompts.facts import (
    Answered,
    AudioAvailable,
    CallContext,
    Fact,
    HungUp,
    Ringing,
    Said,
    Speaker,
    SpeechBegan,
    SpeechEnded,
)
from prompts.pack import Pack

SECONDS_A_CHARACTER = 0.22
LEVEL_DBFS, SNR_DB = -22.0, 25.0


@dataclass(frozen=True, slots=True)
class PastLine:
    """`at_s`: since the answer, when its text was there."""

    party: str
    text: str
    confidence: float | None
    at_s: float


@dataclass(frozen=True, slots=True)
class PastCall:
    """Seconds since the answer; an unanswered call has neither agent nor lines."""

    context: CallContext
    agent: str | None
    ring_s: float
    wait_s: float
    ended_at_s: float
    lines: tuple[PastLine, ...]


@dataclass(frozen=True, slots=True)
class Fired:
    at_s: float
    situation_id: str
    title: str
    phrase: str
    why: str


def what_fires(pack: Pack, call: PastCall) -> list[Fired]:
    """In order; a card that advances to its next step has not fired again."""
    engine = SituationEngine(pack, call.context)
    told: dict[str, Fired] = {}
    for at, fact in _facts(call):
        _let_time_pass(engine, at, told)
        _note(engine.on_fact(fact, at), at, told)
    return list(told.values())


def _let_time_pass(engine: SituationEngine, until: float, told: dict[str, Fired]) -> None:
    # A pack that is never done with what is due must not keep us here.
    for _ in range(10_000):
        deadline = engine.next_deadline()
        if deadline is None or deadline >= until:
            return
        _note(engine.on_timer(deadline), deadline, told)


def _note(advice: list[Advice], at: float, told: dict[str, Fired]) -> None:
    for one in advice:
        if isinstance(one, ShowCard) and one.card.card_id not in told:
            card = one.card
            told[card.card_id] = Fired(round(at, 3), card.situation_id, card.title, card.phrase, card.why)


def _facts(call: PastCall) -> list[tuple[float, Fact]]:
    order = count()
    due: list[tuple[float, int, Fact]] = []

    def put(at: float, fact: Fact) -> None:
        heapq.heappush(due, (at, next(order), fact))

    agent = call.agent or call.context.agent_no or ""
    put(-call.ring_s, Ringing(agent))
    if call.agent is not None:
        put(0.0, Answered(call.agent, call.ring_s, call.wait_s))
        for speaker in Speaker:
            put(0.0, AudioAvailable(speaker, True))
        _put_lines(call, put)
    put(call.ended_at_s, HungUp(None))
    return [(at, fact) for at, _, fact in (heapq.heappop(due) for _ in range(len(due)))]


def _put_lines(call: PastCall, put: Callable[[float, Fact], None]) -> None:
    spoken_until = dict.fromkeys(Speaker, 0.0)
    for number, line in enumerate(call.lines, 1):
        speaker = Speaker(line.party)
        began = max(spoken_until[speaker], line.at_s - max(0.6, len(line.text) * SECONDS_A_CHARACTER))
        ended = max(began, line.at_s)
        spoken_until[speaker] = ended
        lasted = ended - began
        put(began, SpeechBegan(speaker))
        put(ended, SpeechEnded(speaker, 0.0, lasted))
        put(ended, Said(speaker, number, line.text, line.confidence, True, lasted, LEVEL_DBFS, SNR_DB))
