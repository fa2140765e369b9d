"""The AudioSocket listener: the PBX's taps connect here, each becomes one leg or two.

A shell: sockets and the recognizers' threads on one side, `Leg`s on the other. It must never hold up the PBX, whose thread for
the tap writes to us: it always reads, keeps nothing but the frame that is not yet whole, and answers with whole frames only. Only
taps that were announced may speak. It does not know what a call is.
"""

import asyncio
import contextlib
import logging
import socket
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import count
from typing import cast

from asr.audiosocket import (
    HANG_UP,
    KEEP_ALIVE,
    SAMPLE_RATES,
    AudioSocketError,
    Frame,
    FrameKind,
    FrameParser,
    tap_id_of,
)
from asr.events import LegEnd, LegEnded, LegId, Legs, SpeechEvent
from asr.leg import Leg
from asr.pcm import frame_to_line_rate, split_stereo
from asr.pool import RecognizerPool, StreamEvent

TICK_S = 0.05
READ_BYTES = 64 * 1024
LATE_READ_S = 0.2
"""Nothing read for so long: the PBX sent nothing, or we were kept waiting. What comes then is gathered until the next tick."""
MONO_FRAMES_REFUSED = 25
"""So many 20 ms frames of mono length on a stereo tap, and the PBX has not honoured ChanSpy's option D."""
MONO_FRAME_BYTES = 320

log = logging.getLogger(__name__)

Deliver = Callable[[SpeechEvent], None]


@dataclass(frozen=True, slots=True)
class TapSettings:
    """`port` 0 takes a free one. `handshake_s`: how long a connection may keep its tap id to itself."""

    host: str = "127.0.0.1"
    port: int = 9092
    handshake_s: float = 2.0
    expected_for_s: float = 10.0
    keep_alive_s: float = 0.5
    max_connections: int = 512
    max_unknown: int = 32


@dataclass(frozen=True, slots=True)
class TapCounts:
    """For doctor and bench."""

    connections: int
    expected: int
    refused: int
    frames: int


@dataclass(frozen=True, slots=True)
class _Expected:
    legs: Legs
    until: float


class TapHost:
    """`expect` a tap, let the PBX make it; its legs' events go to `deliver`, on the loop, in order.

    A `LegId` is used once: after `LegEnded` a new tap has new legs.
    """

    def __init__(
        self, settings: TapSettings, recognizers: RecognizerPool, deliver: Deliver, now: Callable[[], float]
    ) -> None:
        self.settings = settings
        self.now = now
        self.port = settings.port
        self.listening = asyncio.Event()
        self._recognizers = recognizers
        self._deliver = deliver
        self._expected: dict[str, _Expected] = {}
        self._connections: set[_TapConnection] = set()
        self._legs: dict[LegId, Leg] = {}
        self._shut: set[LegId] = set()
        self._refused = 0
        self._numbers = count(1)
        self.frames = 0

    # -- for the program -----------------------------------------------------------------------------------------------

    async def run(self, sock: socket.socket | None = None) -> None:
        """Listens until cancelled, on this socket if there is one already. Raises OSError when the port cannot be had."""
        loop = asyncio.get_running_loop()
        accept = partial(_TapConnection, self)
        if sock is None:
            server = await loop.create_server(accept, self.settings.host, self.settings.port)
        else:
            server = await loop.create_server(accept, sock=sock)
        self.port = server.sockets[0].getsockname()[1]
        self.listening.set()
        log.info("waiting for taps on %s:%d", self.settings.host, self.port)
        try:
            while True:
                await asyncio.sleep(TICK_S)
                # After a time without the processor, what waits in the sockets is heard before anything is called silence:
                # in the loop's next round it is read, in the one after that it has been.
                await asyncio.sleep(0)
                await asyncio.sleep(0)
                self._tick()
        finally:
            self.listening.clear()
            server.close()
            self._stop()

    def expect(self, tap_id: str, legs: Legs) -> None:
        """The tap with this id may connect, once, within the next seconds. Two legs: left and right of a stereo tap."""
        self._expected[tap_id.lower()] = _Expected(legs, self.now() + self.settings.expected_for_s)

    def gate(self, leg: LegId, open: bool) -> None:  # noqa: A002  (the word of docs/architecture.md)
        """May be said before the tap connects. Shut: its sound is music, ringing or prompts, not this voice."""
        known = self._legs.get(leg)
        if known is not None:
            self.give_out(known.gate(open, self.now()))
        elif not open and any(leg in expected.legs for expected in self._expected.values()):
            self._shut.add(leg)
        else:
            self._shut.discard(leg)

    def drop(self, tap_id: str) -> None:
        """We want no more of this tap, whether it is here or still expected."""
        tap_id = tap_id.lower()
        expected = self._expected.pop(tap_id, None)
        if expected is not None:
            self.give_out([LegEnded(leg, LegEnd.STOPPED) for leg in expected.legs])
        for connection in [one for one in self._connections if one.tap_id == tap_id]:
            connection.end(LegEnd.STOPPED)

    def counts(self) -> TapCounts:
        return TapCounts(len(self._connections), len(self._expected), self._refused, self.frames)

    # -- for the connections -------------------------------------------------------------------------------------------

    def admits(self, connection: "_TapConnection") -> bool:
        unknown = sum(one.tap_id is None for one in self._connections)
        if len(self._connections) >= self.settings.max_connections or unknown >= self.settings.max_unknown:
            self._refused += 1
            return False
        self._connections.add(connection)
        return True

    def forget(self, connection: "_TapConnection") -> None:
        self._connections.discard(connection)

    def claim(self, tap_id: str) -> list[Leg] | None:
        """The legs of an expected tap; None when it is not expected (any more)."""
        expected = self._expected.pop(tap_id, None)
        if expected is None:
            self._refused += 1
            return None
        legs = [self._new_leg(leg) for leg in expected.legs]
        for leg in legs:
            leg.gate(leg.leg not in self._shut, self.now())
            self._shut.discard(leg.leg)
        self._legs.update((leg.leg, leg) for leg in legs)
        return legs

    def give_out(self, events: list[SpeechEvent]) -> None:
        for event in events:
            if isinstance(event, LegEnded):
                self._legs.pop(event.leg, None)
                self._shut.discard(event.leg)
            self._deliver(event)

    # -- inside --------------------------------------------------------------------------------------------------------

    def _new_leg(self, leg_id: LegId) -> Leg:
        loop = asyncio.get_running_loop()

        def from_worker(event: StreamEvent) -> None:
            # A worker may still finish a word while the loop is already closed.
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(self._on_recognition, leg_id, event)

        return Leg(leg_id, self._recognizers.open(from_worker), self.now(), self._numbers)

    def _on_recognition(self, leg_id: LegId, event: StreamEvent) -> None:
        leg = self._legs.get(leg_id)
        if leg is not None:
            self.give_out(leg.on_recognition(event, self.now()))

    def _tick(self) -> None:
        now = self.now()
        for tap_id, expected in list(self._expected.items()):
            if now >= expected.until:
                del self._expected[tap_id]
                self.give_out([LegEnded(leg, LegEnd.NEVER_CONNECTED) for leg in expected.legs])
        for connection in list(self._connections):
            connection.on_tick(now)
        for leg in list(self._legs.values()):
            self.give_out(leg.on_tick(now))

    def _stop(self) -> None:
        """Nobody waits for last words any more."""
        for connection in list(self._connections):
            connection.end(LegEnd.STOPPED)
        for leg in list(self._legs.values()):
            self.give_out(leg.give_up())
        for tap_id in list(self._expected):
            self.drop(tap_id)


class _TapConnection(asyncio.BufferedProtocol):
    """One socket. Its first frame says which tap it is; everything after is sound."""

    tap_id: str | None = None

    def __init__(self, host: TapHost) -> None:
        self._host = host
        self._parser = FrameParser()
        self._buffer = bytearray(READ_BYTES)
        self._transport: asyncio.Transport | None = None
        self._legs: list[Leg] = []
        self._arrived: list[bytearray] = []
        """What one read brought for each leg, heard at its end."""
        self._gathering = False
        self._opened_at = self._wrote_at = self._read_at = 0.0
        self._frames = 0
        self._mono_frames = 0

    # -- asyncio -------------------------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        if not self._host.admits(self):
            log.warning("too many connections to the audio port: refused one")
            self._close()
            return
        self._opened_at = self._read_at = self._host.now()
        self._keep_alive(self._opened_at)

    def get_buffer(self, sizehint: int) -> bytearray:
        return self._buffer

    def buffer_updated(self, nbytes: int) -> None:
        try:
            for frame in self._parser.feed(bytes(memoryview(self._buffer)[:nbytes])):
                if self._transport is None:
                    return
                self._on_frame(frame)
        except AudioSocketError as error:
            self._refuse(error)
            return
        if not self._gathers():
            self._hear()
        if self._parser.error is not None and self._transport is not None:
            self._refuse(self._parser.error)

    def connection_lost(self, exc: Exception | None) -> None:
        self.end(LegEnd.CLOSED_BY_PBX)

    # -- the tap -------------------------------------------------------------------------------------------------------

    def on_tick(self, now: float) -> None:
        if self._transport is None:
            return
        self._hear()
        if self.tap_id is None and now - self._opened_at >= self._host.settings.handshake_s:
            self._refuse(AudioSocketError("it did not say which tap it is"))
        elif now - self._wrote_at >= self._host.settings.keep_alive_s:
            self._keep_alive(now)

    def end(self, why: LegEnd) -> None:
        self._hear()
        legs, self._legs, self._arrived = self._legs, [], []
        if (
            why is LegEnd.STOPPED
            and self._transport is not None
            and self._transport.get_write_buffer_size() == 0
        ):
            self._transport.write(HANG_UP)
        self._close()
        now = self._host.now()
        for leg in legs:
            self._host.give_out(leg.end(why, now))

    def _on_frame(self, frame: Frame) -> None:
        match frame.kind:
            case FrameKind.UUID:
                self._identify(tap_id_of(frame))
            case FrameKind.HANGUP:
                self.end(LegEnd.CLOSED_BY_PBX)
            case FrameKind.ERROR:
                raise AudioSocketError(f"the PBX reports an error: {frame.payload.hex() or 'none given'}")
            case FrameKind.DTMF:
                pass
            case kind if kind in SAMPLE_RATES:
                self._on_audio(frame)
            case _:
                raise AudioSocketError(f"frame of kind 0x{frame.kind:02x} means nothing here")

    def _identify(self, tap_id: str) -> None:
        if self.tap_id is not None:
            raise AudioSocketError("a second tap id on one connection")
        legs = self._host.claim(tap_id)
        if legs is None:
            raise AudioSocketError(f"tap {tap_id} is not expected")
        self.tap_id, self._legs = tap_id, legs
        self._arrived = [bytearray() for _ in legs]

    def _on_audio(self, frame: Frame) -> None:
        if self.tap_id is None:
            raise AudioSocketError("sound before the tap id")
        self._host.frames += 1
        for arrived, pcm in zip(self._arrived, self._voices(frame), strict=True):
            arrived.extend(frame_to_line_rate(pcm, SAMPLE_RATES[frame.kind]))

    def _gathers(self) -> bool:
        """After a stretch in which nothing was read, what waits in the socket comes in several reads: it is heard as one."""
        now = self._host.now()
        late, self._read_at = now - self._read_at > LATE_READ_S, now
        self._gathering = late or self._gathering
        return self._gathering and all(len(arrived) < READ_BYTES for arrived in self._arrived)

    def _hear(self) -> None:
        """Frames read together end now: when we were late to read them, the time before was not silence."""
        self._gathering = False
        now = self._host.now()
        for leg, arrived in zip(self._legs, self._arrived, strict=True):
            if arrived:
                pcm = bytes(arrived)
                arrived.clear()
                self._host.give_out(leg.on_audio(pcm, now))

    def _voices(self, frame: Frame) -> tuple[bytes, ...]:
        if len(self._legs) == 1:
            return (frame.payload,)
        self._frames += 1
        self._mono_frames += frame.kind is FrameKind.SLIN and len(frame.payload) == MONO_FRAME_BYTES
        if self._frames == self._mono_frames == MONO_FRAMES_REFUSED or len(frame.payload) % 4:
            raise AudioSocketError("a stereo tap sends mono: this PBX does not know ChanSpy's option D")
        return split_stereo(frame.payload)

    def _refuse(self, error: AudioSocketError) -> None:
        log.warning("audio connection of tap %s ended: %s", self.tap_id or "(none)", error)
        self.end(LegEnd.PROTOCOL_ERROR)

    def _keep_alive(self, now: float) -> None:
        """Whole frames or none: a cut one freezes the PBX's thread for the tap, a closed socket does not."""
        if self._transport is None:
            return
        self._wrote_at = now
        self._transport.write(KEEP_ALIVE)
        if self._transport.get_write_buffer_size():
            log.warning("tap %s takes nothing from us: closed", self.tap_id or "(none)")
            self._transport.abort()

    def _close(self) -> None:
        transport, self._transport = self._transport, None
        self._host.forget(self)
        if transport is not None:
            transport.abort()
