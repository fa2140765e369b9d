"""`hotline demo` as a user starts it: address and logins are said, they work, and a call arrives by itself."""

import asyncio
import json
import re
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import connect

from assistant.demo import PASSWORD, DemoError, free_port


@asynccontextmanager
async def demo(*options: str) -> AsyncIterator[str]:
    """The address it says, once it says it."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "assistant", "demo", "--port", "0", *options, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(60):
            while (found := re.search(rb"http://\S+", await process.stdout.readline())) is None:
                assert not process.stdout.at_eof()
        yield found[0].decode()
    finally:
        process.send_signal(signal.SIGINT)
        async with asyncio.timeout(30):
            assert await process.wait() == 0


async def test_the_logins_work_and_a_call_arrives() -> None:
    async with demo("--once", "打错电话") as address, httpx.AsyncClient(base_url=address) as client:
        client.headers["Origin"] = address
        login = await client.post("/api/login", json={"extension": "8001", "password": PASSWORD})
        assert login.status_code == 200
        cookie = "; ".join(f"{name}={value}" for name, value in login.cookies.items())
        url = address.replace("http", "ws") + "/ws"
        async with connect(url, additional_headers={"Cookie": cookie}, origin=address) as page:  # type: ignore[arg-type]
            hello = json.loads(await page.recv())
            assert (hello["demo"], "打错电话" in hello["demo_scenarios"]) == (True, True)
            async with asyncio.timeout(60):
                while "接听首句" not in titles_of(json.loads(await page.recv())):
                    pass


def titles_of(message: dict[str, Any]) -> list[str]:
    """Of the cards it brings: one, or those of a snapshot."""
    cards = (
        message["cards"]
        if message["type"] == "snapshot"
        else [message["card"]]
        if message["type"] == "card"
        else []
    )
    return [card["title"] for card in cards]


async def test_an_unknown_scenario_is_named_with_the_known_ones() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "assistant",
        "demo",
        "--port",
        "0",
        "--once",
        "没有这个",
        stderr=asyncio.subprocess.PIPE,
    )
    _, said = await process.communicate()
    assert process.returncode == 1
    assert "没有场景「没有这个」" in said.decode()
    assert "打错电话" in said.decode()


async def test_a_taken_port_gives_way_to_the_next() -> None:
    server = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", 0)
    taken = server.sockets[0].getsockname()[1]
    async with server:
        assert free_port(taken) > taken


def test_no_port_beyond_the_last() -> None:
    with pytest.raises(DemoError, match="都被占用"):
        free_port(65536)
