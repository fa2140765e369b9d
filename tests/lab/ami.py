"""A bare AMI connection for the laboratory: keeps every message with its second, so that recordings are what Asterisk said.

Deliberately not the program's own client: a test of that client must not depend on it.
"""

import asyncio
import itertools
import time
from collections.abc import Callable
from typing import Self

AmiFields = dict[str, str]


class AmiLog:
    """`async with AmiLog(port, secret) as ami:` logs in as the shipped account and notes all messages."""

    def __init__(self, port: int, secret: str, username: str = "hotline") -> None:
        self._port = port
        self._login = {"Username": username, "Secret": secret}
        self._ids = itertools.count(1)
        self._changed = asyncio.Condition()
        self._closed = False
        self._began = time.monotonic()
        self.messages: list[tuple[float, AmiFields]] = []

    async def __aenter__(self) -> Self:
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        await self._reader.readline()
        self._group = asyncio.TaskGroup()
        await self._group.__aenter__()
        self._task = self._group.create_task(self._read())
        response = await self.action("Login", **self._login)
        if response["Response"] != "Success":
            raise PermissionError(response.get("Message", "login refused"))
        return self

    async def __aexit__(self, *_: object) -> None:
        self._writer.close()
        self._task.cancel()
        await self._group.__aexit__(None, None, None)

    async def _read(self) -> None:
        fields: AmiFields = {}
        while line := await self._reader.readline():
            text = line.decode(errors="replace").rstrip("\r\n")
            if text:
                name, _, value = text.partition(":")
                value = value.removeprefix(" ")
                fields[name] = f"{fields[name]}\n{value}" if name in fields else value
                continue
            if fields:
                async with self._changed:
                    self.messages.append((time.monotonic() - self._began, fields))
                    self._changed.notify_all()
                fields = {}
        async with self._changed:
            self._closed = True
            self._changed.notify_all()

    async def action(self, name: str, **headers: str) -> AmiFields:
        """Send one action and give back its response."""
        action_id = f"lab-{next(self._ids)}"
        start = len(self.messages)
        lines = [
            f"Action: {name}",
            f"ActionID: {action_id}",
            *(f"{key}: {value}" for key, value in headers.items()),
        ]
        self._writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
        return await self.wait(lambda m: m.get("ActionID") == action_id and "Response" in m, since=start)

    async def wait_for(
        self, event: str, *, since: int = 0, timeout: float = 60.0, **fields: str
    ) -> AmiFields:
        """The first message from position `since` on that is this event and has these values."""

        def matches(message: AmiFields) -> bool:
            return message.get("Event") == event and all(message.get(k) == v for k, v in fields.items())

        return await self.wait(matches, since=since, timeout=timeout, what=f"{event} {fields}")

    async def wait(
        self,
        matches: Callable[[AmiFields], bool],
        *,
        since: int = 0,
        timeout: float = 60.0,
        what: str = "a message",
    ) -> AmiFields:
        position = since
        try:
            async with asyncio.timeout(timeout), self._changed:
                while True:
                    while position < len(self.messages):
                        message = self.messages[position][1]
                        position += 1
                        if matches(message):
                            return message
                    if self._closed:
                        raise ConnectionError(f"Asterisk closed the AMI connection while waiting for {what}")
                    await self._changed.wait()
        except TimeoutError:
            raise AssertionError(f"no {what} from Asterisk within {timeout} s") from None
