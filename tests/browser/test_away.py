"""What happened while a page was away is there when it is back: a card that came, a call that ended."""

import pytest
from playwright.async_api import expect

from tests.browser.site import SUPERVISOR, Hotline

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_the_sheet_of_a_call_that_ended_meanwhile_opens(hotline: Hotline) -> None:
    async with hotline.screen("8023") as desk, hotline.screen(SUPERVISOR) as board:
        row = board.part("calls").get_by_role("row").filter(has_text="8023")
        hotline.place("leaves", "8023")
        await expect(desk.part("call")).to_have_attribute("data-state", "talking")
        await expect(row).to_be_visible()
        await desk.page.context.set_offline(True)
        await expect(desk.part("lost")).to_be_visible()
        await expect(row).to_have_count(0)
        await desk.page.context.set_offline(False)
        await expect(desk.part("lost")).to_have_count(0)
        await expect(desk.part("ended")).to_contain_text("13811112222")
        await expect(desk.part("sheet").get_by_label("记录人")).to_have_value("8023")


async def test_a_card_that_came_meanwhile_is_there(hotline: Hotline) -> None:
    async with hotline.screen("8024") as desk, hotline.screen(SUPERVISOR) as board:
        hotline.place("complaint", "8024")
        await expect(desk.part("call")).to_have_attribute("data-state", "talking")
        await desk.page.context.set_offline(True)
        await expect(desk.part("lost")).to_be_visible()
        await expect(board.part("escalation").filter(has_text="坐席 8024")).to_be_visible()
        await expect(desk.card("attitude_complaint")).to_have_count(0)
        await desk.page.context.set_offline(False)
        await expect(desk.card("attitude_complaint")).to_be_visible()
