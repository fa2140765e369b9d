"""The same question over the network, for a PBX on another machine: FastAGI, on panoramisk's.

    AGI(agi://<host>:<port>/route,<dialled number>)

panoramisk's own reading of the header never ends when the peer leaves in the middle, so the header is read here first, with a
deadline and a limit. FastAGI has no password: only the addresses named may ask, and more than `connections` at once are turned
away (a dialplan that is refused goes on with what it keeps). This module must not know where calls go: it is told.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass

from panoramisk.fast_agi import Application, Request

from ami_bridge.routing import DIALLED, STATUS, UnusableAnswerError, variables_of

log = logging.getLogger(__name__)

HEADER_BYTES = 8192
PATIENCE_S = 1.0
"""For the header, and again for all the variables."""
ROUTE = "route"


@dataclass(frozen=True, slots=True)
class FastAgiSettings:
    host: str = "127.0.0.1"
    port: int = 4573
    peers: tuple[str, ...] = ("127.0.0.1", "::1")
    connections: int = 64


class _Header:
    """A reader whose first read is the header, whole; everything after comes from the connection."""

    def __init__(self, header: bytes, reader: asyncio.StreamReader) -> None:
        self._header = header
        self._reader = reader

    async def read(self, _: int) -> bytes:
        return self._header

    async def readline(self) -> bytes:
        line = await self._reader.readline()
        if not line:
            raise ConnectionResetError("the PBX has hung up")
        return line


class FastAgi:
    """`ask(dialled)` gives the answer, or None when there is none; it is called on the loop and must not block."""

    def __init__(self, settings: FastAgiSettings, ask: Callable[[str], object]) -> None:
        self._settings = settings
        self._ask = ask
        self._open = 0
        self.port = settings.port
        self.listening = asyncio.Event()
        # Its debug line holds the caller's number.
        logging.getLogger("panoramisk.fast_agi").setLevel(logging.WARNING)

    async def run(self) -> None:
        """Until cancelled. Raises OSError when the port is taken."""
        application = Application(loop=asyncio.get_running_loop())
        application.add_route(ROUTE, self._tell)

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await self._serve(application, reader, writer)

        server = await asyncio.start_server(
            serve, self._settings.host, self._settings.port, limit=HEADER_BYTES
        )
        async with server:
            self.port = server.sockets[0].getsockname()[1]
            self.listening.set()
            await server.serve_forever()

    async def _serve(
        self, application: Application, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        peer = writer.get_extra_info("peername")
        self._open += 1
        try:
            if peer is None or peer[0] not in self._settings.peers:
                log.warning("FastAGI from %s refused: not among the peers", peer and peer[0])
            elif self._open > self._settings.connections:
                log.warning("FastAGI refused: %d connections are open", self._open - 1)
            else:
                async with asyncio.timeout(PATIENCE_S):
                    header = await reader.readuntil(b"\n\n")
                await application.handler(_Header(header, reader), writer)
        except (
            TimeoutError,
            asyncio.IncompleteReadError,
            asyncio.LimitOverrunError,
            UnicodeDecodeError,
        ) as error:
            log.warning("FastAGI from %s: no usable header (%s)", peer[0], type(error).__name__)
        except OSError as error:
            log.info("FastAGI from %s ended: %s", peer[0], type(error).__name__)
        finally:
            self._open -= 1
            writer.close()

    async def _tell(self, request: Request) -> None:
        """The variables, one command each. A PBX that stops answering is left after `PATIENCE_S`."""
        dialled = request.headers.get("agi_arg_1", "")
        try:
            told = variables_of(self._ask(dialled) if DIALLED.fullmatch(dialled) else None)
        except UnusableAnswerError:
            told = [(STATUS, "failed")]
        try:
            async with asyncio.timeout(PATIENCE_S):
                for name, value in told:
                    await request.send_command(f'SET VARIABLE {name} "{value}"')
        except (TimeoutError, OSError, ValueError) as error:
            log.info("FastAGI: the PBX did not take the answer (%s)", type(error).__name__)
