"""From sound to words: what a recognizer is, and the one that asks Vosk. The only importer of vosk.

A recognizer hears one utterance after another; whoever uses it feeds sound, asks for the text so far and finishes. It belongs
to one thread at a time. It knows neither legs nor clocks: its word times count from the utterance's first sample.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypedDict, cast

import vosk

from asr.events import Word
from asr.pcm import RATE

VOSK_FEED_BYTES = 3_200
"""0.2 s. Vosk looks for its own end of a sentence once a call, so much longer pieces would hide pauses from it."""


class RecognitionError(Exception):
    """This recognizer cannot go on; another may."""


class ModelError(Exception):
    """The model cannot be loaded at all."""


@dataclass(frozen=True, slots=True)
class Recognized:
    """What was understood of one utterance. `confidence` is the mean over its words, 0 when there are none."""

    text: str
    confidence: float | None
    words: tuple[Word, ...]


class Recognizer(Protocol):
    """Real ones: Vosk, and the scripted one of the tests. Every method may raise RecognitionError."""

    def accept(self, pcm: bytes) -> str:
        """Takes the utterance's next sound; gives its text so far."""

    def finish(self) -> Recognized:
        """Ends the utterance. The next `accept` begins another."""


RecognizerMaker = Callable[[], Recognizer]


class _VoskWord(TypedDict):
    word: str
    start: float
    end: float
    conf: float


class _VoskResult(TypedDict, total=False):
    text: str
    partial: str
    result: list[_VoskWord]


class VoskModel:
    """A loaded model, shared by all recognizers made from it: `VoskModel(path).recognizer` is a RecognizerMaker."""

    def __init__(self, folder: Path) -> None:
        if not (folder / "conf" / "mfcc.conf").is_file() and not (folder / "mfcc.conf").is_file():
            # Vosk itself would abort the process on some incomplete folders.
            raise ModelError(f"{folder} is not a Vosk model: it has no conf/mfcc.conf")
        vosk.SetLogLevel(-1)
        self.folder = folder
        try:
            self._model = vosk.Model(model_path=str(folder))
        except Exception as error:  # vosk raises nothing narrower
            raise ModelError(f"Vosk cannot load {folder}: {error}") from error

    def recognizer(self) -> "VoskRecognizer":
        return VoskRecognizer(self._model)


class VoskRecognizer:
    """Vosk ends sentences by itself too; the pieces of one utterance are put together here."""

    def __init__(self, model: vosk.Model) -> None:
        try:
            self._kaldi = vosk.KaldiRecognizer(model, RATE)
        except Exception as error:  # vosk raises nothing narrower
            raise RecognitionError(f"Vosk made no recognizer: {error}") from error
        self._kaldi.SetWords(True)
        self._fed_samples = 0
        self._began_at_sample = 0
        self._pieces: list[_VoskResult] = []

    def accept(self, pcm: bytes) -> str:
        for start in range(0, len(pcm), VOSK_FEED_BYTES):
            self._feed(pcm[start : start + VOSK_FEED_BYTES])
        going_on = _parsed(self._kaldi.PartialResult()).get("partial", "")
        return _joined([piece["text"] for piece in self._pieces] + [going_on])

    def finish(self) -> Recognized:
        self._keep(self._kaldi.FinalResult())
        began = self._began_at_sample / RATE
        words = tuple(
            Word(
                word["word"], _since(began, word["start"]), _since(began, word["end"]), round(word["conf"], 3)
            )
            for piece in self._pieces
            for word in piece.get("result", ())
        )
        text = _joined([piece["text"] for piece in self._pieces])
        self._pieces = []
        self._began_at_sample = self._fed_samples
        confidence = sum(word.confidence for word in words) / len(words) if words else 0.0
        return Recognized(text, round(confidence, 3), words)

    def _feed(self, pcm: bytes) -> None:
        try:
            sentence_ended = self._kaldi.AcceptWaveform(pcm)
        except Exception as error:  # vosk raises nothing narrower
            raise RecognitionError(str(error)) from error
        self._fed_samples += len(pcm) // 2
        if sentence_ended:
            self._keep(self._kaldi.Result())

    def _keep(self, result: str) -> None:
        piece = _parsed(result)
        if piece.get("text"):
            self._pieces.append(piece)


def _parsed(result: str) -> _VoskResult:
    return cast("_VoskResult", json.loads(result))


def _joined(texts: list[str]) -> str:
    """Chinese has no spaces; Vosk puts them between its words."""
    return "".join(texts).replace(" ", "")


def _since(began: float, instant: float) -> float:
    return round(max(0.0, instant - began), 3)
