"""Speech made when a bench runs, the telephone's harm to it, and hearing it through our own leg with the bundled model."""

import subprocess
import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from pypinyin import Style, lazy_pinyin

from asr import mini_zh
from asr.events import Heard, LegId
from asr.hear import hear
from asr.pcm import RATE, resample
from asr.recognizer import Recognizer, VoskModel

Sound = npt.NDArray[np.float64]
"""-1 … 1, 8 kHz."""

MANDARIN = ("cmn-latn-pinyin+f3", "cmn-latn-pinyin+f5", "cmn-latn-pinyin+m5", "cmn-latn-pinyin+m6")
"""The bundled model was not trained on these variants."""
THREADS = 2
_WAV_HEADER = 44
_ESPEAK_RATE = 22_050
_MARKS = ",。?!、;:"


@dataclass(frozen=True)
class Understood:
    """All finals of one recording together."""

    text: str
    confidence: float
    voiced_s: float
    level_dbfs: float
    snr_db: float | None


def speak(text: str, voice: str = MANDARIN[0], speed: int = 160) -> Sound:
    """Mandarin goes in as pinyin with tones, so that espeak-ng's own reading of characters does not matter."""
    spoken = pinyin_of(text) if voice.startswith("cmn-latn") else text
    command = ["espeak-ng", "-v", voice, "-s", str(speed), "--stdout", spoken]
    wav = subprocess.run(command, capture_output=True, check=True).stdout
    samples = np.frombuffer(wav[_WAV_HEADER:], "<i2").astype(np.float64)
    return np.asarray(resample(samples, _ESPEAK_RATE), dtype=np.float64) / 32_768


def pinyin_of(text: str) -> str:
    for mark in _MARKS:
        text = text.replace(mark, ",")
    syllables = lazy_pinyin(text, style=Style.TONE3, neutral_tone_with_five=True)
    return " ".join(syllables).replace(" ,", ",")


def framed(sound: Sound, before: float = 0.5, after: float = 1.2) -> Sound:
    return np.concatenate([np.zeros(int(before * RATE)), sound, np.zeros(int(after * RATE))])


def at_level(sound: Sound, dbfs: float) -> Sound:
    """Mean power where it sounds (above a fiftieth of its peak) brought to `dbfs`."""
    loud = np.abs(sound) > np.abs(sound).max() / 50
    return sound * float(10 ** (dbfs / 20) / np.sqrt(np.mean(sound[loud] ** 2)))


def noise(samples: int, kind: str, seed: int = 1) -> Sound:
    """Unit power. `street` has more rumble and moves slowly; `white` is hiss."""
    rng = np.random.default_rng(seed)
    white = rng.standard_normal(samples)
    if kind == "white":
        return white
    spectrum = np.fft.rfft(white) / np.maximum(np.arange(samples // 2 + 1), 1) ** 0.6
    moving = np.interp(np.arange(samples), np.linspace(0, samples, 12), rng.uniform(0.5, 1.3, 12))
    street = np.fft.irfft(spectrum, samples) * moving
    return np.asarray(street / street.std(), dtype=np.float64)


def with_noise(sound: Sound, snr_db: float, kind: str = "street") -> Sound:
    loud = np.abs(sound) > np.abs(sound).max() / 50
    level = float(np.sqrt(np.mean(sound[loud] ** 2)))
    return sound + noise(len(sound), kind) * (level * 10 ** (-snr_db / 20))


def in_room(sound: Sound, seconds: float, direct: float = 0.3) -> Sound:
    """Reverberation that falls by 60 dB in `seconds`; `direct`: share of the direct sound."""
    length = int(seconds * RATE)
    tail = np.random.default_rng(2).standard_normal(length) * 10 ** (-3 * np.arange(length) / length)
    tail *= (1 - direct) / np.sqrt(np.sum(tail**2))
    tail[0] += direct
    size = 1 << (len(sound) + length - 1).bit_length()
    wet = np.fft.irfft(np.fft.rfft(sound, size) * np.fft.rfft(tail, size), size)[: len(sound)]
    return np.asarray(wet, dtype=np.float64)


def with_loss(sound: Sound, share: float, seed: int = 3) -> Sound:
    """Packets of 20 ms that never came, played as silence, in bursts as networks lose them."""
    rng, packet = np.random.default_rng(seed), RATE // 50
    lost, broken = False, sound.copy()
    for start in range(0, len(sound), packet):
        lost = rng.random() < (0.5 if lost else share * 0.5 / (1 - share))
        if lost:
            broken[start : start + packet] = 0
    return broken


def telephone(sound: Sound) -> Sound:
    """300–3400 Hz with the slopes of an analogue line: 12 dB an octave below, steep above."""
    spectrum = np.fft.rfft(sound)
    hertz = np.maximum(np.fft.rfftfreq(len(sound), 1 / RATE), 1.0)
    spectrum *= 1 / np.sqrt(1 + (300 / hertz) ** 4) / np.sqrt(1 + (hertz / 3400) ** 16)
    return np.asarray(np.fft.irfft(spectrum, len(sound)), dtype=np.float64)


def a_law(sound: Sound) -> bytes:
    """16-bit samples after one G.711 A-law round trip."""
    a, log_a = 87.6, 1 + np.log(87.6)
    size = np.abs(np.clip(sound, -1, 1))
    small = size < 1 / a
    coded = np.where(small, a * size / log_a, (1 + np.log(np.maximum(a * size, 1e-9))) / log_a)
    steps = (np.floor(coded * 128) + 0.5).clip(0.5, 127.5) / 128
    back = np.where(steps < 1 / log_a, steps * log_a / a, np.exp(steps * log_a - 1) / a)
    return linear(np.where(size == 0, 0.0, np.sign(sound) * back))


def linear(sound: Sound) -> bytes:
    return np.round(np.clip(sound, -1, 1) * 32_767).astype("<i2").tobytes()


def understood(pcm: bytes, recognizer: Recognizer) -> Understood:
    """The recording through asr.hear: the path of a live leg."""
    finals = [
        event
        for _, event in hear(pcm, LegId("bench"), recognizer)
        if isinstance(event, Heard) and event.final
    ]
    if not finals:
        return Understood("", 0.0, 0.0, -90.0, None)
    voiced = sum(final.voiced_s for final in finals)
    sure = sum((final.confidence or 0.0) * final.voiced_s for final in finals) / max(voiced, 1e-9)
    text = "".join(final.text for final in finals)
    return Understood(text, sure, voiced, max(final.level_dbfs for final in finals), finals[-1].snr_db)


def understand_all(recordings: Sequence[Callable[[], bytes]]) -> list[Understood]:
    """In order; every thread keeps one warm recognizer."""
    model, own = VoskModel(mini_zh.MODEL), threading.local()

    def one(make: Callable[[], bytes]) -> Understood:
        if not hasattr(own, "recognizer"):
            own.recognizer = model.recognizer()
        return understood(make(), own.recognizer)

    with ThreadPoolExecutor(THREADS) as threads:
        return list(threads.map(one, recordings))


def errors(meant: str, got: str) -> int:
    """Least insertions, deletions and replacements of characters."""
    row = list(range(len(got) + 1))
    for i, wanted in enumerate(meant, 1):
        above, row[0] = row[0], i
        for j, heard in enumerate(got, 1):
            above, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, above + (wanted != heard))
    return row[-1]


def plain(texts: Iterable[str]) -> list[str]:
    """For character error rates: no punctuation, 幺 is 一."""
    return ["".join(c for c in text if c.isalnum()).replace("幺", "一") for text in texts]
