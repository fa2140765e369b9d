"""From the start of `hotline serve`, with its records there, to the page and to the first word it could recognize; and what that costs.

Medians of three starts. What a restart after `kill -9` in mid-call takes is tried on the real Asterisk in `tests/integration/test_faults.py`.
"""

import asyncio
import statistics
import tempfile
from pathlib import Path

import httpx
import psutil

from tests.bench.program import add_supervisor, program, simulator
from tests.bench.rows import Row

STARTS = 3
CALLS = "title: 无\ncaller: {number: '1'}\nring: [{agents: ['8001'], seconds: 1}]\nsteps: []\n"


def run() -> list[Row]:
    return asyncio.run(measure())


async def measure() -> list[Row]:
    with tempfile.TemporaryDirectory(prefix="hotline-bench-") as name:
        folder = Path(name)
        (folder / "measured.yaml").write_text(CALLS, "utf-8")
        url = f"sqlite:///{folder / 'bench.db'}"
        await add_supervisor(url)
        async with simulator(folder, 0, 1) as (ami_port, _):
            starts = [await start(url, ami_port) for _ in range(STARTS)]
    names = ("page answers", "PBX and recognizer there", "processor time until then, both processes")
    note = f"median of {STARTS}"
    return [
        Row(name, statistics.median(start[index] for start in starts), "s", aim, note)
        for index, (name, aim) in enumerate(zip(names, ("", "≤ 5", ""), strict=True))
    ]


async def start(url: str, ami_port: int) -> tuple[float, float, float]:
    loop = asyncio.get_running_loop()
    began = loop.time()
    async with program(url, ami_port) as (pid, port):
        page = loop.time() - began
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=20) as client:
            while (await client.get("/api/health")).json()["status"] != "ok":
                await asyncio.sleep(0.02)  # it tells nobody; asked so often that the time measured is right
        deciding = psutil.Process(pid)
        times = [process.cpu_times() for process in (deciding, *deciding.children())]
        return page, loop.time() - began, sum(time.user + time.system for time in times)
