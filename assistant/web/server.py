"""uvicorn as a guest: it serves until it is cancelled, then tells every page 1012 and ends within a few seconds.

Signals, logging and the order of things belong to the service.
"""

import asyncio
import socket
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request

from assistant.messages import MAX_BROWSER_MESSAGE_BYTES
from assistant.web.hub import Hub
from assistant.web.settings import WebSettings

_PING_EVERY_S = 15.0
# Generous: a loop that was busy for a while must not cost healthy pages their connection.
_PING_TIMEOUT_S = 30.0


class AbortableProtocol(WebSocketsSansIOProtocol):
    """Hands the app the one thing ASGI lacks: to cut off a peer that does not read."""

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        if self.response.status_code == 101:
            self.scope["state"]["abort"] = self.transport.abort

    def keepalive_timeout(self) -> None:
        super().keepalive_timeout()
        # close() would wait for a buffer the peer never empties.
        self.transport.abort()


class PortTakenError(OSError):
    """The page's address cannot be listened on."""


class WebServer:
    """Binds at once, so that a taken port is known before anything else starts. `port` is the bound one."""

    def __init__(self, app: FastAPI, hub: Hub, settings: WebSettings) -> None:
        self._hub = hub
        self._socket = _listen(settings)
        self.port: int = self._socket.getsockname()[1]
        self.started = asyncio.Event()
        self._server = uvicorn.Server(_config(app, settings))

    async def run(self) -> None:
        config = self._server.config
        config.load()
        self._server.lifespan = config.lifespan_class(config)
        await self._server.startup(sockets=[self._socket])
        self.started.set()
        try:
            await self._server.main_loop()
        finally:
            self._hub.close_all()
            # One turn of the loop for the pages to be told, before uvicorn closes what is left.
            await asyncio.sleep(0)
            await self._server.shutdown(sockets=[self._socket])

    def close(self) -> None:
        """For a server that never ran."""
        self._socket.close()


def _listen(settings: WebSettings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    # Accepted sockets inherit it: a page that does not read is noticed after kilobytes, not megabytes.
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, settings.send_buffer_bytes)
    try:
        listener.bind((settings.host, settings.port))
    except OSError as error:
        listener.close()
        raise PortTakenError(f"页面地址 {settings.host}:{settings.port} 无法监听:{error.strerror}") from error
    listener.setblocking(False)
    return listener


def _config(app: FastAPI, settings: WebSettings) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        ws=AbortableProtocol,
        ws_max_size=MAX_BROWSER_MESSAGE_BYTES,
        ws_ping_interval=_PING_EVERY_S,
        ws_ping_timeout=_PING_TIMEOUT_S,
        ws_per_message_deflate=False,
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=list(settings.trusted_proxies),
        timeout_graceful_shutdown=max(1, round(settings.stop_within_s)),
        timeout_keep_alive=20,
        ssl_certfile=_text(settings.tls_certificate),
        ssl_keyfile=_text(settings.tls_key),
    )


def _text(path: Path | None) -> str | None:
    return None if path is None else str(path)
