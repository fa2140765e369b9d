"""The process that listens: what it tells, what its death costs, and how soon another is there."""

import asyncio
import os
import signal
import sys
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from asr import mini_zh
from asr.audiosocket import FrameKind, frame_bytes
from asr.events import AudioStarted, Heard, LegEnd, LegEnded, LegId, LevelReading, SpeechEvent, SpeechStarted
from asr.hear import read_wav
from asr.listening_process import Listening, ListeningProcess, ListeningSettings
from tests.support.until import until

CALLER, AGENT = LegId("call-1/caller"), LegId("call-1/agent")
SPEECH = read_wav(mini_zh.SPEECH / "caller_abuse_h019.wav")
PATIENCE_S = 30.0


class Program:
    """Keeps all that is delivered and reported, in order."""

    def __init__(self, model: Path, silent_after_s: float) -> None:
        settings = ListeningSettings(model, 1, port=0, silent_after_s=silent_after_s)
        self.process = ListeningProcess(settings, self._keep, self._note, time.monotonic)
        self.events: list[SpeechEvent] = []
        self.states: list[tuple[Listening, str]] = []
        self._news = asyncio.Event()

    def _keep(self, event: SpeechEvent) -> None:
        if not isinstance(event, LevelReading):
            self.events.append(event)
            self._news.set()

    def _note(self, state: Listening, why: str) -> None:
        self.states.append((state, why))
        self._news.set()

    async def until_state(self, state: Listening, count: int = 1) -> str:
        while [known for known, _ in self.states].count(state) < count:
            await self.next()
        return next(why for known, why in reversed(self.states) if known is state)

    async def until(self, event: SpeechEvent) -> None:
        while event not in self.events:
            await self.next()

    async def until_heard(self, leg: LegId) -> Heard:
        while True:
            for event in self.events:
                if isinstance(event, Heard) and event.leg == leg and event.final:
                    return event
            await self.next()

    async def next(self) -> None:
        self._news.clear()
        await self._news.wait()

    async def tap(self, *legs: LegId) -> asyncio.StreamWriter:
        """A tap is expected, and connects."""
        tap = uuid.uuid4()
        self.process.expect(str(tap), (legs[0], legs[1]) if len(legs) > 1 else (legs[0],))
        _, writer = await asyncio.open_connection("127.0.0.1", self.process.port)
        writer.write(frame_bytes(FrameKind.UUID, tap.bytes))
        return writer

    def pid(self) -> int:
        assert self.process.pid is not None
        return self.process.pid


@asynccontextmanager
async def program(model: Path = mini_zh.MODEL, silent_after_s: float = 10.0) -> AsyncIterator[Program]:
    started = Program(model, silent_after_s)
    async with asyncio.timeout(PATIENCE_S), asyncio.TaskGroup() as group:
        running = group.create_task(started.process.run())
        await started.process.listening.wait()
        yield started
        running.cancel()


def play(writer: asyncio.StreamWriter, pcm: bytes) -> None:
    for start in range(0, len(pcm) - 319, 320):
        writer.write(frame_bytes(FrameKind.SLIN, pcm[start : start + 320]))


async def test_what_is_said_comes_back_as_words() -> None:
    async with program() as listening:
        writer = await listening.tap(CALLER)
        play(writer, SPEECH)
        heard = await listening.until_heard(CALLER)
        writer.close()
        await listening.until(LegEnded(CALLER, LegEnd.CLOSED_BY_PBX))
    assert heard.text != ""
    assert listening.states == [(Listening.WELL, "")]
    assert listening.events[0] == AudioStarted(CALLER)
    assert listening.events[-1] == LegEnded(CALLER, LegEnd.CLOSED_BY_PBX)


async def test_killed_in_mid_call_it_says_so_and_listens_again() -> None:
    async with program() as listening:
        await listening.until_state(Listening.WELL)
        writer = await listening.tap(CALLER, AGENT)
        writer.write(frame_bytes(FrameKind.SLIN, bytes(640)))
        await listening.until(AudioStarted(AGENT))
        os.kill(listening.pid(), signal.SIGKILL)
        await listening.until(LegEnded(CALLER, LegEnd.LISTENER_DIED))
        again = LegId("call-1/caller again")
        second = await listening.tap(again)  # before the new process is there: our socket holds it
        play(second, SPEECH)
        heard = await listening.until_heard(again)
        writer.close()
        second.close()
    assert heard.text != ""
    states = [state for state, _ in listening.states]
    assert states == [Listening.WELL, Listening.DOWN, Listening.WELL]
    assert listening.states[1] == (Listening.DOWN, "killed by signal 9")
    ended = [event for event in listening.events if isinstance(event, LegEnded)][:2]
    assert ended == [LegEnded(AGENT, LegEnd.LISTENER_DIED), LegEnded(CALLER, LegEnd.LISTENER_DIED)]


async def test_one_that_cannot_be_started_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    async with program() as listening:
        why = await listening.until_state(Listening.DOWN)
        monkeypatch.undo()
        await listening.until_state(Listening.WELL)
    assert why.startswith("it cannot be started: ")
    assert "/nowhere/python" in why


async def test_one_that_hangs_is_killed() -> None:
    async with program(silent_after_s=2.5) as listening:
        await listening.until_state(Listening.WELL)
        first = listening.pid()
        os.kill(first, signal.SIGSTOP)
        why = await listening.until_state(Listening.DOWN)
        await listening.until_state(Listening.WELL, 2)
        assert listening.pid() != first
    assert why == "it said nothing for 2.5 s"


async def test_kept_waiting_in_mid_sentence_it_hears_the_sentence_whole() -> None:
    """The machine was busy elsewhere; the sound waited in the socket. It is late then, and not full of holes."""
    texts = []
    async with program() as listening:
        await listening.until_state(Listening.WELL)
        for held_up in (False, True):
            leg = LegId(f"held up: {held_up}")
            writer = await listening.tap(leg)
            first, meanwhile = SPEECH[:16_000], SPEECH[16_000:32_000]
            play(writer, first)
            while not any(
                isinstance(event, SpeechStarted) and event.leg == leg for event in listening.events
            ):
                await listening.next()
            if held_up:
                os.kill(listening.pid(), signal.SIGSTOP)
            for start in range(0, len(meanwhile), 320):
                play(writer, meanwhile[start : start + 320])
                await asyncio.sleep(0.02)  # as fast as somebody speaks
            if held_up:
                os.kill(listening.pid(), signal.SIGCONT)
            play(writer, SPEECH[32_000:])
            texts.append((await listening.until_heard(leg)).text)
            writer.close()
    assert texts[1] == texts[0]


async def test_without_a_model_voices_are_judged_all_the_same(tmp_path: Path) -> None:
    async with program(tmp_path) as listening:
        why = await listening.until_state(Listening.WITHOUT_WORDS)
        writer = await listening.tap(CALLER)
        play(writer, SPEECH)
        await until(lambda: any(isinstance(event, SpeechStarted) for event in listening.events))
        writer.close()
    assert "conf/mfcc.conf" in why


async def test_it_ends_with_the_program() -> None:
    async with program() as listening:
        await listening.until_state(Listening.WELL)
        pid = listening.pid()
    assert not Path(f"/proc/{pid}").exists()
