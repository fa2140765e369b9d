"""The agent's desk in a real browser, on the real server: calls come from a simulated PBX, speech from recordings."""

import pytest
from playwright.async_api import expect

from prompts.pack import load_pack
from prompts.situations import Situation
from tests.browser.site import DOCKED, SUPERVISOR, WIDE, Hotline, opened
from tests.support.program import PASSWORD

pytestmark = pytest.mark.asyncio(loop_scope="session")

GREETING = "您好,医讯网,请问有什么可以帮助您的?"
APOLOGY = "对不起,由于我们服务不周给您添麻烦了,请您原谅,您是否能将详细情况告诉我?"


async def test_a_wrong_password_is_told_and_a_right_one_opens_the_desk(hotline: Hotline) -> None:
    async with opened(hotline.browser, hotline.origin) as screen:
        await screen.log_in("8001", "guess")
        await expect(screen.page.get_by_role("alert")).to_have_text("分机号或密码不对，请再试一次。")
        # Chromium itself reports the refused request.
        assert [fault for fault in screen.faults if "401" not in fault] == []
        screen.faults.clear()
        await screen.log_in("8001", PASSWORD)
        await expect(screen.page.get_by_text("等待来电")).to_be_visible()
        await screen.page.reload()
        await expect(screen.page.get_by_text("等待来电")).to_be_visible()
        await screen.button("退出").click()
        await expect(screen.page.get_by_label("密码")).to_be_visible()


async def test_the_phrase_follows_the_call_and_the_supervisor_settles_what_was_raised(
    hotline: Hotline,
) -> None:
    async with hotline.screen("8002") as desk, hotline.screen(SUPERVISOR) as board:
        hotline.place("complaint", "8002")
        await expect(desk.card("greeting")).to_contain_text(GREETING)
        await expect(desk.part("never")).to_contain_text("喂,你好")
        card = desk.card("attitude_complaint")
        await expect(card).to_contain_text(APOLOGY)
        await expect(card).to_contain_text("S0-33")
        await expect(desk.part("transcript").locator("[data-party=caller] mark").first).to_be_visible()
        await expect(desk.part("transcript").locator("[data-party=agent]").first).to_be_visible()

        escalation = board.part("escalation").filter(has_text="坐席 8002")
        await expect(escalation).to_contain_text("8002")
        await escalation.get_by_role("button", name="我来处理").click()
        await expect(escalation).to_have_attribute("data-state", "acknowledged")
        await escalation.get_by_role("button", name="留言").click()
        await board.page.get_by_role("textbox", name="留言").fill("请先安抚客户,我来接手")
        await board.button("发送").click()
        await expect(desk.page.get_by_text("请先安抚客户,我来接手")).to_be_visible()
        await desk.part("says").get_by_role("button", name="知道了").click()
        await escalation.get_by_role("button", name="办结").click()
        await board.page.get_by_label("处理结果").fill("已回电致歉")
        await board.page.get_by_role("dialog").get_by_role("button", name="办结").click()
        await expect(escalation).to_have_count(0)


async def test_a_silent_call_from_greeting_to_hang_up_by_keyboard_alone(hotline: Hotline) -> None:
    async with hotline.screen("8003") as desk:
        keyboard = desk.page.keyboard
        hotline.place("silent", "8003")
        await expect(desk.card("greeting")).to_be_visible()
        await keyboard.press("Space")
        await expect(desk.part("left")).to_contain_text("说过了")
        await expect(desk.card("silent_call", 1)).to_be_visible()
        await keyboard.press("Space")
        await expect(desk.part("countdown")).to_be_visible()
        await expect(desk.card("silent_call", 2)).to_be_visible()
        await keyboard.press("n")
        await expect(desk.card("silent_call", 3)).to_contain_text("请您换一部电话再打来")
        await keyboard.press("Escape")
        await expect(desk.part("card")).to_have_count(0)

        await keyboard.press("/")
        await keyboard.type("tskf")
        await expect(desk.page.get_by_role("option").first).to_contain_text("投诉")
        await keyboard.press("Enter")
        await expect(desk.part("card")).to_contain_text("投诉")

        await keyboard.press("h")
        await expect(desk.page.get_by_role("dialog")).to_be_visible()
        await keyboard.press("Escape")
        await expect(desk.page.get_by_role("dialog")).to_have_count(0)
        await expect(desk.part("call")).to_have_attribute("data-state", "talking")
        await keyboard.press("h")
        await keyboard.press("Enter")
        await expect(desk.part("ended")).to_be_visible()


async def test_typing_never_fires_a_shortcut(hotline: Hotline) -> None:
    async with hotline.screen("8004") as desk:
        hotline.place("silent", "8004")
        card = desk.card("greeting")
        await expect(card).to_be_visible()
        await desk.page.keyboard.press("e")
        note = desk.page.get_by_label("补充一句")
        await note.press_sequentially("he n? /")
        await expect(note).to_have_value("he n? /")
        await expect(desk.page.get_by_role("dialog")).to_have_count(1)
        await desk.page.keyboard.press("Enter")
        await expect(desk.part("call")).to_contain_text("已上报")


async def test_a_dropped_connection_is_told_and_the_card_is_back_with_it(hotline: Hotline) -> None:
    async with hotline.screen("8005") as desk:
        hotline.place("complaint", "8005")
        await expect(desk.card("attitude_complaint")).to_be_visible()
        await desk.page.context.set_offline(True)
        await expect(desk.part("lost")).to_contain_text("电话不受影响")
        await expect(desk.card("attitude_complaint")).to_be_visible()
        await desk.page.context.set_offline(False)
        await expect(desk.part("lost")).to_have_count(0)
        await expect(desk.card("attitude_complaint")).to_contain_text(APOLOGY)
        await expect(desk.part("transcript").locator("[data-party=caller] mark").first).to_be_visible()


async def test_what_is_more_urgent_slides_in_above_says_so_and_gives_back_what_was_being_read(
    hotline: Hotline,
) -> None:
    async with hotline.screen("8020") as desk:
        hotline.place("more-urgent", "8020")
        enquiry = desk.page.locator("[data-testid=card]:is([data-situation=course],[data-situation=buy])")
        await expect(enquiry).to_be_visible()
        being_read = await desk.part("phrase").inner_text()
        urgent = desk.card("attitude_complaint")
        await expect(urgent.get_by_role("status")).to_have_text("更要紧的情况，已放到上面")
        below = desk.part("interrupted")
        await expect(below).to_contain_text("刚才在读")
        assert "".join(being_read.split()) in "".join((await below.inner_text()).split())
        above, under = await urgent.bounding_box(), await below.bounding_box()
        assert above is not None
        assert under is not None
        assert above["y"] + above["height"] <= under["y"]
        await desk.page.keyboard.press("Escape")
        # What asks the caller something waits until the caller has finished, who goes on: 我要投诉你,你工号多少.
        for situation in ("complaint", "ask_agent_self"):
            await expect(desk.card(situation)).to_be_visible()
            await desk.page.keyboard.press("Escape")
        await expect(enquiry).to_be_visible()
        await expect(below).to_have_count(0)


async def test_a_restart_in_mid_call_brings_the_call_back_by_itself(hotline: Hotline) -> None:
    async with hotline.screen("8006") as desk:
        hotline.place("silent", "8006")
        await expect(desk.card("greeting")).to_be_visible()
        await hotline.program.stop()
        await expect(desk.part("lost")).to_be_visible()
        await hotline.program.start()
        await expect(desk.part("lost")).to_have_count(0)
        await expect(desk.part("call")).to_contain_text("13901020304")


async def test_what_a_caller_calls_himself_is_text(hotline: Hotline) -> None:
    async with hotline.screen("8007") as desk, hotline.screen(SUPERVISOR) as board:
        hotline.place("hostile", "8007")
        for screen in (desk, board):
            await expect(
                screen.page.get_by_text("<img src=x onerror=alert(1)><b>x</b>😀'\"&").first
            ).to_be_visible()
            await expect(
                screen.page.locator("img:not([src='/favicon.svg']), main b:has-text('x')")
            ).to_have_count(0)


async def test_a_phone_that_rings_on_is_everybodys_until_the_caller_gives_up(hotline: Hotline) -> None:
    async with hotline.screen("8010") as colleague:
        hotline.place("rings-on", "8008")
        notice = colleague.part("notice")
        await expect(notice).to_contain_text("请就近接听")
        await expect(notice.get_by_role("button", name="代接")).to_be_enabled()
        await expect(notice).to_have_count(0)


async def test_docked_beside_another_program_everything_is_in_sight(hotline: Hotline) -> None:
    async with hotline.screen("8009", DOCKED) as desk, hotline.screen(SUPERVISOR, DOCKED) as board:
        hotline.place("complaint", "8009")
        await expect(desk.card("attitude_complaint")).to_be_visible()
        await expect(board.part("escalation").filter(has_text="坐席 8009")).to_be_visible()
        assert await desk.fits()
        assert await board.fits()
        for name in ("phrase", "said", "dismiss", "transcript"):
            await expect(desk.part(name)).to_be_in_viewport()
        assert await desk.cut_off() == []


def longest_situation() -> str:
    """The title of the one whose card has most to show."""

    def shown(one: Situation) -> int:
        phrase = max((len(words) for step in one.steps for words in step.variants), default=0)
        return phrase + sum(len(never.say or never.do or "") for never in one.never)

    situations = load_pack("yixunwang400").situations.values()
    return max((one for one in situations if one.steps), key=shown).title


async def test_the_longest_card_needs_no_scrolling_of_the_page(hotline: Hotline) -> None:
    async with hotline.screen("8001") as desk:
        hotline.place("silent", "8001")
        await expect(desk.card("greeting")).to_be_visible()
        await desk.page.keyboard.press("/")
        await desk.page.keyboard.type(longest_situation())
        await desk.page.keyboard.press("Enter")
        await expect(desk.part("card").filter(has_text=longest_situation())).to_be_visible()
        for width, height in (WIDE, DOCKED, (1920, 1080)):
            await desk.page.set_viewport_size({"width": width, "height": height})
            assert await desk.fits(), width
            assert await desk.cut_off() == [], width
            await expect(desk.part("said")).to_be_in_viewport()
