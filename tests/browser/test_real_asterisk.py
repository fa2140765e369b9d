"""A real call, all the way: SIP caller, queue, answer, tap, recognizer, core, websocket, and the phrase in a real browser."""

from playwright.async_api import Browser, expect

from tests.browser.site import opened
from tests.integration.site import Site
from tests.lab.overlay import desk_agents
from tests.lab.speech import saying
from tests.support.program import PASSWORD

OPENING = saying("agent_script_h069", pause_s=0.3)
COMPLAINT = saying("caller_agent_attitude_h039", pause_s=4.0)


async def test_the_agent_sees_the_card_of_a_real_call(browser: Browser, site: Site) -> None:
    agent = desk_agents(1)[0]
    async with opened(browser, f"http://127.0.0.1:{site.program.web_port}") as desk:
        await desk.log_in(agent, PASSWORD)
        await expect(desk.page.get_by_text("等待来电")).to_be_visible()
        async with site.conversation(1, caller=COMPLAINT, agent=OPENING) as talk:
            await expect(desk.card("greeting")).to_contain_text("您好,医讯网,请问有什么可以帮助您的?")
            await expect(desk.card("attitude_complaint")).to_contain_text("S0-33")
            await expect(desk.part("transcript").locator("[data-party=caller] mark").first).to_be_visible()
            await talk.caller.hang_up()
            await expect(desk.part("ended")).to_be_visible()
        sheet = desk.part("sheet")
        await expect(sheet.get_by_label("记录人")).to_have_value(agent)
        for name, words in (
            ("来电者姓名", "孙丽"),
            ("所在单位", "市一院"),
            ("来电何人", "投诉态度"),
            ("处理结果", "已致歉"),
        ):
            await sheet.get_by_label(name).fill(words)
        await desk.part("save").click()
        await expect(sheet).to_have_count(0)
        kept = await desk.page.evaluate(
            """async () => {
              const { calls } = await (await fetch("/api/calls?limit=1")).json()
              return await (await fetch(`/api/sheets/${calls[0].call_id}`)).json()
            }"""
        )
        assert (kept["caller_name"], kept["purpose"], kept["result"]) == ("孙丽", "投诉态度", "已致歉")
