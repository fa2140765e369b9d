"""Recognizers of the tests: small, scripted, real enough for the pool and the legs."""

import threading

from asr.events import Word
from asr.pcm import seconds_of
from asr.recognizer import RecognitionError, Recognized


class ScriptedRecognizer:
    """Understands one word a whole second of sound; fails or stands still when told to."""

    def __init__(self, fails: bool = False, gate: threading.Event | None = None) -> None:
        self.fails = fails
        self.gate = gate
        self.heard_s = 0.0

    def accept(self, pcm: bytes) -> str:
        if self.gate is not None and not self.gate.wait(10):
            raise RecognitionError("the test forgot to open the gate")
        if self.fails:
            raise RecognitionError("told to fail")
        self.heard_s += seconds_of(pcm)
        return "字" * int(self.heard_s)

    def finish(self) -> Recognized:
        if self.fails:
            raise RecognitionError("told to fail")
        count, self.heard_s = int(self.heard_s), 0.0
        words = tuple(Word("字", float(number), number + 0.5, 0.9) for number in range(count))
        return Recognized("字" * count, 0.9 if words else 0.0, words)
