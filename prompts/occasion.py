"""What every trigger speaks of: the occasion it gives, the names of voices and sounds, how often a phone rang."""

from dataclasses import dataclass

from pydantic import PositiveInt

from prompts.facts import Sound, Speaker
from prompts.lexicon import Model

NAMES = {Speaker.CALLER: "客户", Speaker.AGENT: "坐席"}
SOUND_NAMES = {
    Sound.TOO_QUIET: "声音太小",
    Sound.NOISY: "杂音大",
    Sound.FAR: "离话筒远(免提)",
    Sound.CLIPPED: "声音失真",
    Sound.SHOUTING: "喊叫",
    Sound.DIGITAL_SILENCE: "静音",
    Sound.NO_AUDIO: "没有声音传来",
    Sound.NETWORK_LOSS: "网络丢包",
}


@dataclass(frozen=True, slots=True)
class Occasion:
    """That a trigger fired: why, in the agent's language, and the words that did it, or how the voice sounded."""

    why: str
    evidence: tuple[str, ...] = ()
    excerpt: str = ""
    sounded: bool = False
    """Nothing that was said began it, only the sound of a voice."""
    measured: str = ""
    began: float | None = None
    """When the speech it rests on began; None where it rests on none."""

    @property
    def story(self) -> str:
        """Why, with the numbers that decided."""
        return f"{self.why}({self.measured})" if self.measured else self.why


@dataclass(frozen=True, slots=True)
class Cadence:
    """How the phone rings: `on` seconds of tone, then `off` seconds of pause."""

    on: float
    off: float

    def end_of(self, ring: int) -> float:
        return (ring - 1) * (self.on + self.off) + self.on


class Rung(Model):
    """How often the phone rang before the answer; counts whole rings."""

    rings_over: PositiveInt | None = None
    rings_under: PositiveInt | None = None

    def holds(self, ring_s: float, cadence: Cadence) -> bool:
        over = self.rings_over is None or ring_s >= cadence.end_of(self.rings_over)
        return over and (self.rings_under is None or ring_s < cadence.end_of(self.rings_under))
