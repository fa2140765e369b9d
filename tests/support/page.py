"""A browser's websocket without a browser: logs in as a real user, keeps what the server says, waits for what a test expects."""

import asyncio
import json
from collections.abc import Callable
from typing import Any, Self

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.support.until import PATIENCE_S

Message = dict[str, Any]


class Page:
    """`async with Page(port, extension, password) as page:` is logged in and has its snapshot.

    If the server goes away it comes back, as a browser does; `arrived[n]` is the loop time of `messages[n]`.
    """

    def __init__(self, port: int, extension: str, password: str) -> None:
        self._origin = f"http://127.0.0.1:{port}"
        self._url = f"ws://127.0.0.1:{port}/ws"
        self._who = {"extension": extension, "password": password}
        self._changed = asyncio.Condition()
        self._socket: ClientConnection | None = None
        self.messages: list[Message] = []
        self.arrived: list[float] = []

    async def __aenter__(self) -> Self:
        async with httpx.AsyncClient(
            base_url=self._origin,
            headers={"origin": self._origin},
            timeout=PATIENCE_S,
            trust_env=False,
            verify=False,
        ) as http:
            answer = await http.post("/api/login", json=self._who)
            answer.raise_for_status()
            self._cookie = "; ".join(f"{name}={value}" for name, value in http.cookies.items())
        self._group = asyncio.TaskGroup()
        await self._group.__aenter__()
        self._reading = self._group.create_task(self._stay())
        await self.wait("snapshot")
        return self

    async def __aexit__(self, *_: object) -> None:
        self._reading.cancel()
        await self._group.__aexit__(None, None, None)

    async def _stay(self) -> None:
        while True:
            try:
                async with connect(
                    self._url, origin=self._origin, additional_headers={"Cookie": self._cookie}, proxy=None
                ) as socket:  # type: ignore[arg-type]
                    self._socket = socket
                    await self._read(socket)
            except (OSError, ConnectionClosed):
                self._socket = None
                await asyncio.sleep(0.2)

    async def _read(self, socket: ClientConnection) -> None:
        async for frame in socket:
            async with self._changed:
                self.messages.append(json.loads(frame))
                self.arrived.append(asyncio.get_running_loop().time())
                self._changed.notify_all()

    async def send(self, kind: str, **fields: object) -> None:
        assert self._socket is not None, "not connected"
        await self._socket.send(json.dumps({"type": kind, **fields}))

    @property
    def mark(self) -> int:
        """Position to wait from: what comes after now."""
        return len(self.messages)

    async def wait(
        self,
        kind: str,
        matches: Callable[[Message], bool] = lambda _: True,
        *,
        since: int = 0,
        timeout: float = PATIENCE_S,
    ) -> Message:
        """The first message of this kind from position `since` on that matches."""
        position = since
        try:
            async with asyncio.timeout(timeout), self._changed:
                while True:
                    while position < len(self.messages):
                        message = self.messages[position]
                        position += 1
                        if message["type"] == kind and matches(message):
                            return message
                    await self._changed.wait()
        except TimeoutError:
            raise AssertionError(f"no such {kind} within {timeout} s; came: {self.story(since)}") from None

    def at(self, message: Message) -> float:
        """Loop time at which this message came."""
        return next(when for when, one in zip(self.arrived, self.messages, strict=True) if one is message)

    def after(self, message: Message) -> int:
        """Position to wait from: what came after this message."""
        return next(place for place, one in enumerate(self.messages, 1) if one is message)

    async def card(self, source: str, **how: Any) -> Message:
        """The card that comes from this rule."""
        message = await self.wait("card", lambda m: source in m["card"]["sources"], **how)
        return message["card"]

    def story(self, since: int = 0) -> str:
        """What came, without the noise, for a failed test to show."""
        return "\n".join(
            _line(message) for message in self.messages[since:] if message["type"] not in ("levels", "beat")
        )


def _line(message: Message) -> str:
    match message["type"]:
        case "card" | "notice":
            card = message["card"]
            return f"  {message['type']} {card['sources']} {card['step']}/{card['steps']} {card['phrase'][:40]} [{card['why']}]"
        case "call":
            call = message["call"]
            return f"  call {call['call_id']} {call['state']} agent={call['agent']} audio={call['audio']}"
        case "transcript":
            line = message["line"]
            return f"  {line['party']} {'says' if line['final'] else '…'} {line['text']} {line['marks']}"
        case "line":
            return f"  line {[(p['name'], p['state'], p['text']) for p in message['line']['parts']]}"
        case _:
            return f"  {json.dumps(message, ensure_ascii=False)[:200]}"
