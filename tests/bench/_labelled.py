"""Sentences with what they mean: read from data/, matched with every shipped lexicon, scored by lexicon."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import yaml

from prompts.checks import BUILT_IN_LEXICONS
from prompts.facts import SituationId, Speaker
from prompts.forbidden import Forbidden
from prompts.lexicon import Lexicon
from prompts.matching import PhraseMatcher
from prompts.pack import load_pack, shipped_packs
from prompts.text import normalise
from prompts.triggers import OnHeard

DATA = Path(__file__).parent / "data"
_ASKED_BY_ENGINE = {
    "question": ("S1-12",),
    "transfer_announced": ("S2-42",),
    "goodbye_agent": ("S2-60", "S1-24"),
}
"""Rows of the lexicons that no trigger names but the engine itself listens for."""
ANYWHERE = frozenset({"question"})
"""A sentence of any meaning may be a question too; no card comes for that alone."""
SHIPPED = Path(__file__).parents[2] / "prompts" / "packs"


@dataclass(frozen=True)
class Sentence:
    """`means` is empty for ordinary conversation; `may` are lexicons that are right too but not asked for."""

    who: Speaker
    text: str
    means: str | None
    may: frozenset[str] = frozenset()


def labelled(name: str) -> list[Sentence]:
    """`said` or `unseen`: sentences of every lexicon."""
    told = yaml.safe_load((DATA / f"{name}.yaml").read_text("utf-8"))
    return [
        _sentence(Speaker(who), str(line), lexicon)
        for who, lexicons in told.items()
        for lexicon, lines in lexicons.items()
        for line in lines
    ]


def ordinary() -> list[Sentence]:
    told = yaml.safe_load((DATA / "ordinary.yaml").read_text("utf-8"))
    return [Sentence(Speaker(who), str(line), None) for who, lines in told.items() for line in lines]


def near_misses() -> list[Sentence]:
    """Phrases that must not be said, as people say them."""
    told = yaml.safe_load((DATA / "near_misses.yaml").read_text("utf-8"))
    return [Sentence(Speaker.AGENT, str(line), phrase) for phrase, lines in told.items() for line in lines]


@cache
def forbidden() -> tuple[Forbidden, ...]:
    """Each phrase that a shipped pack forbids, by itself."""
    phrases = {one.phrase for name in shipped_packs() for one in load_pack(name).forbidden}
    return tuple(Forbidden(SituationId(phrase), phrase) for phrase in sorted(phrases))


def _sentence(who: Speaker, line: str, lexicon: str) -> Sentence:
    text, _, may = line.partition("|")
    return Sentence(who, text.strip(), lexicon, frozenset(may.split()))


@cache
def rows_of() -> Mapping[tuple[Speaker, str], tuple[str, ...]]:
    """The acceptance rows each lexicon stands for, over all shipped packs."""
    rows: dict[tuple[Speaker, str], set[str]] = defaultdict(set)
    for name in shipped_packs():
        for situation in load_pack(name).situations.values():
            for trigger in situation.triggers:
                if isinstance(trigger, OnHeard):
                    rows[trigger.speaker, trigger.lexicon].update(situation.sources)
    for lexicon, speaker in BUILT_IN_LEXICONS.items():
        rows[speaker, lexicon].update(_ASKED_BY_ENGINE.get(lexicon, ()))
    return {key: tuple(sorted(sources)) for key, sources in rows.items() if sources}


@dataclass
class Matchers:
    """One matcher a speaker over all lexicons that any shipped pack listens for."""

    pinyin: bool
    by_speaker: dict[Speaker, PhraseMatcher] = field(init=False)

    def __post_init__(self) -> None:
        words = yaml.safe_load((SHIPPED / "shared" / "words.yaml").read_text("utf-8"))["lexicons"]
        lexicons = {name: Lexicon.model_validate(lexicon) for name, lexicon in words.items()}
        if not self.pinyin:
            lexicons = {name: one.model_copy(update={"pinyin": False}) for name, one in lexicons.items()}
        self.by_speaker = {
            speaker: PhraseMatcher({name: lexicons[name] for who, name in rows_of() if who is speaker})
            for speaker in Speaker
        }

    def heard(self, who: Speaker, text: str) -> set[str]:
        hits = self.by_speaker[who].find(normalise(text))
        return {hit.lexicon for hit in hits if hit.barred is None}


@dataclass
class Score:
    right: int = 0
    missed: int = 0
    false: int = 0
    missed_texts: list[str] = field(default_factory=list)
    false_texts: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        told = self.right + self.false
        return self.right / told if told else 1.0

    @property
    def recall(self) -> float:
        meant = self.right + self.missed
        return self.right / meant if meant else 1.0


def score(
    sentences: Iterable[Sentence], text_of: Callable[[Sentence], str], matchers: Matchers
) -> dict[str, Score]:
    """By lexicon. What a sentence may mean too counts neither way."""
    scores: dict[str, Score] = defaultdict(Score)
    for sentence in sentences:
        text = text_of(sentence)
        heard = matchers.heard(sentence.who, text)
        if sentence.means is not None:
            if sentence.means in heard:
                scores[sentence.means].right += 1
            else:
                scores[sentence.means].missed += 1
                scores[sentence.means].missed_texts.append(text)
        for lexicon in heard - {sentence.means} - sentence.may - ANYWHERE:
            scores[lexicon].false += 1
            scores[lexicon].false_texts.append(text)
    return dict(scores)


def overall(scores: Mapping[str, Score]) -> Score:
    return Score(
        sum(one.right for one in scores.values()),
        sum(one.missed for one in scores.values()),
        sum(one.false for one in scores.values()),
    )
