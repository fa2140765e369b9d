"""The company's customer system, played by a real HTTP server: told of a call at once, signed; its failures are seen and cost nothing."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from assistant.clock import SystemClock
from assistant.config import CrmSection, Settings
from assistant.crm_address import Caller
from assistant.crm_hook import WELL, CrmHook, CrmHookSettings
from assistant.effects import TellCrm
from assistant.messages import Part
from assistant.outside import reach_outside
from assistant.store import Store

SECRET = "0123456789abcdef"


def answered(call_id: str = "1700.1") -> TellCrm:
    return TellCrm(Caller("13800138000", call_id, "8001", "line400", "4001234567", "北京"), 4.0, 5.5)


@dataclass
class Crm:
    """`answers`: the statuses to give, one a post, then 200. None: says nothing until the other side leaves."""

    answers: list[int | None] = field(default_factory=list)
    port: int = 0
    posts: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        lines = [line.partition(": ") for line in head.split("\r\n")[1:] if line]
        headers = {name.lower(): value for name, _, value in lines}
        body = await reader.readexactly(int(headers["content-length"]))
        status = self.answers.pop(0) if self.answers else 200
        async with self.changed:
            self.posts.append((headers, body))
            self.changed.notify_all()
        if status is None:
            await reader.read()
        else:
            head = f"HTTP/1.1 {status} X\r\nLocation: /elsewhere\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            writer.write(head.encode())
        writer.close()

    async def until(self, posts: int) -> None:
        async with asyncio.timeout(10), self.changed:
            await self.changed.wait_for(lambda: len(self.posts) >= posts)


@dataclass
class Told:
    """What the page was told of the customer system."""

    parts: list[Part] = field(default_factory=list)
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def hear(self, part: Part) -> None:
        self.parts.append(part)
        self.news.set()

    async def until(self, holds: Callable[[Part], bool]) -> Part:
        async with asyncio.timeout(10):
            while not any(holds(part) for part in self.parts):
                self.news.clear()
                await self.news.wait()
        return next(part for part in self.parts if holds(part))


@asynccontextmanager
async def running(crm: Crm, **wishes: object) -> AsyncIterator[tuple[CrmHook, Told]]:
    told = Told()
    server = await asyncio.start_server(crm.serve, "127.0.0.1", 0)
    crm.port = crm.port or server.sockets[0].getsockname()[1]
    wished = {"secret": SECRET, "timeout": 5.0, "pauses": (0.01, 0.01), **wishes}
    settings = CrmHookSettings(f"http://127.0.0.1:{crm.port}/hook", **wished)  # type: ignore[arg-type]
    hook = CrmHook(settings, SystemClock(), told.hear)
    async with server, asyncio.TaskGroup() as group:
        task = group.create_task(hook.run())
        try:
            yield hook, told
        finally:
            task.cancel()


async def test_an_answered_call_is_posted_and_signed() -> None:
    crm = Crm()
    async with running(crm) as (hook, told):
        hook.tell(answered())
        await crm.until(posts=1)
    headers, body = crm.posts[0]
    said = json.loads(body)
    assert said.pop("answered_at").endswith("+00:00")
    assert said == {
        "event": "call_answered",
        "call_id": "1700.1",
        "number": "13800138000",
        "region": "北京",
        "dialled": "4001234567",
        "queue": "line400",
        "agent": "8001",
        "ring_s": 4.0,
        "wait_s": 5.5,
    }
    signed = headers["x-hotline-timestamp"].encode() + b"." + body
    expected = hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()
    assert headers["x-hotline-signature"] == f"sha256={expected}"
    assert told.parts == [WELL]


async def test_without_a_secret_nothing_pretends_to_be_signed() -> None:
    crm = Crm()
    async with running(crm, secret="") as (hook, _):
        hook.tell(answered())
        await crm.until(posts=1)
    assert "x-hotline-signature" not in crm.posts[0][0]


async def test_a_failure_is_tried_again_under_the_same_name() -> None:
    crm = Crm(answers=[503, None])
    async with running(crm, timeout=1.0) as (hook, told):
        hook.tell(answered())
        await crm.until(posts=3)
    assert len({headers["x-hotline-delivery"] for headers, _ in crm.posts}) == 1
    assert (hook.lost, told.parts) == (0, [WELL])


async def test_what_cannot_be_told_is_given_up_visibly_and_the_next_success_clears_it() -> None:
    crm = Crm(answers=[500, 500, 302])
    async with running(crm) as (hook, told):
        hook.tell(answered())
        lost = await told.until(lambda part: part.state == "degraded")
        assert "回答 302" in lost.text
        assert "已有 1 通" in lost.text
        assert "138" not in lost.text
        hook.tell(answered("1700.2"))
        await told.until(lambda part: part is WELL and told.parts.count(WELL) == 2)
    assert (hook.lost, hook.delivered) == (1, 1)


async def test_a_system_that_is_away_is_said_to_be_away() -> None:
    crm = Crm(port=1)
    async with running(crm) as (hook, told):
        hook.tell(answered())
        lost = await told.until(lambda part: part.state == "degraded")
    assert "连接不上" in lost.text


async def test_too_many_waiting_drops_the_oldest_and_never_blocks() -> None:
    crm = Crm(answers=[None] * 4)
    async with running(crm, waiting=2, pauses=(), timeout=5.0) as (hook, _):
        for number in range(4):
            hook.tell(answered(f"busy.{number}"))
            await crm.until(posts=number + 1)
        for number in range(3):
            hook.tell(answered(f"late.{number}"))
        assert hook.lost == 1


async def test_the_program_tells_it_as_its_settings_say(tmp_path: Path) -> None:
    crm, told = Crm(), Told()
    server = await asyncio.start_server(crm.serve, "127.0.0.1", 0)
    address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hook"
    settings = Settings(crm=CrmSection(webhook=address, webhook_secret=SECRET))
    store = await Store.open(f"sqlite:///{tmp_path}/book.db", SystemClock().wall())
    try:
        async with server, ending() as group:
            outside = reach_outside(settings, store.reports, SystemClock(), told.hear, group)
            outside.tell(answered())
            await crm.until(posts=1)
    finally:
        await store.close()
    assert "x-hotline-signature" in crm.posts[0][0]
    assert told.parts == [WELL]


async def test_without_an_address_nobody_is_told(tmp_path: Path) -> None:
    told = Told()
    store = await Store.open(f"sqlite:///{tmp_path}/book.db", SystemClock().wall())
    try:
        async with ending() as group:
            outside = reach_outside(Settings(), store.reports, SystemClock(), told.hear, group)
            outside.tell(answered())
    finally:
        await store.close()
    assert told.parts == []


@asynccontextmanager
async def ending() -> AsyncIterator[asyncio.TaskGroup]:
    """What was started in it ends with it."""
    before = asyncio.all_tasks()
    async with asyncio.TaskGroup() as group:
        yield group
        for task in asyncio.all_tasks() - before:
            task.cancel()
