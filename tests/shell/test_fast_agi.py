"""FastAGI over real sockets: a PBX that is well, slow, silent, a stranger, or one of too many."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from ami_bridge.fast_agi import FastAgi, FastAgiSettings
from tests.support.agi import header

GOOD = {"route": "queue", "targets": "", "until": 1795600000, "plan": "1795600000:queue:"}
SET = [
    b'SET VARIABLE HOTLINE_ROUTE "queue"\n',
    b'SET VARIABLE HOTLINE_TARGETS ""\n',
    b'SET VARIABLE HOTLINE_UNTIL "1795600000"\n',
    b'SET VARIABLE HOTLINE_PLAN "1795600000:queue:"\n',
    b'SET VARIABLE HOTLINE_STATUS "ok"\n',
]
FAILED = [b'SET VARIABLE HOTLINE_STATUS "failed"\n']


@asynccontextmanager
async def serving(answer: object = GOOD, **settings: object) -> AsyncIterator[FastAgi]:
    agi = FastAgi(FastAgiSettings(port=0, **settings), lambda _: answer)  # type: ignore[arg-type]
    async with asyncio.TaskGroup() as group:
        running = group.create_task(agi.run())
        await asyncio.wait_for(agi.listening.wait(), 5)
        try:
            yield agi
        finally:
            running.cancel()


async def ask(port: int, said: bytes, *, answers: bool = True) -> list[bytes]:
    """The commands that come until the other side closes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(said)
    commands = []
    async with asyncio.timeout(10):
        try:
            while line := await reader.readline():
                commands.append(line)
                if answers:
                    writer.write(b"200 result=1\n")
        except ConnectionResetError:
            pass
    writer.close()
    return commands


async def test_the_answer_becomes_variables() -> None:
    async with serving() as agi:
        assert await ask(agi.port, header("4001234567")) == SET


async def test_fifty_at_once_are_all_answered() -> None:
    async with serving() as agi, asyncio.TaskGroup() as group:
        asking = [group.create_task(ask(agi.port, header("4001234567"))) for _ in range(50)]
        await asyncio.wait(asking)
    assert [task.result() for task in asking] == [SET] * 50


async def test_no_plan_and_no_number_are_failures() -> None:
    async with serving(None) as agi:
        assert await ask(agi.port, header("4001234567")) == FAILED
    async with serving() as agi:
        assert await ask(agi.port, header("evil")) == FAILED


async def test_what_it_does_not_know_is_closed_without_a_word() -> None:
    async with serving() as agi:
        assert await ask(agi.port, header("4001234567", script="other")) == []
        assert await ask(agi.port, b"\xff\xfe: x\n\n") == []
        assert await ask(agi.port, b"x" * 20_000) == []
        assert await ask(agi.port, header("4001234567")) == SET


async def test_a_peer_that_says_nothing_or_stops_answering_is_left() -> None:
    async with serving() as agi:
        assert await ask(agi.port, b"agi_request: x\n") == []
        assert await ask(agi.port, header("4001234567"), answers=False) == SET[:1]


async def test_strangers_and_too_many_are_turned_away() -> None:
    async with serving(peers=("10.0.0.1",)) as agi:
        assert await ask(agi.port, header("4001234567")) == []
    async with serving(connections=1) as agi:
        _, first = await asyncio.open_connection("127.0.0.1", agi.port)
        first.write(b"agi_request: x\n")
        await first.drain()
        assert await ask(agi.port, header("4001234567")) == []
        first.close()
