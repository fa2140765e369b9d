"""One situation under way: which step it is at, whether its phrase was said, and what it waits for.

Decides nothing about other situations and nothing about the screen.
"""

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import assert_never

from prompts.advice import Audience, CardButton, Countdown
from prompts.call import CallSoFar
from prompts.facts import CardId, SituationId
from prompts.occasion import Occasion
from prompts.situations import (
    Attendant,
    HangUp,
    Situation,
    Step,
    ThenAgain,
    ThenConsent,
    ThenPause,
    ThenSaid,
    ThenSilence,
)
from prompts.spoken import Prescribed
from prompts.templates import Template

MIN_PHRASE_S = 0.4
"""Agent's speech shorter than this was no phrase."""
REPLIED_S = 4.0
"""An agent who has spoken for so long has answered what the card is about."""
READ_S = 3.0
"""A card that stood for so long was read."""


@dataclass(slots=True)
class Script:
    """A run of a situation; ends when its card goes."""

    card_id: CardId
    situation_id: SituationId
    situation: Situation
    occasion: Occasion
    begun_at: float
    variant: int
    asked_at: float | None = None
    """When the agent asked for it last: it comes before what came by itself, and before what was asked for earlier."""
    asked_until: float = 0.0
    """Until when it does: a card that waits for consent may stand for the rest of the call."""
    step: int = 0
    step_at: float = 0.0
    visible_since: float | None = None
    waiting_since: float = 0.0
    shown_step: int | None = None
    """The step on the agent's screen, until another card takes its place."""
    seen: bool = False
    """It was on the screen before: its time runs out, whoever speaks."""
    said_at: float | None = None
    """When the agent last said something that may have been the phrase; the wait counts from here."""
    confirmed: bool = False
    """The phrase itself was recognized, or the agent's button says it was said."""
    waited: bool = False
    """The last wait is over: the way to hang up is open."""
    announced: bool = False
    replied_s: float = 0.0
    """For how long the agent has spoken since it was seen, the phrase or something else."""
    heard: list[tuple[int, str]] = field(default_factory=list)
    """What the agent said since the step began, by utterance."""

    @property
    def now(self) -> Step:
        return self.situation.steps[self.step]

    @property
    def last(self) -> bool:
        return self.step + 1 >= len(self.situation.steps)

    @property
    def by_hand(self) -> bool:
        """The agent asked for it."""
        return self.asked_at is not None

    def ask(self, now: float, card_life: float) -> None:
        self.asked_at, self.asked_until = now, now + (self.situation.expires or card_life)

    def wish(self, now: float) -> float | None:
        """When the agent asked for what has not been said since, as long as that is fresh."""
        served = self.asked_at is not None and self.said_at is not None and self.asked_at <= self.said_at
        return None if served or now >= self.asked_until else self.asked_at

    @property
    def for_agent(self) -> bool:
        return self.situation.audience is Audience.AGENT

    def phrase(self, values: Mapping[str, str], step: int | None = None) -> str:
        chosen = self.situation.steps[self.step if step is None else step]
        variants = chosen.variants
        return fill(variants[self.variant % len(variants)], chosen, values)

    def own_words(self) -> str | None:
        """The phrase of this step as its author wrote it; None where the call must fill it in."""
        variants = self.now.variants
        return _template(variants[self.variant % len(variants)]).as_written()

    def hint(self, values: Mapping[str, str]) -> str | None:
        return None if self.now.hint is None else _template(self.now.hint).fill(values)

    def next_phrase(self, values: Mapping[str, str]) -> str | None:
        return None if self.last else self.phrase(values, self.step + 1)

    def may_show(self, *, caller_speaks: bool) -> bool:
        """Nothing that asks the caller something begins while the caller speaks (S3-09)."""
        return self.shown_step == self.step or not (caller_speaks and self.now.asking)

    def go_to(self, step: int, now: float) -> None:
        self.step = step
        self.step_at = now
        self.said_at = None
        self.confirmed = False
        self.heard.clear()

    def listen(self, utterance: int, text: str, values: Mapping[str, str]) -> bool:
        """Whether this completes the step's phrase."""
        if self.confirmed:
            return False
        if self.heard and self.heard[-1][0] == utterance:
            self.heard[-1] = (utterance, text)
        else:
            self.heard.append((utterance, text))
        said = "".join(text for _, text in self.heard[-4:])
        return any(prescribed(phrase).is_in(said) for phrase in self.wanted(values))

    def wanted(self, values: Mapping[str, str]) -> list[str]:
        """The wordings that tick the step off."""
        spoken = {**values, "caller": ""}  # to be called by name is good, and no part of the phrase
        return [fill(phrase, self.now, spoken) for phrase in (*self.now.variants, *self.now.either)]

    @property
    def begun(self) -> bool:
        """Its phrase, or one of them, was said, or the agent asked for it: it goes its own way."""
        return self.by_hand or self.confirmed or self.said_at is not None or self.step > 0

    def agent_spoke(self, began: float, ended: float) -> None:
        """稍停 counts from the end of what the agent said, recognized or not."""
        if self.visible_since is not None:
            self.replied_s += max(0.0, ended - max(began, self.visible_since))
        if isinstance(self.now.then, ThenSilence) and ended - began >= MIN_PHRASE_S and ended > self.step_at:
            self.said_at = ended

    def due(self, call: CallSoFar) -> float | None:
        """When the wait of this step is over, as things stand."""
        then = self.now.then
        if self.said_at is None or self.waited or then is None:
            return None
        match then:
            case ThenSilence(seconds=seconds):
                quiet = call.quiet_since()
                return None if quiet is None else max(quiet, self.said_at) + seconds
            case ThenPause(seconds=seconds):
                return self.said_at + seconds if call.talking and call.staff.speaking_since is None else None
            case ThenAgain() | ThenSaid() | ThenConsent():
                return None
            case _:
                assert_never(then)

    def countdown(self, call: CallSoFar) -> Countdown | None:
        then, ends_at = self.now.then, self.due(call)
        if ends_at is None or not isinstance(then, ThenSilence | ThenPause):
            return None
        return Countdown(then.label, then.seconds, ends_at)

    def buttons(self) -> tuple[CardButton, ...]:
        asked = list(self.situation.buttons)
        if isinstance(self.now.then, ThenConsent) and not self.waited:
            asked.append(CardButton.CONSENTED)
        if self.last and self.situation.attendant is not Attendant.NEVER:
            asked.append(CardButton.ATTENDANT)
        if self.waited and self.situation.hangup is not HangUp.NONE:
            asked.append(CardButton.HANG_UP)
        return tuple(dict.fromkeys(asked))

    def expires_at(self, card_life: float, waiting_life: float) -> float | None:
        """None while a wait runs or the way to hang up is open: those cards are still of use."""
        if self.waited or (self.said_at is not None and self.now.then is not None):
            return None
        asked_at = self.asked_at or 0.0
        if self.visible_since is None:
            return max(self.waiting_since, asked_at) + waiting_life
        return max(self.visible_since, self.step_at, asked_at) + (self.situation.expires or card_life)

    @property
    def of_words(self) -> bool:
        """Something that was said began it; a clock's card waits for the words that may bring a better one."""
        return bool(self.occasion.evidence) or self.by_hand

    @property
    def was_answered(self) -> bool:
        """The agent has said something since it was seen."""
        return not self.by_hand and self.replied_s >= MIN_PHRASE_S

    @property
    def has_passed(self) -> bool:
        """It answers words of the caller that the agent has answered in other words, so that talk goes on without it."""
        begins = self.step == 0 and not self.waited and self.said_at is None and not self.by_hand
        return begins and bool(self.occasion.evidence) and self.replied_s >= REPLIED_S

    def is_behind(self, now: float) -> bool:
        """It has been read, and nothing of it is under way any more."""
        waits = self.waited or (self.said_at is not None and self.now.then is not None)
        return not waits and self.visible_since is not None and now - self.visible_since >= READ_S


def fill(phrase: str, step: Step, values: Mapping[str, str]) -> str:
    filled = _template(phrase).fill(values)
    if filled is None and step.plain is not None:
        filled = _template(step.plain).fill(values)
    return filled if filled is not None else phrase


@functools.lru_cache(maxsize=4096)
def _template(source: str) -> Template:
    return Template.parse(source)


@functools.lru_cache(maxsize=4096)
def prescribed(phrase: str) -> Prescribed:
    return Prescribed.of(phrase)
