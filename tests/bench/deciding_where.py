"""Where a call goes: from the question to the last variable, `hotline-agi` (its start as a process included) and FastAGI.

The real program answers, from a real plan; Asterisk's side of AGI is played here, one acknowledgement a command.
"""

import asyncio
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.bench.program import free_port, program
from tests.bench.rows import Row, spread
from tests.support.agi import header

ROOT = Path(__file__).parents[2]
PLAN = 'people: {wang: {name: 王芳, number: "13800138000"}}\nalways: [wang]\n'
ONE_BY_ONE = 200
AT_ONCE = 50
ROUNDS = 10


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
    with tempfile.TemporaryDirectory(prefix="hotline-bench-") as name:
        folder, agi_port = Path(name), free_port()
        (folder / "duty.yaml").write_text(PLAN, "utf-8")
        token = folder / "route.token"
        duty = {
            "HOTLINE_DUTY_PLAN": str(folder / "duty.yaml"),
            "HOTLINE_DUTY_TOKEN_FILE": str(token),
            "HOTLINE_DUTY_AGI_PORT": str(agi_port),
        }
        no_pbx = free_port()
        async with program(f"sqlite:///{folder / 'bench.db'}", no_pbx, **duty) as (_, port):
            alone = [await by_process(port, token) for _ in range(ONE_BY_ONE)]
            together = [
                took
                for _ in range(ROUNDS)
                for took in await asyncio.gather(*(by_network(agi_port) for _ in range(AT_ONCE)))
            ]
    aims = {"p99": "≤ 1000"}
    one, many = "hotline-agi, process start included", f"FastAGI, {AT_ONCE} calls at once"
    return [
        *spread(one, [took * 1000 for took in alone], "ms", aims, "one after the other"),
        *spread(many, [took * 1000 for took in together], "ms", aims),
    ]


def run() -> list[Row]:
    return asyncio.run(_measure())
