"""Gets letters to people by Apprise, in worker threads behind bounded queues: one for each address, so that one that is down
keeps no other waiting. Tried again with growing pauses; what cannot be delivered is counted and said on the page.

When a queue is full its oldest letter is dropped and counted: the newest is what people need.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

import apprise

from assistant.clock import Clock
from assistant.effects import Notify
from assistant.messages import Part
from assistant.notify.rules import Audience, Letter, Rule, Storm, letters

log = logging.getLogger(__name__)

PAUSES = (2.0, 5.0, 15.0, 60.0, 300.0)
"""Between two tries of one letter; the last one goes on."""
LIMIT_OF_A_TRY = 30.0
"""Apprise has limits of its own for connecting and reading, but not for every service."""
WAITING = 100
CALM_EVERY = 60.0


@dataclass(frozen=True, slots=True)
class NotifierSettings:
    addresses: Mapping[Audience, tuple[str, ...]]
    """Apprise URLs."""
    rules: Sequence[Rule]
    storm_limit: int = 30
    keep_trying: float = 3600.0
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Shanghai"))
    pauses: tuple[float, ...] = PAUSES
    limit_of_a_try: float = LIMIT_OF_A_TRY


def usable(url: str) -> bool:
    """Whether Apprise can make anything of it."""
    return bool(apprise.Apprise(asset=_asset()).add(url))


def _asset() -> apprise.AppriseAsset:
    return apprise.AppriseAsset(app_id="hotline", app_desc="400 hotline", async_mode=False)


def send(url: str, letter: Letter) -> bool:
    """Blocks; called in a worker thread. Apprise keeps its errors to itself and says whether it worked."""
    way = apprise.Apprise(asset=_asset())
    if not way.add(url):
        return False
    return bool(way.notify(body=letter.text, title=letter.title, body_format=apprise.NotifyFormat.TEXT))


class Address:
    """One place letters go to, and what became of them."""

    def __init__(self, audience: Audience, url: str, position: int) -> None:
        self.url = url
        self.name = f"{audience.value}[{position}] {url.partition(':')[0]}"
        self.waiting: asyncio.Queue[tuple[Letter, float]] = asyncio.Queue(WAITING)
        self.failing = False
        self.lost = 0
        self.delivered = 0

    def put(self, letter: Letter, now: float) -> None:
        if self.waiting.full():
            self.waiting.get_nowait()
            self.lost += 1
        self.waiting.put_nowait((letter, now))


class Notifier:
    """`tell` never blocks. `on_part` hears whenever what the page says about notices changes."""

    def __init__(self, settings: NotifierSettings, clock: Clock, on_part: Callable[[Part], None]) -> None:
        self._settings = settings
        self._clock = clock
        self._on_part = on_part
        self._addresses = {
            audience: [Address(audience, url, position) for position, url in enumerate(urls, 1)]
            for audience, urls in settings.addresses.items()
        }
        self._storms = {audience: Storm(settings.storm_limit) for audience in Audience}
        self._part: Part | None = None

    def tell(self, notice: Notify) -> None:
        now = self._clock.now()
        local = self._clock.wall().astimezone(self._settings.zone)
        for letter in letters(self._settings.rules, notice, local):
            if self._storms[letter.audience].allows(letter, now):
                self._post(letter, now)

    async def run(self) -> None:
        """Until cancelled; what is not delivered then is not delivered."""
        every = [address for addresses in self._addresses.values() for address in addresses]
        self._say()
        with_spare = len(every) + 2  # a thread that hangs past its limit is given up, not waited for
        pool = ThreadPoolExecutor(max_workers=with_spare, thread_name_prefix="notify")
        try:
            async with asyncio.TaskGroup() as group:
                for address in every:
                    group.create_task(self._deliver(address, pool))
                group.create_task(self._calm())
        finally:
            pool.shutdown(wait=False, cancel_futures=True)

    def _post(self, letter: Letter, now: float) -> None:
        for address in self._addresses.get(letter.audience, ()):
            address.put(letter, now)
        self._say()

    async def _calm(self) -> None:
        while True:
            await asyncio.sleep(CALM_EVERY)
            now = self._clock.now()
            for audience, storm in self._storms.items():
                letter = storm.calm(audience, now)
                if letter is not None:
                    self._post(letter, now)

    async def _deliver(self, address: Address, pool: ThreadPoolExecutor) -> None:
        while True:
            letter, written = await address.waiting.get()
            await self._try_until_there(address, pool, letter, written)
            self._say()

    async def _try_until_there(
        self, address: Address, pool: ThreadPoolExecutor, letter: Letter, written: float
    ) -> None:
        pauses = self._settings.pauses
        attempt = 0
        while not await self._try(address, pool, letter):
            if not address.failing:
                log.warning("notices to %s fail, tried again", address.name)
            address.failing = True
            self._say()
            if self._clock.now() - written >= self._settings.keep_trying:
                address.lost += 1
                return
            await asyncio.sleep(pauses[min(attempt, len(pauses) - 1)])
            attempt += 1
        if address.failing:
            log.info("notices to %s arrive again", address.name)
        address.failing = False
        address.delivered += 1

    async def _try(self, address: Address, pool: ThreadPoolExecutor, letter: Letter) -> bool:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self._settings.limit_of_a_try):
                return await loop.run_in_executor(pool, send, address.url, letter)
        except (TimeoutError, OSError, ValueError, TypeError):
            return False

    def _say(self) -> None:
        part = self._as_part()
        if part is not None and part != self._part:
            self._part = part
            self._on_part(part)

    def _as_part(self) -> Part | None:
        every = [address for addresses in self._addresses.values() for address in addresses]
        if not every:
            return None  # nobody to tell: that is no state of the line
        failing = [address.name for address in every if address.failing]
        lost = sum(address.lost for address in every)
        if failing:
            text = f"通知发不出去({'、'.join(failing)}),正在重试;页面上的提醒照常。"
            return Part(name="notices", state="down" if len(failing) == len(every) else "degraded", text=text)
        if lost:
            return Part(name="notices", state="degraded", text=f"有 {lost} 条通知没有送到,现在已恢复。")
        return Part(name="notices", state="ok", text="通知发送正常。")
