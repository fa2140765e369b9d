"""The calls of `situations.yaml`: who says and does what, what must be shown for it, and how it sounds. Data; plays nothing."""

import functools
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

from tests.bench._voices import MANDARIN, at_level, framed, in_room, noise, speak
from tests.lab.rtp import Sound
from tests.lab.speech import SPEECH, spoken
from tests.lab.tones import RATE, from_alaw, to_alaw

FILE = Path(__file__).with_name("situations.yaml")
USUAL_DBFS = -19.0
"""Mean level of the recordings that come with the model; made speech is brought to it."""

Since = Literal["answered", "rang", "held", "resumed", "agent", "caller"]
"""What a wait is counted from: an event of the PBX, or the end of what one of the two said last."""


class Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Voice(Model):
    """A recording by name, or a sentence for espeak-ng, and what the line does to it."""

    say: str
    voice: str = MANDARIN[0]
    speed: int = 160
    """Words a minute, as espeak-ng counts them."""
    dbfs: float | None = None
    noise_dbfs: float | None = None
    room_s: float | None = None
    endless: bool = False
    times: int = 1
    pause_s: float = 0.0
    """Silence behind each time: utterances of their own."""
    lost: float = 0.0
    """Share of the packets that do not arrive."""

    @functools.cached_property
    def sound(self) -> Sound:
        samples = _samples(self.say, self.voice, self.speed)
        if self.dbfs is not None:
            samples = at_level(samples, self.dbfs)
        if self.room_s is not None:
            rest = np.zeros(round(self.room_s * RATE))
            samples = at_level(in_room(np.concatenate([samples, rest]), self.room_s), USUAL_DBFS)
        samples = np.tile(np.concatenate([samples, np.zeros(round(self.pause_s * RATE))]), self.times)
        if self.noise_dbfs is not None:
            samples = samples + noise(len(samples), "street") * 10 ** (self.noise_dbfs / 20)
        return Sound(to_alaw(samples * 32_768), endless=self.endless, lost=self.lost)


def _samples(say: str, voice: str, speed: int) -> np.ndarray:
    if (SPEECH / f"{say}.wav").exists():
        return from_alaw(spoken(say)) / 32_768.0
    return at_level(_made(say, voice, speed), USUAL_DBFS)


@functools.cache
def _made(sentence: str, voice: str, speed: int) -> np.ndarray:
    samples = speak(sentence, voice, speed)
    loud = np.flatnonzero(np.abs(samples) > np.abs(samples).max() / 50)
    return framed(samples[loud[0] : loud[-1] + 1], before=0.0, after=0.0)


class Window(Model):
    since: Since
    seconds: tuple[float, float]


class Shows(Model):
    """A card, verbatim. `to`: on whose page; `everyone` for a notice."""

    situation: str
    phrase: str
    never: tuple[str, ...] = ()
    step: int = 1
    steps: int = 1
    to: Literal["agent", "colleague", "everyone"] = "agent"
    hint: str = ""
    why: str = ""
    button: str | None = None
    window: Window | None = None


class Gone(Model):
    situation: str
    why: Literal["said", "done", "dismissed", "expired", "cancelled"]


class Mark(Model):
    """Something that must not be said or done was; `instead` is the right phrase."""

    instead: str | None


class Raised(Model):
    """An escalation at the supervisor's page."""

    reason: str
    urgent: bool


Act = Literal["hold", "resume", "transfer", "consult", "hand_over"]
Button = Literal["hang_up", "dismiss", "understood", "said", "next"]


class Beat(Model):
    """One thing that happens, or one that must be seen. What must be seen names its rows in `proves`."""

    caller: Voice | None = None
    agent: Voice | None = None
    colleague: Voice | None = None
    meanwhile: bool = False
    """The story goes on while the sound is played."""
    at_once: bool = False
    """Said without waiting for a turn to speak: words that must come within seconds."""
    to_colleague: Voice | None = None
    """What the agent says on the second line."""
    recognized: Literal["caller", "agent"] | None = None
    """The story goes on when what this party said last has been recognized."""
    act: Act | None = None
    button: Button | None = None
    proves: str | None = None
    shows: Shows | None = None
    gone: Gone | None = None
    marked: Mark | None = None
    raised: Raised | None = None
    named: str | None = None
    within: float = 20.0
    """How long to wait for it at most; windows are judged by the server's and the PBX's own clocks instead."""

    @model_validator(mode="before")
    @classmethod
    def _plain_voice(cls, data: dict[str, object]) -> dict[str, object]:
        return {
            key: {"say": value}
            if key in ("caller", "agent", "colleague", "to_colleague") and isinstance(value, str)
            else value
            for key, value in data.items()
        }

    @model_validator(mode="after")
    def _names_its_rows(self) -> "Beat":
        seen = (self.shows, self.gone, self.marked, self.raised, self.named)
        if (self.proves is None) is not all(one is None for one in seen):
            raise ValueError("a beat proves something, and says what, or does something")
        return self


class Call(Model):
    """One call at a desk. `also`: situations that may come up besides those that the story expects."""

    title: str
    desk: Annotated[int, Field(ge=1, le=9)]
    rings_on: bool = False
    """Nobody answers until everyone is told (S0-02)."""
    opening: Voice | None = None
    """What the agent says first; the story goes on when the greeting's card has gone."""
    colleague: bool = False
    muted: bool = False
    """From the opening on the agent's telephone sends digital silence between phrases, as the mute key makes it; otherwise a quiet room."""
    agent_line: Voice | None = None
    """What the agent's telephone sends between phrases instead of either."""
    caller_line: Voice | None = Voice(say="silence_comfort_noise", endless=True)
    """What the caller's telephone sends when nobody speaks; digital silence if nothing."""
    answered_by: Literal["agent", "colleague"] = "agent"
    beats: tuple[Beat, ...]
    also: tuple[str, ...] = ()
    at_most: dict[str, int] = {}
    """How many cards of a situation the call may bring."""

    @property
    def expected(self) -> set[str]:
        return {beat.shows.situation for beat in self.beats if beat.shows is not None}

    @property
    def proofs(self) -> list[str]:
        return [beat.proves for beat in self.beats if beat.proves is not None]

    @model_validator(mode="before")
    @classmethod
    def _plain_opening(cls, data: dict[str, object]) -> dict[str, object]:
        opening = data.get("opening")
        return {**data, "opening": {"say": opening}} if isinstance(opening, str) else data


class Stories(Model):
    packs: dict[int, str]
    """Desks that do not work by the default pack; a file stands beside the stories."""
    calls: tuple[Call, ...]

    @model_validator(mode="after")
    def _each_proves_its_own(self) -> "Stories":
        proofs = [proof for call in self.calls for proof in call.proofs]
        twice = {proof for proof in proofs if proofs.count(proof) > 1}
        if twice:
            raise ValueError(f"proved twice: {sorted(twice)}")
        return self


def load() -> Stories:
    return Stories.model_validate(yaml.safe_load(FILE.read_text(encoding="utf-8")))
