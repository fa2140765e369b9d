"""Screen pop in a real browser: the caller's page in the customer system, in one window for all calls, by itself or by the button."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from playwright.async_api import Browser, expect

from tests.browser.site import SECRET, USERS, Hotline, simulated_pbx, write_stories
from tests.support.program import Program

PAGE = "<!doctype html><meta charset=utf-8><title>CRM</title><h1>客户资料</h1>".encode()


async def customer_page(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(PAGE)}\r\nConnection: close\r\n\r\n"
    writer.write(head.encode() + PAGE)
    writer.close()


@asynccontextmanager
async def hotline_with_crm(folder: Path, browser: Browser, opens: str) -> AsyncIterator[tuple[Hotline, str]]:
    write_stories(folder)
    crm = await asyncio.start_server(customer_page, "127.0.0.1", 0)
    address = f"http://127.0.0.1:{crm.sockets[0].getsockname()[1]}/"
    more = f"[crm]\nurl = '{address}?phone={{number}}&call={{call_id}}'\nopens = {opens}\n"
    async with crm, simulated_pbx(folder) as (pbx, ami_port):
        program = Program(folder, ami_port, SECRET, more=more)
        await program.add_users(USERS)
        async with program:
            yield Hotline(program, browser, pbx), address


async def test_the_callers_page_opens_by_itself_and_every_call_shares_the_window(
    browser: Browser, tmp_path: Path
) -> None:
    async with (
        hotline_with_crm(tmp_path, browser, "true") as (hotline, address),
        hotline.screen("8001") as desk,
    ):
        async with desk.page.context.expect_page() as opened:
            hotline.place("silent", "8001")
        crm = await opened.value
        await crm.wait_for_url(f"{address}?phone=*")
        first = parse_qs(urlsplit(crm.url).query)
        await expect(desk.part("crm")).to_be_visible()
        await desk.page.reload()
        await expect(desk.part("crm")).to_be_visible()
        await desk.page.keyboard.press("h")
        await desk.page.get_by_role("dialog").get_by_role("button", name="挂机").click()
        await expect(desk.part("ended")).to_be_visible()
        await expect(desk.part("crm")).to_have_count(0)

        hotline.place("complaint", "8001")
        await crm.wait_for_url(lambda url: parse_qs(urlsplit(url).query)["call"] != first["call"])
        assert len(desk.page.context.pages) == 2


async def test_only_the_button_opens_it_where_the_house_wants_that(browser: Browser, tmp_path: Path) -> None:
    async with (
        hotline_with_crm(tmp_path, browser, "false") as (hotline, address),
        hotline.screen("8001") as desk,
    ):
        hotline.place("silent", "8001")
        await expect(desk.part("crm")).to_be_visible()
        assert len(desk.page.context.pages) == 1
        async with desk.page.context.expect_page() as opened:
            await desk.page.keyboard.press("c")
        crm = await opened.value
        await crm.wait_for_url(f"{address}?phone=*")


async def test_a_blocked_window_is_told_of(browser: Browser, tmp_path: Path) -> None:
    async with (
        hotline_with_crm(tmp_path, browser, "true") as (hotline, _),
        hotline.screen("8001") as desk,
    ):
        await desk.page.evaluate("window.open = () => null")
        hotline.place("silent", "8001")
        await expect(desk.page.get_by_text("浏览器拦下了客户系统的窗口")).to_be_visible()
