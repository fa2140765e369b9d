"""Where a call goes: from the question to the last variable, `hotline-agi` (its start as a process included) and FastAGI.

The service answers from a real plan with the shipped decision; Asterisk's side of AGI is played here, one acknowledgement a command.
"""

import asyncio
import json
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from ami_bridge.fast_agi import FastAgi, FastAgiSettings
from assistant.duty.in_force import PlanInForce
from tests.bench.rows import Row, spread
from tests.support.agi import header

ROOT = Path(__file__).parents[2]
PLAN = 'people: {wang: {name: 王芳, number: "13800138000"}}\nalways: [wang]\n'
IN_FORCE = PlanInForce()
ONE_BY_ONE = 40
AT_ONCE = 50


def decided(dialled: str) -> dict[str, object] | None:
    return IN_FORCE.answer(dialled, datetime.now(UTC))


async def over_http(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    body = json.dumps(decided("4001234567")).encode()
    writer.write(b"HTTP/1.1 200 OK\r\n\r\n" + body)
    writer.close()


async def by_process(port: int, token: Path) -> float:
    loop = asyncio.get_running_loop()
    began = loop.time()
    program = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "ami_bridge.agi", "4001234567", f"http://127.0.0.1:{port}", str(token),
        cwd=ROOT, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert program.stdin is not None
    assert program.stdout is not None
    program.stdin.write(header("4001234567"))
    took = await _acknowledged(program.stdout, program.stdin.write, began)
    await program.wait()
    return took


async def by_network(port: int) -> float:
    began = asyncio.get_running_loop().time()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(header("4001234567"))
    took = await _acknowledged(reader, writer.write, began)
    writer.close()
    return took


async def _acknowledged(reader: asyncio.StreamReader, write: Callable[[bytes], None], began: float) -> float:
    last = b""
    while line := await reader.readline():
        last = line
        write(b"200 result=1\n")
    assert last.endswith(b'"ok"\n'), last
    return asyncio.get_running_loop().time() - began


async def _measure() -> list[Row]:
    agi = FastAgi(FastAgiSettings(port=0), decided)
    with tempfile.TemporaryDirectory() as folder:
        token = Path(folder) / "token"
        token.write_text("sesame42")
        async with (
            asyncio.TaskGroup() as group,
            await asyncio.start_server(over_http, "127.0.0.1", 0) as server,
        ):
            running = group.create_task(agi.run())
            await agi.listening.wait()
            port = server.sockets[0].getsockname()[1]
            alone = [await by_process(port, token) for _ in range(ONE_BY_ONE)]
            together = [
                took
                for _ in range(10)
                for took in await asyncio.gather(*(by_network(agi.port) for _ in range(AT_ONCE)))
            ]
            running.cancel()
    aims = {"p99": "≤ 1000"}
    one, many = "hotline-agi, process start included", f"FastAGI, {AT_ONCE} calls at once"
    return [
        *spread(one, [took * 1000 for took in alone], "ms", aims, "one after the other"),
        *spread(many, [took * 1000 for took in together], "ms", aims),
    ]


def run() -> list[Row]:
    IN_FORCE.take_text(PLAN)
    return asyncio.run(_measure())
