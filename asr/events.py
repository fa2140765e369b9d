"""What one leg of a call says and how it sounds: the events the listening side gives out.

A leg is one voice: the caller's or the agent's. The listening side knows legs only by an opaque `LegId`; who that is and
which call it belongs to is the program's business. `ago` is how many seconds before the event was given out the fact
became true (voice activity decides with a delay), so that a clock may count from the fact and not from the decision.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

LegId = NewType("LegId", str)
Legs = tuple[LegId] | tuple[LegId, LegId]
"""Of one tap: mono, or stereo (left, right)."""


class AudioKind(StrEnum):
    """How a leg sounds, judged with hysteresis. No judgement is an allowed answer: then no event comes."""

    TOO_QUIET = "too_quiet"
    NOISY = "noisy"
    FAR = "far"
    """Far from the microphone: speakerphone, reverberation."""
    CLIPPED = "clipped"
    SHOUTING = "shouting"
    DIGITAL_SILENCE = "digital_silence"
    """Samples arrive and are all (nearly) zero: a muted phone."""
    NO_AUDIO = "no_audio"
    """No frames arrive at all."""


class LegEnd(StrEnum):
    CLOSED_BY_PBX = "closed_by_pbx"
    STOPPED = "stopped"
    """We ended it."""
    PROTOCOL_ERROR = "protocol_error"
    NEVER_CONNECTED = "never_connected"
    LISTENER_DIED = "listener_died"
    """The process that listens ended; a new one is on its way."""


class RecognitionState(StrEnum):
    OK = "ok"
    LATE = "late"
    """Behind real time; audio was merged or dropped (`dropped_s`)."""
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Word:
    """One recognized word; times in seconds since the leg's first audio, silence included."""

    text: str
    start: float
    end: float
    confidence: float


@dataclass(frozen=True, slots=True)
class AudioStarted:
    """The first frame of the leg arrived."""

    leg: LegId


@dataclass(frozen=True, slots=True)
class SpeechStarted:
    leg: LegId
    ago: float


@dataclass(frozen=True, slots=True)
class SpeechStopped:
    """`voiced_s`: how long the speech lasted."""

    leg: LegId
    ago: float
    voiced_s: float


@dataclass(frozen=True, slots=True)
class Heard:
    """Text of one utterance, so far (`final=False`) or for good. Spaces removed.

    A final result comes for every utterance of at least `MIN_REPORTED_VOICED_S` of voice, even if nothing was understood:
    then `text` is empty and `confidence` 0. `utterance` counts up per leg; partials share their final's number.
    `voiced_s`, `level_dbfs` and `snr_db` describe the utterance's audio, so that "clear but not understood" can be told
    from "too quiet" and "noisy". `snr_db` is None while no noise floor is known.
    """

    leg: LegId
    utterance: int
    text: str
    confidence: float | None
    words: tuple[Word, ...]
    final: bool
    voiced_s: float
    level_dbfs: float
    snr_db: float | None
    ago: float = 0.0
    """Final results: seconds since the end of speech."""


@dataclass(frozen=True, slots=True)
class LevelReading:
    """Twice a second. `level_dbfs` is the RMS of the last half second, -inf never: floor is -90."""

    leg: LegId
    level_dbfs: float
    noise_dbfs: float | None
    snr_db: float | None
    clipped_share: float
    speaking: bool


@dataclass(frozen=True, slots=True)
class AudioJudged:
    """A judgement about how the leg sounds began (`present`) or ceased to hold. `measured`: the numbers that decided, for people.
    `lasted_s`: for how long it had been so already, where that is known."""

    leg: LegId
    kind: AudioKind
    present: bool
    measured: str
    lasted_s: float = 0.0


@dataclass(frozen=True, slots=True)
class RecognitionChanged:
    leg: LegId
    state: RecognitionState
    behind_s: float
    dropped_s: float


@dataclass(frozen=True, slots=True)
class LegEnded:
    """Nothing about this leg follows."""

    leg: LegId
    why: LegEnd


SpeechEvent = (
    AudioStarted
    | SpeechStarted
    | SpeechStopped
    | Heard
    | LevelReading
    | AudioJudged
    | RecognitionChanged
    | LegEnded
)
