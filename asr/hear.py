"""`hotline hear`: a recording through the very code a live leg goes through, in virtual time.

Gives one JSON object per speech event: `at` (seconds since the recording began), `event` (the kind, snake_case), then the
event's own fields. The format is documented in docs/speech-events.md and stable: fields may be added, none renamed.
"""

import re
import wave
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import TypeAlias

import numpy as np

from asr.events import LegEnd, LegId, SpeechEvent, Word
from asr.leg import Leg
from asr.pcm import FRAME_BYTES, FRAME_S, resample
from asr.pool import StreamEvent, TextSoFar, UtteranceLost, UtteranceRecognized
from asr.recognizer import RecognitionError, Recognizer

Json: TypeAlias = str | float | bool | list[dict[str, str | float]] | None

LOWEST_RATE, HIGHEST_RATE = 4_000, 192_000
LONGEST_S = 4 * 3600


class RecordingError(Exception):
    """The file is not a recording that can be heard; the text says why."""


def read_wav(path: Path) -> bytes:
    """The recording as the line would carry it: 8 kHz, mono, 16 bit. Several channels are mixed."""
    try:
        with wave.open(str(path)) as recording:
            width, rate, channels = (
                recording.getsampwidth(),
                recording.getframerate(),
                recording.getnchannels(),
            )
            if not LOWEST_RATE <= rate <= HIGHEST_RATE:
                raise RecordingError(
                    f"{path}: {rate} samples a second; {LOWEST_RATE} to {HIGHEST_RATE} can be heard"
                )
            if recording.getnframes() > LONGEST_S * rate:
                raise RecordingError(f"{path}: longer than {LONGEST_S // 3600} hours")
            data = recording.readframes(recording.getnframes())
    except (OSError, EOFError, wave.Error) as error:
        raise RecordingError(f"{path}: not a WAV file with PCM samples ({error})") from error
    samples = _decoded(path, data, width)
    whole = samples[: len(samples) // channels * channels].reshape(-1, channels).mean(axis=1)
    return resample(whole, rate).tobytes()


def _decoded(path: Path, data: bytes, width: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    whole = data[: len(data) // width * width]
    match width:
        case 1:
            return (np.frombuffer(whole, np.uint8).astype(np.float64) - 128) * 256
        case 2:
            return np.frombuffer(whole, "<i2").astype(np.float64)
        case 4:
            return np.frombuffer(whole, "<i4").astype(np.float64) / 65_536
        case _:
            raise RecordingError(f"{path}: {8 * width}-bit samples; 8, 16 and 32 can be heard")


class InlineStream:
    """Recognition without threads: results are there as soon as they are asked for."""

    def __init__(self, recognizer: Recognizer) -> None:
        self._recognizer = recognizer
        self._utterance = 0
        self._text = ""
        self._failed = False
        self.events: list[StreamEvent] = []

    def begin(self, utterance: int) -> None:
        self._utterance, self._text, self._failed = utterance, "", False

    def feed(self, pcm: bytes) -> None:
        if self._failed:
            return
        try:
            text = self._recognizer.accept(pcm)
        except RecognitionError as error:
            self._fail(error)
            return
        if text != self._text:
            self._text = text
            self.events.append(TextSoFar(self._utterance, text))

    def finish(self) -> None:
        if self._failed:
            return
        try:
            self.events.append(UtteranceRecognized(self._utterance, self._recognizer.finish(), 0.0))
        except RecognitionError as error:
            self._fail(error)

    def close(self) -> None:
        self.events.clear()

    def taken(self) -> list[StreamEvent]:
        taken, self.events = self.events, []
        return taken

    def _fail(self, error: RecognitionError) -> None:
        self._failed = True
        self.events.append(UtteranceLost(self._utterance, str(error)))


def hear(pcm: bytes, leg_id: LegId, recognizer: Recognizer) -> Iterator[tuple[float, SpeechEvent]]:
    """Every event of one voice with its time, as if `pcm` arrived frame by frame."""
    stream = InlineStream(recognizer)
    leg = Leg(leg_id, stream, 0.0)
    frames = len(pcm) // FRAME_BYTES
    now = 0.0
    for number in range(frames):
        now = round((number + 1) * FRAME_S, 3)
        frame = pcm[number * FRAME_BYTES : (number + 1) * FRAME_BYTES]
        yield from ((now, event) for event in leg.on_audio(frame, now))
        yield from _results(leg, stream, now)
    yield from ((now, event) for event in leg.end(LegEnd.CLOSED_BY_PBX, now))
    yield from _results(leg, stream, now)


def _results(leg: Leg, stream: InlineStream, now: float) -> Iterator[tuple[float, SpeechEvent]]:
    for result in stream.taken():
        yield from ((now, event) for event in leg.on_recognition(result, now))


def as_json(at: float, event: SpeechEvent) -> dict[str, Json]:
    """The event as `hotline hear` prints it."""
    name = re.sub(r"(?<!^)(?=[A-Z])", "_", type(event).__name__).lower()
    told: dict[str, Json] = {"at": at, "event": name}
    told.update((field.name, _plain(getattr(event, field.name))) for field in fields(event))
    return told


def _plain(value: str | float | bool | tuple[Word, ...] | None) -> Json:
    if isinstance(value, tuple):
        return [
            {"text": word.text, "start": word.start, "end": word.end, "confidence": word.confidence}
            for word in value
        ]
    return str(value) if isinstance(value, str) else value
