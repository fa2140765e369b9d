"""The AMI port of the simulated PBX: sessions that log in, act and are sent every event."""

import asyncio
from collections.abc import Callable

from ami_bridge.simulator.answers import Reply
from ami_bridge.simulator.wire import Action, ActionReader, ActionTooLongError, Fields, encode

BANNER = b"Asterisk Call Manager/11.0.0\r\n"
MAX_UNSENT_BYTES = 4 * 1024 * 1024
"""A client that does not read is dropped, as Asterisk does after `writetimeout`."""


class AmiServer:
    """`answer` answers an action of a session that has logged in."""

    def __init__(self, username: str, secret: str, now: Callable[[], float]) -> None:
        self._login = (username, secret)
        self._now = now
        self._sessions: set[asyncio.StreamWriter] = set()
        self.first_login = asyncio.Event()

    def emit(self, fields: Fields) -> None:
        """One event to every session that has logged in."""
        message = encode(fields)
        for session in list(self._sessions):
            self._write(session, message)

    async def run(
        self,
        address: tuple[str, int],
        answer: Callable[[Action, Reply], None],
        ready: Callable[[int], None],
    ) -> None:
        """Until cancelled. `ready` is told the bound port. Raises OSError when the port cannot be had."""

        async def session(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                await self._session(reader, writer, answer)
            except (ConnectionError, ActionTooLongError):
                pass
            finally:
                self._sessions.discard(writer)
                writer.close()

        server = await asyncio.start_server(session, *address)
        async with server:
            ready(server.sockets[0].getsockname()[1])
            await server.serve_forever()

    async def _session(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        answer: Callable[[Action, Reply], None],
    ) -> None:
        writer.write(BANNER)
        actions = ActionReader()
        while data := await reader.read(65536):
            for action in actions.feed(data):
                if action.name == "logoff":
                    self._write(writer, encode([("Response", "Goodbye"), *_id_of(action)]))
                    return
                if writer in self._sessions:
                    answer(action, self._replier(writer, action))
                elif not self._log_in(writer, action):
                    # Asterisk waits a second after a wrong secret, then closes (main/manager.c, action_login).
                    await asyncio.sleep(1)
                    return

    def _log_in(self, writer: asyncio.StreamWriter, action: Action) -> bool:
        reply = self._replier(writer, action)
        if action.name != "login":
            reply([("Response", "Error"), ("Message", "Permission denied")])
            return True
        if (action.get("Username"), action.get("Secret")) != self._login:
            reply([("Response", "Error"), ("Message", "Authentication failed")])
            return False
        reply([("Response", "Success"), ("Message", "Authentication accepted")])
        self._sessions.add(writer)
        uptime = str(int(self._now()))
        booted = [("Uptime", uptime), ("LastReload", uptime), ("Status", "Fully Booted")]
        self._write(writer, encode([("Event", "FullyBooted"), ("Privilege", "system,all"), *booted]))
        self.first_login.set()
        return True

    def _replier(self, writer: asyncio.StreamWriter, action: Action) -> Reply:
        """Replies carry the ActionID right after their first header, as Asterisk writes it."""

        def reply(fields: Fields) -> None:
            self._write(writer, encode([fields[0], *_id_of(action), *fields[1:]]))

        return reply

    def _write(self, session: asyncio.StreamWriter, message: bytes) -> None:
        if session.transport.get_write_buffer_size() > MAX_UNSENT_BYTES:
            self._sessions.discard(session)
            session.transport.abort()
        else:
            session.write(message)


def _id_of(action: Action) -> Fields:
    action_id = action.get("ActionID")
    return [] if action_id is None else [("ActionID", action_id)]
