"""A bare AudioSocket listener for the laboratory: takes every tap, answers with keep-alive silence, keeps what it gets.

Deliberately not the program's own: a test of that one must not depend on it.
"""

import asyncio
import struct
import uuid
from dataclasses import dataclass, field
from typing import Self

KEEP_ALIVE_SECONDS = 0.5
UUID_FRAME, AUDIO_FRAME = 0x01, 0x10


@dataclass
class TapAudio:
    """The frames of one tap with the loop time each arrived at."""

    frames: list[bytes] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    first: asyncio.Event = field(default_factory=asyncio.Event)
    closed: asyncio.Event = field(default_factory=asyncio.Event)


class TapListener:
    """`async with TapListener() as taps:` listens on `taps.port`."""

    def __init__(self) -> None:
        self.taps: dict[str, TapAudio] = {}
        self._writers: list[asyncio.StreamWriter] = []

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port: int = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()

    def expect(self) -> tuple[str, TapAudio]:
        """A new tap's id, and where its audio will be."""
        tap_id = str(uuid.uuid4())
        self.taps[tap_id] = TapAudio()
        return tap_id, self.taps[tap_id]

    def cut(self) -> None:
        """Drop every tap that is open now, as a process that is killed does."""
        for writer in self._writers:
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        loop = asyncio.get_running_loop()
        keep_alive: asyncio.TimerHandle | None = None

        def breathe() -> None:
            nonlocal keep_alive
            writer.write(struct.pack("!BH", AUDIO_FRAME, 320) + bytes(320))
            keep_alive = loop.call_later(KEEP_ALIVE_SECONDS, breathe)

        self._writers.append(writer)
        tap: TapAudio | None = None
        try:
            breathe()
            while True:
                kind, length = struct.unpack("!BH", await reader.readexactly(3))
                payload = await reader.readexactly(length)
                if kind == UUID_FRAME:
                    tap = self.taps[str(uuid.UUID(bytes=payload))]
                elif kind == AUDIO_FRAME and tap is not None:
                    tap.frames.append(payload)
                    tap.times.append(loop.time())
                    tap.first.set()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            if keep_alive is not None:
                keep_alive.cancel()
            if tap is not None:
                tap.closed.set()
            writer.close()


def stereo_tap(port: int, tap_id: str, channel: str) -> dict[str, str]:
    """The headers of the Originate that taps both sides of a call at the caller's channel."""
    return {
        "Channel": f"AudioSocket/127.0.0.1:{port}/{tap_id}/c(slin)",
        "Application": "ChanSpy",
        "Data": f"{channel},uqDES",
        "ChannelId": f"spy-{tap_id}",
        "Async": "true",
        "Codecs": "slin",
    }
