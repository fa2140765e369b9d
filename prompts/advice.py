"""What the situation engine answers: cards for the agent's screen and orders that follow from a script.

Nothing here acts. Times named `..._at` are monotonic seconds of the engine's clock.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from prompts.facts import CardId, SituationId, Speaker
from prompts.stages import Stage


class Audience(StrEnum):
    AGENT = "agent"
    EVERYONE = "everyone"
    """All agents on duty, e.g. a call that rings on (S0-02)."""


class CardButton(StrEnum):
    """What the agent can do with a card beyond said, next and dismiss."""

    HANG_UP = "hang_up"
    ESCALATE = "escalate"
    UNDERSTOOD = "understood"
    CONSENTED = "consented"
    TRANSFER = "transfer"
    CALL_BACK = "call_back"
    ATTENDANT = "attendant"


class Mood(StrEnum):
    """What a situation says about the mood of its call; most say nothing."""

    TENSE = "tense"
    ANGRY = "angry"


class GoneWhy(StrEnum):
    """Why a card left the screen. Kept for every card; the reports live on it."""

    SAID = "said"
    DONE = "done"
    """Its last step was completed by the agent's button."""
    DISMISSED = "dismissed"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    """What it answered is no longer so (the caller spoke, the hold ended)."""
    CALL_ENDED = "call_ended"


@dataclass(frozen=True, slots=True)
class Countdown:
    """A wait that runs on the card: what happens at its end and when."""

    label: str
    total_s: float
    ends_at: float


@dataclass(frozen=True, slots=True)
class Card:
    """One phrase to say now. The same `card_id` with a higher `step` is the same card, advanced."""

    card_id: CardId
    situation_id: SituationId
    sources: tuple[str, ...]
    """Ids of the rules it comes from, such as S0-17."""
    title: str
    phrase: str
    """What to say, variables filled, obvious typos of the document corrected."""
    verbatim: str | None
    """The document's own text where `phrase` corrects it; None where they are the same."""
    hint: str | None
    """What to do rather than say (调整心境, 稍微提高音量)."""
    next_phrase: str | None
    never: tuple[str, ...]
    """What must not be said."""
    step: int
    steps: int
    countdown: Countdown | None
    why: str
    """Why it fired, in the agent's language."""
    evidence: tuple[str, ...]
    """The words that fired it, to be marked in the transcript; empty for timers and sounds."""
    priority: int
    buttons: tuple[CardButton, ...]
    audience: Audience
    pack: str
    pack_version: str
    never_do: tuple[str, ...] = ()
    """What must not be done."""
    mood: Mood | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A card in the quiet list: it waits behind the primary one."""

    card_id: CardId
    situation_id: SituationId
    title: str
    priority: int


@dataclass(frozen=True, slots=True)
class ShowCard:
    """Make this the primary card (or, for `Audience.EVERYONE`, the notice on every screen)."""

    card: Card


@dataclass(frozen=True, slots=True)
class RemoveCard:
    card_id: CardId
    situation_id: SituationId
    why: GoneWhy


@dataclass(frozen=True, slots=True)
class SetWaiting:
    """The quiet list as a whole, highest priority first."""

    waiting: tuple[Waiting, ...]


@dataclass(frozen=True, slots=True)
class RaiseEscalation:
    """Tell the supervisors. `excerpt` are the words that led to it."""

    situation_id: SituationId
    sources: tuple[str, ...]
    reason: str
    excerpt: str
    urgent: bool
    by_hand: bool = False
    """The agent called the card up: what is reported already has not happened again."""


@dataclass(frozen=True, slots=True)
class MarkForbidden:
    """The agent said a phrase that must not be said."""

    situation_id: SituationId
    sources: tuple[str, ...]
    phrase: str
    said: str


@dataclass(frozen=True, slots=True)
class PhraseSaid:
    """The agent said a prescribed phrase (recognized, not clicked)."""

    card_id: CardId
    situation_id: SituationId
    step: int


@dataclass(frozen=True, slots=True)
class HangUpCall:
    """Only where the pack allows it by itself (`hangup: after_wait`)."""

    situation_id: SituationId
    reason: str


@dataclass(frozen=True, slots=True)
class SendToAttendant:
    """To the automated attendant, only where the pack allows it by itself (`attendant: after_script`)."""

    situation_id: SituationId
    reason: str


@dataclass(frozen=True, slots=True)
class CallerNamed:
    """The caller told a surname or title; later phrases use it and the record form is prefilled."""

    surname: str | None
    title: str | None


PLAIN_COMPLAINT: Final = "客户投诉"
"""A complaint whose type nobody has named; any type takes its place, and it takes the place of none."""


@dataclass(frozen=True, slots=True)
class ComplaintNamed:
    """The type of complaint the call turned out to be; the promised hours go by it (X13)."""

    complaint: str


@dataclass(frozen=True, slots=True)
class StagesReached:
    """How far the call has come, in the order of the script; told whenever a stage is new."""

    reached: tuple[Stage, ...]


@dataclass(frozen=True, slots=True)
class ConductSummed:
    """At the end of an answered call: what of the agent's conduct can be counted."""

    missing: tuple[Stage, ...]
    """Stages that were not heard; empty where the agent could not be heard from the beginning."""
    polite: int
    """Polite words (S1-26, S3-07)."""
    unsure: int
    """Hesitant words (S1-14)."""
    talk_overs: int
    raised_voice: int
    agent_chars: int
    chars_per_s: float | None
    names_used: int | None = None
    """How often the agent called the caller by name; None where no surname was known."""


@dataclass(frozen=True, slots=True)
class Traced:
    """One line of the call's trace: what was considered, and why it did or did not fire."""

    situation_id: SituationId
    fired: bool
    because: str
    who: Speaker | None = None


Advice = (
    ShowCard
    | RemoveCard
    | SetWaiting
    | RaiseEscalation
    | MarkForbidden
    | PhraseSaid
    | HangUpCall
    | SendToAttendant
    | CallerNamed
    | ComplaintNamed
    | StagesReached
    | ConductSummed
    | Traced
)
