"""A day of a supervisor on the real server: the call that burns, its whole story, what is owed, figures, scripts, rule tables."""

import re

import pytest
from playwright.async_api import expect

from tests.browser.axe import serious
from tests.browser.site import ADMIN, DOCKED, SUPERVISOR, Hotline, Screen, held_back

pytestmark = pytest.mark.asyncio(loop_scope="session")

WALL = (1920, 1080)


OF_THE_DRAFT = """  lost_parcel:
    title: 包裹丢失
    sources: [S0-16]
    triggers: [{kind: by_hand}]
    steps: [{say: "请您稍等,我马上为您查询。"}]
"""


OF_ANOTHER = "# 别人的一版\n"


async def _meanwhile(board: Screen, hotline: Hotline, method: str, path: str, body: object) -> None:
    """What the same supervisor saves from another page."""
    answer = await board.page.request.fetch(
        f"{hotline.origin}{path}", method=method, data=body, headers={"origin": hotline.origin}
    )
    assert answer.ok, await answer.text()


async def _asked(board: Screen, answer: str) -> None:
    await (
        board.page.get_by_role("dialog", name="还有没有保存的改动").get_by_role("button", name=answer).click()
    )


async def _would_ask_before_closing(board: Screen) -> bool:
    return bool(await board.page.evaluate("!dispatchEvent(new Event('beforeunload', {cancelable: true}))"))


def _told_of_conflict(board: Screen) -> None:
    """Chromium reports the answer; nothing else went wrong."""
    assert ["409" in fault for fault in board.faults] == [True]
    board.faults.clear()


async def _go(board: Screen, section: str) -> None:
    await board.page.get_by_role("link", name=section, exact=True).click()


async def test_a_call_is_found_again_with_its_story_its_reasons_and_its_sheet(hotline: Hotline) -> None:
    async with hotline.screen("8017") as desk, hotline.screen(SUPERVISOR) as board:
        hotline.place("complaint", "8017")
        await expect(desk.card("attitude_complaint")).to_be_visible()
        escalation = board.part("escalation").filter(has_text="坐席 8017")
        await expect(escalation).to_be_visible()
        assert await serious(board.page) == []
        await escalation.get_by_label("交给").select_option(SUPERVISOR)
        await expect(escalation).to_contain_text(f"已交给 {SUPERVISOR}")
        await desk.hang_up()
        await desk.part("aside").click()

        await _go(board, "通话记录")
        await board.page.get_by_role("textbox", name="坐席").fill("8017")
        await board.button("查询").click()
        await expect(board.part("records").get_by_role("link")).to_have_count(1)
        await expect(board.page).to_have_url(re.compile("agent=8017"))
        assert await serious(board.page) == []
        await board.part("records").get_by_role("link").click()
        await expect(board.part("timeline")).to_contain_text("你这是什么态度")
        await expect(board.part("timeline")).to_contain_text("对不起")
        await expect(board.part("trace")).to_contain_text("触发")
        await board.page.get_by_label("按情境筛选").select_option("hold_too_long")
        await expect(board.part("trace")).to_contain_text("触发条件一次也没有满足")
        await expect(board.part("waits-for")).to_contain_text("保持 25 秒")
        await expect(board.part("sheet").get_by_label("记录人")).to_have_value("8017")
        assert await serious(board.page) == []
        await board.button("← 返回").click()
        await expect(board.part("records").get_by_role("link")).to_have_count(1)

        await _go(board, "待办")
        await expect(board.part("board-tasks")).to_contain_text("8017")
        assert await serious(board.page) == []
        await _go(board, "上报")
        row = board.part("escalation-history").get_by_role("row").filter(has_text="8017")
        await row.get_by_role("button", name="经过").click()
        await expect(board.part("steps")).to_contain_text(f"已交给 {SUPERVISOR}")
        assert await serious(board.page) == []


async def test_each_number_of_a_report_opens_the_calls_behind_it(hotline: Hotline) -> None:
    async with hotline.screen("8018") as desk, hotline.screen(SUPERVISOR) as board:
        hotline.place("complaint", "8018")
        await expect(desk.card("greeting")).to_be_visible()
        await desk.hang_up()
        await expect(desk.part("sheet")).to_be_visible()
        for grouped in ("按坐席", "按队列"):
            await _go(board, "报表")
            await board.page.get_by_label("坐席", exact=True).fill("8018")
            await board.page.keyboard.press("Enter")
            await board.button(grouped).click()
            await expect(board.part("chart")).to_be_visible()
            row = board.part("report").get_by_role("row").filter(has=board.page.get_by_role("link"))
            await expect(row).to_have_count(1)
            assert await serious(board.page) == []
            number = row.get_by_role("link").first
            counted = int(await number.inner_text())
            await number.click()
            await expect(board.part("records").get_by_role("link")).to_have_count(counted)


async def test_a_script_is_checked_compared_published_and_taken_back(hotline: Hotline) -> None:
    async with hotline.screen(SUPERVISOR) as board:
        await _go(board, "话术")
        source = board.page.get_by_role("textbox", name="内容")
        await expect(source).to_have_value(re.compile("situations:"))
        assert await serious(board.page) == []
        text = await source.input_value()
        await source.fill(text.replace("situations:", "situation:", 1))
        await board.part("check").click()
        await expect(board.part("mistakes").get_by_role("button", name="第").first).to_be_visible()
        await expect(board.part("publish")).to_be_disabled()
        await source.fill(f"{text}# 第二版\n")
        await board.part("check").click()
        await expect(board.part("diff")).to_contain_text("+# 第二版")
        await board.page.get_by_role("tab", name="预览").click()
        await board.page.get_by_label("选一个情境").select_option("greeting")
        await expect(board.part("preview")).to_contain_text("医讯网")
        await source.fill(text.replace("situations:\n", f"situations:\n{OF_THE_DRAFT}", 1))
        await board.page.get_by_label("选一个情境").select_option("lost_parcel")
        await expect(board.part("preview")).to_contain_text("包裹丢失")
        await source.fill(f"{text}# 第二版\n")
        await expect(
            board.page.get_by_label("选一个情境").locator("option[value=lost_parcel]")
        ).to_have_count(0)
        await board.page.get_by_label("选一个情境").select_option("greeting")
        await board.part("publish").click()
        await board.page.get_by_label("改了什么").fill("加一行")
        await board.page.get_by_role("dialog").get_by_role("button", name="发布").click()
        await expect(board.page.get_by_text("已发布第 1 版")).to_be_visible()
        assert not await _would_ask_before_closing(board)
        await board.page.get_by_role("tab", name="历史版本").click()
        await (
            board.part("versions")
            .get_by_role("listitem")
            .filter(has_text="出厂版")
            .get_by_role("button")
            .click()
        )
        await expect(board.page.get_by_text("已发布第 2 版")).to_be_visible()
        await expect(source).to_have_value(text)


async def test_an_unsaved_script_is_not_lost_by_a_click_nor_by_a_newer_version(hotline: Hotline) -> None:
    async with hotline.screen(SUPERVISOR) as board:
        await _go(board, "话术")
        source = board.page.get_by_role("textbox", name="内容")
        await expect(source).to_have_value(re.compile("situations:"))
        text = await source.input_value()
        mine = f"{text}# 我的一版\n"
        await source.fill(mine)
        assert await _would_ask_before_closing(board)
        other = board.page.locator("nav button.pack:not([aria-current=true])").first
        await other.click()
        assert await serious(board.page) == []
        await _asked(board, "留下")
        await _go(board, "报表")
        await _asked(board, "留下")
        await board.page.go_back()
        await _asked(board, "留下")
        await expect(board.page).to_have_url(re.compile("/board/scripts$"))
        await expect(source).to_have_value(mine)

        packs = await (await board.page.request.get(f"{hotline.origin}/api/packs")).json()
        name, seen = next((one["name"], one["published"]) for one in packs if one["in_force"])
        newer = {"source": text + OF_ANOTHER, "seen": seen, "comment": "快了一步"}
        await _meanwhile(board, hotline, "POST", f"/api/packs/{name}/publish", newer)
        await board.part("publish").click()
        await board.page.get_by_label("改了什么").fill("慢了一步")
        await board.page.get_by_role("dialog").get_by_role("button", name="发布").click()
        await expect(board.part("newer")).to_contain_text("+# 我的一版")
        await expect(board.part("newer")).to_contain_text("-# 别人的一版")
        assert await serious(board.page) == []
        _told_of_conflict(board)
        await board.part("newer").get_by_role("button", name="接着改我的").click()
        await expect(source).to_have_value(mine)
        await board.part("publish").click()
        await board.page.get_by_role("dialog").get_by_role("button", name="发布").click()
        await expect(board.page.get_by_text(f"已发布第 {seen + 2} 版")).to_be_visible()
        back = {"to": 0, "seen": seen + 2, "comment": ""}
        await _meanwhile(board, hotline, "POST", f"/api/packs/{name}/roll_back", back)
        await source.fill(text + "# 再改")
        await other.click()
        await _asked(board, "放弃改动")
        await expect(source).not_to_have_value(re.compile("# 再改"))


async def test_an_old_call_is_found_by_its_number_to_try_a_script_on(hotline: Hotline) -> None:
    async with hotline.screen("8018") as desk, hotline.screen(SUPERVISOR) as board:
        hotline.place("complaint", "8018")
        await expect(desk.card("attitude_complaint")).to_be_visible()
        await desk.hang_up()
        await expect(desk.part("sheet")).to_be_visible()
        await _go(board, "话术")
        await board.page.get_by_role("tab", name="用旧通话试").click()
        field = board.page.get_by_label("客户号码")
        await field.fill("13100000000")
        await board.button("查找").click()
        await expect(board.page.get_by_text("没有接起过的通话")).to_be_visible()
        await field.fill("13800138000")
        await board.button("查找").click()
        calls = board.page.get_by_label("从最近的通话里选")
        found = calls.locator("option").filter(has_text="8018").first
        await expect(found).to_have_count(1)
        await calls.select_option(await found.get_attribute("value"))
        await board.button("用旧通话试").last.click()
        await expect(board.part("trial")).to_contain_text("对不起")


async def test_the_rule_tables_are_kept_by_version(hotline: Hotline) -> None:
    async with hotline.screen(SUPERVISOR) as board:
        await _go(board, "规则表")
        await board.button("填入示例").click()
        await board.button("保存").click()
        await expect(board.page.get_by_text("已保存，第 1 版")).to_be_visible()
        assert await serious(board.page) == []
        rules = [{"complaint": "别人的", "customer": "*", "hours": 8}]
        newer = {"seen": 1, "body": {"rules": rules}, "comment": ""}
        await _meanwhile(board, hotline, "PUT", "/api/documents/promises/default", newer)
        await board.part("promises").get_by_label("投诉类型").first.fill("我的")
        await board.button("保存").click()
        await expect(board.part("newer")).to_contain_text("- 别人的 · * · 8")
        await expect(board.part("newer")).to_contain_text("+ 我的")
        assert await serious(board.page) == []
        _told_of_conflict(board)
        await board.button("用我的覆盖新版").click()
        await expect(board.page.get_by_text("已保存，第 3 版")).to_be_visible()
        await expect(board.part("promises").get_by_label("投诉类型").first).to_have_value("我的")
        await board.part("promises").get_by_label("投诉类型").first.fill("又改")
        await board.page.get_by_role("tab", name="负责人").click()
        await _asked(board, "放弃改动")
        await board.page.get_by_role("tab", name="负责人").click()
        await expect(board.part("owners").get_by_label("姓名").first).to_have_value("杨雪峰")
        await board.page.get_by_role("tab", name="快捷键").click()
        await board.part("hotkeys").get_by_label("记一笔").press("g")
        # The sentence "saved" may still be the one of the table before; the desk reads the keys once, at its start.
        async with board.page.expect_response(
            lambda answer: (answer.request.method, answer.ok) == ("PUT", True)
        ):
            await board.button("保存").click()
        async with hotline.screen("8019") as desk:
            await desk.page.keyboard.press("?")
            await expect(desk.page.get_by_role("dialog")).to_contain_text("G")
        # Keys are everybody's: the desks of the other stories write their notes with M.
        await board.part("hotkeys").get_by_label("记一笔").press("m")
        async with board.page.expect_response(
            lambda answer: (answer.request.method, answer.ok) == ("PUT", True)
        ):
            await board.button("保存").click()


async def test_what_is_typed_while_a_table_is_saved_is_not_taken_for_saved(hotline: Hotline) -> None:
    async with hotline.screen(SUPERVISOR) as board:
        await _go(board, "规则表")
        await board.page.get_by_role("tab", name="队列").click()
        await expect(board.button("保存")).to_be_enabled()
        await board.button("加一行").click()
        await board.part("queues").get_by_label("队列（电话系统里的名字）").last.fill("typed-on")
        name = board.part("queues").get_by_label("显示名称").last
        await name.fill("点保存时")
        async with held_back(board.page, "**/api/documents/queues/default"):
            async with board.page.expect_request(lambda asked: asked.method == "PUT"):
                await board.button("保存").click()
            await name.fill("又写了")
        saved = board.page.get_by_role("status").filter(has_text="已保存")
        await expect(saved).to_be_visible()
        assert await _would_ask_before_closing(board)
        await board.page.get_by_role("tab", name="负责人").click()
        await _asked(board, "留下")
        await expect(name).to_have_value("又写了")
        await board.button("保存").click()
        await expect(saved).to_be_visible()
        assert not await _would_ask_before_closing(board)


async def test_of_many_messages_the_newest_is_seen_and_the_older_ones_are_counted(hotline: Hotline) -> None:
    async with hotline.screen("8014") as desk, hotline.screen(SUPERVISOR) as board:
        agent = board.part("agents").get_by_role("listitem").filter(has_text="8014")
        dialog = board.page.get_by_role("dialog")
        for said in range(1, 7):
            await agent.get_by_role("button").first.click()
            await dialog.get_by_role("textbox").fill(f"第 {said} 句")
            await board.page.keyboard.press("Control+Enter")
            await expect(dialog).to_have_count(0)
        says = desk.part("says")
        await expect(says).to_contain_text([f"第 {said} 句" for said in range(2, 7)])
        await expect(desk.page.get_by_text("还有 1 条")).to_be_visible()
        await says.last.get_by_role("button", name="知道了").click()
        await expect(says).to_contain_text([f"第 {said} 句" for said in range(1, 6)])
        await expect(desk.page.get_by_text("还有 1 条")).to_have_count(0)


async def test_accounts_are_made_and_switched_off(hotline: Hotline) -> None:
    async with hotline.screen(ADMIN) as board:
        await _go(board, "账号")
        await board.button("新建账号").click()
        dialog = board.page.get_by_role("dialog")
        await dialog.get_by_label("分机").fill("8055")
        await dialog.get_by_label("姓名").fill("新来的")
        await dialog.get_by_label("密码").fill("correct horse 55")
        await dialog.get_by_role("button", name="保存").click()
        row = board.part("users").get_by_role("row").filter(has_text="8055")
        await expect(row).to_contain_text("新来的")
        assert await serious(board.page) == []
        await row.get_by_role("button", name="停用").click()
        await expect(row).to_contain_text("已停用")


async def test_the_wall_and_the_narrow_board_fit(hotline: Hotline) -> None:
    async with hotline.screen(SUPERVISOR, DOCKED) as narrow:
        for section in ("通话记录", "待办", "上报", "规则表"):
            await _go(narrow, section)
            await expect(narrow.page.locator("main")).to_be_visible()
            assert await narrow.fits(), section
    async with hotline.screen(SUPERVISOR, WALL) as wall:
        await _go(wall, "大屏")
        await expect(wall.part("wall")).to_contain_text("最长等待")
        assert await wall.fits()
        assert await serious(wall.page) == []
