"""What holds for every request before any route sees it: who may send it from where, how large, and what answers carry.

CORS does not cover websockets and a cookie alone does not prove who sent a form, so Origin is checked here: every websocket and
every request that changes something must come from our own page or an allowed origin.
"""

import asyncio
import json

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.web.settings import WebSettings

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_HEADERS = (
    (
        b"content-security-policy",
        b"default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
        b"frame-ancestors 'none'",
    ),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
)


# An answer sent while the peer still sends is lost with the connection, so a little too much is read (and forgotten) first.
_READ_ANYWAY = 1024 * 1024


class _TooLargeError(Exception):
    """The body is larger than we read."""


class Guarded:
    """ASGI middleware around the whole app."""

    def __init__(self, app: ASGIApp, settings: WebSettings) -> None:
        self._app = app
        self._settings = settings
        # Under `same-origin` a window of another site loses its name, and each call would open one more.
        self._opener = b"same-origin-allow-popups" if settings.opens_windows else b"same-origin"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        changes = scope["type"] == "websocket" or scope["method"] not in _SAFE_METHODS
        if changes and not self.is_our_page(headers.get("origin"), headers.get("host")):
            await _refuse(scope, send, 403, "请求来源不被允许(Origin)")
            return
        if scope["type"] == "websocket":
            await self._app(scope, receive, send)
            return
        await self._http(scope, headers, receive, _with_headers(scope["path"], self._opener, send))

    def is_our_page(self, origin: str | None, host: str | None) -> bool:
        """Absent and `null` origins are nobody's."""
        if origin is None or host is None:
            return False
        return origin in self._settings.allowed_origins or origin.lower() in {
            f"{scheme}://{host.lower()}" for scheme in ("http", "https")
        }

    async def _http(self, scope: Scope, headers: Headers, receive: Receive, send: Send) -> None:
        if scope["method"] in _SAFE_METHODS:
            await self._app(scope, receive, send)
            return
        try:
            async with asyncio.timeout(self._settings.body_timeout_s):
                body = await self._read(headers, receive)
        except _TooLargeError:
            await _refuse(scope, send, 413, f"请求体超过 {self._settings.max_body_bytes} 字节")
            return
        except TimeoutError:
            await _refuse(scope, send, 408, "请求体迟迟没有到齐")
            return
        if body is not None:
            await self._app(scope, _replay(body, receive), send)

    async def _read(self, headers: Headers, receive: Receive) -> bytes | None:
        """None if the browser left meanwhile."""
        limit = self._settings.max_body_bytes
        declared = headers.get("content-length", "0")
        if declared.isdigit() and int(declared) > _READ_ANYWAY:
            raise _TooLargeError
        body, size = bytearray(), 0
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return None
            chunk = message.get("body", b"")
            size += len(chunk)
            if size <= limit:
                body += chunk
            elif size > _READ_ANYWAY or not message.get("more_body", False):
                raise _TooLargeError
            if not message.get("more_body", False):
                return bytes(body)


def _replay(body: bytes, receive: Receive) -> Receive:
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


def _with_headers(path: str, opener: bytes, send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            extra = [*_HEADERS, (b"cross-origin-opener-policy", opener)]
            if path.startswith("/api/"):
                extra.append((b"cache-control", b"no-store"))
            message["headers"] = [*message.get("headers", []), *extra]
        await send(message)

    return sending


async def _refuse(scope: Scope, send: Send, status: int, detail: str) -> None:
    kind = "websocket.http.response" if scope["type"] == "websocket" else "http.response"
    body = json.dumps({"detail": detail}, ensure_ascii=False).encode()
    headers = [
        (b"content-type", b"application/json; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
    ]
    await send({"type": f"{kind}.start", "status": status, "headers": headers})
    await send({"type": f"{kind}.body", "body": body})
