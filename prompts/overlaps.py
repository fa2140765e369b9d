"""What a careful author would look at again: words that call up two situations, forbidden phrases that must be said elsewhere.

Asks the matchers themselves, so that what sounds alike counts, and what `unless` or `inhibits` keeps apart does not.
"""

import re
from collections.abc import Iterator

from prompts import pinyin
from prompts.facts import SituationId, Speaker
from prompts.faults import Fault
from prompts.forbidden import CALLING_OUT, Forbidden
from prompts.lexicon import Lexicon
from prompts.matching import GAP, Hit, PhraseMatcher
from prompts.situations import PackDocument
from prompts.templates import known_words
from prompts.text import normalise
from prompts.triggers import OnHeard

_UNKNOWN = re.compile(r"\{[a-z_]+\}|[\[\]]")


def overlaps(document: PackDocument) -> Iterator[Fault]:
    for speaker in Speaker:
        yield from _shared_words(document, speaker)
    yield from _said_and_forbidden(document)


def _shared_words(document: PackDocument, speaker: Speaker) -> Iterator[Fault]:
    """Words of one lexicon that say another one too: both fire, and priority decides, which may not be what was meant."""
    owners = _owners(document, speaker)
    lexicons = {name: one for name, one in document.lexicons.items() if name in owners}
    matcher = PhraseMatcher(lexicons)
    for name, lexicon in lexicons.items():
        for place, word in enumerate(lexicon.words):
            for hit in matcher.find(normalise(word)) if GAP not in word else ():
                fault = _fault(name, word, hit, lexicons)
                if fault is not None and not _kept_apart(document, owners[name], owners[hit.lexicon]):
                    yield Fault(("lexicons", name, "words", place), fault, fatal=False)


def _owners(document: PackDocument, speaker: Speaker) -> dict[str, set[str]]:
    """The situations each lexicon begins."""
    owners: dict[str, set[str]] = {}
    for situation_id, situation in document.situations.items():
        for trigger in situation.triggers:
            if isinstance(trigger, OnHeard) and trigger.speaker is speaker:
                owners.setdefault(trigger.lexicon, set()).add(situation_id)
    return owners


def _fault(name: str, word: str, hit: Hit, lexicons: dict[str, Lexicon]) -> str | None:
    """None where it is no fault, or is told at the other word."""
    if hit.lexicon == name or hit.barred is not None:
        return None
    own, other = normalise(word).text, normalise(hit.word).text
    order = list(lexicons)
    first = order.index(name) < order.index(hit.lexicon)
    if own == other:
        return None if first else f"「{word}」也在词表「{hit.lexicon}」里"
    if len(own) == len(other):
        return None if first else f"「{word}」和词表「{hit.lexicon}」的「{hit.word}」读音一样"
    return f"说「{word}」也就说了词表「{hit.lexicon}」的「{hit.word}」"


def _kept_apart(document: PackDocument, ours: set[str], theirs: set[str]) -> bool:
    """The same situations begin either way, or one keeps the other away."""
    if ours == theirs:
        return True
    inhibited = {other for one in ours for other in document.situations[one].inhibits}
    inhibiting = {one for one in theirs if ours & set(document.situations[one].inhibits)}
    return bool(inhibited & theirs or inhibiting)


def _said_and_forbidden(document: PackDocument) -> Iterator[Fault]:
    """A forbidden phrase that is, or stands in, one that must be said: every agent who obeys is marked."""
    phrases = {
        _UNKNOWN.sub("", known_words(phrase, document.variables))
        for situation in document.situations.values()
        for step in situation.steps
        for phrase in (*step.variants, *step.either)
    }
    spoken = {pinyin.encode(normalise(phrase).text): phrase for phrase in sorted(phrases)}
    everything = "\n".join(spoken)
    for situation_id, situation in document.situations.items():
        for place, never in enumerate(situation.never):
            if never.say is None:
                continue
            bare = normalise(never.say).text.removeprefix(CALLING_OUT)
            if pinyin.encode(bare) not in everything:
                continue
            forbidden = Forbidden(SituationId(situation_id), never.say, never.whole)
            said = next((one for one in spoken.values() if forbidden.said_in(normalise(one))), None)
            if said is not None:
                trail = ("situations", situation_id, "never", place, "say")
                yield Fault(trail, f"禁用语「{never.say}」在要说的话「{said}」里", fatal=False)
