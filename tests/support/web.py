"""A real web server on a free loopback port with a real SQLite book, and the clients that talk to it."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import httpx
from argon2 import PasswordHasher
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from assistant.clock import Clock, SystemClock
from assistant.config import ScriptsSection
from assistant.duty.messages_left import MessagesLeft
from assistant.messages import BrowserMessage, Hello, LineView, Part, Role, ServerMessage, Snapshot
from assistant.people import Person
from assistant.recordings import Recordings
from assistant.script_desk import ScriptDesk
from assistant.scripts import Shelf
from assistant.store import Store
from assistant.store.documents import Document
from assistant.store.passwords import Passwords
from assistant.web import Hub, WebParts, WebServer, WebSettings, create_app
from tests.support.migrated import migrated_sqlite
from tests.support.until import PATIENCE_S

PASSWORD = "correct horse 42"

LIMITS = WebSettings(
    login_failures_per_account=3,
    login_failures_per_address=8,
    browser_messages=20,
    browsers_per_person=3,
    max_body_bytes=2048,
    body_timeout_s=0.3,
    send_timeout_s=0.3,
    heartbeat_s=0.1,
    session_check_s=0.05,
    send_buffer_bytes=4096,
    stop_within_s=1,
)


def cheap_passwords() -> Passwords:
    return Passwords(hasher=PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


def hello_for(person: Person) -> Hello:
    return Hello(
        protocol=1,
        program_version="test",
        role=person.role,
        extension=person.extension,
        name=person.name,
        demo=False,
        demo_scenarios=[],
    )


def empty_snapshot(_: Person) -> Snapshot:
    line = LineView(parts=[], pack="p", model="m", model_is_demo=True, waiting=0)
    return Snapshot(
        line=line, calls=[], cards=[], waiting={}, transcript=[], escalations=[], agents=[], situations=[]
    )


@dataclass
class Site:
    """A running server; what browsers sent is in `received`."""

    store: Store
    hub: Hub
    settings: WebSettings
    port: int = 0
    received: list[tuple[Person, BrowserMessage]] = field(default_factory=list)
    answer: ServerMessage | None = None
    parts: list[Part] = field(default_factory=list)
    shelves: list[Shelf] = field(default_factory=list)
    """What was put in force, in order."""
    people: list[Person] = field(default_factory=list)
    """Who changed, as the program was told."""
    documents: list[Document] = field(default_factory=list)
    """What was saved, as the program was told."""
    snapshot: Callable[[Person], Snapshot] = empty_snapshot

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def receive(self, person: Person, message: BrowserMessage) -> ServerMessage | None:
        self.received.append((person, message))
        return self.answer

    def see(self, person: Person) -> Snapshot:
        return self.snapshot(person)

    def client(self, origin: str | None = None) -> httpx.AsyncClient:
        headers = {"origin": origin or self.origin}
        # Without TLS there is nothing to verify, and to read the authorities takes longer than most questions.
        return httpx.AsyncClient(
            base_url=self.origin, headers=headers, timeout=PATIENCE_S, trust_env=False, verify=False
        )

    async def add_user(self, extension: str, role: Role = "agent") -> Person:
        hashed = await cheap_passwords().hash(PASSWORD)
        return await self.store.accounts.add(
            extension, f"坐席{extension}", role, hashed, SystemClock().wall()
        )

    async def sign_in(self, client: httpx.AsyncClient, extension: str) -> str:
        """The cookie header for a websocket."""
        answer = await client.post("/api/login", json={"extension": extension, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        return "; ".join(f"{name}={value}" for name, value in client.cookies.items())

    async def browser(self, extension: str, **options: object) -> ClientConnection:
        """A signed-in websocket; close it yourself."""
        async with self.client() as client:
            cookie = await self.sign_in(client, extension)
        return await self.socket(cookie, **options)

    async def socket(
        self, cookie: str | None, origin: str | None = None, **options: object
    ) -> ClientConnection:
        headers = {} if cookie is None else {"cookie": cookie}
        return await connect(
            f"ws://127.0.0.1:{self.port}/ws",
            origin=origin or self.origin,  # type: ignore[arg-type]
            additional_headers=headers,
            proxy=None,
            **options,  # type: ignore[arg-type]
        )


@asynccontextmanager
async def running_site(
    folder: Path,
    settings: WebSettings | None = None,
    url: str | None = None,
    *,
    scripted: bool = False,
    messages_left: MessagesLeft | None = None,
    recordings: Recordings | None = None,
    clock: Clock | None = None,
) -> AsyncIterator[Site]:
    settings = replace(settings or WebSettings(static=folder / "static"), port=0)
    clock = clock or SystemClock()
    url = url or await asyncio.to_thread(migrated_sqlite, folder / "book.db")
    store = await Store.open(url, clock.wall())
    hub = Hub()
    site = Site(store, hub, settings)
    parts = WebParts(
        settings=settings,
        hub=hub,
        store=store,
        clock=clock,
        receive=site.receive,
        snapshot=site.see,
        hello=hello_for,
        health=lambda: site.parts,
        scripts=ScriptDesk(store, ScriptsSection(), site.shelves.append) if scripted else None,
        document_saved=site.documents.append,
        person_changed=site.people.append,
        messages_left=messages_left or MessagesLeft(),
        recordings=recordings or Recordings(),
    )
    server = WebServer(create_app(parts, cheap_passwords()), hub, settings)
    site.port = server.port
    try:
        async with asyncio.TaskGroup() as tasks:
            writing = tasks.create_task(store.run())
            serving = tasks.create_task(server.run())
            await server.started.wait()
            try:
                yield site
            finally:
                serving.cancel()
                writing.cancel()
    finally:
        await store.close()


@asynccontextmanager
async def signed_in(site: Site, role: Role, extension: str = "8001") -> AsyncIterator[httpx.AsyncClient]:
    await site.add_user(extension, role)
    async with site.client() as client:
        await site.sign_in(client, extension)
        yield client


async def next_of(browser: ClientConnection, *ignored: str) -> dict[str, object]:
    """The next message that is no beat, nor of an ignored type."""
    async with asyncio.timeout(5):
        while True:
            message = json.loads(await browser.recv())
            if message["type"] not in ("beat", *ignored):
                return dict(message)


async def close_code(browser: ClientConnection) -> int | None:
    async with asyncio.timeout(5):
        try:
            while True:
                await browser.recv()
        except ConnectionClosed:
            return browser.close_code
