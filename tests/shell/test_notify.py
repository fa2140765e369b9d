"""Notices against a real HTTP and a real SMTP server: delivered, out of order for a while, delivered after all."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.header import decode_header, make_header

from aiosmtpd.smtp import SMTP, Envelope, Session

from assistant.clock import SystemClock
from assistant.effects import NoticeKind, Notify
from assistant.messages import Part
from assistant.notify.delivery import Notifier, NotifierSettings
from assistant.notify.rules import DEFAULT_RULES, Audience

PATIENT = "rto=60&cto=60"
"""Apprise gives a server 4 s to answer, and a busy machine may take longer; what was given up is sent again."""
RAISED = Notify("escalation", True, "坐席 8001:客户 13800138000 要求主管回电")
LOST = Notify("pbx_lost", True, "与电话系统的连接断开")


@dataclass
class HttpSink:
    """Takes POSTs on a real port; while `sick`, it answers 503; while `mute`, it answers nothing; a `dazed` one has taken what it
    does not answer."""

    port: int = 0
    sick: bool = False
    mute: bool = False
    dazed: bool = False
    asked: int = 0
    got: list[dict[str, object]] = field(default_factory=list)
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(head.partition("content-length:")[2].split("\r\n")[0])
        body = json.loads(await reader.readexactly(length))
        async with self.changed:
            self.asked += 1
            if not (self.sick or self.mute):
                self.got.append(body)
            self.changed.notify_all()
        if self.mute or self.dazed:
            await reader.read()
        status = "503 Sick" if self.sick else "200 OK"
        writer.write(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
        writer.close()

    async def until(self, asked: int = 0, got: int = 0) -> None:
        async with asyncio.timeout(15), self.changed:
            await self.changed.wait_for(lambda: self.asked >= asked and len(self.got) >= got)


@asynccontextmanager
async def http_sink() -> AsyncIterator[HttpSink]:
    sink = HttpSink()
    server = await asyncio.start_server(sink.serve, "127.0.0.1", 0)
    sink.port = server.sockets[0].getsockname()[1]
    async with server:
        yield sink


class Postman:
    """aiosmtpd's handler."""

    def __init__(self) -> None:
        self.mails: asyncio.Queue[Envelope] = asyncio.Queue()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.mails.put_nowait(envelope)
        return "250 OK"


class Parts:
    def __init__(self) -> None:
        self.said: list[Part] = []
        self.changed = asyncio.Condition()
        self._wake = asyncio.Event()

    def hear(self, part: Part) -> None:
        self.said.append(part)
        self._wake.set()

    async def until(self, state: str) -> Part:
        async with asyncio.timeout(15):
            while not self.said or self.said[-1].state != state:
                self._wake.clear()
                await self._wake.wait()
        return self.said[-1]


@asynccontextmanager
async def telling(
    addresses: dict[Audience, tuple[str, ...]], **how: float
) -> AsyncIterator[tuple[Notifier, Parts]]:
    parts = Parts()
    quick: dict[str, object] = {"pauses": (0.05,), "limit_of_a_try": 60.0, **how}
    settings = NotifierSettings(addresses, DEFAULT_RULES, **quick)  # type: ignore[arg-type]
    notifier = Notifier(settings, SystemClock(), parts.hear)
    async with asyncio.TaskGroup() as group:
        running = group.create_task(notifier.run())
        yield notifier, parts
        running.cancel()


async def test_a_letter_arrives_without_anybodys_number() -> None:
    async with http_sink() as sink:
        where = {Audience.SUPERVISORS: (f"json://127.0.0.1:{sink.port}/?{PATIENT}",)}
        async with telling(where) as (notifier, parts):
            notifier.tell(RAISED)
            notifier.tell(LOST)  # for administrators, who have no address
            await sink.until(got=1)
            await parts.until("ok")
    [body] = sink.got
    assert (body["title"], body["message"]) == ("【紧急】400 热线", "坐席 8001:客户 13*******00 要求主管回电")


async def test_an_outage_is_said_and_everything_arrives_after_it_in_order() -> None:
    async with http_sink() as sink:
        sink.sick = True
        where = {Audience.SUPERVISORS: (f"json://127.0.0.1:{sink.port}/token-secret?{PATIENT}",)}
        async with telling(where) as (notifier, parts):
            notifier.tell(Notify("escalation", False, "一"))
            notifier.tell(Notify("escalation", False, "二"))
            down = await parts.until("down")
            assert "supervisors[1] json" in down.text
            assert "secret" not in down.text
            await sink.until(asked=3)
            sink.sick = False
            await sink.until(got=2)
            ok = await parts.until("ok")
    assert [body["message"] for body in sink.got] == ["一", "二"]
    assert ok.text == "通知发送正常。"


async def test_a_storm_stops_at_the_limit_of_its_audience_and_no_other_s() -> None:
    async with http_sink() as sink, http_sink() as admins:
        where = {
            Audience.SUPERVISORS: (f"json://127.0.0.1:{sink.port}/?{PATIENT}",),
            Audience.ADMINISTRATORS: (f"json://127.0.0.1:{admins.port}/?{PATIENT}",),
        }
        async with telling(where, storm_limit=2) as (notifier, parts):
            for number in range(5):
                notifier.tell(Notify(NoticeKind.PHONE, False, f"第 {number} 部话机"))
            notifier.tell(LOST)
            await sink.until(got=2)
            await admins.until(got=1)
            await parts.until("ok")
    assert [body["message"] for body in sink.got] == ["第 0 部话机", "第 1 部话机"]
    assert [body["message"] for body in admins.got] == [LOST.text]


async def test_one_address_that_hangs_keeps_no_other_waiting() -> None:
    async with http_sink() as sink, http_sink() as hanging:
        hanging.mute = True
        addresses = (f"json://127.0.0.1:{hanging.port}/?rto=1", f"json://127.0.0.1:{sink.port}/")
        async with telling({Audience.SUPERVISORS: addresses}) as (notifier, parts):
            before = asyncio.get_running_loop().time()
            notifier.tell(RAISED)
            assert asyncio.get_running_loop().time() - before < 0.05
            await sink.until(got=1)
            assert (await parts.until("degraded")).text.startswith("通知发不出去(supervisors[1] json)")


async def test_a_letter_whose_receipt_never_came_is_sent_again_rather_than_lost() -> None:
    async with http_sink() as sink:
        sink.dazed = True
        where = {Audience.SUPERVISORS: (f"json://127.0.0.1:{sink.port}/",)}
        async with telling(where, limit_of_a_try=0.2) as (notifier, parts):
            notifier.tell(Notify("escalation", False, "一"))
            await sink.until(got=1)
            assert (await parts.until("down")).text.startswith("通知发不出去")
            sink.dazed = False
            await sink.until(got=2)
            await parts.until("ok")
    assert {body["message"] for body in sink.got} == {"一"}


async def test_what_cannot_be_delivered_in_time_is_counted() -> None:
    async with http_sink() as sink:
        sink.sick = True
        where = {Audience.SUPERVISORS: (f"json://127.0.0.1:{sink.port}/",)}
        async with telling(where, keep_trying=0.0) as (notifier, parts):
            notifier.tell(Notify("escalation", False, "一"))
            await parts.until("down")
            sink.sick = False
            notifier.tell(Notify("escalation", False, "二"))
            await sink.until(got=1)
            lost = await parts.until("degraded")
    assert lost.text == "有 1 条通知没有送到,现在已恢复。"


async def test_mail_by_a_real_smtp_server_that_was_away() -> None:
    postman = Postman()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(postman, hostname="sink"), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    url = f"mailto://example.cn:{port}?smtp=127.0.0.1&from=hotline@example.cn&to=boss@example.cn"
    async with telling({Audience.SUPERVISORS: (url,)}, limit_of_a_try=10.0) as (notifier, parts):
        notifier.tell(RAISED)
        await parts.until("down")
        server = await loop.create_server(lambda: SMTP(postman, hostname="sink"), "127.0.0.1", port)
        async with server:
            envelope = await asyncio.wait_for(postman.mails.get(), 15)
            await parts.until("ok")
    assert envelope.rcpt_tos == ["boss@example.cn"]
    assert isinstance(envelope.content, bytes)
    mail = message_from_bytes(envelope.content)
    assert str(make_header(decode_header(mail["Subject"]))) == "【紧急】400 热线"
    text = next(part for part in mail.walk() if part.get_content_type() == "text/plain")
    payload = text.get_payload(decode=True)
    assert isinstance(payload, bytes)
    assert "坐席 8001" in payload.decode()
    assert "13800138000" not in payload.decode()
