"""The AudioSocket listener over real sockets: who may speak, what becomes of what they say, and what it costs them to misbehave."""

import asyncio
import threading
import time
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import numpy as np

from asr import mini_zh
from asr.audiosocket import HANG_UP, KEEP_ALIVE, FrameKind, frame_bytes
from asr.events import (
    AudioStarted,
    Heard,
    LegEnd,
    LegEnded,
    LegId,
    LevelReading,
    RecognitionChanged,
    RecognitionState,
    SpeechEvent,
    SpeechStarted,
    SpeechStopped,
)
from asr.hear import read_wav
from asr.pool import RecognizerPool
from asr.recognizer import Recognizer
from asr.server import TapHost, TapSettings
from tests.support.recognizers import ScriptedRecognizer

CALLER, AGENT = LegId("call-1/caller"), LegId("call-1/agent")
TAP = uuid.UUID("7c8a3c1e-0d4f-4b53-9d66-0f1f0a6f5d11")
SPEECH = read_wav(mini_zh.SPEECH / "caller_abuse_h019.wav")
PATIENCE_S = 10.0


class Ear:
    """Keeps what the host delivers; `until` waits for something among it."""

    def __init__(self) -> None:
        self.events: list[SpeechEvent] = []
        self._news = asyncio.Event()

    def __call__(self, event: SpeechEvent) -> None:
        if not isinstance(event, LevelReading):
            self.events.append(event)
            self._news.set()

    async def until(self, fits: Callable[[SpeechEvent], bool]) -> SpeechEvent:
        async with asyncio.timeout(PATIENCE_S):
            while True:
                for event in self.events:
                    if fits(event):
                        return event
                self._news.clear()
                await self._news.wait()

    async def until_ended(self, *legs: LegId) -> None:
        for leg in legs:
            await self.until(lambda event, leg=leg: isinstance(event, LegEnded) and event.leg == leg)

    def of(self, leg: LegId) -> list[SpeechEvent]:
        return [event for event in self.events if event.leg == leg]


class Tap:
    """The PBX's end of one tap."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    def say_id(self, tap: uuid.UUID = TAP) -> None:
        self.writer.write(frame_bytes(FrameKind.UUID, tap.bytes))

    def play(self, pcm: bytes, frame: int = 320, kind: FrameKind = FrameKind.SLIN) -> None:
        for start in range(0, len(pcm) - frame + 1, frame):
            self.writer.write(frame_bytes(kind, pcm[start : start + frame]))

    async def until_closed(self) -> bytes:
        """What we were sent until the socket was closed."""
        received = b""
        async with asyncio.timeout(PATIENCE_S):
            try:
                while data := await self.reader.read(65_536):
                    received += data
            except ConnectionResetError:
                pass
        return received


class Room:
    def __init__(self, host: TapHost, ear: Ear) -> None:
        self.host, self.ear = host, ear
        self._writers: list[asyncio.StreamWriter] = []

    async def connect(self) -> Tap:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.host.port)
        self._writers.append(writer)
        return Tap(reader, writer)

    def close(self) -> None:
        for writer in self._writers:
            writer.close()


@asynccontextmanager
async def listening(
    make: Callable[[], Recognizer] = ScriptedRecognizer, longest_backlog_s: float = 6.0, **settings: float
) -> AsyncIterator[Room]:
    ear = Ear()
    with RecognizerPool(make, workers=2, longest_backlog_s=longest_backlog_s) as pool:
        host = TapHost(TapSettings(port=0, **settings), pool, ear, time.monotonic)  # type: ignore[arg-type]
        async with asyncio.TaskGroup() as tasks:
            running = tasks.create_task(host.run())
            await host.listening.wait()
            room = Room(host, ear)
            try:
                yield room
            finally:
                room.close()
                running.cancel()


def stereo(left: bytes, right: bytes) -> bytes:
    return np.stack([np.frombuffer(left, "<i2"), np.frombuffer(right, "<i2")], axis=1).tobytes()


async def test_a_tap_speaks_is_heard_and_ends() -> None:
    async with listening() as room:
        room.host.expect(str(TAP).upper(), (CALLER,))
        tap = await room.connect()
        tap.say_id()
        tap.play(SPEECH)
        await room.ear.until(lambda event: isinstance(event, SpeechStopped))
        await room.ear.until(lambda event: isinstance(event, Heard) and event.final)
        tap.writer.close()
        await room.ear.until_ended(CALLER)
        kinds = [
            type(event) for event in room.ear.events if not (isinstance(event, Heard) and not event.final)
        ]
        assert kinds[:3] == [AudioStarted, SpeechStarted, SpeechStopped]
        assert room.ear.events[-1] == LegEnded(CALLER, LegEnd.CLOSED_BY_PBX)
        assert (room.host.counts().connections, room.host.counts().expected) == (0, 0)


async def test_left_is_the_caller_and_right_is_what_the_caller_hears() -> None:
    for left, right, speaking in ((SPEECH, bytes(len(SPEECH)), CALLER), (bytes(len(SPEECH)), SPEECH, AGENT)):
        async with listening() as room:
            room.host.expect(str(TAP), (CALLER, AGENT))
            tap = await room.connect()
            tap.say_id()
            tap.play(stereo(left, right), frame=640)
            await room.ear.until(lambda event: isinstance(event, SpeechStopped))
            tap.writer.close()
            await room.ear.until_ended(CALLER, AGENT)
            assert {event.leg for event in room.ear.events if isinstance(event, SpeechStarted)} == {speaking}
            assert {event.leg for event in room.ear.events if isinstance(event, AudioStarted)} == {
                CALLER,
                AGENT,
            }


async def test_a_stereo_tap_that_gets_mono_is_told_apart() -> None:
    async with listening() as room:
        room.host.expect(str(TAP), (CALLER, AGENT))
        tap = await room.connect()
        tap.say_id()
        tap.play(SPEECH, frame=320)
        await room.ear.until_ended(CALLER, AGENT)
        assert room.ear.of(CALLER)[-1] == LegEnded(CALLER, LegEnd.PROTOCOL_ERROR)


async def test_wideband_frames_are_heard_as_narrow_band() -> None:
    async with listening() as room:
        room.host.expect(str(TAP), (CALLER,))
        tap = await room.connect()
        tap.say_id()
        tap.play(np.repeat(np.frombuffer(SPEECH, "<i2"), 2).tobytes(), frame=640, kind=FrameKind.SLIN16)
        stopped = await room.ear.until(lambda event: isinstance(event, SpeechStopped))
        assert isinstance(stopped, SpeechStopped)
        assert 2.2 < stopped.voiced_s < 2.8


async def test_an_unknown_tap_is_refused_and_so_is_a_known_one_the_second_time() -> None:
    async with listening() as room:
        stranger = await room.connect()
        stranger.say_id(uuid.uuid4())
        await stranger.until_closed()
        room.host.expect(str(TAP), (CALLER,))
        first, second = await room.connect(), await room.connect()
        first.say_id()
        first.play(bytes(320))
        await room.ear.until(lambda event: isinstance(event, AudioStarted))
        second.say_id()
        await second.until_closed()
        first.writer.close()
        await room.ear.until_ended(CALLER)
        assert room.ear.events == [AudioStarted(CALLER), LegEnded(CALLER, LegEnd.CLOSED_BY_PBX)]
        assert room.host.counts().refused == 2


async def test_a_client_that_connects_and_stalls_is_closed() -> None:
    async with listening(handshake_s=0.2) as room:
        silent, halfway = await room.connect(), await room.connect()
        halfway.writer.write(frame_bytes(FrameKind.UUID, TAP.bytes)[:10])
        for tap in (silent, halfway):
            assert (await tap.until_closed()).startswith(KEEP_ALIVE)


async def test_a_tap_that_never_connects_ends_its_legs() -> None:
    async with listening(expected_for_s=0.1) as room:
        room.host.expect(str(TAP), (CALLER, AGENT))
        await room.ear.until_ended(CALLER, AGENT)
        assert room.ear.events == [
            LegEnded(CALLER, LegEnd.NEVER_CONNECTED),
            LegEnded(AGENT, LegEnd.NEVER_CONNECTED),
        ]
        late = await room.connect()
        late.say_id()
        await late.until_closed()


async def ended_by(wire: bytes) -> list[SpeechEvent]:
    """What an expected tap's leg said after these bytes."""
    async with listening() as room:
        room.host.expect(str(TAP), (CALLER,))
        tap = await room.connect()
        tap.writer.write(wire)
        await tap.until_closed()
        if frame_bytes(FrameKind.UUID, TAP.bytes) in wire:
            await room.ear.until_ended(CALLER)
        return list(room.ear.events)


IDENTIFIED = frame_bytes(FrameKind.UUID, TAP.bytes)
BROKEN = [LegEnded(CALLER, LegEnd.PROTOCOL_ERROR)]


async def test_an_oversized_frame_ends_the_tap() -> None:
    assert await ended_by(IDENTIFIED + b"\x10\xff\xfe" + bytes(1_000)) == BROKEN


async def test_a_second_id_ends_the_tap() -> None:
    assert await ended_by(IDENTIFIED + IDENTIFIED) == BROKEN


async def test_an_error_frame_ends_the_tap() -> None:
    assert await ended_by(IDENTIFIED + frame_bytes(FrameKind.ERROR, b"\x01")) == BROKEN


async def test_sound_before_the_id_is_refused() -> None:
    assert await ended_by(frame_bytes(FrameKind.SLIN, bytes(320)) + b"\0") == []


async def test_a_hang_up_frame_is_the_end() -> None:
    assert await ended_by(IDENTIFIED + HANG_UP) == [LegEnded(CALLER, LegEnd.CLOSED_BY_PBX)]


async def test_other_protocols_are_refused() -> None:
    assert await ended_by(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n") == []


async def test_strangers_are_limited_in_number() -> None:
    async with listening(max_unknown=3) as room:
        waiting = [await room.connect() for _ in range(3)]
        for tap in waiting:
            async with asyncio.timeout(PATIENCE_S):
                await tap.reader.readexactly(len(KEEP_ALIVE))
        refused = await room.connect()
        assert await refused.until_closed() == b""
        room.host.expect(str(TAP), (CALLER,))
        waiting[0].say_id()
        waiting[0].play(bytes(320))
        await room.ear.until(lambda event: isinstance(event, AudioStarted))


async def test_the_pbx_gets_whole_keep_alive_frames() -> None:
    async with listening(keep_alive_s=0.05) as room:
        tap = await room.connect()
        async with asyncio.timeout(PATIENCE_S):
            assert await tap.reader.readexactly(len(KEEP_ALIVE) * 3) == KEEP_ALIVE * 3


async def test_no_frames_are_silence_on_our_clock() -> None:
    async with listening() as room:
        room.host.expect(str(TAP), (CALLER,))
        tap = await room.connect()
        tap.say_id()
        tap.play(SPEECH[: 16_000 * 2])
        began = time.monotonic()
        stopped = await room.ear.until(lambda event: isinstance(event, SpeechStopped))
        assert isinstance(stopped, SpeechStopped)
        assert 0.4 < time.monotonic() - began < 2.0


async def test_a_shut_leg_hears_nothing_also_when_it_was_shut_before_it_connected() -> None:
    async with listening() as room:
        room.host.expect(str(TAP), (CALLER, AGENT))
        room.host.gate(AGENT, open=False)
        tap = await room.connect()
        tap.say_id()
        tap.play(stereo(SPEECH, SPEECH), frame=640)
        await room.ear.until(lambda event: isinstance(event, SpeechStopped))
        tap.writer.close()
        await room.ear.until_ended(CALLER, AGENT)
        assert room.ear.of(AGENT) == [AudioStarted(AGENT), LegEnded(AGENT, LegEnd.CLOSED_BY_PBX)]


async def test_a_dropped_tap_is_hung_up() -> None:
    async with listening() as room:
        room.host.expect(str(TAP), (CALLER,))
        tap = await room.connect()
        tap.say_id()
        tap.play(bytes(320))
        await room.ear.until(lambda event: isinstance(event, AudioStarted))
        room.host.drop(str(TAP))
        await tap.until_closed()
        other = uuid.uuid4()
        room.host.expect(str(other), (AGENT,))
        room.host.drop(str(other))
        assert room.ear.events == [
            AudioStarted(CALLER),
            LegEnded(CALLER, LegEnd.STOPPED),
            LegEnded(AGENT, LegEnd.STOPPED),
        ]


async def test_stopping_ends_every_leg() -> None:
    async with listening() as room:
        room.host.expect(str(TAP), (CALLER,))
        room.host.expect(str(uuid.uuid4()), (AGENT,))
        tap = await room.connect()
        tap.say_id()
        tap.play(bytes(320))
        await room.ear.until(lambda event: isinstance(event, AudioStarted))
        ear = room.ear
    assert ear.events[1:] == [LegEnded(CALLER, LegEnd.STOPPED), LegEnded(AGENT, LegEnd.STOPPED)]


async def test_an_overloaded_recognizer_drops_sound_says_so_and_never_holds_up_the_pbx() -> None:
    go = threading.Event()
    async with listening(lambda: ScriptedRecognizer(gate=go), longest_backlog_s=2.0) as room:
        room.host.expect(str(TAP), (CALLER,))
        tap = await room.connect()
        tap.say_id()
        voice = SPEECH[int(0.7 * 16_000) : int(1.7 * 16_000)]
        for _ in range(8):
            tap.play(voice)
            async with asyncio.timeout(PATIENCE_S):
                await tap.writer.drain()
        dropped = await room.ear.until(
            lambda event: isinstance(event, RecognitionChanged) and event.dropped_s > 0
        )
        assert isinstance(dropped, RecognitionChanged)
        assert (dropped.leg, dropped.state) == (CALLER, RecognitionState.LATE)
        go.set()


async def test_a_broken_recognizer_is_said_and_the_leg_goes_on() -> None:
    async with listening(lambda: ScriptedRecognizer(fails=True)) as room:
        room.host.expect(str(TAP), (CALLER,))
        tap = await room.connect()
        tap.say_id()
        tap.play(SPEECH)
        await room.ear.until(lambda event: isinstance(event, RecognitionChanged))
        await room.ear.until(lambda event: isinstance(event, SpeechStopped))
        changed = [event for event in room.ear.events if isinstance(event, RecognitionChanged)]
        assert changed == [RecognitionChanged(CALLER, RecognitionState.DOWN, 0.0, 0.0)]
