"""One RTP stream of a lab phone (RFC 3550): sends a-law frames every 20 ms, with jitter if asked, and keeps what it receives."""

import asyncio
import random
import struct
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

FRAME = 160
FRAME_SECONDS = 0.02
SILENCE = b"\xd5" * FRAME
KEEP_SECONDS = 300


@dataclass(frozen=True)
class Sound:
    """A-law samples to send. Endless sounds begin again; others are followed by silence (frames of it, or none at all).
    `lost`: share of the packets that the network loses on their way."""

    samples: bytes
    endless: bool = False
    then_nothing: bool = False
    lost: float = 0.0

    @classmethod
    def from_file(cls, path: Path, *, endless: bool = False) -> Self:
        return cls(path.read_bytes(), endless)

    @property
    def seconds(self) -> float:
        return len(self.samples) / 8000

    def frame(self, number: int) -> bytes | None:
        start = number * FRAME
        if self.endless and self.samples:
            start %= len(self.samples) // FRAME * FRAME or FRAME
        if start >= len(self.samples):
            return None if self.then_nothing else SILENCE
        return self.samples[start : start + FRAME].ljust(FRAME, b"\xd5")


QUIET = Sound(b"")
"""A line on which nobody speaks: frames of silence."""
NOTHING = Sound(b"", then_nothing=True)
"""No frames at all: what a phone with silence suppression, or a broken one, sends."""


@dataclass
class Received:
    frames: list[bytes] = field(default_factory=list)
    times: list[float] = field(default_factory=list)

    @property
    def samples(self) -> bytes:
        return b"".join(self.frames)


class RtpStream(asyncio.DatagramProtocol):
    """Bound when the call begins; sends from `begin` on, once the other side's address is known."""

    def __init__(self, sound: Sound, jitter_s: float = 0.0, first_stamp: int | None = None) -> None:
        self._sound, self._jitter = sound, random.Random(1).uniform
        self._jitter_s = jitter_s
        self._luck = random.Random(2).random
        self._loop = asyncio.get_running_loop()
        self._ssrc = random.getrandbits(32)
        # Both begin at random, as RFC 3550 5.1 asks and phones do.
        self._first_stamp = random.getrandbits(32) if first_stamp is None else first_stamp
        self._first_number = random.getrandbits(16)
        self._number = 0
        self._sound_began = 0
        self._due = 0.0
        self._next: asyncio.TimerHandle | None = None
        self._digits: list[tuple[int, bytes]] = []
        self._arrived = asyncio.Condition()
        self.peer: tuple[str, int] | None = None
        self.received = Received()
        self.sent = 0

    @classmethod
    async def open(
        cls, host: str, sound: Sound, jitter_s: float = 0.0, first_stamp: int | None = None
    ) -> Self:
        loop = asyncio.get_running_loop()
        _, stream = await loop.create_datagram_endpoint(
            lambda: cls(sound, jitter_s, first_stamp), local_addr=(host, 0)
        )
        return stream

    def connection_made(self, transport: asyncio.DatagramTransport) -> None:  # type: ignore[override]
        self._transport = transport
        self.port: int = transport.get_extra_info("sockname")[1]

    def datagram_received(self, data: bytes, _: tuple[str, int]) -> None:
        if (
            len(data) > 12
            and data[1] & 0x7F == 8
            and len(self.received.frames) < KEEP_SECONDS / FRAME_SECONDS
        ):
            self.received.frames.append(data[12:])
            self.received.times.append(self._loop.time())

    def error_received(self, exc: Exception) -> None:
        """The other side has closed its port already: the end of a call, nothing more."""

    def play(self, sound: Sound) -> None:
        """Say something else from now on."""
        self._sound, self._sound_began = sound, self._number

    def begin(self) -> None:
        if self._next is None:
            self._due = self._loop.time()
            self._next = self._loop.call_soon(self._tick)  # type: ignore[assignment]

    def pause(self) -> None:
        """Stop sending, as a phone on hold does."""
        if self._next is not None:
            self._next.cancel()
            self._next = None

    def close(self) -> None:
        self.pause()
        self._transport.close()

    def press(self, digits: str) -> None:
        """Queue keys as telephone events (RFC 4733): 100 ms each, 100 ms apart."""
        for digit in digits:
            code = "0123456789*#".index(digit)
            start = self._number + (len(self._digits) or 1)
            for step in range(1, 6):
                self._digits.append((start, struct.pack("!BBH", code, 10, step * FRAME)))
            self._digits += [(start, struct.pack("!BBH", code, 0x8A, 6 * FRAME))] * 3
            self._digits += [(start, b"")] * 5

    def _tick(self) -> None:
        if self._digits:
            start, event = self._digits.pop(0)
            if event:
                self._send_packet(101, event, timestamp=start * FRAME)
            else:
                self._send_packet(8, SILENCE)
        elif (frame := self._next_frame()) is not None:
            self._send_late(frame)
        self._number += 1
        self._due += FRAME_SECONDS
        self._next = self._loop.call_at(self._due, self._tick)

    def _next_frame(self) -> bytes | None:
        """None where nothing arrives: nothing is sent, or the network loses it while its number is used up."""
        frame = self._sound.frame(self._number - self._sound_began)
        return None if self._luck() < self._sound.lost else frame

    def _send_late(self, frame: bytes) -> None:
        delay = self._jitter(0, self._jitter_s)
        packet = (8, frame, None, self._number)
        if delay > 0:
            self._loop.call_later(delay, self._send_packet, *packet)
        else:
            self._send_packet(*packet)

    def _send_packet(
        self, kind: int, payload: bytes, timestamp: int | None = None, number: int | None = None
    ) -> None:
        if self.peer is None or self._transport.is_closing():
            return
        number = self._number if number is None else number
        stamp = number * FRAME if timestamp is None else timestamp
        header = struct.pack(
            "!BBHII",
            0x80,
            kind,
            (self._first_number + number) & 0xFFFF,
            (self._first_stamp + stamp) & 0xFFFFFFFF,
            self._ssrc,
        )
        self._transport.sendto(header + payload, self.peer)
        self.sent += 1
