"""What is on the screens: one primary card, the quiet list behind it, and notices for everyone.

Keeps what was last published and answers only the difference. Decides by priority and by whether the caller speaks; knows
nothing of triggers.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from prompts.advice import Advice, Card, GoneWhy, RemoveCard, SetWaiting, ShowCard, Waiting
from prompts.call import CallSoFar
from prompts.facts import CardId, SituationId
from prompts.script import Script
from prompts.situations import URGENT


@dataclass(slots=True)
class Deck:
    """All scripts under way, in the order they began."""

    pack: str
    pack_version: str
    scripts: list[Script] = field(default_factory=list)
    _primary: Card | None = None
    _waiting: tuple[Waiting, ...] = ()
    _notices: dict[CardId, Card] = field(default_factory=dict)

    def running(self, situation_id: SituationId) -> Script | None:
        return next((script for script in self.scripts if script.situation_id == situation_id), None)

    def by_card(self, card_id: CardId) -> Script | None:
        return next((script for script in self.scripts if script.card_id == card_id), None)

    def is_read(self, script: Script) -> bool:
        """It is the card on the agent's screen."""
        return self._primary is not None and self._primary.card_id == script.card_id

    def remove(self, script: Script, why: GoneWhy) -> list[Advice]:
        self.scripts.remove(script)
        if self.is_read(script):
            self._primary = None
        self._notices.pop(script.card_id, None)
        return [RemoveCard(script.card_id, script.situation_id, why)] if script.announced else []

    def publish(self, call: CallSoFar, values: Mapping[str, str], now: float) -> list[Advice]:
        """Choose the primary card and say what changed."""
        speaks = call.caller.speaking_since is not None
        unread = call.words_due is not None and now < call.words_due
        mine = _ranked((script for script in self.scripts if script.for_agent), now)
        chosen = next(
            (one for one in mine if one.may_show(caller_speaks=speaks or (unread and not one.of_words))), None
        )
        changes = self._show_primary(chosen, call, values, now)
        changes += self._show_notices(call, values, now)
        on_screen = None if self._primary is None else self._primary.card_id
        waiting = tuple(_wait(script, now) for script in mine if script.card_id != on_screen)
        if waiting != self._waiting:
            self._waiting = waiting
            changes.append(SetWaiting(waiting))
        return changes

    def _show_primary(
        self, chosen: Script | None, call: CallSoFar, values: Mapping[str, str], now: float
    ) -> list[Advice]:
        if chosen is None:
            return []
        _see(chosen, now)
        card = self._card(chosen, call, values)
        if card == self._primary:
            return []
        self._primary = card
        return [ShowCard(card)]

    def _show_notices(self, call: CallSoFar, values: Mapping[str, str], now: float) -> list[Advice]:
        changes: list[Advice] = []
        for script in self.scripts:
            if script.for_agent:
                continue
            _see(script, now)
            card = self._card(script, call, values)
            if self._notices.get(script.card_id) != card:
                self._notices[script.card_id] = card
                changes.append(ShowCard(card))
        return changes

    def _card(self, script: Script, call: CallSoFar, values: Mapping[str, str]) -> Card:
        situation, step = script.situation, script.now
        phrase = script.phrase(values)
        written = step.document_text(script.variant)
        verbatim = script.own_words() if written is None else written
        return Card(
            card_id=script.card_id,
            situation_id=script.situation_id,
            sources=situation.sources,
            title=situation.title,
            phrase=phrase,
            verbatim=None if verbatim == phrase else verbatim,
            hint=script.hint(values),
            next_phrase=script.next_phrase(values),
            never=tuple(never.say for never in situation.never if never.say),
            never_do=tuple(never.do for never in situation.never if never.do),
            step=script.step + 1,
            steps=len(situation.steps),
            countdown=script.countdown(call),
            why=script.occasion.why,
            evidence=script.occasion.evidence,
            priority=situation.priority,
            buttons=script.buttons(),
            audience=situation.audience,
            pack=self.pack,
            pack_version=self.pack_version,
            mood=situation.mood,
        )


def _ranked(scripts: Iterable[Script], now: float) -> list[Script]:
    """What is urgent and newer than any wish of the agent; what the agent asked for, the last first; the most urgent; the oldest."""
    wishes = [(script, script.wish(now)) for script in scripts]
    last_wish = max((wish for _, wish in wishes if wish is not None), default=-math.inf)

    def rank(one: tuple[Script, float | None]) -> tuple[int, float, int, float]:
        script, wish = one
        interrupts = script.situation.priority >= URGENT and script.begun_at > last_wish
        level = 1 if wish is not None else 0 if interrupts else 2
        return (level, -(wish or 0.0), -script.situation.priority, script.begun_at)

    return [script for script, _ in sorted(wishes, key=rank)]


def _see(script: Script, now: float) -> None:
    if script.visible_since is None:
        script.visible_since = now
    script.shown_step = script.step
    script.seen = True
    script.announced = True


def _wait(script: Script, now: float) -> Waiting:
    if script.visible_since is not None:
        script.visible_since = None
        # It comes back like a new one: not while the caller speaks, if it asks something (S3-09).
        script.shown_step = None
        script.waiting_since = now
    script.announced = True
    return Waiting(script.card_id, script.situation_id, script.situation.title, script.situation.priority)
