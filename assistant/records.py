"""What is written in the book: one frozen record for each fact the records keep.

`Save(record, at)` carries monotonic time; the service turns it into wall-clock time when it hands the record to the store.
"""

from dataclasses import dataclass
from datetime import datetime

from prompts.advice import GoneWhy


@dataclass(frozen=True, slots=True)
class CallBegan:
    call_id: str
    direction: str
    caller_number: str | None
    caller_name: str | None
    dialled: str | None
    trunk: str | None


@dataclass(frozen=True, slots=True)
class LegBegan:
    """An agent answered: one leg of the call's history."""

    call_id: str
    leg: int
    agent: str
    queue: str | None
    ring_s: float
    wait_s: float


@dataclass(frozen=True, slots=True)
class LegFinished:
    call_id: str
    leg: int
    talk_s: float
    hold_s: float


@dataclass(frozen=True, slots=True)
class CallFinished:
    call_id: str
    reason: str
    ended_by: str | None
    ring_s: float
    wait_s: float
    talk_s: float
    hold_s: float
    silence_s: float
    answer_delay_s: float | None
    """From the answer to the agent's first word (S1-10)."""
    categories: tuple[str, ...]
    surname: str | None
    title: str | None
    complaint: str | None = None
    """The type of complaint it was, as the scripts name it (X13)."""
    queue: str | None = None
    """The one it was in last, for a call that nobody took out of it."""


@dataclass(frozen=True, slots=True)
class ConductSeen:
    """How the agent conducted an answered call, counted at its end; for reports. See `prompts.advice.ConductSummed`."""

    call_id: str
    missing: tuple[str, ...]
    """Stages of the call that were not heard: greeting, need, solve, confirm, close (S1-24)."""
    polite: int
    unsure: int
    talk_overs: int
    raised_voice: int
    agent_chars: int
    chars_per_s: float | None
    names_used: int | None = None
    """How often the caller was called by name; None where no surname was known (S1-25)."""
    agent_speech_s: float | None = None
    caller_speech_s: float | None = None
    """For how long each has spoken (S1-05); None where nobody was heard."""


@dataclass(frozen=True, slots=True)
class CardWasShown:
    call_id: str
    card_id: str
    situation_id: str
    sources: tuple[str, ...]
    step: int
    phrase: str
    why: str
    agent: str | None
    pack: str
    pack_version: str


@dataclass(frozen=True, slots=True)
class CardWasGone:
    call_id: str
    card_id: str
    why: GoneWhy


@dataclass(frozen=True, slots=True)
class TextWasSaid:
    """A final transcript line."""

    call_id: str
    party: str
    utterance: int
    text: str
    confidence: float | None
    at_s: float


@dataclass(frozen=True, slots=True)
class ForbiddenWasSaid:
    call_id: str
    situation_id: str
    phrase: str
    said: str
    agent: str | None


@dataclass(frozen=True, slots=True)
class EscalationRaised:
    escalation_id: str
    call_id: str
    agent: str | None
    situation_id: str | None
    reason: str
    excerpt: str
    urgent: bool


@dataclass(frozen=True, slots=True)
class EscalationHandled:
    escalation_id: str
    state: str
    by: str
    note: str
    assigned_to: str | None = None


@dataclass(frozen=True, slots=True)
class EscalationAgain:
    """It came up once more before anybody closed it. `times`: with the first."""

    escalation_id: str
    times: int
    excerpt: str


@dataclass(frozen=True, slots=True)
class NoteTaken:
    """What an agent wrote down during the call."""

    call_id: str
    agent: str
    text: str


@dataclass(frozen=True, slots=True)
class DeskMessageWritten:
    """What a supervisor wrote to somebody's page. `by`: the name the page shows."""

    message_id: str
    agent: str
    by: str
    text: str


@dataclass(frozen=True, slots=True)
class DeskMessageRead:
    """Whom it was written to has said 知道了."""

    message_id: str


@dataclass(frozen=True, slots=True)
class TraceLine:
    call_id: str
    situation_id: str
    fired: bool
    because: str


@dataclass(frozen=True, slots=True)
class Audited:
    """Who did what."""

    by: str
    what: str
    about: str
    detail: str


@dataclass(frozen=True, slots=True)
class SessionUsed:
    session_id: str
    until: datetime
    """When it ends if it is not used again."""


Record = (
    CallBegan
    | LegBegan
    | LegFinished
    | CallFinished
    | ConductSeen
    | CardWasShown
    | CardWasGone
    | TextWasSaid
    | ForbiddenWasSaid
    | EscalationRaised
    | EscalationHandled
    | EscalationAgain
    | NoteTaken
    | DeskMessageWritten
    | DeskMessageRead
    | TraceLine
    | Audited
    | SessionUsed
)
