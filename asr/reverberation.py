"""How fast a voice dies away in its room. Pure.

Close to the microphone a syllable falls by 200 dB a second; on a speakerphone the room goes on sounding, and no voice can fall
faster than its room (60 dB in a reverberation time of 0.5 s is 120 dB a second). A dying sound is not smooth: the longer the room
sounds, the more its level trembles, so a fall may rise a little and goes on where it falls below what it was. Measured on 51 bundled
voices with synthetic rooms: median of the falls (a tenth below, a tenth above) 204 dB/s (160, 255) dry, 118 (102, 136) at 0.5 s,
100 (81, 136) at 0.8 s, 97 (63, 146) at 1.2 s. Falls that end in the noise say nothing about the room, so a noisy line has no
estimate. One voice fell slowly without a room (espeak's Hakka), so several seconds of speech are asked for; real speakers are still
to be measured.

The longer a room sounds, the more its syllables run together and the fewer falls can be seen at all; a few falls are therefore
enough if even the fastest of them is slow.
"""

from collections import deque
from statistics import median

from asr.pcm import FRAME_S

SHORTEST_FALL_FRAMES = 4
SMALLEST_FALL_DB = 10.0
TREMBLE_DB = 0.7
TREMBLE_FRAMES = 2
"""A fall may rise so far, and be without a new lowest level for so long."""
OVER_NOISE_DB = 4.0
UNKNOWN_NOISE_DBFS = -60.0
FALLS = 16
FALLS_LEAST = 10
FALLS_FEW = 5


class Reverberation:
    def __init__(self) -> None:
        self._falls: deque[float] = deque(maxlen=FALLS)
        self._from_dbfs = self._lowest_dbfs = UNKNOWN_NOISE_DBFS
        self._frames = self._lowest_frame = 0

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
        trembles = self._frames - self._lowest_frame < TREMBLE_FRAMES
        if level_dbfs <= lowest or level_dbfs >= self._lowest_dbfs + TREMBLE_DB or not trembles:
            self._end_fall()
            self._from_dbfs = self._lowest_dbfs = level_dbfs
            return
        self._frames += 1
        if level_dbfs < self._lowest_dbfs:
            self._lowest_dbfs, self._lowest_frame = level_dbfs, self._frames

    def _end_fall(self) -> None:
        fallen = self._from_dbfs - self._lowest_dbfs
        if self._lowest_frame >= SHORTEST_FALL_FRAMES and fallen >= SMALLEST_FALL_DB:
            self._falls.append(fallen / (self._lowest_frame * FRAME_S))
        self._frames = self._lowest_frame = 0
