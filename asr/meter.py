"""How loud a voice is, and how loud everything else. Pure; fed one measured frame after another.

The noise floor is taken where nobody speaks, so it is unknown until the leg has been quiet for a moment. Signalling tones and
frames that never came are neither noise nor voice.
"""

from collections import deque
from dataclasses import dataclass
from math import log10
from statistics import median

from asr.pcm import FRAME_S, FRAME_SAMPLES
from asr.reverberation import Reverberation
from asr.sound import FLOOR_DBFS, FrameSound
from asr.vad import WINDOW_FRAMES

READING_FRAMES = round(0.5 / FRAME_S)
NOISE_FRAMES = round(3.0 / FRAME_S)
NOISE_FRAMES_LEAST = round(0.1 / FRAME_S)
ONSET_FRAMES = WINDOW_FRAMES
"""Speech is noticed this much after it began."""
VOICE_FRAMES = round(3.0 / FRAME_S)
QUIETER_EVERY = 5
"""The noise floor is worked out anew this often, in frames: a median each frame would be the dearest thing here."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The last half second, and what the leg has shown so far."""

    level_dbfs: float
    noise_dbfs: float | None
    voice_dbfs: float | None
    """Level of the voice while it sounds, over the last three seconds of it; None before there is enough."""
    snr_db: float | None
    clipped_share: float
    """Of the voice's samples in those three seconds."""
    voiced_s: float
    """All voice so far."""
    zero_s: float
    """For how long every sample has been zero."""
    room_s: float = 0.0
    """The longest stretch so far in which nobody spoke and something could be heard all the same: the room."""
    fall_db_per_s: float | None = None
    """How fast its syllables die away; None where that cannot be told."""


class Loudness:
    """Mean power of some frames, as a level."""

    def __init__(self) -> None:
        self._power = 0.0
        self._frames = 0

    def add(self, level_dbfs: float) -> None:
        self._power += power_of(level_dbfs)
        self._frames += 1

    @property
    def dbfs(self) -> float | None:
        return level_of(self._power / self._frames) if self._frames else None


class Meter:
    def __init__(self) -> None:
        self._last: deque[float] = deque(maxlen=READING_FRAMES)
        self._noise: deque[float] = deque(maxlen=NOISE_FRAMES)
        self._voice: deque[tuple[float, int]] = deque(maxlen=VOICE_FRAMES)
        self._perhaps_noise: deque[float] = deque()
        """The latest frames, which may turn out to be the beginning of speech."""
        self._room = Reverberation()
        self._voice_frames = 0
        self._zero_frames = 0
        self._room_frames = self._room_frames_most = 0
        self._fresh_noise = 0
        self._noise_dbfs: float | None = None

    @property
    def noise_dbfs(self) -> float | None:
        return self._noise_dbfs

    def on_frame(self, sound: FrameSound, speaking: bool) -> None:
        self._last.append(sound.level_dbfs)
        if not sound.present:
            return
        self._zero_frames = self._zero_frames + 1 if sound.zero else 0
        self._room_frames = 0 if sound.zero or speaking or sound.tone else self._room_frames + 1
        self._room_frames_most = max(self._room_frames_most, self._room_frames)
        if speaking:
            self._on_speech(sound)
            self._perhaps_noise.clear()
        elif not sound.tone and not sound.periodic:
            self._on_noise(sound)

    def reading(self) -> Reading:
        voice = self._voice_dbfs()
        clipped = sum(count for _, count in self._voice)
        return Reading(
            level_dbfs=level_of(sum(map(power_of, self._last)) / len(self._last))
            if self._last
            else FLOOR_DBFS,
            noise_dbfs=self._noise_dbfs,
            voice_dbfs=voice,
            snr_db=snr(voice, self._noise_dbfs),
            clipped_share=clipped / (len(self._voice) * FRAME_SAMPLES) if self._voice else 0.0,
            voiced_s=self._voice_frames * FRAME_S,
            zero_s=self._zero_frames * FRAME_S,
            room_s=self._room_frames_most * FRAME_S,
            fall_db_per_s=self._room.fall_db_per_s,
        )

    def _on_speech(self, sound: FrameSound) -> None:
        self._room.on_level(sound.level_dbfs, self._noise_dbfs)
        if sound.active:
            self._voice.append((power_of(sound.level_dbfs), sound.clipped))
            self._voice_frames += 1

    def _on_noise(self, sound: FrameSound) -> None:
        self._perhaps_noise.append(sound.level_dbfs)
        if len(self._perhaps_noise) <= ONSET_FRAMES:
            return
        self._noise.append(self._perhaps_noise.popleft())
        self._fresh_noise += 1
        if len(self._noise) >= NOISE_FRAMES_LEAST and self._fresh_noise >= QUIETER_EVERY:
            self._fresh_noise = 0
            self._noise_dbfs = median(self._noise)

    def _voice_dbfs(self) -> float | None:
        if len(self._voice) < VOICE_FRAMES // 4:
            return None
        return level_of(sum(power for power, _ in self._voice) / len(self._voice))


def power_of(level_dbfs: float) -> float:
    return float(10 ** (level_dbfs / 10))


def level_of(power: float) -> float:
    return max(FLOOR_DBFS, 10 * log10(power)) if power > 0 else FLOOR_DBFS


def snr(voice_dbfs: float | None, noise_dbfs: float | None) -> float | None:
    """Voice over noise; what was measured as voice has the noise in it, so that is taken out first."""
    if voice_dbfs is None or noise_dbfs is None:
        return None
    voice = power_of(voice_dbfs) - power_of(noise_dbfs)
    return max(-10.0, level_of(voice) - noise_dbfs) if voice > 0 else -10.0
