"""`hotline demo`, as somebody who tries it out meets it: the address from the terminal, a call at the press of a button."""

import asyncio
import re
import sys

from playwright.async_api import Browser, expect

from tests.browser.site import opened

START_SECONDS = 60
WELCOME = re.compile(r"(http://127\.0\.0\.1:\d+).*?(demo-\d+)", re.DOTALL)


async def test_the_demonstration_places_a_call_on_demand(browser: Browser) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "assistant", "demo", "--port", "0", "--every", "0"),
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        origin, password = await asyncio.wait_for(_welcomed(process), START_SECONDS)
        async with opened(browser, origin) as desk:
            await desk.log_in("8001", password)
            await expect(desk.page.get_by_text("演示用识别模型")).to_be_visible()
            await desk.button("演示来电").click()
            await desk.button("咨询课程价格").click()
            await expect(desk.part("call")).to_have_attribute("data-state", "ringing")
            await expect(desk.card("greeting")).to_contain_text("医讯网")
    finally:
        process.terminate()
        await process.wait()


async def _welcomed(process: asyncio.subprocess.Process) -> tuple[str, str]:
    assert process.stdout is not None
    said = ""
    while (found := WELCOME.search(said)) is None:
        line = await process.stdout.readline()
        assert line, said
        said += line.decode()
    return found[1], found[2]
