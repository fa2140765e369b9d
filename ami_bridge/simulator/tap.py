"""Taps: AudioSocket connections of the simulated PBX to the listening side, and the clock that feeds them.

A tap is what `Originate` of `AudioSocket/…` with `ChanSpy` makes: TCP to the listener, its UUID first, then 20 ms frames of
the tapped channel for as long as media flows there. Frames come from one clock for all taps.
"""

import asyncio
import uuid
from dataclasses import dataclass, field

from ami_bridge.simulator.channel import Channel
from ami_bridge.simulator.exchange import Exchange
from ami_bridge.simulator.sound import FRAMES_PER_SECOND, SILENT_FRAME, Clip, interleave

KIND_UUID = 0x01
KIND_AUDIO = 0x10
ATTACH_DELAY_S = 0.12
"""From the action to the first frame on a real Asterisk 22."""
MAX_UNSENT_BYTES = 256 * 1024
"""A listener that does not read loses its leg (res_audiosocket: short write)."""
MAX_FRAMES_AT_ONCE = 50
"""A simulated PBX that was kept waiting by a busy machine sends what is up to a second old; what is older is lost. (The queue of
a real ChanSpy holds 100 ms, but its threads are not kept waiting by a demo's browser.)"""


@dataclass(slots=True)
class Tap:
    """One running tap."""

    spyer: Channel
    target: Channel
    stereo: bool
    writer: asyncio.StreamWriter
    from_frame: int = 0
    closed: asyncio.Event = field(default_factory=asyncio.Event)

    def payload(self, exchange: Exchange, frame: int, music: Clip) -> bytes | None:
        """None when nothing flows on the tapped channel: ChanSpy then sends nothing."""
        said = exchange.said_on(self.target, frame)
        if not self.stereo:
            return said
        heard = exchange.heard_on(self.target, frame, music)
        if said is None and heard is None:
            return None
        return interleave(said or SILENT_FRAME, heard or SILENT_FRAME)


class TapBoard:
    """All running taps."""

    def __init__(self, exchange: Exchange, music: Clip) -> None:
        self._exchange = exchange
        self._music = music
        self._taps: dict[str, Tap] = {}
        exchange.on_gone.append(self._channel_gone)

    async def run(self) -> None:
        """The media clock; until cancelled."""
        frame = self._frame_now()
        while True:
            due = self._frame_now()
            for number in range(max(frame + 1, due - MAX_FRAMES_AT_ONCE + 1), due + 1):
                self._send_frame(number)
            frame = max(frame, due)
            await asyncio.sleep(max(0.001, (frame + 1) / FRAMES_PER_SECOND - self._exchange.now()))

    async def serve(self, tap: Tap, reader: asyncio.StreamReader, tap_uuid: uuid.UUID) -> None:
        """One connected tap, until its target hangs up or the listener closes."""
        tap.writer.write(_frame(KIND_UUID, tap_uuid.bytes))
        tap.from_frame = self._frame_now() + int(ATTACH_DELAY_S * FRAMES_PER_SECOND)
        self._taps[tap.spyer.name] = tap
        try:
            await _until_closed(reader, tap.closed)
        finally:
            del self._taps[tap.spyer.name]

    def close(self, spyer: str) -> None:
        tap = self._taps.get(spyer)
        if tap is not None:
            tap.closed.set()

    def _channel_gone(self, channel: Channel) -> None:
        for tap in self._taps.values():
            if tap.target is channel:
                tap.closed.set()

    def _send_frame(self, number: int) -> None:
        for tap in self._taps.values():
            if number < tap.from_frame or tap.closed.is_set():
                continue
            payload = tap.payload(self._exchange, number, self._music)
            if payload is None:
                continue
            if tap.writer.transport.get_write_buffer_size() > MAX_UNSENT_BYTES:
                tap.closed.set()
            else:
                tap.writer.write(_frame(KIND_AUDIO, payload))

    def _frame_now(self) -> int:
        return int(self._exchange.now() * FRAMES_PER_SECOND)


def _frame(kind: int, payload: bytes) -> bytes:
    return bytes((kind,)) + len(payload).to_bytes(2, "big") + payload


async def _until_closed(reader: asyncio.StreamReader, closed: asyncio.Event) -> None:
    """Until the target hung up or the listener closed; what it sends (keep-alives) is read and dropped."""
    async with asyncio.TaskGroup() as group:
        drain = group.create_task(_drain(reader, closed))
        await closed.wait()
        drain.cancel()


async def _drain(reader: asyncio.StreamReader, closed: asyncio.Event) -> None:
    try:
        while await reader.read(4096):
            pass
    except ConnectionError:
        pass
    finally:
        closed.set()
