"""What goes with a person to any browser, what a supervisor changes about people and queues, and what cannot be pressed while the server is away."""

import pytest
from playwright.async_api import expect

from tests.browser.site import ADMIN, SUPERVISOR, Hotline

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_the_density_goes_with_its_agent_to_another_browser(hotline: Hotline) -> None:
    async with hotline.screen("8021") as desk:
        async with desk.page.expect_response(
            lambda answer: "/api/documents/desk/8021" in answer.url and answer.request.method == "PUT"
        ) as kept:
            await desk.page.keyboard.press("d")
        assert (await kept.value).status == 200
    async with hotline.screen("8021") as elsewhere:
        await elsewhere.page.keyboard.press("?")
        await expect(elsewhere.page.locator("input[name=density][value=short]")).to_be_checked()


async def test_buttons_that_cannot_work_are_off_and_say_why(hotline: Hotline) -> None:
    async with hotline.screen("8021"), hotline.screen(SUPERVISOR) as board:
        message = (
            board.part("agents").get_by_role("listitem").filter(has_text="8021").get_by_role("button").first
        )
        await expect(message).to_be_enabled()
        await board.page.context.set_offline(True)
        await expect(message).to_be_disabled()
        await expect(message).to_have_attribute("title", "与助手服务断开，连上后才能操作。")
        await board.page.context.set_offline(False)
        await expect(message).to_be_enabled()


async def test_an_administrator_renames_an_agent_and_gives_a_queue_its_scripts(hotline: Hotline) -> None:
    async with hotline.screen(ADMIN) as board:
        await board.page.get_by_role("link", name="账号", exact=True).click()
        row = board.part("users").get_by_role("row").filter(has_text="8021")
        await row.get_by_role("button", name="改姓名和角色").click()
        dialog = board.page.get_by_role("dialog")
        await dialog.get_by_label("姓名").fill("欧阳春兰")
        await dialog.get_by_role("button", name="保存").click()
        await expect(row).to_contain_text("欧阳春兰")

        await board.page.get_by_role("link", name="规则表", exact=True).click()
        await board.page.get_by_role("tab", name="队列").click()
        await expect(board.button("保存")).to_be_enabled()
        await board.button("加一行").click()
        queues = board.part("queues")
        await queues.get_by_label("队列（电话系统里的名字）").last.fill("sales-of-a-test")
        await queues.get_by_label("显示名称").last.fill("销售咨询")
        await queues.get_by_label("话术").last.select_option("chint800")
        await board.button("保存").click()
        await expect(board.page.get_by_role("status").filter(has_text="已保存")).to_be_visible()
    async with hotline.screen("8021") as desk:
        await expect(desk.page.get_by_text("欧阳春兰").first).to_be_attached()
