"""Those who look at calls as they go on: quality, who may not step in; the supervisor, who sees moods, waits and what came before."""

import re

import pytest
from playwright.async_api import expect

from tests.browser.axe import serious
from tests.browser.site import DOCKED, QUALITY, SUPERVISOR, Hotline

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_the_board_of_quality_moves_and_offers_nothing_it_may_not_do(hotline: Hotline) -> None:
    async with hotline.screen("8025") as desk, hotline.screen(QUALITY) as board:
        hotline.place("complaint", "8025")
        row = board.part("calls").get_by_role("row").filter(has_text="8025")
        await expect(row).to_have_attribute("data-state", "talking")
        await expect(row).not_to_contain_text("13800138000")
        for name in ("监听", "耳语", "强插", "留言"):
            await expect(row.get_by_role("button", name=name)).to_have_count(0)
        escalation = board.part("escalation").filter(has_text="坐席 8025")
        await expect(escalation).to_be_visible()
        await expect(escalation.get_by_role("button", name="我来处理")).to_have_count(0)
        assert await serious(board.page) == []
        await desk.hang_up()
        await expect(row).to_have_count(0)


async def test_who_asked_for_help_reads_who_took_it_up_and_who_was_given_it_closes_it(
    hotline: Hotline,
) -> None:
    async with (
        hotline.screen("8028") as desk,
        hotline.screen("8019") as helper,
        hotline.screen(QUALITY),
        hotline.screen(SUPERVISOR) as board,
    ):
        online = board.page.get_by_role("list", name="线路状态").get_by_role("listitem")
        await expect(online.filter(has_text="坐席在线")).to_have_text("2坐席在线")
        hotline.place("complaint", "8028")
        escalation = board.part("escalation").filter(has_text="坐席 8028")
        await escalation.get_by_role("button", name="我来处理").click()
        await expect(desk.part("answer")).to_contain_text(f"{SUPERVISOR} 已接手您的上报")
        whom = escalation.get_by_label("交给")
        await expect(whom.locator("option", has_text=QUALITY)).to_have_count(0)
        await whom.select_option("8019")
        await expect(desk.part("answer")).to_contain_text("已交给 8019")
        await expect(helper.part("given")).to_contain_text("13800138000")
        assert await serious(helper.page) == []
        await desk.part("answer").get_by_role("button", name="知道了").click()
        await expect(desk.part("answer")).to_have_count(0)
        # What was written is still there for a page that comes anew, and on none once it was read.
        await escalation.get_by_role("button", name="留言").click()
        await board.page.get_by_role("textbox", name="留言").fill("请先安抚客户")
        await board.button("发送").click()
        await expect(desk.part("says")).to_contain_text("请先安抚客户")
        await desk.page.reload()
        await desk.part("says").get_by_role("button", name="知道了").click()
        await expect(desk.part("says")).to_have_count(0)
        await helper.part("given").get_by_role("button", name="办结").click()
        await helper.page.get_by_label("处理结果").fill("已回电致歉")
        await helper.page.get_by_role("dialog").get_by_role("button", name="办结").click()
        await expect(helper.part("given")).to_have_count(0)
        await expect(desk.part("answer").filter(has_text="已办结")).to_contain_text("已回电致歉")
        await expect(escalation).to_have_count(0)
        row = board.part("calls").get_by_role("row").filter(has_text="8028")
        write = row.get_by_role("button", name="留言")
        await expect(write).to_be_enabled()
        await desk.page.close()
        await expect(write).to_be_disabled()


async def test_a_complaint_shows_in_the_mood_and_its_history_and_record_are_a_click_away(
    hotline: Hotline,
) -> None:
    async with hotline.screen("8026") as desk, hotline.screen(SUPERVISOR) as board:
        hotline.place("complaint", "8026")
        row = board.part("calls").get_by_role("row").filter(has_text="8026")
        await expect(row.get_by_test_id("mood")).to_have_text("紧张")
        escalation = board.part("escalation").filter(has_text="坐席 8026")
        # Asked for once it is in sight.
        await escalation.scroll_into_view_if_needed()
        await expect(escalation.get_by_test_id("history")).to_contain_text(re.compile("首次来电|此前来过"))
        await desk.hang_up()
        await expect(row).to_have_count(0)
        await escalation.get_by_role("button", name="13800138000").click()
        await expect(board.part("timeline")).to_contain_text("你这是什么态度")


async def test_a_phone_that_rings_again_does_not_begin_the_wait_anew(hotline: Hotline) -> None:
    async with hotline.screen(SUPERVISOR) as board, hotline.screen(SUPERVISOR, DOCKED) as wall:
        await wall.page.get_by_role("link", name="大屏", exact=True).click()
        hotline.place("rings-twice", "8027")
        row = board.part("calls").get_by_role("row").filter(has_text="13822223333")
        # After four seconds the phone stops and rings again: the clock of the state begins anew, the one of the call does not.
        await expect(row).to_contain_text(re.compile(r"振铃\s*0:0[1-3].*0:0[5-9]", re.DOTALL))
        waited = re.compile(r"最长等待\s*0:(0[4-9]|[1-5]\d)|0:(0[4-9]|[1-5]\d)\s*最长等待")
        for screen in (board, wall):
            await expect(screen.page.locator("main")).to_contain_text(waited, timeout=1500)


async def test_every_box_and_field_of_the_search_is_one_the_server_knows(hotline: Hotline) -> None:
    async with hotline.screen(SUPERVISOR) as board:
        await board.page.get_by_role("link", name="通话记录", exact=True).click()
        for name in ("有上报", "说了禁语", "非工作时间", "接起 3 秒后才开口"):
            await board.page.get_by_label(name).check()
            async with board.page.expect_response(re.compile("/api/calls\\?")) as answer:
                await board.button("查询").click()
            assert (await answer.value).status == 200, name
            await expect(board.page.get_by_label(name)).to_be_checked()
        await expect(board.page).to_have_url(re.compile("within_3s=false"))
        await board.button("清空").click()
        await board.part("more-filters").click()
        more = board.part("more")
        for name, value in (("队列", "line400"), ("地区", "北京市"), ("保持至少", "5"), ("排队至少", "0.5")):
            await more.get_by_label(name).fill(value)
        await more.get_by_label("方向").select_option("inbound")
        await more.get_by_label("分类").select_option("attitude_complaint")
        async with board.page.expect_response(re.compile("/api/calls\\?")) as answer:
            await board.button("查询").click()
        assert (await answer.value).status == 200
        await expect(more.get_by_label("方向")).to_have_value("inbound")
        exported = await board.page.get_by_role("link", name="导出 CSV").get_attribute("href")
        assert exported is not None
        assert (await board.page.request.get(hotline.origin + exported)).status == 200
        assert await serious(board.page) == []
