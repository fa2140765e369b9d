"""What the program and the process that listens say to each other, as length-prefixed MessagePack. Pure.

Both ends are one program of one version, so a message that cannot be read is a bug and ends the listening process, not the program.
"""

from dataclasses import dataclass

import msgspec

from asr.events import (
    AudioJudged,
    AudioStarted,
    Heard,
    LegEnded,
    LegId,
    LevelReading,
    RecognitionChanged,
    SpeechEvent,
    SpeechStarted,
    SpeechStopped,
)

LENGTH_BYTES = 4
LONGEST_BYTES = 1 << 20


class TalkError(Exception):
    """What came is none of these messages."""


@dataclass(frozen=True, slots=True)
class Task:
    """The first order: which model, and how many threads work with it."""

    model: str
    threads: int


@dataclass(frozen=True, slots=True)
class Expect:
    tap_id: str
    legs: tuple[LegId, ...]


@dataclass(frozen=True, slots=True)
class Gate:
    leg: LegId
    open: bool


@dataclass(frozen=True, slots=True)
class Drop:
    tap_id: str


@dataclass(frozen=True, slots=True)
class ModelLoaded:
    """`problem`: why it was not; voices are judged all the same."""

    problem: str | None


@dataclass(frozen=True, slots=True)
class Alive:
    """Once a second. For doctor and bench, and so that one that hangs is noticed."""

    connections: int
    refused: int
    frames: int


Order = Task | Expect | Gate | Drop
Told = SpeechEvent | ModelLoaded | Alive

_KINDS: tuple[type[Order | Told], ...] = (
    Task,
    Expect,
    Gate,
    Drop,
    ModelLoaded,
    Alive,
    AudioStarted,
    SpeechStarted,
    SpeechStopped,
    Heard,
    LevelReading,
    AudioJudged,
    RecognitionChanged,
    LegEnded,
)
_DECODERS = {kind.__name__: msgspec.msgpack.Decoder(kind) for kind in _KINDS}
_ENVELOPE = msgspec.msgpack.Decoder(tuple[str, msgspec.Raw])
_ENCODER = msgspec.msgpack.Encoder()


def message_bytes(message: Order | Told) -> bytes:
    body = _ENCODER.encode((type(message).__name__, message))
    return len(body).to_bytes(LENGTH_BYTES, "big") + body


class TalkParser:
    """Fed what the pipe gives; keeps the message that is not yet whole."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[Order | Told]:
        """Raises TalkError."""
        self._rest += data
        messages: list[Order | Told] = []
        while len(self._rest) >= LENGTH_BYTES:
            end = LENGTH_BYTES + int.from_bytes(self._rest[:LENGTH_BYTES], "big")
            if end > LONGEST_BYTES:
                raise TalkError(f"a message of {end} bytes")
            if len(self._rest) < end:
                break
            messages.append(_decoded(self._rest[LENGTH_BYTES:end]))
            self._rest = self._rest[end:]
        return messages


def _decoded(body: bytes) -> Order | Told:
    try:
        kind, content = _ENVELOPE.decode(body)
        return _DECODERS[kind].decode(content)
    except (msgspec.DecodeError, KeyError) as error:
        raise TalkError(f"not a message: {error}") from error
