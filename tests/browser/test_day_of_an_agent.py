"""A day of an agent on the real server: a call with notes, its sheet by keyboard alone, what is owed, favourites, a second page."""

import pytest
from playwright.async_api import expect

from tests.browser.axe import serious
from tests.browser.site import DOCKED, Hotline

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_the_sheet_opens_by_itself_and_is_filled_in_by_keyboard_alone(hotline: Hotline) -> None:
    async with hotline.screen("8011") as desk:
        keyboard = desk.page.keyboard
        hotline.place("complaint", "8011")
        await expect(desk.card("attitude_complaint")).to_be_visible()
        assert await serious(desk.page) == []
        await keyboard.press("m")
        await keyboard.type("下午三点前回电")
        await keyboard.press("Enter")
        await expect(desk.part("notes").get_by_role("listitem")).to_have_text("下午三点前回电")
        await keyboard.type("还没有回车的半句")
        await keyboard.press("Escape")
        await keyboard.press("h")
        await keyboard.press("Enter")

        sheet = desk.part("sheet")
        await expect(sheet.get_by_label("来电者姓名")).to_be_focused()
        await expect(sheet.get_by_label("所在地区")).to_have_value("北京市")
        await expect(sheet.get_by_label("记录人")).to_have_value("8011")
        await expect(sheet.get_by_label("备注")).to_have_value("下午三点前回电\n还没有回车的半句")
        assert await serious(desk.page) == []
        await keyboard.type("孙丽")
        await keyboard.press("Escape")

        owed = desk.part("task").filter(has_text="13800138000").filter(has=desk.button("填写"))
        await expect(owed).to_have_count(1)
        assert await serious(desk.page) == []
        await owed.get_by_role("button", name="填写").press("Enter")
        await expect(sheet.get_by_label("来电者姓名")).to_have_value("孙丽")
        await sheet.get_by_label("女").press("Space")
        for name, words in (("所在单位", "市一院 护士长"), ("来电何人", "投诉态度"), ("处理结果", "已致歉")):
            await sheet.get_by_label(name).focus()
            await keyboard.type(words)
        await keyboard.press("Control+Enter")
        await expect(sheet).to_have_count(0)
        await expect(owed).to_have_count(0)


async def test_a_new_call_takes_the_sheet_away_and_loses_nothing_of_it(hotline: Hotline) -> None:
    async with hotline.screen("8012") as desk:
        hotline.place("complaint", "8012")
        await expect(desk.card("greeting")).to_be_visible()
        await desk.hang_up()
        result = desk.part("sheet").get_by_label("处理结果")
        await result.fill("答应查清后回复")
        hotline.place("complaint", "8012")
        await expect(desk.card("greeting")).to_be_visible()
        await expect(desk.part("sheet")).to_have_count(0)
        await expect(desk.part("earlier")).to_contain_text("8012")
        await desk.hang_up()
        await desk.part("aside").click()
        await desk.part("task").first.get_by_role("button", name="填写").click()
        await expect(result).to_have_value("答应查清后回复")


async def test_two_pages_of_one_agent_show_the_same_and_favourites_are_at_both(hotline: Hotline) -> None:
    async with hotline.screen("8013") as desk:
        hotline.place("silent", "8013")
        await expect(desk.card("greeting")).to_be_visible()
        await desk.page.keyboard.press("/")
        await desk.page.keyboard.type("投诉")
        title = await desk.page.get_by_role("option").first.locator("> span").first.inner_text()
        await desk.page.keyboard.press("Alt+s")
        await expect(desk.part("star")).to_contain_text("取消常用")
        await desk.page.keyboard.press("Escape")
        async with hotline.screen("8013", DOCKED) as second:
            await expect(second.part("call")).to_contain_text("13901020304")
            await expect(second.part("favourites")).to_contain_text(title)
            await second.page.keyboard.press("Alt+1")
            for screen in (desk, second):
                await expect(screen.part("card").filter(has_text=title)).to_have_count(1)
            await second.page.keyboard.press("Escape")
            await expect(desk.part("card").filter(has_text=title)).to_have_count(0)


async def test_who_knows_the_scripts_is_told_less_but_never_less_of_what_matters(hotline: Hotline) -> None:
    async with hotline.screen("8014") as desk:
        hotline.place("complaint", "8014")
        await expect(desk.card("greeting")).to_contain_text("为什么")
        await desk.page.keyboard.press("d")
        await expect(desk.card("greeting")).not_to_contain_text("为什么")
        await expect(desk.part("phrase")).to_be_visible()
        await desk.page.keyboard.press("d")
        await expect(desk.card("attitude_complaint")).to_contain_text("对不起")
        await desk.page.keyboard.press("?")
        await expect(desk.page.get_by_role("radio", name="只看提醒")).to_be_checked()
        assert await serious(desk.page) == []


async def test_nothing_pressed_while_away_vanishes_without_a_word(hotline: Hotline) -> None:
    async with hotline.screen("8015") as desk:
        hotline.place("silent", "8015")
        await expect(desk.card("greeting")).to_be_visible()
        await desk.page.context.set_offline(True)
        await expect(desk.part("lost")).to_be_visible()
        await desk.page.keyboard.press("Space")
        await expect(desk.page.get_by_text("现在连不上助手服务")).to_be_visible()
        await desk.page.context.set_offline(False)
        await expect(desk.part("lost")).to_have_count(0)
        await expect(desk.card("greeting")).to_be_visible()


async def test_the_sheet_can_be_filled_in_on_a_phone(hotline: Hotline) -> None:
    async with hotline.screen("8016", DOCKED) as phone:
        hotline.place("silent", "8016")
        await expect(phone.card("greeting")).to_be_visible()
        await phone.hang_up()
        await expect(phone.part("save")).to_be_in_viewport()
        await phone.part("sheet").get_by_label("处理结果").fill("无声，已挂机")
        await phone.part("save").click()
        await expect(phone.part("sheet")).to_have_count(0)
        assert await phone.fits()
