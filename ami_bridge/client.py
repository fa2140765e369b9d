"""Keeps one AMI link alive: connect, log in, take a snapshot, deliver, and again with back-off when it is lost.

One task reads and delivers, so messages are heard in order and a listener's bug ends `run` instead of the link. Actions have
deadlines and are never sent twice. What arrives while the snapshot is taken is held back (bounded) and delivered after it.
This module must not know what a message means to a call.
"""

import asyncio
import logging
import random
from collections.abc import Callable

from ami_bridge.actions import Action
from ami_bridge.connection import AmiConnection
from ami_bridge.link import (
    ActionRefused,
    AmiSettings,
    LinkDownError,
    LinkFault,
    PbxListener,
    PbxTimeout,
    PbxUnavailable,
    Response,
)
from ami_bridge.messages import AmiMessage
from ami_bridge.session import AmiSession

__all__ = [
    "ActionRefused",
    "AmiClient",
    "AmiSettings",
    "LinkFault",
    "PbxListener",
    "PbxTimeout",
    "PbxUnavailable",
    "Response",
]

log = logging.getLogger(__name__)

AT_ONCE = 50
"""So many messages, then whatever else waits has its turn: a PBX that tells much must not keep everybody else from theirs."""


class AmiClient:
    def __init__(
        self,
        settings: AmiSettings,
        listener: PbxListener,
        now: Callable[[], float],
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._settings = settings
        self._listener = listener
        self._now = now
        self._jitter = jitter
        self._live: AmiConnection | None = None
        self._waiting: dict[str, asyncio.Future[AmiMessage]] = {}
        self._failures = 0
        self._boot_wait = settings.boot_wait

    async def run(self) -> None:
        """Until cancelled. Why the link is down is told once for each reason, not at every attempt."""
        told: str | None = None
        while True:
            down, was_up = await self._one_link()
            if was_up or str(down) != told:
                told = str(down)
                log.warning("no link to the PBX at %s:%s: %s", self._settings.host, self._settings.port, down)
                self._listener.on_lost(told)
            await asyncio.sleep(self._delay(down.fault))

    async def perform(self, action: Action, timeout: float = 5.0) -> Response:  # noqa: ASYNC109
        """Send it once and wait for the answer. Raises PbxUnavailable, PbxTimeout or ActionRefused."""
        connection = self._live
        if connection is None:
            raise PbxUnavailable("there is no link to the PBX")
        try:
            action_id = connection.submit(action)
        except ConnectionError as error:
            raise PbxUnavailable(str(error)) from error
        waiter: asyncio.Future[AmiMessage] = asyncio.get_running_loop().create_future()
        self._waiting[action_id] = waiter
        try:
            async with asyncio.timeout(timeout):
                reply = await waiter
        except TimeoutError:
            raise PbxTimeout(f"{action.name}: no answer in {timeout:g} s") from None
        finally:
            del self._waiting[action_id]
        text = reply.get("Message") or ""
        if reply.response == "Error":
            raise ActionRefused(f"{action.name}: {text}")
        return Response(text, reply)

    async def _one_link(self) -> tuple[LinkDownError, bool]:
        """One connection from beginning to end: why it ended, and whether it was ever up."""
        connection: AmiConnection | None = None
        try:
            connection = await self._connect()
            session = AmiSession(connection, self._settings, self._now, self._answer)
            if await session.log_in(self._boot_wait):
                self._boot_wait = self._settings.restart_wait
            while True:
                snapshot, held = await session.synchronize()
                self._live, self._failures = connection, 0
                self._listener.on_back(snapshot)
                await self._deliver(session, held)
        except LinkDownError as down:
            return down, self._live is not None
        finally:
            self._forget(connection)

    async def _deliver(self, session: AmiSession, messages: list[AmiMessage]) -> None:
        """Until the PBX says that it has only now finished starting: then what we know of it is stale."""
        heard = 0
        while True:
            for message in messages:
                if not self._answer(message):
                    self._listener.on_message(message)
                heard += 1
                if heard % AT_ONCE == 0:
                    await asyncio.sleep(0)
            if any(message.event == "FullyBooted" for message in messages):
                return
            messages = await session.next_messages()

    def _answer(self, message: AmiMessage) -> bool:
        """Whether it is the answer to an action somebody waits for."""
        waiter = self._waiting.get(message.action_id or "") if message.response is not None else None
        if waiter is None or message.event is not None:
            return False
        if not waiter.done():
            waiter.set_result(message)
        return True

    async def _connect(self) -> AmiConnection:
        settings = self._settings
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(settings.connect_timeout):
                _, connection = await loop.create_connection(AmiConnection, settings.host, settings.port)
        except TimeoutError:
            raise LinkDownError(
                LinkFault.UNREACHABLE, f"no connection in {settings.connect_timeout:g} s"
            ) from None
        except OSError as error:
            raise LinkDownError(LinkFault.UNREACHABLE, error.strerror or str(error)) from error
        return connection

    def _forget(self, connection: AmiConnection | None) -> None:
        self._live = None
        if connection is not None:
            connection.abort()
        for waiter in self._waiting.values():
            if not waiter.done():
                waiter.set_exception(PbxUnavailable("the link to the PBX was lost before the answer came"))

    def _delay(self, fault: LinkFault) -> float:
        """Half of it is chance, so that many clients do not come back in step."""
        settings = self._settings
        delay = min(settings.longest_delay, settings.first_delay * 2.0 ** min(self._failures, 16))
        if fault in {LinkFault.WRONG_SECRET, LinkFault.MISSING_PRIVILEGE}:
            delay = settings.refused_delay
        self._failures += 1
        return delay * (0.5 + 0.5 * self._jitter())
