"""Every page in the state it is looked at in: the desk from idle to the record sheet, each section of the board, the wall."""

from collections.abc import AsyncIterator

from playwright.async_api import expect

from tests.browser.site import ADMIN, QUALITY, SUPERVISOR, Hotline, Screen, opened

RUNG, AGENT = "8021", "8022"
SECTIONS = ("实时", "通话记录", "待办", "上报", "报表", "话术", "规则表", "值班", "大屏")


async def every_page(hotline: Hotline) -> AsyncIterator[tuple[str, Screen]]:
    async with opened(hotline.browser, hotline.origin) as fresh:
        yield "登录", fresh
    async with hotline.screen(RUNG) as desk:
        yield "坐席空闲", desk
        hotline.place("rings", RUNG)
        await expect(desk.part("call")).to_have_attribute("data-state", "ringing")
        yield "坐席振铃", desk
    async with hotline.screen(AGENT) as desk:
        async for name in _talk(hotline, desk):
            yield name, desk
    async with hotline.screen(SUPERVISOR) as board:
        async for name in _board(board):
            yield name, board
    async with hotline.screen(QUALITY) as quality:
        await expect(quality.part("escalations")).to_be_visible()
        yield "质检看板", quality
    async with hotline.screen(ADMIN) as admin:
        await admin.page.get_by_role("link", name="账号", exact=True).click()
        await expect(admin.part("users").get_by_role("row").nth(1)).to_be_visible()
        yield "账号", admin


async def _talk(hotline: Hotline, desk: Screen) -> AsyncIterator[str]:
    hotline.place("complaint", AGENT)
    await expect(desk.card("attitude_complaint")).to_be_visible()
    yield "坐席话术"
    await desk.page.keyboard.press("/")
    await desk.page.keyboard.type("ts")
    yield "坐席调出情境"
    await desk.page.keyboard.press("Escape")
    await expect(desk.page.get_by_role("dialog")).to_have_count(0)
    await desk.button("挂机 H").click()
    await desk.page.keyboard.press("Enter")
    await expect(desk.part("sheet")).to_be_visible()
    yield "坐席记录单"
    await desk.part("aside").click()
    await expect(desk.part("ended")).to_be_visible()
    yield "坐席通话结束"


async def _board(board: Screen) -> AsyncIterator[str]:
    for section in SECTIONS:
        await board.page.get_by_role("link", name=section, exact=True).click()
        await board.page.wait_for_load_state("networkidle")
        await expect(board.page.locator("main")).to_be_visible()
        yield f"看板{section}"
        if section == "通话记录":
            await board.part("records").get_by_role("link").first.click()
            await expect(board.part("timeline")).to_be_visible()
            yield "看板通话详情"
        if section == "值班":
            await board.button("修改值班计划").click()
            await expect(board.page.get_by_label("值班计划正文")).not_to_have_value("")
            yield "看板值班计划"
