"""A Chromium for each test, and the program beside a simulated PBX; for one test, beside the real Asterisk."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from tests.browser.site import (
    AGENTS,
    LINES,
    MESSAGES,
    PLAN,
    SECRET,
    SUPERVISOR,
    USERS,
    Hotline,
    simulated_pbx,
    write_stories,
)
from tests.integration.conftest import lab, site
from tests.support.program import Program

__all__ = ["lab", "site"]

# As root in a sandbox, on a machine that reaches no other.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
BEHIND_OTHERS = Path(__file__).with_name("chromium.sh")
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    executable = next((found for name in CHROMIUMS if (found := shutil.which(name))), None)
    assert executable is not None, "no Chromium on this machine: apt install chromium"
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(
            executable_path=BEHIND_OTHERS, args=ARGUMENTS, env={**os.environ, "CHROMIUM": executable}
        )
        yield running
        await running.close()


@pytest_asyncio.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as running:
        yield running


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def hotline(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Hotline]:
    stories = tmp_path_factory.mktemp("stories")
    write_stories(stories)
    async with chromium() as running, simulated_pbx(stories) as (pbx, ami_port):
        folder = tmp_path_factory.mktemp("program")
        (folder / MESSAGES).mkdir()
        (folder / "duty.yaml").write_text(PLAN, encoding="utf-8")
        duty = f"plan = '{folder}/duty.yaml'\ntoken_file = '{folder}/route.token'\nmessages = '{folder / MESSAGES}'"
        settings = f"[duty]\n{duty}\n[line]\nlines = {LINES}\n"
        program = Program(folder, ami_port, SECRET, more=settings)
        await program.add_users(USERS)
        async with program:
            hotline = Hotline(program, running, pbx)
            # A browser's first load of a bundle takes both cores for seconds: no call is to be heard meanwhile.
            async with hotline.screen(SUPERVISOR) as board, hotline.screen(AGENTS[-1]):
                await board.page.get_by_role("link", name="报表", exact=True).click()
                await board.page.wait_for_load_state("networkidle")
            yield hotline
