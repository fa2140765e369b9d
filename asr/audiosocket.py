"""Asterisk's AudioSocket protocol: bytes in, whole frames out, and the frames we send.

One kind byte, a two-byte big-endian length, the payload (Asterisk 22, res/res_audiosocket.c). Knows nothing of sockets, taps or
time; may be fed any cut of the stream.
"""

import uuid
from dataclasses import dataclass
from enum import IntEnum

HEADER_BYTES = 3
MAX_PAYLOAD_BYTES = 15_360
"""20 ms of stereo at 192 kHz, the largest frame Asterisk can make. A larger length is not AudioSocket."""

UUID_BYTES = 16


class FrameKind(IntEnum):
    HANGUP = 0x00
    UUID = 0x01
    DTMF = 0x03
    SLIN = 0x10
    SLIN12 = 0x11
    SLIN16 = 0x12
    SLIN24 = 0x13
    SLIN32 = 0x14
    SLIN44 = 0x15
    SLIN48 = 0x16
    SLIN96 = 0x17
    SLIN192 = 0x18
    ERROR = 0xFF


SAMPLE_RATES: dict[FrameKind, int] = {
    FrameKind.SLIN: 8_000,
    FrameKind.SLIN12: 12_000,
    FrameKind.SLIN16: 16_000,
    FrameKind.SLIN24: 24_000,
    FrameKind.SLIN32: 32_000,
    FrameKind.SLIN44: 44_100,
    FrameKind.SLIN48: 48_000,
    FrameKind.SLIN96: 96_000,
    FrameKind.SLIN192: 192_000,
}
"""Kinds that carry sound: 16-bit samples in the PBX's byte order, which is little-endian on x86 and ARM."""

_KINDS = {int(kind): kind for kind in FrameKind}


class AudioSocketError(Exception):
    """The peer does not speak AudioSocket as we know it. Its connection is over; nothing else is."""


@dataclass(frozen=True, slots=True)
class Frame:
    kind: FrameKind
    payload: bytes


def frame_bytes(kind: FrameKind, payload: bytes = b"") -> bytes:
    """The frame as it goes over the wire. Must be written whole: half a header freezes the PBX's thread for that tap."""
    return bytes((kind,)) + len(payload).to_bytes(2, "big") + payload


KEEP_ALIVE = frame_bytes(FrameKind.SLIN, bytes(320))
"""20 ms of silence. A peer that never sends can starve its tap of audio (asterisk issues 2089 and 2123)."""

HANG_UP = frame_bytes(FrameKind.HANGUP)


def tap_id_of(frame: Frame) -> str:
    """The id in a UUID frame, as text in the usual form."""
    return str(uuid.UUID(bytes=frame.payload))


class FrameParser:
    """Cuts a byte stream into frames; holds at most one frame that is not yet whole.

    The frames before a fault are given out, then `error` says what is wrong and nothing is read any more: so what comes out does
    not depend on where the stream was cut.
    """

    def __init__(self) -> None:
        self._rest = b""
        self.error: AudioSocketError | None = None

    @property
    def pending_bytes(self) -> int:
        return len(self._rest)

    def feed(self, data: bytes) -> list[Frame]:
        """All frames that are whole now."""
        if self.error is not None:
            return []
        buffer = self._rest + data if self._rest else data
        frames: list[Frame] = []
        start = 0
        try:
            while len(buffer) - start >= HEADER_BYTES:
                kind, end = _header(buffer, start)
                if len(buffer) < end:
                    break
                frames.append(Frame(kind, buffer[start + HEADER_BYTES : end]))
                start = end
        except AudioSocketError as error:
            self.error, self._rest = error, b""
            return frames
        self._rest = buffer[start:]
        return frames


def _header(buffer: bytes, start: int) -> tuple[FrameKind, int]:
    """Kind of the frame that begins at `start`, and where it ends."""
    kind = _KINDS.get(buffer[start])
    length = int.from_bytes(buffer[start + 1 : start + HEADER_BYTES], "big")
    if kind is None:
        raise AudioSocketError(f"unknown frame kind 0x{buffer[start]:02x}")
    if length > MAX_PAYLOAD_BYTES:
        raise AudioSocketError(f"frame of {length} bytes; the most is {MAX_PAYLOAD_BYTES}")
    if kind is FrameKind.UUID and length != UUID_BYTES:
        raise AudioSocketError(f"tap id of {length} bytes; it has {UUID_BYTES}")
    if kind in SAMPLE_RATES and length % 2:
        raise AudioSocketError(f"audio frame of {length} bytes is not whole samples")
    return kind, start + HEADER_BYTES + length
