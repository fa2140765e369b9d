"""What the situation engine is told: facts about one call, in plain values of its own.

The program translates what the PBX, the listening side, the agent and the clock say into these; the engine knows none of
them. Times are monotonic seconds and come as the `now` that accompanies each fact. A fact that became true a little earlier
than it was noticed carries `ago`.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import NewType

CardId = NewType("CardId", str)
SituationId = NewType("SituationId", str)


class Speaker(StrEnum):
    CALLER = "caller"
    AGENT = "agent"


class Sound(StrEnum):
    """How a voice sounds (the names of `asr.events.AudioKind`, plus network loss)."""

    TOO_QUIET = "too_quiet"
    NOISY = "noisy"
    FAR = "far"
    CLIPPED = "clipped"
    SHOUTING = "shouting"
    DIGITAL_SILENCE = "digital_silence"
    NO_AUDIO = "no_audio"
    NETWORK_LOSS = "network_loss"


class AgentMove(StrEnum):
    """What an agent does with a card."""

    SAID = "said"
    NEXT = "next"
    DISMISS = "dismiss"
    UNDERSTOOD = "understood"
    """听得懂: the agent understands the dialect (S2-33)."""
    CONSENTED = "consented"
    """The caller agreed (S3-10, S3-16)."""


@dataclass(frozen=True, slots=True)
class Ringing:
    """A phone rings for the call. `rung_for`: seconds it already rang when we learned of it."""

    agent: str
    rung_for: float = 0.0


@dataclass(frozen=True, slots=True)
class Lifted:
    """A phone was picked up: it rings no more, and before the two talk an announcement may be played (S1-10)."""

    agent: str


@dataclass(frozen=True, slots=True)
class Answered:
    """Caller and `agent` can talk. `ring_s` since the first ring, `again` when taken over from another agent."""

    agent: str
    ring_s: float
    wait_s: float
    again: bool = False
    age: float = 0.0


@dataclass(frozen=True, slots=True)
class Held:
    by: Speaker


@dataclass(frozen=True, slots=True)
class Resumed:
    by: Speaker


@dataclass(frozen=True, slots=True)
class HoldMusicChanged:
    playing: bool


@dataclass(frozen=True, slots=True)
class Transferred:
    """`by_agent`: False where a supervisor took the caller."""

    to: str
    blind: bool
    by_agent: bool = True


@dataclass(frozen=True, slots=True)
class TransferFell:
    to: str | None


@dataclass(frozen=True, slots=True)
class SpeechBegan:
    who: Speaker
    ago: float = 0.0


@dataclass(frozen=True, slots=True)
class SpeechEnded:
    who: Speaker
    ago: float = 0.0
    voiced_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Said:
    """Recognized text; empty and final when a clear utterance was not understood. See `asr.events.Heard`."""

    who: Speaker
    utterance: int
    text: str
    confidence: float | None
    final: bool
    voiced_s: float
    level_dbfs: float
    snr_db: float | None
    ago: float = 0.0
    spoken_s: float | None = None
    """From the first word's beginning to the last one's end; None where the words have no times."""


@dataclass(frozen=True, slots=True)
class Consulting:
    """The colleague whom the agent called while the caller waits has answered (S2-43)."""


@dataclass(frozen=True, slots=True)
class ToldColleague:
    """What the agent said to that colleague, unheard by the caller, so far or for good."""

    utterance: int
    text: str


@dataclass(frozen=True, slots=True)
class SoundIs:
    """`measured`: the numbers that decided. `ago`: for how long it had been so when it was noticed."""

    who: Speaker
    sound: Sound
    present: bool
    measured: str = ""
    ago: float = 0.0


@dataclass(frozen=True, slots=True)
class AudioAvailable:
    """Whether we can hear this voice at all. Without it no rule may conclude anything from silence."""

    who: Speaker
    available: bool


@dataclass(frozen=True, slots=True)
class AgentMoved:
    card_id: CardId
    move: AgentMove


@dataclass(frozen=True, slots=True)
class CalledUp:
    """The agent asked for a situation by hand."""

    situation_id: SituationId


@dataclass(frozen=True, slots=True)
class CallerKnown:
    """What the record form says of the caller; None: not known, also where something was heard before."""

    surname: str | None = None
    title: str | None = None
    confirmed: bool = False
    """Somebody wrote the surname or left it standing; False: it is what was heard."""


@dataclass(frozen=True, slots=True)
class HungUp:
    """The call is over. `by` where known."""

    by: Speaker | None


Fact = (
    Ringing
    | Lifted
    | Answered
    | Held
    | Resumed
    | HoldMusicChanged
    | Transferred
    | TransferFell
    | SpeechBegan
    | SpeechEnded
    | Said
    | Consulting
    | ToldColleague
    | SoundIs
    | AudioAvailable
    | AgentMoved
    | CalledUp
    | CallerKnown
    | HungUp
)


@dataclass(frozen=True, slots=True)
class CallContext:
    """What is known about the call when its engine is made; fills the variables of the phrases."""

    agent_no: str | None = None
    dialled: str | None = None
    queue: str | None = None
    colleagues: tuple[str, ...] = ()
    """Names of the other agents, so that a caller who asks for one is understood (S0-25)."""
    agents: dict[str, str] = field(default_factory=dict)
    """Names of all agents by number: who answers may say 我是刘敏 (S1-20)."""
    turn: int = 0
    """How many calls were there before: wordings take turns from call to call."""
    owners: dict[str, str] = field(default_factory=dict)
    """Whom the house has put down for a topic, by the topic's name; comes before the pack's own."""
    variables: dict[str, str] = field(default_factory=dict)
    """Further variables by name: greeting_time, holiday, promise_hours, owner, …"""
