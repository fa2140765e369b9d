"""The real program as a process, with a simulated PBX before it and a supervisor's page behind it."""

import asyncio
import json
import os
import socket
import sys
import tempfile
import wave
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import numpy as np
import websockets
from websockets.asyncio.client import ClientConnection

from assistant.clock import SystemClock
from assistant.messages import Role
from assistant.store import Store
from assistant.store.passwords import Passwords

ROOT = Path(__file__).parents[2]
SPEECH = ROOT / "asr" / "mini_zh" / "speech"
PASSWORD = "measured-400"
Fact = dict[str, object]


@dataclass
class Running:
    """`sent`: what the PBX sent and when; `shown`: what the page got and when. Both on CLOCK_MONOTONIC, seconds."""

    pid: int
    page: ClientConnection
    sent: list[Fact] = field(default_factory=list)
    shown: list[tuple[float, Fact]] = field(default_factory=list)


@asynccontextmanager
async def running(scenario: str, calls: int, per_second: float = 10) -> AsyncIterator[Running]:
    """`calls` of this scenario at once, each at an agent of its own, for as long as the context lasts."""
    with tempfile.TemporaryDirectory(prefix="hotline-bench-") as name:
        folder = Path(name)
        (folder / "measured.yaml").write_text(scenario, "utf-8")
        async with simulator(folder, calls, per_second) as (ami_port, output):
            url = f"sqlite:///{folder / 'bench.db'}"
            await add_supervisor(url)
            async with program(url, ami_port) as (pid, port), await open_page(port) as page:
                bench = Running(pid, page)
                async with asyncio.TaskGroup() as group:
                    notes = (note_sent(output, bench), note_shown(bench))
                    tasks = [group.create_task(note) for note in notes]
                    try:
                        yield bench
                    finally:
                        for task in tasks:
                            task.cancel()


@asynccontextmanager
async def simulator(
    folder: Path, calls: int, per_second: float
) -> AsyncIterator[tuple[int, asyncio.StreamReader]]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "ami_bridge.simulator", "--speech", str(SPEECH), "--scenarios", str(folder)),
        *("--load", str(calls), "--rate", str(per_second), "--trace"),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, cwd=ROOT, limit=2**20,
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield json.loads(await process.stdout.readline())["ready"]["ami"], process.stdout
    finally:
        process.stdin.close()
        await process.wait()


@asynccontextmanager
async def program(url: str, ami_port: int, **more: str) -> AsyncIterator[tuple[int, int]]:
    """Its process and its port. `more`: settings besides, as the environment names them."""
    port = free_port()
    settings = {
        "HOTLINE_PBX_PORT": str(ami_port), "HOTLINE_PBX_SECRET": "demo", "HOTLINE_PBX_TAP_PORT": "0",
        "HOTLINE_WEB_PORT": str(port), "HOTLINE_RECORDS_URL": url, "HOTLINE_LOG_LEVEL": "error",
    }  # fmt: skip
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "assistant", "serve", cwd=Path(url.removeprefix("sqlite:///")).parent,
        env={**os.environ, **settings, **more, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    try:
        async with asyncio.timeout(60):
            await until_listening(port)
        yield process.pid, port
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def until_listening(port: int) -> None:
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.1)  # refused: there is nothing to wait on but the port itself
        else:
            writer.close()
            return


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def add_supervisor(url: str) -> None:
    await add_account(url, "9001", "supervisor")


async def add_account(url: str, extension: str, role: Role) -> None:
    wall = SystemClock().wall()
    store = await Store.open(url, wall)
    await store.accounts.add(extension, extension, role, await Passwords().hash(PASSWORD), wall)
    await store.close()


async def open_page(port: int) -> ClientConnection:
    base = f"http://127.0.0.1:{port}"
    async with httpx.AsyncClient(base_url=base, headers={"Origin": base}, timeout=20) as client:
        response = await client.post("/api/login", json={"extension": "9001", "password": PASSWORD})
        response.raise_for_status()
        cookie = "; ".join(f"{name}={value}" for name, value in response.cookies.items())
    return await websockets.connect(
        f"ws://127.0.0.1:{port}/ws", origin=base, additional_headers={"Cookie": cookie}, max_size=2**24
    )


async def note_sent(output: asyncio.StreamReader, bench: Running) -> None:
    while line := await output.readline():
        bench.sent.append(json.loads(line))


async def note_shown(bench: Running) -> None:
    now = asyncio.get_running_loop().time
    async for message in bench.page:
        bench.shown.append((now(), json.loads(message)))


def speech_ends(sound: str) -> float:
    """Seconds from the beginning of a recording to its last voiced sample."""
    with wave.open(str(SPEECH / sound), "rb") as recording:
        samples = np.frombuffer(recording.readframes(recording.getnframes()), dtype="<i2").astype(np.int32)
    voiced = np.flatnonzero(np.abs(samples) > 500)
    return float(voiced[-1]) / 8000


def length(sound: str) -> float:
    with wave.open(str(SPEECH / sound), "rb") as recording:
        return -(-recording.getnframes() // 160) * 0.02
