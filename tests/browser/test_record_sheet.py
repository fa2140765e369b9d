"""What is written in a record sheet is never lost: not to a colleague, a reload, a server away or a sign-out; nor are a colleague's words."""

import pytest
from playwright.async_api import Locator, Request, Route, expect

from tests.browser.axe import serious
from tests.browser.site import SUPERVISOR, Hotline, Screen, held_back
from tests.support.program import PASSWORD

pytestmark = pytest.mark.asyncio(loop_scope="session")

SHEET = "async (id) => await (await fetch(`/api/sheets/${id}`)).json()"
DRAFTS = "() => Object.keys(sessionStorage).filter((key) => key.startsWith('hotline.draft.')).length"


async def test_two_people_on_one_sheet_each_keep_what_the_other_wrote(hotline: Hotline) -> None:
    async with hotline.screen("8003") as desk, hotline.screen(SUPERVISOR) as board:
        call_id = await _written_in(desk, "13900000011")
        await board.page.goto(f"{hotline.origin}/board/calls/{call_id}")
        await _field(board, "备注").fill("主管写的备注")
        await _field(board, "处理结果").fill("已退款")
        async with board.page.expect_response(f"**/api/sheets/{call_id}"):
            await board.part("save").click()
        await _field(desk, "所在单位").fill("市一院")
        await _field(desk, "处理结果").fill("答应退款")
        await desk.page.keyboard.press("Control+Enter")

        await expect(desk.part("both").get_by_role("listitem")).to_contain_text(["处理结果 已退款"])
        for name, words in (("备注", "主管写的备注"), ("所在单位", "市一院"), ("处理结果", "答应退款")):
            await expect(_field(desk, name)).to_have_value(words)
        assert await serious(desk.page) == []
        assert await _kept(desk, call_id) == ("", "已退款", "主管写的备注"), "nothing is saved unasked"
        await desk.page.keyboard.press("Control+Enter")
        await expect(desk.part("sheet")).to_have_count(0)
        assert await _kept(desk, call_id) == ("市一院", "答应退款", "主管写的备注")
        desk.faults[:] = [fault for fault in desk.faults if "409" not in fault]


async def test_who_hands_a_call_on_writes_its_sheet_while_it_goes_on(hotline: Hotline) -> None:
    async with hotline.screen("8004") as first, hotline.screen("8010") as second:
        hotline.place("handed-on", "8004")
        await expect(first.part("call")).to_have_attribute("data-state", "talking")
        await first.page.keyboard.press("m")
        await first.page.keyboard.type("还没有回车的半句")
        await expect(second.part("call")).to_have_attribute("data-state", "talking")
        await expect(_field(first, "备注")).to_have_value("还没有回车的半句")
        await _field(first, "处理结果").fill("转给同事")
        await first.part("save").click()
        await expect(first.part("sheet")).to_have_count(0)
        await expect(second.part("call")).to_have_attribute("data-state", "talking")
        await second.hang_up()
        await expect(_field(second, "处理结果")).to_have_value("转给同事")
        await expect(_field(second, "备注")).to_have_value("还没有回车的半句")


async def test_what_was_typed_outlives_a_reload_and_a_sign_out_and_then_leaves_the_browser(
    hotline: Hotline,
) -> None:
    async with hotline.screen("8009") as desk:
        call_id = await _written_in(desk, "13900000012")
        await _field(desk, "处理结果").fill("下午回电")
        await desk.page.context.set_offline(True)
        await desk.part("save").click()
        await expect(desk.part("sheet").get_by_role("alert")).to_be_visible()
        await desk.button("退出").click()
        await expect(desk.page.get_by_text("记录单还没存上")).to_be_visible()
        await desk.page.context.set_offline(False)
        await expect(desk.part("lost")).to_have_count(0)
        await desk.page.reload()
        await expect(_field(desk, "处理结果")).to_have_value("下午回电")
        await expect(desk.part("sheet").get_by_role("status")).to_contain_text("填回来了")
        await desk.part("save").click()
        await expect(desk.part("sheet")).to_have_count(0)
        assert await desk.page.evaluate(DRAFTS) == 0

        task = desk.part("task").filter(has_text="13900000012")
        await task.get_by_role("button", name="填写").click()
        await _field(desk, "备注").fill("还没保存就下班")
        assert await desk.page.evaluate(DRAFTS) == 1
        await desk.button("退出").click()
        await expect(desk.page.get_by_label("密码")).to_be_visible()
        assert await desk.page.evaluate(DRAFTS) == 0
        await desk.log_in("8009", PASSWORD)
        await expect(desk.page.locator("main[aria-busy=false]")).to_be_visible()
        assert await _kept(desk, call_id) == ("", "下午回电", "还没保存就下班")


async def test_a_sheet_that_cannot_be_saved_lets_its_writer_go_and_keeps_the_words(hotline: Hotline) -> None:
    number = "13900000013"
    async with hotline.screen("8003") as desk:
        call_id = await _written_in(desk, number)
        await _field(desk, "处理结果").fill("存不上的一句")
        await desk.page.route(f"**/api/sheets/{call_id}", _not_there)
        await desk.page.keyboard.press("Escape")
        await expect(desk.part("sheet")).to_have_count(0)
        told = desk.page.get_by_text("写的内容先留在这个页面里")
        await expect(told).to_contain_text(number)
        await expect(told).to_contain_text("没有这张记录单")

        task = desk.part("task").filter(has_text=number).get_by_role("button", name="填写")
        await task.click()
        await expect(desk.part("sheet").get_by_role("alert")).to_have_text("这通电话没有记录单。")
        await desk.part("sheet").get_by_role("button", name="关闭").click()
        await expect(desk.part("sheet")).to_have_count(0)
        # Both presses of a double click: the second comes when the first has failed already.
        await desk.button("退出").dblclick(delay=400)
        await expect(desk.page.get_by_text("记录单还没存上：")).to_contain_text(number)
        assert await desk.page.evaluate(DRAFTS) == 1

        await desk.page.unroute(f"**/api/sheets/{call_id}", _not_there)
        await task.click()
        await expect(_field(desk, "处理结果")).to_have_value("存不上的一句")
        await expect(desk.part("sheet").get_by_role("status")).to_contain_text("填回来了")
        await desk.part("save").click()
        await expect(desk.part("sheet")).to_have_count(0)
        assert await _kept(desk, call_id) == ("", "存不上的一句", "")
        assert await desk.page.evaluate(DRAFTS) == 0


async def test_who_signs_out_of_the_board_is_shown_the_call_that_is_not_saved(hotline: Hotline) -> None:
    number = "13900000014"
    async with hotline.screen("8003") as desk, hotline.screen(SUPERVISOR) as board:
        call_id = await _written_in(desk, number)
        path = f"**/api/sheets/{call_id}"
        await board.page.goto(f"{hotline.origin}/board/calls/{call_id}")
        await _field(board, "备注").fill("主管写了一半")
        await board.page.route(path, _not_there)
        await board.page.get_by_role("link", name="报表", exact=True).click()
        await expect(board.part("sheet")).to_have_count(0)
        await board.button("退出").click()
        await expect(board.page.get_by_text("记录单还没存上：")).to_contain_text(number)
        await expect(board.page).to_have_url(f"{hotline.origin}/board/calls/{call_id}")
        await expect(board.part("sheet").get_by_role("alert")).to_be_visible()
        await board.page.get_by_role("link", name="报表", exact=True).click()
        await board.page.unroute(path, _not_there)

        saves: list[Request] = []
        board.page.on("request", lambda asked: saves.append(asked) if asked.method == "PUT" else None)
        async with held_back(board.page, path):
            for _ in range(2):
                await board.button("退出").click()
        await expect(board.page.get_by_label("密码")).to_be_visible()
        assert len(saves) == 1
        assert await _kept(desk, call_id) == ("", "", "主管写了一半")


async def _not_there(route: Route) -> None:
    await route.fulfill(status=404, json={"detail": "没有这张记录单。"})


async def _written_in(desk: Screen, number: str) -> str:
    """The call whose sheet is on the desk."""
    await desk.part("open-write-in").click()
    await desk.part("write-in").get_by_label("来电号码").fill(number)
    async with desk.page.expect_response("**/api/calls") as answer:
        await desk.part("write-in").get_by_role("button", name="填记录单").click()
    await expect(_field(desk, "处理结果")).to_be_enabled()
    return str((await (await answer.value).json())["call_id"])


def _field(screen: Screen, name: str) -> Locator:
    return screen.part("sheet").get_by_label(name)


async def _kept(screen: Screen, call_id: str) -> tuple[str, str, str]:
    """What the book has: organisation, result, notes."""
    sheet = await screen.page.evaluate(SHEET, call_id)
    return sheet["organisation"], sheet["result"], sheet["notes"]
