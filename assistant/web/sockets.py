"""One websocket: who it is, its snapshot, then two loops, one that sends and one that listens.

A stalled browser swallows megabytes and then blocks `send` for ever, and neither a ping nor `close()` ends it: so each send has a
deadline, and past it the connection is aborted.
"""

import asyncio
import logging
from collections.abc import Callable

import msgspec
from starlette.websockets import WebSocket, WebSocketDisconnect

from assistant.messages import Beat, Refused, decode, encode
from assistant.store.accounts import Session
from assistant.web.hub import Browser
from assistant.web.limits import MovingWindow
from assistant.web.outbox import CloseCode, Closing
from assistant.web.parts import WebParts
from assistant.web.sessions import Sessions

log = logging.getLogger(__name__)

_BEAT = encode(Beat()).decode()
_FAREWELL_S = 1.0
_REPLY_TO_CLOSE_S = 12.0


async def serve(websocket: WebSocket, parts: WebParts, sessions: Sessions) -> None:
    session = await sessions.of(websocket)
    if session is None:
        await websocket.close()  # before accept: answered with 403
        return
    await websocket.accept()
    if parts.hub.pages_of(session.person.extension) >= parts.settings.browsers_per_person:
        await websocket.close(CloseCode.TOO_MANY, "too many pages of this user")
        return
    browser = parts.hub.join(session.person, session.session_id)
    try:
        # Nothing is awaited between these, so no change can slip in between or be lost.
        browser.put(parts.hello(session.person))
        browser.put(parts.snapshot(session.person))
        await _converse(websocket, parts, sessions, session, browser)
    finally:
        parts.hub.leave(browser)


async def _converse(
    websocket: WebSocket, parts: WebParts, sessions: Sessions, session: Session, browser: Browser
) -> None:
    async with asyncio.TaskGroup() as tasks:
        pushing = tasks.create_task(_push(websocket, parts, browser))
        watching = tasks.create_task(_watch_session(parts, sessions, session.session_id, browser))
        try:
            await _listen(websocket, parts, browser)
        finally:
            pushing.cancel()
            watching.cancel()


async def _watch_session(parts: WebParts, sessions: Sessions, session_id: str, browser: Browser) -> None:
    """A password changed from the command line ends sessions in the book only; the page must not stay. Else it is in use."""
    while True:
        await asyncio.sleep(parts.settings.session_check_s)
        if not await sessions.stays(session_id):
            break
    browser.outbox.close(CloseCode.SIGNED_OUT, "session ended")


async def _push(websocket: WebSocket, parts: WebParts, browser: Browser) -> None:
    abort: Callable[[], None] = websocket.scope["state"]["abort"]
    limit = parts.settings.send_timeout_s
    try:
        while True:
            item = await _next(browser, parts.settings.heartbeat_s)
            if isinstance(item, Closing):
                async with asyncio.timeout(min(limit, _FAREWELL_S)):
                    await websocket.close(item.code, item.reason)
                # A peer that does not answer the close frame must not keep the socket.
                asyncio.get_running_loop().call_later(_REPLY_TO_CLOSE_S, abort)
                return
            async with asyncio.timeout(limit):
                await websocket.send_text(item)
    except TimeoutError:
        log.warning("a page of %s does not read and is cut off", browser.person.extension)
        abort()
    except WebSocketDisconnect:
        return


async def _next(browser: Browser, heartbeat_s: float) -> str | Closing:
    try:
        async with asyncio.timeout(heartbeat_s):
            return await browser.outbox.next()
    except TimeoutError:
        return _BEAT


async def _listen(websocket: WebSocket, parts: WebParts, browser: Browser) -> None:
    settings = parts.settings
    window = MovingWindow(settings.browser_messages, settings.browser_window_s)
    while True:
        event = await websocket.receive()
        if event["type"] == "websocket.disconnect":
            return
        if browser.outbox.closing is not None:
            continue
        if window.take("", parts.clock.now()) > 0.0:
            browser.outbox.close(CloseCode.POLICY, "too many messages")
            continue
        text = event.get("text")
        if text is None:
            browser.outbox.close(CloseCode.UNSUPPORTED, "text frames only")
            continue
        _handle(parts, browser, text)


def _handle(parts: WebParts, browser: Browser, text: str) -> None:
    try:
        message = decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        browser.put(Refused(reply_to="?", reason=f"消息格式不对:{error}"))
        return
    answer = parts.receive(browser.person, message)
    if answer is not None:
        browser.put(answer)
