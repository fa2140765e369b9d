"""One AMI connection: panoramisk's protocol and action format, with its own framing and dispatch replaced.

panoramisk 1.4 decodes chunk by chunk (a letter cut in two is lost), calls back from inside the socket (an exception there
drops the link), keeps unanswered actions and sends them again after a reconnect (an Originate is carried out twice), and checks
no value (a line break starts a second action). Here bytes go through `WireParser`, messages wait for one reader in an inbox,
nothing is remembered of what was sent, and every header is checked. A full inbox stops reading from the socket.
This module must not know what a message means, nor what happens when the connection is gone.
"""

import asyncio
import itertools
from collections import deque

from panoramisk.actions import Action as PanoramiskAction
from panoramisk.ami_protocol import AMIProtocol

from ami_bridge.actions import Action
from ami_bridge.messages import AmiMessage
from ami_bridge.wire import NotAmiError, WireParser, check_header

INBOX = 10_000
UNSENT_BYTES = 256 * 1024
"""More than this unsent means that the PBX does not read; then nothing more is written."""


class AmiConnection(AMIProtocol):  # type: ignore[misc]  # panoramisk is untyped
    """Messages in by `read`, actions out by `submit`."""

    def __init__(self) -> None:
        self._parser = WireParser()
        self._inbox: deque[AmiMessage] = deque()
        self._stirred = asyncio.Event()
        self._gone: Exception | None = None
        self._is_paused = False
        self._ids = itertools.count(1)

    @property
    def ami_version(self) -> str | None:
        """None until the other end has greeted as an AMI does."""
        return self._parser.ami_version

    @property
    def dropped(self) -> int:
        """Messages above the limits."""
        return self._parser.dropped

    def data_received(self, data: bytes) -> None:
        try:
            self._inbox.extend(self._parser.feed(data))
        except NotAmiError as error:
            self._gone = error
            self.transport.abort()
        if len(self._inbox) > INBOX and not self._is_paused:
            self._is_paused = True
            self.transport.pause_reading()
        self._stirred.set()

    def connection_lost(self, exc: Exception | None) -> None:
        self.closed = True
        self._gone = self._gone or exc or ConnectionResetError("the PBX closed the connection")
        self._stirred.set()

    async def read(self) -> list[AmiMessage]:
        """What has come since; an empty list is a part of a message. Raises ConnectionError or OSError at the end."""
        if not self._inbox and self._gone is None:
            await self._stirred.wait()
        self._stirred.clear()
        messages = list(self._inbox)
        self._inbox.clear()
        if not messages and self._gone is not None:
            raise self._gone
        if self._is_paused and not self.closed:
            self._is_paused = False
            self.transport.resume_reading()
        return messages

    def submit(self, action: Action) -> str:
        """Send it once and return its ActionID. Raises UnsafeValueError, or ConnectionError where it cannot be sent."""
        if self._gone is not None or self.closed:
            raise ConnectionResetError("the connection is gone")
        if self.transport.get_write_buffer_size() > UNSENT_BYTES:
            raise ConnectionAbortedError("the PBX does not read what we send")
        action_id = f"hotline-{next(self._ids)}"
        fields: dict[str, list[str]] = {"Action": [action.name], "ActionID": [action_id]}
        for name, value in action.fields:
            fields.setdefault(name, []).append(value)
        for name, values in fields.items():
            for value in values:
                check_header(name, value)
        self.transport.write(str(PanoramiskAction(fields)).encode("utf-8"))
        return action_id

    def abort(self) -> None:
        self.closed = True
        self.transport.abort()
