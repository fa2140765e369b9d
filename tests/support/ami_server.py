"""A small PBX's AMI port over a real socket: it greets, logs in, answers, and misbehaves as a test orders."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from ami_bridge.messages import AmiMessage

GREETING = b"Asterisk Call Manager/11.0.0\r\n"
LISTS = ("Status", "BridgeList", "QueueStatus", "DeviceStateList")


@dataclass
class AmiServer:
    """Set the fields before or between connections."""

    secret: str = "right"
    greeting: bytes = GREETING
    uptime: int = 100
    is_booted: bool = True
    denied: frozenset[str] = frozenset()
    silent: frozenset[str] = frozenset()
    """Actions that get no answer."""
    items: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    """List items by action."""
    during_status: list[dict[str, str]] = field(default_factory=list)
    """Events sent between the answer to Status and its items."""
    received: list[AmiMessage] = field(default_factory=list)
    connections: int = 0
    port: int = 0
    _writer: asyncio.StreamWriter | None = None
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    @asynccontextmanager
    async def running(self) -> AsyncIterator["AmiServer"]:
        server = await asyncio.start_server(self._accept, "127.0.0.1", self.port)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            if self._writer is not None:
                self._writer.transport.abort()

    async def until(self, condition: Callable[[], bool], within: float = 5.0) -> None:
        async with asyncio.timeout(within):
            while not condition():
                self._changed.clear()
                await self._changed.wait()

    def names(self) -> list[str]:
        """The actions received."""
        return [message.get("Action") or "" for message in self.received]

    def tell(self, *events: dict[str, str]) -> None:
        self.write(b"".join(as_bytes(event) for event in events))

    def write(self, data: bytes) -> None:
        assert self._writer is not None
        self._writer.write(data)

    async def drain(self) -> None:
        assert self._writer is not None
        await self._writer.drain()

    def reset(self) -> None:
        """Close with RST, as a PBX that is killed."""
        assert self._writer is not None
        raw = self._writer.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._writer.transport.abort()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._writer = writer
        writer.write(self.greeting)
        self._changed.set()
        try:
            while True:
                block = await reader.readuntil(b"\r\n\r\n")
                pairs = [line.split(": ", 1) for line in block.decode().strip().split("\r\n")]
                action = AmiMessage([(name, value) for name, value in pairs])
                self.received.append(action)
                self._answer(action)
                self._changed.set()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    def _answer(self, action: AmiMessage) -> None:
        name, action_id = action.get("Action") or "", action.action_id or ""
        if name in self.silent:
            return
        if name in self.denied:
            self._reply(action_id, "Error", "Permission denied")
        elif name == "Login":
            self._log_in(action, action_id)
        elif name in LISTS:
            self._list(name, action_id)
        elif name == "Getvar":
            self.tell(
                {
                    "Response": "Success",
                    "ActionID": action_id,
                    "Variable": "VERSION()",
                    "Value": "22.10.1~dfsg-1",
                }
            )
        elif name == "ListCommands":
            commands = ("Ping", "Originate", "Hangup", "Redirect", *LISTS)
            allowed = {command: "does it (Priv: call)" for command in commands if command not in self.denied}
            self.tell({"Response": "Success", "ActionID": action_id, **allowed})
        else:
            self._reply(action_id, "Success", f"{name} done")

    def _log_in(self, action: AmiMessage, action_id: str) -> None:
        if action.get("Secret") != self.secret:
            self._reply(action_id, "Error", "Authentication failed")
            assert self._writer is not None
            self._writer.close()
            return
        self._reply(action_id, "Success", "Authentication accepted")
        if self.is_booted:
            self.tell({"Event": "FullyBooted", "Uptime": str(self.uptime), "Status": "Fully Booted"})

    def _list(self, name: str, action_id: str) -> None:
        self.tell(
            {"Response": "Success", "ActionID": action_id, "EventList": "start", "Message": "will follow"}
        )
        if name == "Status":
            self.tell(*self.during_status)
        items = self.items.get(name, [])
        self.tell(*({**item, "ActionID": action_id} for item in items))
        self.tell({"Event": f"{name}Complete", "ActionID": action_id, "EventList": "Complete"})

    def _reply(self, action_id: str, response: str, text: str) -> None:
        self.tell({"Response": response, "ActionID": action_id, "Message": text})


def as_bytes(event: dict[str, str]) -> bytes:
    return ("".join(f"{name}: {value}\r\n" for name, value in event.items()) + "\r\n").encode()
