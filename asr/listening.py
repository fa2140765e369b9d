"""The process that listens: taps, legs and recognizers, apart from the program that decides. `python -m asr.listening FD`.

A crash in a recognizer's native code, or a core's worth of sound to judge, must not touch the program. It gets the listening
socket from the program, orders on its input and tells on its output what it hears (`asr.talk`); when its input ends, so does it.
"""

import asyncio
import contextlib
import os
import signal
import socket
import sys
import threading
from concurrent.futures import Future
from pathlib import Path
from typing import cast

from asr.events import LegId, Legs, LevelReading
from asr.pool import RecognizerPool
from asr.recognizer import ModelError, RecognitionError, Recognizer, VoskModel
from asr.server import TapHost, TapSettings
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

ALIVE_EVERY_S = 1.0
LEVELS_WAITING_BYTES = 256 * 1024
"""The program takes this long to read: levels are worth nothing late, so they are left out first."""
MOST_WAITING_BYTES = 16 * 1024 * 1024
"""And with this much it does not read at all: better to begin anew than to take the memory."""
NICENESS = 2
"""Recognition yields to whoever judges voices and decides: a card that is due must not wait for words."""


class ModelOnItsWay:
    """Voices are judged while a big model still loads; what is spoken meanwhile waits in the legs' backlogs."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._model: Future[VoskModel] = Future()

    def load(self) -> str | None:
        """Blocks. Why there is no model, if there is none."""
        try:
            self._model.set_result(VoskModel(self._folder))
        except ModelError as error:
            self._model.set_exception(error)
            return str(error)
        return None

    def recognizer(self) -> Recognizer:
        try:
            return self._model.result().recognizer()
        except ModelError as error:
            raise RecognitionError(str(error)) from error


class _Mouth(asyncio.BaseProtocol):
    """Our output: what was told but not yet read is limited."""

    transport: asyncio.WriteTransport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.WriteTransport", transport)

    def tell(self, told: Told) -> None:
        waiting = self.transport.get_write_buffer_size()
        if waiting > LEVELS_WAITING_BYTES and isinstance(told, LevelReading):
            return
        if waiting > MOST_WAITING_BYTES:
            raise SystemExit("the program does not read what it is told")
        self.transport.write(message_bytes(told))


async def listen(sock: socket.socket) -> None:
    """Until our input ends."""
    loop = asyncio.get_running_loop()
    ears = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(ears), sys.stdin.buffer)
    _, mouth = await loop.connect_write_pipe(_Mouth, sys.stdout.buffer)
    parser = TalkParser()
    orders: list[Order | Told] = []
    while not orders:
        orders = parser.feed(await _read(ears))
    task, *orders = orders
    if not isinstance(task, Task):
        raise TalkError("the first order is not the task")
    model = ModelOnItsWay(Path(task.model))
    threading.Thread(target=lambda: _load(model, mouth, loop), name="model", daemon=True).start()
    pool = RecognizerPool(model.recognizer, task.threads, niceness=NICENESS)
    pool.start()
    host = TapHost(TapSettings(), pool, mouth.tell, loop.time)
    async with asyncio.TaskGroup() as group:
        hosting = group.create_task(host.run(sock))
        beating = group.create_task(_tell_alive(host, mouth))
        with contextlib.suppress(EOFError):
            while True:
                for order in orders:
                    obey(order, host)
                orders = parser.feed(await _read(ears))
        hosting.cancel()
        beating.cancel()


async def _read(ears: asyncio.StreamReader) -> bytes:
    data = await ears.read(1 << 16)
    if not data:
        raise EOFError
    return data


def _load(model: ModelOnItsWay, mouth: _Mouth, loop: asyncio.AbstractEventLoop) -> None:
    problem = model.load()
    with contextlib.suppress(RuntimeError):  # the loop may be closed by now
        loop.call_soon_threadsafe(mouth.tell, ModelLoaded(problem))


async def _tell_alive(host: TapHost, mouth: _Mouth) -> None:
    while True:
        counts = host.counts()
        mouth.tell(Alive(counts.connections, counts.refused, counts.frames))
        await asyncio.sleep(ALIVE_EVERY_S)


def obey(order: Order | Told, host: TapHost) -> None:
    match order:
        case Expect(tap_id, legs):
            host.expect(tap_id, _one_or_two(legs))
        case Gate(leg, is_open):
            host.gate(leg, is_open)
        case Drop(tap_id):
            host.drop(tap_id)
        case _:
            raise TalkError(f"{type(order).__name__} is no order for one who listens")


def _one_or_two(legs: tuple[LegId, ...]) -> Legs:
    return (legs[0], legs[1]) if len(legs) > 1 else (legs[0],)


def main() -> None:
    # A service manager's SIGTERM goes to the program too, which closes our input when it is done with us.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    sock = socket.socket(fileno=int(sys.argv[1]))
    with contextlib.suppress(EOFError):
        asyncio.run(listen(sock))
    # Threads may be deep inside Kaldi; there is nothing to save and nobody to wait for.
    os._exit(0)


if __name__ == "__main__":
    main()
