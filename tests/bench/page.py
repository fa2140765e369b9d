"""The pages in Chromium, on the machine that also runs the program and the simulated PBX: bundles as served with gzip, first
contentful paint of a fresh browser, a card's way from the websocket to the screen, and a board with 200 live calls, each held or
taken back every 2.5 s. No voices: taps are refused.
"""

import asyncio
import gzip
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from playwright.async_api import Browser, CDPSession, Page, StorageState, ViewportSize

from tests.bench.program import PASSWORD, ROOT, add_account, add_supervisor, program, simulator
from tests.bench.rows import Row, spread
from tests.browser.conftest import chromium
from tests.support.page import Page as Socket

CALLS = 200
PAINTS = 4
CARDS = 50
PAUSE_S = 0.25
SECONDS = 12
SCENARIO = (
    """title: 负载
caller: {number: "13800138000"}
ring: [{agents: ["8001"], seconds: 1, answered_by: "8001"}]
steps:
"""
    + "  - {do: pause, seconds: 2.5}\n  - {do: hold}\n  - {do: pause, seconds: 2.5}\n  - {do: unhold}\n" * 60
)
AGENT, SUPERVISOR = "8001", "9001"
SIZE = ViewportSize(width=1366, height=768)
CALLED_UP = "attitude_complaint"
"""More urgent than what the call itself brings, so that each time it is called up it is the card."""
WATCH = """
window.painted = []
window.longTasks = []
new PerformanceObserver(list => longTasks.push(...list.getEntries().map(one => one.duration))).observe({ type: 'longtask' })
const native = Object.getOwnPropertyDescriptor(WebSocket.prototype, 'onmessage')
Object.defineProperty(WebSocket.prototype, 'onmessage', { ...native, set(handle) {
  native.set.call(this, event => {
    handle.call(this, event)
    const type = JSON.parse(event.data).type
    requestAnimationFrame(() => {
      const after = new MessageChannel()
      after.port1.onmessage = () => painted.push([type, performance.now() - event.timeStamp])
      after.port2.postMessage(null)
    })
  })
} })
"""
"""The frame after a message is on the screen when the task behind that frame runs."""
FIRST_PAINT = """() => new Promise(tell => new PerformanceObserver(
  list => list.getEntriesByName('first-contentful-paint').forEach(one => tell(one.startTime))
).observe({ type: 'paint', buffered: true }))"""


def run() -> list[Row]:
    return asyncio.run(measure())


async def measure() -> list[Row]:
    async with chromium() as browser:
        async with house(browser, 1) as calm:
            rows = [*await sizes(calm), *await first_paints(calm), *await cards(calm)]
        async with house(browser, CALLS) as full:
            return rows + await full_board(full)


@dataclass(frozen=True)
class House:
    browser: Browser
    port: int
    known: dict[str, StorageState] = field(default_factory=dict)
    """By extension: what a browser that signed in keeps."""

    @asynccontextmanager
    async def page(self, extension: str) -> AsyncIterator[Page]:
        """In a fresh browser that is signed in already."""
        state = self.known.get(extension) or await self._signed_in(extension)
        context = await self.browser.new_context(viewport=SIZE, locale="zh-CN", storage_state=state)
        await context.add_init_script(WATCH)
        page = await context.new_page()
        await page.goto(f"{self.origin}/{'board' if extension == SUPERVISOR else ''}")
        await page.locator("main[aria-busy=false]").wait_for()
        yield page
        await context.close()

    async def _signed_in(self, extension: str) -> StorageState:
        context = await self.browser.new_context(locale="zh-CN")
        page = await context.new_page()
        await page.goto(self.origin)
        await page.get_by_label("分机号").fill(extension)
        await page.get_by_label("密码").fill(PASSWORD)
        await page.keyboard.press("Enter")
        await page.locator("main[aria-busy=false]").wait_for()
        self.known[extension] = await context.storage_state()
        await context.close()
        return self.known[extension]

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@asynccontextmanager
async def house(browser: Browser, calls: int) -> AsyncIterator[House]:
    with tempfile.TemporaryDirectory(prefix="hotline-bench-") as name:
        folder = Path(name)
        (folder / "measured.yaml").write_text(SCENARIO, "utf-8")
        url = f"sqlite:///{folder / 'bench.db'}"
        await add_supervisor(url)
        await add_account(url, AGENT, "agent")
        async with simulator(folder, calls, 20) as (ami_port, output), asyncio.TaskGroup() as group:
            reading = group.create_task(read_on(output))
            async with program(url, ami_port, HOTLINE_PBX_TAP_ADDRESS="127.0.0.2") as (_, port):
                yield House(browser, port)
            reading.cancel()


async def read_on(output: asyncio.StreamReader) -> None:
    """A PBX that nobody reads would wait."""
    while await output.readline():
        pass


async def sizes(house: House) -> list[Row]:
    """What is loaded before the page can be worked with."""
    rows = []
    for name, extension in (("desk", AGENT), ("board", SUPERVISOR)):
        async with house.page(extension) as page:
            loaded = await page.evaluate(
                "performance.getEntriesByType('resource').map(one => new URL(one.name).pathname)"
            )
        files = sorted({path for path in loaded if path.startswith("/assets/")})
        packed = sum(
            len(gzip.compress((ROOT / "assistant/web/static" / path[1:]).read_bytes())) for path in files
        )
        rows.append(Row(f"{name}: scripts and styles, gzip", packed / 1024, "KiB", "", f"{len(files)} files"))
    return rows


async def first_paints(house: House) -> list[Row]:
    rows = []
    for name, extension in (("desk", AGENT), ("board", SUPERVISOR)):
        paints = []
        for _ in range(PAINTS):
            async with house.page(extension) as page:
                # Evaluated, not polled by Playwright: that would need an exception in the page's policy.
                paints.append(cast("float", await page.evaluate(FIRST_PAINT)))
        rows += spread(f"{name}: first contentful paint", paints, "ms", {})
    return rows


async def cards(house: House) -> list[Row]:
    """A situation called up on another page of the same agent, again and again."""
    async with house.page(AGENT) as page, Socket(house.port, AGENT, PASSWORD) as second:
        call = await second.wait("call", lambda m: m["call"]["state"] in ("talking", "held"))
        for _ in range(CARDS):
            await second.send("call_up", call_id=call["call"]["call_id"], situation_id=CALLED_UP)
            await asyncio.sleep(PAUSE_S)
        painted = [ms for kind, ms in await page.evaluate("painted") if kind == "card"]
    return spread("card: websocket message to screen", painted, "ms", {"p95": "≤ 50"}, "desk, one call")


async def full_board(house: House) -> list[Row]:
    async with house.page(SUPERVISOR) as page:
        await page.get_by_text("通话", exact=True).first.wait_for()
        live = page.locator(".sums li b", has_text=str(CALLS)).first
        await live.wait_for(timeout=60_000)
        await page.evaluate("painted.length = 0; longTasks.length = 0")
        session = await page.context.new_cdp_session(page)
        await session.send("Performance.enable")
        before = await main_thread(session)
        await asyncio.sleep(SECONDS)
        busy = {
            name: 1000 * (after - before[name]) / SECONDS
            for name, after in (await main_thread(session)).items()
        }
        painted = [ms for _, ms in await page.evaluate("painted")]
        long_tasks = cast("list[float]", await page.evaluate("longTasks"))
        nodes = await page.evaluate("document.querySelectorAll('*').length")
    note = f"{CALLS} live calls, {len(painted) / SECONDS:.0f} messages/s"
    return [
        *spread("board: websocket message to screen", painted, "ms", {}, note),
        *(Row(f"board: main thread, {name}", value, "ms/s", "", note) for name, value in busy.items()),
        Row(
            "board: long tasks (over 50 ms)",
            sum(long_tasks) / SECONDS,
            "ms/s",
            "",
            f"{len(long_tasks)} in {SECONDS} s",
        ),
        Row("board: elements on the page", float(nodes), "", "", note),
    ]


async def main_thread(session: CDPSession) -> dict[str, float]:
    """Seconds so far."""
    metrics = {one["name"]: one["value"] for one in (await session.send("Performance.getMetrics"))["metrics"]}
    names = {
        "all": "TaskDuration",
        "script": "ScriptDuration",
        "layout": "LayoutDuration",
        "style": "RecalcStyleDuration",
    }
    return {name: metrics[key] for name, key in names.items()}
