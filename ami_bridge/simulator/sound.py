"""What the phones of a simulated call send: recordings, background and hold music, cut into 20 ms frames.

Time is a frame number (fiftieths of a second), so that two legs never drift apart by rounding. Knows no socket.
"""

import wave
from pathlib import Path

import numpy as np
import numpy.typing as npt

FRAMES_PER_SECOND = 50
RATE = 8000
SAMPLES = RATE // FRAMES_PER_SECOND
FRAME_BYTES = SAMPLES * 2
SILENT_FRAME = bytes(FRAME_BYTES)

Samples = npt.NDArray[np.int16]


class SoundError(Exception):
    """A recording that is missing or is not 8 kHz, 16 bit, mono."""


class Clip:
    """Samples in whole frames."""

    def __init__(self, samples: Samples) -> None:
        short = -len(samples) % SAMPLES
        self._pcm = np.pad(samples, (0, short)).astype("<i2").tobytes()
        self.frames = len(self._pcm) // FRAME_BYTES

    @property
    def seconds(self) -> float:
        return self.frames / FRAMES_PER_SECOND

    def frame(self, number: int) -> bytes:
        return self._pcm[number * FRAME_BYTES : (number + 1) * FRAME_BYTES]


class SoundLibrary:
    """The recordings of one folder, each read once, and three sounds that need no file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._clips: dict[tuple[str, float], Clip] = {}
        self.hold_music = Clip(_melody())
        self._comfort = Clip(_noise(seconds=4, level_dbfs=-62))
        self._digital = Clip(np.zeros(SAMPLES, dtype=np.int16))

    def clip(self, name: str, gain_db: float = 0.0) -> Clip:
        """Raises SoundError."""
        key = (name, gain_db)
        if key not in self._clips:
            samples = _read(self._folder / name) * 10 ** (gain_db / 20)
            self._clips[key] = Clip(np.clip(samples, -32768, 32767).astype(np.int16))
        return self._clips[key]

    def background(self, name: str) -> Clip | None:
        """None for a phone that sends nothing. Raises SoundError."""
        match name:
            case "comfort":
                return self._comfort
            case "digital":
                return self._digital
            case "nothing":
                return None
            case _:
                return self.clip(name)


class Voice:
    """What one phone sends: a recording while it plays, its background otherwise, nothing while muted."""

    def __init__(self, background: Clip | None) -> None:
        self.background = background
        self.sends = True
        """False while the phone has put the call on hold: it then sends no media at all."""
        self._clip: Clip | None = None
        self._began = 0

    def play(self, clip: Clip, at_frame: int) -> None:
        self._clip, self._began = clip, at_frame

    def stop(self) -> None:
        self._clip = None

    def frame(self, number: int) -> bytes | None:
        """The 20 ms of frame `number`, or None when the phone sends nothing."""
        if not self.sends:
            return None
        clip, played = self._clip, number - self._began
        if clip is not None and 0 <= played < clip.frames:
            return clip.frame(played)
        if self.background is None:
            return None
        return self.background.frame(number % self.background.frames)


def interleave(left: bytes, right: bytes) -> bytes:
    """Two mono frames as one stereo frame."""
    stereo = bytearray(len(left) * 2)
    stereo[0::4], stereo[1::4] = left[0::2], left[1::2]
    stereo[2::4], stereo[3::4] = right[0::2], right[1::2]
    return bytes(stereo)


def _read(path: Path) -> npt.NDArray[np.float64]:
    try:
        with wave.open(str(path), "rb") as recording:
            shape = (recording.getframerate(), recording.getsampwidth(), recording.getnchannels())
            pcm = recording.readframes(recording.getnframes())
    except (OSError, wave.Error, EOFError) as error:
        raise SoundError(f"{path}: {error}") from error
    if shape != (RATE, 2, 1):
        raise SoundError(
            f"{path}: must be 8000 Hz, 16 bit, mono, but is {shape[0]} Hz, {shape[1] * 8} bit, {shape[2]} channels"
        )
    return np.frombuffer(pcm, dtype="<i2").astype(np.float64)


def _noise(seconds: float, level_dbfs: float) -> Samples:
    """Low noise as phones send it in pauses; always the same, so that runs can be compared."""
    amplitude = 32768 * 10 ** (level_dbfs / 20)
    return (np.random.default_rng(400).normal(0, amplitude, int(seconds * RATE))).astype(np.int16)


def _melody() -> Samples:
    """Eight soft notes as music on hold."""
    notes = (392.0, 440.0, 523.3, 440.0, 392.0, 329.6, 293.7, 329.6)
    time = np.arange(RATE // 2) / RATE
    fade = np.minimum(1, np.minimum(time, time[::-1]) * 40)
    sound = np.concatenate([np.sin(2 * np.pi * note * time) * fade for note in notes])
    return (sound * 3000).astype(np.int16)
