"""What the real vosk library hears in 8 kHz audio, fed as a call would feed it."""

import json
import time
import wave
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soxr
import vosk
from augment import SR, alaw

LEVEL = -20
PIECE = 0.1

Word = dict[str, Any]  # vosk's own: word, start, end, conf


@dataclass(frozen=True)
class Heard:
    text: str
    words: list[Word]
    results: list[tuple[float, dict[str, Any]]]  # when it came, and vosk's result
    partials: list[str]
    cpu: float  # seconds

    def mean_confidence(self) -> float:
        return round(float(np.mean([word["conf"] for word in self.words])) if self.words else 0.0, 3)


def hear(model: vosk.Model, audio: np.ndarray, rate: int = SR, grammar: str | None = None) -> Heard:
    recognizer = vosk.KaldiRecognizer(model, rate, grammar) if grammar else vosk.KaldiRecognizer(model, rate)
    recognizer.SetWords(True)
    results, partials = [], []
    started, size = time.process_time(), int(rate * PIECE)
    for start in range(0, len(audio), size):
        if recognizer.AcceptWaveform(audio[start : start + size].tobytes()):
            results.append((start / rate + PIECE, json.loads(recognizer.Result())))
        else:
            partials.append(json.loads(recognizer.PartialResult())["partial"])
    results.append((len(audio) / rate, json.loads(recognizer.FinalResult())))
    cpu = time.process_time() - started
    return Heard(
        text="".join(result["text"].replace(" ", "") for _, result in results),
        words=[word for _, result in results for word in result.get("result", [])],
        results=results,
        partials=partials,
        cpu=cpu,
    )


def telephone(audio24: np.ndarray) -> np.ndarray:
    """24 kHz synthesis as a trunk delivers it: 8 kHz, one level, through A-law once."""
    x = soxr.resample(audio24.astype(np.float32) / 32768, 24000, SR)
    x = x / (np.sqrt(np.mean(x**2)) + 1e-9) * 10 ** (LEVEL / 20)
    return np.round(alaw(np.clip(x, -1, 1)) * 32767).clip(-32768, 32767).astype(np.int16)


def silence(seconds: float) -> np.ndarray:
    return np.zeros(int(seconds * SR), np.int16)


def read_wav(path: Path) -> np.ndarray:
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, SR)
        return np.frombuffer(file.readframes(file.getnframes()), np.int16)
