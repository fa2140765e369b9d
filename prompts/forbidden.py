"""Phrases the agent must not say, and whether one was said: by sound, and in a long one a syllable or two is forgiven.

Of one utterance and all phrases of a pack. Knows nothing of calls, and nothing of what is said instead.
"""

import functools
from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz

from prompts import pinyin
from prompts.facts import SituationId
from prompts.text import Normal, normalise

SHORT = 4
"""A phrase this short or shorter must be the whole utterance: 什么意思 is innocent inside a sentence."""
LONG = 6
"""From so many characters on, most of a phrase is the phrase: one dropped or garbled among six is forgiven."""
LIKENESS = 82.0
CALLING_OUT = "喂"
"""What it opens may go unheard, or unsaid: the rest of a phrase is no better for it."""


@dataclass(frozen=True, slots=True)
class Said:
    """The words of the utterance that were this phrase. `exact`: as it is written, 喂 or not."""

    words: str
    exact: bool


@dataclass(frozen=True, slots=True)
class Forbidden:
    """A phrase and the situation that forbids it. `whole`: whether it must be the whole utterance; None: if it is short."""

    situation_id: SituationId
    phrase: str
    whole: bool | None = None

    def said_in(self, heard: Normal) -> Said | None:
        """The whole phrase, then the phrase without its 喂, then most of it."""
        codes, written = _codes(heard.text), _plain(self.phrase)
        bare = written.removeprefix(CALLING_OUT)
        opens = bare != written
        found = _place(written, codes, self.whole, opens=opens and self.whole is None)
        if found is None and opens and len(bare) >= SHORT:
            found = _place(bare, codes, self.whole, opens=False)
        exact = found is not None
        if found is None and len(bare) >= LONG and not self.whole:
            found = _most_of(bare, codes, heard.text)
        return None if found is None else Said(heard.spoken(*found), exact)


def all_said(phrases: Iterable[Forbidden], text: str) -> list[tuple[Forbidden, str]]:
    """Each situation once, a phrase said in full before one said nearly."""
    heard = normalise(text)
    found = [(one, said) for one in phrases if (said := one.said_in(heard)) is not None]
    best: dict[SituationId, tuple[Forbidden, Said]] = {}
    for one, said in found:
        known = best.get(one.situation_id)
        if known is None or _rank(one, said) > _rank(*known):
            best[one.situation_id] = (one, said)
    return [(one, said.words) for one, said in best.values()]


@functools.lru_cache(maxsize=16)
def _codes(heard: str) -> str:
    """The same utterance is compared with every phrase."""
    return pinyin.encode(heard)


@functools.lru_cache(maxsize=16_384)
def _plain(phrase: str) -> str:
    return normalise(phrase).text


@functools.lru_cache(maxsize=16_384)
def _sounds(written: str) -> tuple[str, ...]:
    return pinyin.alternatives(written)


def _rank(phrase: Forbidden, said: Said) -> tuple[bool, int]:
    return said.exact, len(phrase.phrase)


def _place(written: str, codes: str, whole: bool | None, *, opens: bool) -> tuple[int, int] | None:
    """Where it stands in the utterance. One that opens with 喂 and is short must open the utterance: 喂,你好,哪位."""
    for sounds in _sounds(written):
        begin = codes.find(sounds)
        if begin < 0:
            continue
        before, end = codes[:begin], begin + len(sounds)
        short = len(written) <= SHORT if whole is None else whole
        if not short or (not before.strip(sounds[0]) if opens else codes == sounds):
            return begin, end
    return None


def _most_of(written: str, codes: str, heard: str) -> tuple[int, int] | None:
    """Nearly all of it, in its order."""
    sounds = _sounds(written)[0]
    if len(set(sounds).difference(codes)) * 3 > len(sounds):
        return None  # too many of its syllables are nowhere in the utterance: most phrases end here
    found = fuzz.partial_ratio_alignment(sounds, codes, score_cutoff=LIKENESS)
    if found is None or len(codes) < len(sounds) - len(sounds) // LONG:
        return None
    around = heard[max(0, found.dest_start - 1) : found.dest_end]
    return None if _means_otherwise(around, written) else (found.dest_start, found.dest_end)


def _means_otherwise(said: str, written: str) -> bool:
    """One syllable turns it round (是我接的) or makes it polite (您的名字叫什么)."""
    turned = any(said.count(negation) < written.count(negation) for negation in "不没")
    return turned or ("您" in said and "您" not in written)
