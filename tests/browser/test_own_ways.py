"""What people do in their own way: a call written in from a phone, a promise, their keys, their password, a name put right."""

import re
import shutil
from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import expect

from tests.browser.axe import serious
from tests.browser.site import ADMIN, DOCKED, LINES, MESSAGES, SPEECH, SUPERVISOR, Hotline, opened
from tests.support.program import PASSWORD

pytestmark = pytest.mark.asyncio(loop_scope="session")

NEW_PASSWORD = "correct horse 43"
POST = """async ([path, body]) => {
  const answer = await fetch(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) })
  return answer.status
}"""
PUT_KEYS = """async (keys) => {
  const kept = await (await fetch("/api/documents/hotkeys/default")).json()
  const body = JSON.stringify({ seen: kept.version, body: { keys }, comment: "" })
  const answer = await fetch("/api/documents/hotkeys/default", { method: "PUT", headers: { "content-type": "application/json" }, body })
  return answer.status
}"""


async def test_a_call_taken_on_the_duty_mobile_is_written_in_and_what_was_promised_is_kept(
    hotline: Hotline,
) -> None:
    async with hotline.screen("8028", DOCKED) as phone:
        await phone.part("open-write-in").click()
        form = phone.part("write-in")
        await form.get_by_label("来电号码").fill("139 1234 5678")
        await form.get_by_label("来电者姓名").fill("陈静")
        assert await serious(phone.page) == []
        assert await phone.fits()
        await form.get_by_role("button", name="填记录单").click()
        sheet = phone.part("sheet")
        await expect(sheet).to_contain_text("13912345678")
        await expect(sheet.get_by_label("来电者姓名")).to_have_value("陈静")
        promise = phone.part("promise")
        await promise.get_by_role("button", name="承诺").click()
        await promise.get_by_label("几小时内答复").fill("24")
        await promise.get_by_role("button", name="记下承诺").click()
        await expect(promise.get_by_role("status")).to_contain_text("已记为待办")
        assert await phone.fits()
        await sheet.get_by_label("处理结果").fill("明天回复")
        await phone.part("save").click()
        await expect(phone.part("task").filter(has_text="承诺")).to_have_count(1)
        await expect(phone.part("task").filter(has_text="13912345678")).not_to_have_count(0)


async def test_buttons_name_the_keys_of_the_house_and_a_misheard_name_is_put_right(hotline: Hotline) -> None:
    async with hotline.screen(SUPERVISOR) as board:
        assert await board.page.evaluate(PUT_KEYS, {"hang_up": "x", "said": "j", "note": "g"}) == 200
        try:
            async with hotline.screen("8029") as desk:
                hotline.place("complaint", "8029")
                await expect(desk.card("attitude_complaint")).to_be_visible()
                await expect(desk.part("said").locator("kbd")).to_have_text("J")
                await expect(desk.part("call").get_by_role("button", name="挂机")).to_contain_text("X")
                await expect(desk.part("notes").get_by_role("textbox")).to_have_attribute(
                    "placeholder", "记一笔，回车保存（G）"
                )
                await expect(desk.part("talk-share")).to_be_visible()
                await desk.part("caller-name").click()
                edit = desk.part("caller-edit")
                await edit.get_by_label("姓", exact=True).fill("欧阳")
                await edit.get_by_label("称谓").fill("女士")
                await edit.get_by_role("button", name="保存").click()
                await expect(desk.part("caller-name")).to_contain_text("欧阳女士")
                await desk.page.keyboard.press("x")
                await desk.page.keyboard.press("Enter")
                await expect(desk.part("sheet").get_by_label("来电者姓名")).to_have_value("欧阳女士")
        finally:
            assert await board.page.evaluate(PUT_KEYS, {}) == 200


async def test_an_agent_changes_the_own_password_and_sees_the_own_pages(hotline: Hotline) -> None:
    async with hotline.screen("8030") as desk, opened(hotline.browser, hotline.origin) as elsewhere:
        await elsewhere.log_in("8030", PASSWORD)
        await expect(elsewhere.page.get_by_text("等待来电")).to_be_visible()
        await desk.page.keyboard.press("?")
        await desk.part("account").locator("summary").click()
        pages = desk.part("own-sessions").get_by_role("listitem")
        await expect(pages).to_have_count(2)
        await expect(pages.filter(has_text="本页")).to_have_count(1)
        form = desk.part("own-password")
        await form.get_by_role("button", name="改密码").click()
        await form.get_by_label("原密码").fill(PASSWORD)
        await form.get_by_label("新密码").fill(NEW_PASSWORD)
        assert await serious(desk.page) == []
        await form.get_by_role("button", name="保存").click()
        await expect(form.get_by_role("status")).to_have_text("密码已改。")
        await expect(pages).to_have_count(1)
        await expect(elsewhere.page.get_by_label("密码")).to_be_visible()
        await desk.page.keyboard.press("Escape")
        await expect(desk.page.get_by_text("等待来电")).to_be_visible()
        await elsewhere.log_in("8030", NEW_PASSWORD)
        await expect(elsewhere.page.get_by_text("等待来电")).to_be_visible()
        # The page that was signed out asked once more who it is.
        elsewhere.faults[:] = [fault for fault in elsewhere.faults if "401" not in fault]


async def test_earlier_calls_say_what_about_and_what_came_of_it_page_by_page(hotline: Hotline) -> None:
    caller = "13811112222"
    async with hotline.screen("8031") as desk:
        for days in range(1, 11):
            came = datetime.now(UTC) - timedelta(days=days)
            written = {"came_at": came.isoformat(), "number": caller, "caller_name": None}
            assert await desk.page.evaluate(POST, ["/api/calls", written]) == 201
        hotline.place("leaves", "8031")
        await expect(desk.part("earlier")).to_contain_text("8+")
        await desk.page.keyboard.press("l")
        earlier = desk.page.get_by_role("dialog").locator("details")
        await expect(earlier).to_have_count(8)
        await desk.button("更早的来电").click()
        await expect(earlier).not_to_have_count(8)
        await desk.page.keyboard.press("Escape")
        result = desk.part("sheet").get_by_label("处理结果")
        await result.fill("已寄资料")
        await desk.part("sheet").get_by_label("来电何人").fill("要宣传册")
        await desk.part("save").click()
        hotline.place("leaves", "8031")
        await expect(desk.part("earlier")).to_contain_text("要宣传册 · 已寄资料")
        await desk.page.keyboard.press("l")
        await earlier.first.locator("summary").click()
        await expect(earlier.first).to_contain_text("处理结果 已寄资料")


async def test_the_board_counts_lines_plays_messages_and_reports_conduct(hotline: Hotline) -> None:
    async with hotline.screen(SUPERVISOR) as board:
        lines = (
            board.page.get_by_role("list", name="线路状态")
            .get_by_role("listitem")
            .filter(has_text="线路占用")
        )
        await expect(lines).to_contain_text(f"/{LINES}")
        row = board.part("calls").get_by_role("row").filter(has_text="13600136000")
        hotline.place("rings-on", "8032")
        await row.get_by_role("button").first.click()
        await board.page.get_by_role("dialog").get_by_role("button", name="关闭").click()
        await expect(row).to_have_count(0)
        await board.page.get_by_role("link", name="通话记录", exact=True).click()
        await board.page.get_by_role("textbox", name="号码").fill("13600136000")
        await board.button("查询").click()
        link = board.part("records").get_by_role("link").first
        href = await link.get_attribute("href")
        assert href is not None
        call_id = re.sub(".*/", "", href)
        message = next(SPEECH.glob("*.wav"))
        shutil.copy(message, hotline.program.folder / MESSAGES / f"{call_id}.wav")
        await link.click()
        player = board.part("message")
        await expect(player).to_be_visible()
        loaded = await player.evaluate(
            "one => new Promise(done => { one.onloadedmetadata = () => done(one.duration); one.onerror = () => done(0); one.load() })"
        )
        assert loaded > 0
        await board.page.get_by_role("link", name="报表", exact=True).click()
        await board.button("坐席言行").click()
        await expect(board.part("report").get_by_role("row").nth(1)).to_be_visible()
        assert await serious(board.page) == []
    async with hotline.screen(ADMIN) as admin:
        await admin.page.get_by_role("link", name="账号", exact=True).click()
        await expect(admin.part("own-password")).to_be_visible()


async def test_who_reads_english_is_told_in_english_why_not(hotline: Hotline) -> None:
    async with hotline.screen("8020") as desk:
        await desk.button("EN").click()
        await desk.page.keyboard.press("?")
        await desk.part("account").locator("summary").click()
        form = desk.part("own-password")
        await form.get_by_role("button", name="Change password").click()
        await form.get_by_label("Old password").fill("not this one")
        await form.get_by_label("New password").fill(NEW_PASSWORD)
        await form.get_by_role("button", name="Save").click()
        await expect(form.get_by_role("alert")).to_have_text("The old password is wrong")
        # Chromium itself reports the refused request.
        desk.faults[:] = [fault for fault in desk.faults if "403" not in fault]
