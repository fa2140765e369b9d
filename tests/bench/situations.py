"""Engine speed: one event through 200 and 2,000 situations, and one utterance against all lexicons.

The packs are the default one with its situations repeated under other names, each with a lexicon of its own, so that nothing is
shared and everything is looked at; the repetitions wait for what ordinary talk does not bring. The events are those of such a talk.
"""

import statistics
import time
from dataclasses import replace

from prompts.engine import SituationEngine
from prompts.facts import (
    Answered,
    AudioAvailable,
    CallContext,
    Fact,
    Said,
    Sound,
    SoundIs,
    Speaker,
    SpeechBegan,
    SpeechEnded,
)
from prompts.lexicon import Lexicon
from prompts.matching import PhraseMatcher
from prompts.pack import DEFAULT_PACK, Pack, load_pack
from prompts.situations import Situation
from prompts.text import normalise
from prompts.triggers import OnHeard, OnTransferFell, SuddenTrigger, TimedTrigger, Trigger
from tests.bench._labelled import Matchers, labelled, ordinary
from tests.bench.rows import Row, spread

ROUNDS = 12


def run() -> list[Row]:
    pack = load_pack(DEFAULT_PACK)
    rows: list[Row] = []
    medians = {}
    for size in (200, 2000):
        costs = _facts(_enlarged(pack, size))
        aims = {"p50": "≤ 0.2"} if size == 200 else {}
        rows += spread(f"one event, {size} situations", costs, "ms", aims)
        medians[size] = statistics.median(costs)
    rows.append(
        Row(
            "2,000 situations over 200, median", medians[2000] / medians[200], "times", "≤ 10", "linear is 10"
        )
    )
    return rows + _matching()


def _enlarged(pack: Pack, size: int) -> Pack:
    names = list(pack.situations)
    situations: dict[str, Situation] = {}
    spoken: dict[Speaker, dict[str, Lexicon]] = {speaker: {} for speaker in Speaker}
    for number in range(size):
        turn, name = divmod(number, len(names))
        situation = pack.situations[names[name]]
        triggers = tuple(_own(trigger, turn, pack, spoken) for trigger in situation.triggers)
        situations[f"{names[name]}-{turn}"] = situation.model_copy(
            update={"triggers": triggers, "inhibits": (), "settles": (), "requires": ()}
        )
    enlarged = pack.document.model_copy(update={"situations": situations})
    matchers = {speaker: PhraseMatcher(own) for speaker, own in spoken.items()}
    return replace(pack, document=enlarged, matchers=matchers, forbidden={})


def _own(trigger: Trigger, turn: int, pack: Pack, spoken: dict[Speaker, dict[str, Lexicon]]) -> Trigger:
    """The same trigger, with a lexicon of its own; in every turn but the first, one that ordinary talk does not bring about."""
    if isinstance(trigger, TimedTrigger) and turn:
        return trigger.model_copy(update={"after": trigger.after + 10_000})
    if isinstance(trigger, SuddenTrigger) and turn:
        return OnTransferFell(kind="transfer_fell")
    if not isinstance(trigger, OnHeard):
        return trigger
    name, lexicon = f"{trigger.lexicon}-{turn}", pack.document.lexicons[trigger.lexicon]
    words = tuple(word if turn == 0 else f"{word}{_DIGITS[turn % 10]}号" for word in lexicon.words)
    spoken[trigger.speaker][name] = lexicon.model_copy(update={"words": words})
    return trigger.model_copy(update={"lexicon": name})


_DIGITS = "零一二三四五六七八九"


def _facts(pack: Pack) -> list[float]:
    costs: list[float] = []
    for start in range(ROUNDS):
        engine = SituationEngine(pack, CallContext(agent_no="8001"))
        engine.on_fact(Answered("8001", 4.0, 4.0), 0.0)
        for who in Speaker:
            engine.on_fact(AudioAvailable(who, True), 0.1)
        now = 1.0
        for number, sentence in enumerate(ordinary()[start * 16 : start * 16 + 16]):
            said = Said(sentence.who, number, sentence.text, 0.97, True, 2.0, -22.0, 30.0)
            facts: tuple[Fact, ...] = (
                SpeechBegan(sentence.who),
                SpeechEnded(sentence.who, 0.2, 2.0),
                said,
                SoundIs(sentence.who, Sound.FAR, False),
            )
            for fact in facts:
                now += 0.5
                began = time.perf_counter()
                engine.on_fact(fact, now)
                costs.append(_ms_since(began))
    return costs


def _ms_since(began: float) -> float:
    return (time.perf_counter() - began) * 1000


def _matching() -> list[Row]:
    matchers = Matchers(pinyin=True)
    costs = []
    for sentence in [*labelled("said"), *labelled("unseen"), *ordinary()] * 3:
        began = time.perf_counter()
        matchers.by_speaker[sentence.who].find(normalise(sentence.text))
        costs.append(_ms_since(began))
    return spread("one utterance against all lexicons", costs, "ms", {"p50": "≤ 1", "p99": "≤ 1"})
