"""When somebody begins and ceases to speak, from the marks of frames. Pure; time is counted in 20 ms steps handed in.

Speech begins when a fifth of a second holds enough active frames of which some have a pitch; it ends half a second after the
last voice. The half second is chosen: shorter cuts sentences at commas (the pauses of read speech are 0.2 to 0.4 s), longer
delays every card. An utterance that will not end (music, a crowd) is cut at `LONGEST_UTTERANCE_S`.
"""

from collections import deque
from dataclasses import dataclass

from asr.pcm import FRAME_S
from asr.sound import FrameSound

WINDOW_FRAMES = 10
ACTIVE_TO_BEGIN = 5
PERIODIC_TO_BEGIN = 3
HANGOVER_S = 0.5
CONSONANT_FRAMES = 10
"""Active frames without pitch belong to the voice this long after a frame with pitch (an s, a ch), not for ever (noise)."""
ABOVE_NOISE_DB = 6.0
"""And only this much above the noise floor: webrtcvad says voice for 0.1 s after it has ended."""

_HANGOVER_FRAMES = round(HANGOVER_S / FRAME_S)


@dataclass(frozen=True, slots=True)
class Began:
    """`ago`: seconds since the first voice."""

    ago: float


@dataclass(frozen=True, slots=True)
class Ceased:
    """`ago`: seconds since the last voice; `voiced_s`: from first to last."""

    ago: float
    voiced_s: float


class VoiceActivity:
    """One voice: silent or speaking."""

    def __init__(self) -> None:
        self._recent: deque[FrameSound] = deque(maxlen=WINDOW_FRAMES)
        self._since_pitch = CONSONANT_FRAMES
        self._spoken_frames = 0
        """Frames from the first voice of the utterance; 0 while silent."""
        self._since_voice = 0

    @property
    def speaking(self) -> bool:
        return self._spoken_frames > 0

    @property
    def spoken_s(self) -> float:
        """From the first voice of this utterance to the latest."""
        return (self._spoken_frames - self._since_voice) * FRAME_S

    def on_frame(self, sound: FrameSound, noise_dbfs: float | None) -> Began | Ceased | None:
        self._recent.append(sound)
        self._since_pitch = 0 if sound.periodic else self._since_pitch + 1
        if not self.speaking:
            return self._maybe_begin()
        self._spoken_frames += 1
        self._since_voice = 0 if self._is_voice(sound, noise_dbfs) else self._since_voice + 1
        return self.cease() if self._since_voice >= _HANGOVER_FRAMES else None

    def cease(self) -> Ceased | None:
        """Ends the utterance where it is; None when nobody speaks."""
        if not self.speaking:
            return None
        ceased = Ceased(self._since_voice * FRAME_S, self.spoken_s)
        self._spoken_frames = self._since_voice = 0
        self._recent.clear()
        return ceased

    def _is_voice(self, sound: FrameSound, noise_dbfs: float | None) -> bool:
        if sound.periodic:
            return True
        over_noise = noise_dbfs is None or sound.level_dbfs >= noise_dbfs + ABOVE_NOISE_DB
        return sound.active and over_noise and self._since_pitch <= CONSONANT_FRAMES

    def _maybe_begin(self) -> Began | None:
        active = [sound.active for sound in self._recent]
        pitched = sum(sound.periodic for sound in self._recent)
        if sum(active) < ACTIVE_TO_BEGIN or pitched < PERIODIC_TO_BEGIN:
            return None
        self._spoken_frames = len(active) - active.index(True)
        self._since_voice = 0
        return Began(self._spoken_frames * FRAME_S)
