"""What the browser tests look at: the program as a process, a simulated PBX before it, and real pages in a real Chromium."""

import asyncio
import json
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

from playwright.async_api import Browser, ConsoleMessage, Dialog, Locator, Page, Response, Route, expect

from assistant.messages import Role
from tests.support.program import PASSWORD, Program

AGENTS = [str(extension) for extension in range(8001, 8033)]
SUPERVISOR, ADMIN, QUALITY = "9001", "9002", "9003"
USERS: dict[str, Role] = {
    **dict.fromkeys(AGENTS, "agent"),
    SUPERVISOR: "supervisor",
    ADMIN: "admin",
    QUALITY: "quality",
}
STORIES = Path(__file__).with_name("scenarios")
STORY_AGENT = "8001"
SPEECH = Path(__file__).parents[2] / "asr" / "mini_zh" / "speech"
SECRET = "browser-tests"
PATIENCE_MS = 20_000
MESSAGES = "messages"
"""Where in the program's folder the messages lie that callers left."""
PLAN = """time_zone: Asia/Shanghai
people:
  wang: {name: 王芳, number: "13900000101", extension: "8001"}
  li: {name: 李娜, number: "13900000102", extension: "8002"}
days: {2099-05-11: {open: 调休上班, like: mon}}
weekly: [{days: mon-sun, hours: "00:00-24:00", people: [wang, li]}]
always: [wang]
"""
LINES = 40
HOUSE = ZoneInfo("Asia/Shanghai")
"""By whose clock the server counts days and the pages tell times, whatever a computer is set to."""
CUT_OFF = """() => [...document.querySelectorAll("body *")].filter((one) => {
  const style = getComputedStyle(one)
  if (one.clientWidth < 2 || one.clientHeight < 2 || !one.checkVisibility()) return false
  if (one.matches(".el-table__header-wrapper, .gutter")) return false // scrolled by script with what stands beside or below
  const hides = (how) => how === "hidden" || how === "clip"
  const across = hides(style.overflowX) && style.textOverflow !== "ellipsis" && one.scrollWidth > one.clientWidth + 1
  const down = hides(style.overflowY) && style.webkitLineClamp === "none" && one.scrollHeight > one.clientHeight + 1
  return across || down
}).map((one) => `${one.tagName.toLowerCase()}.${one.className}`)"""
DRAWN = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
"""A chart follows the size of its place one picture later."""
WIDE, DOCKED = (1366, 768), (360, 740)

expect.set_options(timeout=PATIENCE_MS)

EXPECTED_WHILE_AWAY = re.compile(r"WebSocket connection to|ERR_CONNECTION_REFUSED|ERR_INTERNET_DISCONNECTED")
"""What Chromium itself says when a server is away, whatever the page does about it."""
ASKING = "[data-testid=sheet][aria-busy=true]"


@dataclass
class Screen:
    """One signed-in page and everything that must never happen on it."""

    page: Page
    faults: list[str] = field(default_factory=list)
    early: set[str] = field(default_factory=set)
    """The sheets that were asked for before the book had them, and have not come since."""

    def __post_init__(self) -> None:
        self.page.on("console", self._on_console)
        self.page.on("response", self._on_response)
        self.page.on("pageerror", lambda error: self.faults.append(f"error: {error}"))
        self.page.on("dialog", self._on_dialog)

    def _on_console(self, message: ConsoleMessage) -> None:
        # A sheet is asked for as its call ends, and again until the book has it; Chromium reports each early answer.
        early = "404" in message.text and "/api/sheets/" in message.location["url"]
        if early:
            self.early.add(message.location["url"])
        elif message.type in ("error", "warning") and not EXPECTED_WHILE_AWAY.search(message.text):
            self.faults.append(f"{message.type}: {message.text}")

    def _on_response(self, response: Response) -> None:
        if response.ok:
            self.early.discard(response.url)

    async def all_faults(self) -> list[str]:
        """With the sheets that never came, but for a form that asks on."""
        asking = 0 if self.page.is_closed() else await self.page.locator(ASKING).count()
        return [*self.faults, *(f"no sheet: {url}" for url in ([] if asking else self.early))]

    async def _on_dialog(self, dialog: Dialog) -> None:
        self.faults.append(f"dialog: {dialog.message}")
        await dialog.dismiss()

    def part(self, name: str) -> Locator:
        return self.page.get_by_test_id(name)

    def card(self, situation: str, step: int = 1) -> Locator:
        return self.page.locator(f'[data-testid=card][data-situation="{situation}"][data-step="{step}"]')

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name)

    async def hang_up(self) -> None:
        """By the desk's key, and its confirmation."""
        await self.page.keyboard.press("h")
        await self.page.keyboard.press("Enter")

    async def log_in(self, extension: str, password: str) -> None:
        await self.page.get_by_label("分机号").fill(extension)
        await self.page.get_by_label("密码").fill(password)
        await self.page.keyboard.press("Enter")

    async def fits(self) -> bool:
        """No scrolling sideways."""
        return bool(
            await self.page.evaluate(
                "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
            )
        )

    async def cut_off(self) -> list[str]:
        """What holds more than it shows and cannot be scrolled: nobody can read the rest. Dots at the end of a line say that there is more."""
        await self.page.evaluate(DRAWN)
        found: list[str] = await self.page.evaluate(CUT_OFF)
        return found


@asynccontextmanager
async def opened(
    browser: Browser, origin: str, size: tuple[int, int] = WIDE, zone: str | None = None
) -> AsyncIterator[Screen]:
    """A fresh browser profile at the login page; whatever goes wrong in it fails the test.

    `zone`: what its computer is set to, if not to this machine's.
    """
    context = await browser.new_context(
        viewport={"width": size[0], "height": size[1]}, locale="zh-CN", timezone_id=zone
    )
    try:
        screen = Screen(await context.new_page())
        await screen.page.goto(origin)
        yield screen
        faults = await screen.all_faults()
        assert faults == [], faults
    finally:
        await context.close()


@asynccontextmanager
async def held_back(page: Page, path: str) -> AsyncIterator[None]:
    """What the page saves there inside is on its way until the end."""
    let_go = asyncio.Event()

    async def hold(route: Route) -> None:
        if route.request.method == "PUT":
            await let_go.wait()
        await route.continue_()

    await page.route(path, hold)
    try:
        yield
    finally:
        let_go.set()


@dataclass(frozen=True)
class Hotline:
    """One for all tests; each plays its story at an agent of its own, so none has to tidy up."""

    program: Program
    browser: Browser
    pbx: asyncio.subprocess.Process

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.program.web_port}"

    def place(self, story: str, agent: str) -> None:
        """A call with this story comes in for this agent."""
        assert self.pbx.stdin is not None
        self.pbx.stdin.write(f"{story}-{agent}\n".encode())

    @asynccontextmanager
    async def screen(
        self, extension: str, size: tuple[int, int] = WIDE, zone: str | None = None
    ) -> AsyncIterator[Screen]:
        """Signed in, with its snapshot."""
        async with opened(self.browser, self.origin, size, zone) as screen:
            await screen.log_in(extension, PASSWORD)
            await expect(screen.page.locator("main[aria-busy=false]")).to_be_visible()
            yield screen


def write_stories(folder: Path) -> None:
    """Every story for every agent, as the simulator reads them."""
    for story in STORIES.glob("*.yaml"):
        text = story.read_text(encoding="utf-8")
        for agent in AGENTS:
            told = text.replace(f'"{STORY_AGENT}"', f'"{agent}"').replace("title: ", f"title: {agent} ")
            (folder / f"{story.stem}-{agent}.yaml").write_text(told, encoding="utf-8")


@asynccontextmanager
async def simulated_pbx(stories: Path, *more: str) -> AsyncIterator[tuple[asyncio.subprocess.Process, int]]:
    """The process and its AMI port. It ends when its input closes. `more`: arguments besides."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "ami_bridge.simulator", "--secret", SECRET, "--agents", ",".join(AGENTS)),
        *("--speech", str(SPEECH), "--scenarios", str(stories), *more),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        ready = json.loads(await asyncio.wait_for(process.stdout.readline(), 20))
        yield process, ready["ready"]["ami"]
    finally:
        process.stdin.close()
        await process.wait()
