"""How each word sounds: its pronunciations, as phones that know their place in the word."""

import collections
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from units import UNITS, syl_units
from zh_front import pinyin, sandhi

EPSILON = "<eps>"
SILENCE = 1
PHONES = [EPSILON, "SIL"] + [f"{unit}_{place}" for unit in UNITS[1:] for place in "BEIS"]
PHONE_IDS = {phone: number for number, phone in enumerate(PHONES)}
PLACES = {"B": "begin", "E": "end", "I": "internal", "S": "singleton"}

OTHER_READING_COST = 1.0

Phones = tuple[int, ...]


@dataclass(frozen=True)
class Pronunciation:
    word: str
    phones: Phones
    cost: float
    mark: int  # tells it from words that sound the same or only begin so; 0 where nothing does


def read_readings(path: Path) -> dict[str, list[str]]:
    lines = [
        line.split() for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")
    ]
    return {character: readings for character, *readings in lines}


def spoken_forms(word: str, readings: dict[str, list[str]]) -> list[list[str]]:
    """The pinyin of a word, the usual form first."""
    if len(word) == 1:
        return [[reading] for reading in readings.get(word) or [pinyin(word)[0]]]
    written = pinyin(word)
    spoken = sandhi(word, written)
    return [written] if spoken == written else [written, spoken]


def placed_phones(units: list[str]) -> Phones:
    if len(units) == 1:
        names = [units[0] + "_S"]
    else:
        names = [units[0] + "_B", *(unit + "_I" for unit in units[1:-1]), units[-1] + "_E"]
    return tuple(PHONE_IDS[name] for name in names)


def pronounce(word: str, readings: dict[str, list[str]]) -> Iterator[tuple[Phones, float]]:
    seen = set()
    for rank, syllables in enumerate(spoken_forms(word, readings)):
        units = [unit for syllable in syllables for unit in (syl_units(syllable) or [])]
        if units and tuple(units) not in seen:
            seen.add(tuple(units))
            yield placed_phones(units), OTHER_READING_COST if rank else 0.0


def build_lexicon(words: list[str], readings: dict[str, list[str]]) -> list[Pronunciation]:
    spoken = [(word, phones, cost) for word in words for phones, cost in pronounce(word, readings)]
    sharers = collections.Counter(phones for _, phones, _ in spoken)
    beginnings = {phones[:length] for _, phones, _ in spoken for length in range(1, len(phones))}
    marks_given: collections.Counter[Phones] = collections.Counter()
    lexicon = []
    for word, phones, cost in spoken:
        mark = 0
        if sharers[phones] > 1 or phones in beginnings:
            marks_given[phones] += 1
            mark = marks_given[phones]
        lexicon.append(Pronunciation(word, phones, cost, mark))
    return lexicon


def phones_txt() -> str:
    return "".join(f"{phone} {number}\n" for number, phone in enumerate(PHONES))


def word_boundary_int() -> str:
    lines = [f"{number} {PLACES[phone[-1]]}\n" for number, phone in enumerate(PHONES) if number > SILENCE]
    return f"{SILENCE} nonword\n" + "".join(lines)
