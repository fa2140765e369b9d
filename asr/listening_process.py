"""The listening side as the program sees it: one process, started, watched and started again. A shell.

The listening socket is ours and outlives the process, so a tap made while it starts anew connects all the same and waits. When
the process dies, every leg it had ends with `LegEnd.LISTENER_DIED`: whoever made the taps makes them again.
"""

import asyncio
import contextlib
import logging
import socket
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from asr.events import LegEnd, LegEnded, LegId, Legs, SpeechEvent
from asr.talk import (
    Alive,
    Drop,
    Expect,
    Gate,
    ModelLoaded,
    Order,
    TalkError,
    TalkParser,
    Task,
    Told,
    message_bytes,
)

FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.2, 10.0
STEADY_AFTER_S = 60.0
"""A process that lived this long did not die of its beginning."""
FAREWELL_S = 2.0
BACKLOG = 256

log = logging.getLogger(__name__)


class Listening(StrEnum):
    WELL = "well"
    WITHOUT_WORDS = "without_words"
    """Voices are judged, nothing is recognized: the model cannot be loaded."""
    DOWN = "down"
    """Nothing is heard until the process is there again."""


Deliver = Callable[[SpeechEvent], None]
Report = Callable[[Listening, str], None]
"""(how it is now, why)"""


@dataclass(frozen=True, slots=True)
class ListeningSettings:
    """`port` 0 takes a free one. It says every second that it lives; after `silent_after_s` it hangs and is killed."""

    model: Path
    threads: int
    host: str = "127.0.0.1"
    port: int = 9092
    silent_after_s: float = 10.0


class ListeningProcess:
    """`expect`, `gate` and `drop` as of `asr.server.TapHost`; `deliver` and `report` are called on the loop."""

    def __init__(
        self, settings: ListeningSettings, deliver: Deliver, report: Report, now: Callable[[], float]
    ) -> None:
        self.settings = settings
        self.port = settings.port
        self.listening = asyncio.Event()
        self.pid: int | None = None
        self.counts = Alive(0, 0, 0)
        self._deliver = deliver
        self._report = report
        self._now = now
        self._taps: dict[str, set[LegId]] = {}
        """The legs of every tap that have not ended."""
        self._unsent: list[Order] = []
        """Given while there is no process; as many as taps change in one pause."""
        self._input: asyncio.StreamWriter | None = None

    # -- orders --------------------------------------------------------------------------------------------------------

    def expect(self, tap_id: str, legs: Legs) -> None:
        self._taps[tap_id.lower()] = set(legs)
        self._order(Expect(tap_id, tuple(legs)))

    def gate(self, leg: LegId, open: bool) -> None:  # noqa: A002  (the word of docs/architecture.md)
        self._order(Gate(leg, open))

    def drop(self, tap_id: str) -> None:
        self._order(Drop(tap_id))

    def _order(self, order: Order) -> None:
        if self._input is None:
            self._unsent.append(order)
        else:
            self._input.write(message_bytes(order))

    # -- life ----------------------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Until cancelled. Raises OSError when the port cannot be had."""
        with socket.create_server((self.settings.host, self.settings.port), backlog=BACKLOG) as sock:
            sock.setblocking(False)
            self.port = sock.getsockname()[1]
            self.listening.set()
            pause = FIRST_PAUSE_S
            try:
                while True:
                    began = self._now()
                    try:
                        why = await self._one_life(sock)
                    except OSError as error:
                        # No memory or no process to be had: later, perhaps. The program goes on without ears.
                        why = f"it cannot be started: {error}"
                    if self._now() - began >= STEADY_AFTER_S:
                        pause = FIRST_PAUSE_S
                    log.error("the listening process ended (%s), again in %.1f s", why, pause)
                    self._bury(why)
                    await asyncio.sleep(pause)
                    pause = min(2 * pause, LONGEST_PAUSE_S)
            finally:
                self.listening.clear()

    async def _one_life(self, sock: socket.socket) -> str:
        """From the start of a process to its end, and how it ended."""
        async with _process(sock) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            self.pid, self._input = process.pid, process.stdin
            self._order(Task(str(self.settings.model), self.settings.threads))
            unsent, self._unsent = self._unsent, []
            for order in unsent:
                self._order(order)
            try:
                await self._hear(process.stdout)
            except TimeoutError:
                return f"it said nothing for {self.settings.silent_after_s} s"
            except TalkError as error:
                return str(error)
            finally:
                self.pid = self._input = None
            return _how(await process.wait())

    async def _hear(self, output: asyncio.StreamReader) -> None:
        parser = TalkParser()
        while True:
            async with asyncio.timeout(self.settings.silent_after_s):
                data = await output.read(1 << 16)
            if not data:
                return
            for told in parser.feed(data):
                self._on_told(told)

    def _on_told(self, told: Order | Told) -> None:
        match told:
            case ModelLoaded(problem):
                self._report(Listening.WITHOUT_WORDS if problem else Listening.WELL, problem or "")
            case Alive():
                self.counts = told
            case Task() | Expect() | Gate() | Drop():
                raise TalkError(f"{type(told).__name__} is not for the program")
            case _:
                self._give_out(told)

    def _give_out(self, event: SpeechEvent) -> None:
        if isinstance(event, LegEnded):
            tap = next((tap for tap, legs in self._taps.items() if event.leg in legs), None)
            if tap is None:
                return
            self._taps[tap].discard(event.leg)
            if not self._taps[tap]:
                del self._taps[tap]
        self._deliver(event)

    def _bury(self, why: str) -> None:
        """Said first, so that nobody wonders why the legs end."""
        self._unsent.clear()
        self._report(Listening.DOWN, why)
        taps, self._taps = self._taps, {}
        for legs in taps.values():
            for leg in sorted(legs):
                self._deliver(LegEnded(leg, LegEnd.LISTENER_DIED))


@asynccontextmanager
async def _process(sock: socket.socket) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "asr.listening", str(sock.fileno())),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        pass_fds=(sock.fileno(),),
        start_new_session=True,  # Ctrl-C is the program's; this one ends with its input
    )
    assert process.stdin is not None
    try:
        yield process
    finally:
        process.stdin.close()
        try:
            async with asyncio.timeout(FAREWELL_S):
                await process.wait()
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()


def _how(returncode: int) -> str:
    return f"killed by signal {-returncode}" if returncode < 0 else f"exit code {returncode}"
