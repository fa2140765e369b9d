"""Tells the company's customer system by HTTP which caller an agent has answered. It never makes anything wait.

One small JSON object a call, signed if there is a secret, tried a few times and then given up: a screen that pops up after the
conversation helps nobody. What waits is bounded; the newest call is the one that matters, so the oldest is dropped and counted.
"""

import asyncio
import hashlib
import hmac
import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

import httpx

from assistant.clock import Clock
from assistant.effects import TellCrm
from assistant.messages import Part

log = logging.getLogger(__name__)

WAITING = 100
AT_ONCE = 4
"""Posts under way: one that hangs until its limit must not hold up the next caller's."""
PAUSES = (1.0, 3.0)
STALE_AFTER = 30.0
WELL = Part(name="crm", state="ok", text="客户系统:通知正常。")


@dataclass(frozen=True, slots=True)
class CrmHookSettings:
    address: str
    secret: str
    timeout: float
    pauses: tuple[float, ...] = PAUSES
    waiting: int = WAITING


@dataclass(frozen=True, slots=True)
class _Post:
    body: bytes
    delivery: str
    written: float


def body_of(told: TellCrm, wall: datetime) -> bytes:
    caller = told.caller
    fields = {
        "event": "call_answered",
        "call_id": caller.call_id,
        "number": caller.number,
        "region": caller.region,
        "dialled": caller.dialled,
        "queue": caller.queue,
        "agent": caller.agent,
        "answered_at": wall.isoformat(timespec="milliseconds"),
        "ring_s": round(told.ring_s, 3),
        "wait_s": round(told.wait_s, 3),
    }
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Of time and body together, so that an overheard post cannot be sent again later."""
    signed = hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256)
    return f"sha256={signed.hexdigest()}"


class CrmHook:
    """`tell` never blocks. `on_part` hears whenever what the page says about the customer system changes."""

    def __init__(self, settings: CrmHookSettings, clock: Clock, on_part: Callable[[Part], None]) -> None:
        self._settings = settings
        self._clock = clock
        self._on_part = on_part
        self._waiting: asyncio.Queue[_Post] = asyncio.Queue(settings.waiting)
        self._part: Part | None = None
        self.lost = 0
        self.delivered = 0

    def tell(self, told: TellCrm) -> None:
        if self._waiting.full():
            self._waiting.get_nowait()
            self._lose("等待的太多")
        self._waiting.put_nowait(_Post(body_of(told, self._clock.wall()), uuid4().hex, self._clock.now()))

    async def run(self) -> None:
        """Until cancelled; what was not delivered then is not."""
        self._say(WELL)
        async with (
            httpx.AsyncClient(
                timeout=self._settings.timeout, follow_redirects=False, trust_env=False
            ) as client,
            asyncio.TaskGroup() as group,
        ):
            for _ in range(AT_ONCE):
                group.create_task(self._deliver(client))

    async def _deliver(self, client: httpx.AsyncClient) -> None:
        while True:
            await self._until_there(client, await self._waiting.get())

    async def _until_there(self, client: httpx.AsyncClient, post: _Post) -> None:
        failure = ""
        for pause in (*self._settings.pauses, None):
            if self._clock.now() - post.written > STALE_AFTER:
                break
            failed = await self._try(client, post)
            if failed is None:
                self.delivered += 1
                self._say(WELL)
                return
            failure = failed
            if pause is not None:
                await asyncio.sleep(pause)
        self._lose(failure or "等得太久")

    async def _try(self, client: httpx.AsyncClient, post: _Post) -> str | None:
        """Why it did not arrive; None if it did."""
        try:
            async with asyncio.timeout(self._settings.timeout):  # httpx counts each read anew
                answer = await client.post(
                    self._settings.address, content=post.body, headers=self._headers(post)
                )
        except TimeoutError:
            return f"{self._settings.timeout:g} 秒内没有回答"
        except httpx.HTTPError as error:
            return f"连接不上({type(error).__name__})"
        return None if answer.is_success else f"回答 {answer.status_code}"

    def _headers(self, post: _Post) -> dict[str, str]:
        headers = {"content-type": "application/json", "x-hotline-delivery": post.delivery}
        if self._settings.secret:
            timestamp = str(int(self._clock.wall().timestamp()))
            headers["x-hotline-timestamp"] = timestamp
            headers["x-hotline-signature"] = signature(self._settings.secret, timestamp, post.body)
        return headers

    def _lose(self, why: str) -> None:
        self.lost += 1
        log.warning("the customer system was not told of a call: %s", why)
        text = f"客户系统没有收到来电通知({why}),已有 {self.lost} 通;通话和话术不受影响。"
        self._say(Part(name="crm", state="degraded", text=text))

    def _say(self, part: Part) -> None:
        if part != self._part:
            self._part = part
            self._on_part(part)
