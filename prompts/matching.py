"""All lexicons over one utterance in one pass: characters first, then how they sound.

Aho-Corasick, so time grows with the utterance and not with the number of rules, and no pattern can make it slow. Knows
lexicons and text; nothing of situations, calls or time.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import ahocorasick

from prompts import pinyin
from prompts.lexicon import Lexicon
from prompts.text import Normal, normalise

GAP = "…"
END = "。"
"""At a word's end: the utterance ends with it (谢谢。)."""
MIN_SYLLABLES_BY_SOUND = 3
"""Shorter words sound like too many others once tones are gone."""


@dataclass(frozen=True, slots=True)
class Hit:
    """`lexicon` was said. `said` is the piece of the utterance as it was recognized."""

    lexicon: str
    word: str
    said: str
    exact: bool
    barred: str | None = None
    """Why it does not count; None when it does."""


@dataclass(frozen=True, slots=True)
class _Pattern:
    """`veto`: hearing it silences the lexicon. `rest`: what must follow the first part of a word with a gap. `last`: and then
    nothing more."""

    lexicon: str
    word: str
    length: int
    rest: tuple[str, ...]
    veto: bool
    last: bool = False


@dataclass(frozen=True, slots=True)
class _Found:
    pattern: _Pattern
    start: int
    end: int
    exact: bool


class PhraseMatcher:
    """Compiled once for a pack; immutable and shared by all calls."""

    def __init__(self, lexicons: Mapping[str, Lexicon]) -> None:
        self._lexicons = dict(lexicons)
        self._order = {name: place for place, name in enumerate(self._lexicons)}
        written: dict[str, list[_Pattern]] = {}
        sounding: dict[str, list[_Pattern]] = {}
        for name, lexicon in self._lexicons.items():
            for key, pattern in _patterns(name, lexicon):
                written.setdefault(key, []).append(pattern)
                if _by_sound(lexicon, pattern):
                    for codes in pinyin.alternatives(key):
                        sounding.setdefault(codes, []).append(pattern)
        self._written = _automaton(written)
        self._sounding = _automaton(sounding)

    def find(self, text: Normal) -> list[Hit]:
        """At most one hit a lexicon, one that counts before one that does not; in the order of the lexicons."""
        if not text.text:
            return []
        best: dict[str, Hit] = {}
        vetoes: dict[tuple[str, bool], str] = {}
        for found in self._scan(text):
            pattern = found.pattern
            if pattern.veto:
                if self._end(found, text) is not None:
                    vetoes.setdefault((pattern.lexicon, found.exact), pattern.word)
                continue
            hit = self._judge(found, text)
            if hit and (pattern.lexicon not in best or _rank(hit) > _rank(best[pattern.lexicon])):
                best[pattern.lexicon] = hit
        hits = [_vetoed(hit, vetoes) for hit in best.values()]
        return sorted(hits, key=lambda hit: self._order[hit.lexicon])

    def _scan(self, text: Normal) -> Iterator[_Found]:
        yield from _found(self._written, text.text, exact=True)
        yield from _found(self._sounding, pinyin.encode(text.text), exact=False)

    def _end(self, found: _Found, text: Normal) -> int | None:
        """Where all of it ends; None where something of it is missing."""
        pattern = found.pattern
        end = _follow(found.end, pattern.rest, text.text, self._lexicons[pattern.lexicon].gap)
        return None if end is None or (pattern.last and end < len(text.text)) else end

    def _judge(self, found: _Found, text: Normal) -> Hit | None:
        pattern = found.pattern
        lexicon = self._lexicons[pattern.lexicon]
        end = self._end(found, text)
        if end is None or (lexicon.whole and end - found.start < len(text.text)):
            return None
        negation = _negation(text.text, found.start, lexicon)
        barred = None if negation is None else f"前面有「{negation}」"
        return Hit(pattern.lexicon, pattern.word, text.spoken(found.start, end), found.exact, barred)


def _patterns(name: str, lexicon: Lexicon) -> Iterator[tuple[str, _Pattern]]:
    for words, veto in ((lexicon.words, False), (lexicon.unless, True)):
        for word in words:
            first, *rest = [normalise(part).text for part in word.split(GAP)]
            if first:
                yield first, _Pattern(name, word, len(first), tuple(rest), veto, last=word.endswith(END))


def _by_sound(lexicon: Lexicon, pattern: _Pattern) -> bool:
    if lexicon.pinyin is not None:
        return lexicon.pinyin
    return not pattern.rest and pattern.length >= MIN_SYLLABLES_BY_SOUND


def _automaton(patterns: Mapping[str, list[_Pattern]]) -> ahocorasick.Automaton | None:
    if not patterns:
        return None
    automaton = ahocorasick.Automaton()
    for key, meant in patterns.items():
        automaton.add_word(key, tuple(meant))
    automaton.make_automaton()
    return automaton


def _found(automaton: ahocorasick.Automaton | None, text: str, *, exact: bool) -> Iterator[_Found]:
    if automaton is None:
        return
    for last, meant in automaton.iter(text):
        for pattern in meant:
            yield _Found(pattern, last + 1 - pattern.length, last + 1, exact)


def _follow(end: int, rest: tuple[str, ...], text: str, gap: int) -> int | None:
    for part in rest:
        place = text.find(part, end, end + gap + len(part))
        if place < 0:
            return None
        end = place + len(part)
    return end


def _negation(text: str, start: int, lexicon: Lexicon) -> str | None:
    for negation in lexicon.negations:
        # It may share its end with the word: 不想 turns 想取消 round.
        begin = max(0, start - lexicon.window - len(negation))
        place = text.rfind(negation, begin, start + len(negation) - 1)
        if place >= 0 and not _asks(text, place):
            return negation
    return None


def _asks(text: str, place: int) -> bool:
    """是不是, 有没有, 要不要: a question, not a negation."""
    return 0 < place < len(text) - 1 and text[place] in "不没" and text[place - 1] == text[place + 1]


def _rank(hit: Hit) -> tuple[bool, bool, int]:
    return (hit.barred is None, hit.exact, len(hit.said))


def _vetoed(hit: Hit, vetoes: Mapping[tuple[str, bool], str]) -> Hit:
    """What only sounds like a veto silences only what only sounds like a word: 我讲一 is not 我建议, nor the other way round."""
    veto = vetoes.get((hit.lexicon, True)) or (None if hit.exact else vetoes.get((hit.lexicon, False)))
    if veto is None or hit.barred is not None:
        return hit
    return Hit(hit.lexicon, hit.word, hit.said, hit.exact, f"同时说了「{veto}」")
