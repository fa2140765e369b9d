"""What is concluded from recognized text: which lexicons were said, what was forbidden, and what could not be understood.

Keeps, per call, what it takes to tell a second partial from a first and a dialect from one mumbled word. Decides nothing
about cards.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from prompts.facts import Said, SituationId, Speaker
from prompts.forbidden import all_said
from prompts.matching import Hit
from prompts.occasion import NAMES, Occasion
from prompts.pack import Pack
from prompts.text import Normal, normalise
from prompts.triggers import OnHeard, OnNotUnderstood

MADE_UP_FOR = 1.0
"""No more than this is made up for by what was understood: somebody else may have taken the phone."""


@dataclass(frozen=True, slots=True)
class Sign:
    """A situation's trigger answered to the text. `barred`: why it does not count all the same."""

    situation_id: SituationId
    occasion: Occasion
    barred: str | None = None


@dataclass(frozen=True, slots=True)
class Conclusions:
    """What one recognized text says. `forbidden`: situation, phrase that must not be said, words that were."""

    signs: tuple[Sign, ...]
    forbidden: tuple[tuple[SituationId, str, str], ...] = ()
    told: frozenset[str] = frozenset()
    """Every lexicon a final result said, the built-in ones (`question`, `goodbye_agent`) among them."""


@dataclass(slots=True)
class _Utterance:
    number: int = -1
    seen: set[str] = field(default_factory=set)
    """Lexicons heard in a partial before."""
    fired: set[SituationId] = field(default_factory=set)


class Listening:
    def __init__(self, pack: Pack) -> None:
        self._pack = pack
        self._heard = _heard_triggers(pack)
        self._puzzled = [
            (SituationId(name), place, trigger)
            for name, situation in pack.situations.items()
            for place, trigger in enumerate(situation.triggers)
            if isinstance(trigger, OnNotUnderstood)
        ]
        self._utterances = {speaker: _Utterance() for speaker in Speaker}
        self._finals = dict.fromkeys(Speaker, 0)
        self._times: dict[tuple[SituationId, int], int] = {}
        self._in_row: dict[tuple[SituationId, int], int] = {}
        self._missing: dict[tuple[SituationId, int], float] = {}
        """See `OnNotUnderstood.enough`."""

    def conclude(self, said: Said, *, disturbed: bool = False) -> Conclusions:
        """Everything a recognized text begins, barred or not; each situation once an utterance. `disturbed`: the sound is bad."""
        utterance = self._utterance(said)
        text = normalise(said.text)
        hits = self._pack.matchers[said.who].find(text)
        signs: list[Sign] = []
        for sign in self._from_hits(said, hits, utterance):
            if sign.situation_id not in utterance.fired:
                signs.append(sign)
                utterance.fired.update([sign.situation_id] if sign.barred is None else [])
        utterance.seen.update(hit.lexicon for hit in hits)
        if not said.final:
            return Conclusions(tuple(signs))
        signs += [] if disturbed else self._not_understood(said, text)
        self._finals[said.who] += 1
        told = frozenset(hit.lexicon for hit in hits if hit.barred is None)
        return Conclusions(tuple(signs), tuple(self._forbidden(said)), told)

    def _forbidden(self, said: Said) -> Iterator[tuple[SituationId, str, str]]:
        """Final results only: a mark must be sure."""
        if said.who is Speaker.AGENT:
            for phrase, words in all_said(self._pack.forbidden, said.text):
                yield phrase.situation_id, phrase.phrase, words

    def _utterance(self, said: Said) -> _Utterance:
        if self._utterances[said.who].number != said.utterance:
            self._utterances[said.who] = _Utterance(said.utterance)
        return self._utterances[said.who]

    def _from_hits(self, said: Said, hits: list[Hit], utterance: _Utterance) -> Iterator[Sign]:
        for hit in hits:
            for situation_id, place, trigger in self._heard.get((said.who, hit.lexicon), ()):
                if not said.final and not (trigger.partial and hit.lexicon in utterance.seen):
                    continue
                if trigger.first and self._finals[said.who] > 0:
                    continue
                yield self._sign(said, hit, (situation_id, place), trigger)

    def _sign(self, said: Said, hit: Hit, key: tuple[SituationId, int], trigger: OnHeard) -> Sign:
        why = f"{NAMES[said.who]}说「{hit.said}」" + ("" if hit.exact else f"(音近「{hit.word}」)")
        occasion = Occasion(why, (hit.said,), said.text)
        barred = hit.barred
        if barred is None and said.confidence is not None and said.confidence < trigger.confidence:
            barred = f"识别把握 {said.confidence:.2f},不足 {trigger.confidence:g}"
        if barred is None:
            self._times[key] = self._times.get(key, 0) + 1
            if self._times[key] < trigger.times:
                barred = f"第 {self._times[key]} 次,要 {trigger.times} 次"
        return Sign(key[0], occasion, barred)

    def _not_understood(self, said: Said, text: Normal) -> list[Sign]:
        signs: dict[SituationId, Sign] = {}
        for situation_id, place, trigger in self._puzzled:
            if trigger.speaker is said.who and _is_clear(said, trigger):
                sign = self._puzzle(said, text, (situation_id, place), trigger)
                if sign is not None and (sign.barred is None or situation_id not in signs):
                    signs[situation_id] = sign
        return list(signs.values())

    def _puzzle(
        self, said: Said, text: Normal, key: tuple[SituationId, int], trigger: OnNotUnderstood
    ) -> Sign | None:
        confidence = 0.0 if not text.text else said.confidence
        if confidence is None:
            return None
        missing = (trigger.confidence_below - confidence) * said.voiced_s
        self._missing[key] = max(-MADE_UP_FOR, self._missing.get(key, 0.0) + missing)
        if missing <= 0:
            self._in_row[key] = 0
            return None
        self._in_row[key] = self._in_row.get(key, 0) + 1
        snr = "" if said.snr_db is None else f",信噪比 {said.snr_db:.0f} dB"
        why = f"{NAMES[said.who]}声音清楚({said.level_dbfs:.0f} dBFS{snr})但听不懂,识别把握 {confidence:.2f}"
        barred = self._not_yet(key, trigger)
        if barred is None:
            self._missing[key] = 0.0
        return Sign(key[0], Occasion(why, (), said.text), barred)

    def _not_yet(self, key: tuple[SituationId, int], trigger: OnNotUnderstood) -> str | None:
        if self._in_row[key] < trigger.in_row:
            return f"连续 {self._in_row[key]} 句听不懂,要 {trigger.in_row} 句"
        if trigger.enough is not None and self._missing[key] < trigger.enough:
            return f"听不懂的累计 {self._missing[key]:.2f},要 {trigger.enough:g}"
        return None


def _heard_triggers(pack: Pack) -> dict[tuple[Speaker, str], list[tuple[SituationId, int, OnHeard]]]:
    by_lexicon: dict[tuple[Speaker, str], list[tuple[SituationId, int, OnHeard]]] = {}
    for name, situation in pack.situations.items():
        for place, trigger in enumerate(situation.triggers):
            if isinstance(trigger, OnHeard):
                triggers = by_lexicon.setdefault((trigger.speaker, trigger.lexicon), [])
                triggers.append((SituationId(name), place, trigger))
    return by_lexicon


def _is_clear(said: Said, trigger: OnNotUnderstood) -> bool:
    loud = said.level_dbfs >= trigger.level_dbfs
    clean = said.snr_db is None or said.snr_db >= trigger.snr_db
    return said.voiced_s >= trigger.voiced and loud and clean
