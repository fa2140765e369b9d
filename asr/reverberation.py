"""How fast a voice dies away in its room. Pure.

Close to the microphone a syllable falls by 200 dB a second and more; on a speakerphone the room goes on sounding, and no voice can
fall faster than its room (60 dB in a reverberation time of 0.5 s is 120 dB a second). Measured on the bundled speech with
synthetic rooms: median of the falls 199 to 381 dB/s dry, 117 to 168 at 0.5 s, 83 to 140 at 0.7 s and more. Falls that end in the
noise say nothing about the room, so a noisy line has no estimate. One voice of 62 fell slowly without a room (espeak's Hakka), so
several seconds of speech are asked for; real speakers are still to be measured.

The longer a room sounds, the more its syllables run together and the fewer falls can be seen at all: at 0.8 s half of them, at 1.2 s
a sixth. A few falls are therefore enough if even the fastest of them is slow: of 51 bundled voices that finds 29 at 0.8 s instead of 16,
3 at 1.2 s instead of 1, and calls none far that had no room and was not called so before.
"""

from collections import deque
from statistics import median

from asr.pcm import FRAME_S

SHORTEST_FALL_FRAMES = 4
SMALLEST_FALL_DB = 10.0
STEP_DB = 0.3
OVER_NOISE_DB = 4.0
UNKNOWN_NOISE_DBFS = -60.0
FALLS = 16
FALLS_LEAST = 9
FALLS_FEW = 5


class Reverberation:
    def __init__(self) -> None:
        self._falls: deque[float] = deque(maxlen=FALLS)
        self._from_dbfs = self._before_dbfs = UNKNOWN_NOISE_DBFS
        self._frames = 0

    @property
    def fall_db_per_s(self) -> float | None:
        """The usual fall of the voice's latest syllables, the fastest one while there are few; None before there are enough."""
        if len(self._falls) >= FALLS_LEAST:
            return median(self._falls)
        return max(self._falls) if len(self._falls) >= FALLS_FEW else None

    def on_level(self, level_dbfs: float, noise_dbfs: float | None) -> None:
        """The next 20 ms of somebody speaking."""
        lowest = (
            UNKNOWN_NOISE_DBFS if noise_dbfs is None else max(UNKNOWN_NOISE_DBFS, noise_dbfs + OVER_NOISE_DB)
        )
        if lowest < level_dbfs < self._before_dbfs - STEP_DB:
            self._frames += 1
        else:
            self._end_fall()
            self._from_dbfs = level_dbfs
        self._before_dbfs = level_dbfs

    def _end_fall(self) -> None:
        fallen = self._from_dbfs - self._before_dbfs
        if self._frames >= SHORTEST_FALL_FRAMES and fallen >= SMALLEST_FALL_DB:
            self._falls.append(fallen / (self._frames * FRAME_S))
        self._frames = 0
