"""The buttons that move real telephones: listen, whisper and step in from the board, picking up at a neighbour's desk, handing a
caller to an owner, the line's own test. One office for all of them: the real Asterisk, the program, a Chromium.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.browser.conftest import chromium
from tests.browser.site import Screen, opened
from tests.integration.site import USERS, Site
from tests.integration.voices import AGENT_HZ, BOSS_HZ, CALLER_HZ, heard_on, voice
from tests.lab.asterisk import Lab
from tests.lab.overlay import SUPERVISOR, desk_agents, desk_number
from tests.lab.phone_call import CallRefusedError, PhoneCall
from tests.support.program import PASSWORD, Program

pytestmark = pytest.mark.asyncio(loop_scope="session")

TEST_CALLER = "01012345678"
CALLED_BACK = "13900139007"
OWNER = desk_agents(5)[1]
"""Her phone is in no queue that rings here."""
SETTINGS = f"""[line]
test_number = '{desk_number(4)}'
test_caller = '{TEST_CALLER}'
arrive_within = 12
[[transfer.owners]]
number = '{OWNER}'
name = '杨雪峰'
topic = '产品销售咨询'
situations = ['buy', 'course']
"""
ENDS_WITHIN_S = 10


@dataclass(frozen=True)
class Office:
    site: Site
    browser: Browser

    @asynccontextmanager
    async def screen(self, extension: str) -> AsyncIterator[Screen]:
        async with opened(self.browser, f"http://127.0.0.1:{self.site.program.web_port}") as screen:
            await screen.log_in(extension, PASSWORD)
            await expect(screen.page.locator("main[aria-busy=false]")).to_be_visible()
            yield screen


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def office(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Office]:
    async with Lab() as lab, chromium() as browser:
        program = Program(tmp_path_factory.mktemp("office"), lab.ports.ami, lab.secret, more=SETTINGS)
        await program.add_users(USERS)
        async with program:
            yield Office(Site(lab, program), browser)


async def test_the_supervisor_listens_whispers_steps_in_and_takes_over_from_the_board(office: Office) -> None:
    """One click each, and the supervisor's own telephone rings: what it hears and who hears it; at last the caller is the supervisor's."""
    both = {CALLER_HZ, AGENT_HZ}
    heard = {
        "监听": (both, {CALLER_HZ}, {AGENT_HZ}),
        "耳语": (both, {CALLER_HZ, BOSS_HZ}, {AGENT_HZ}),
        "强插": (both, {CALLER_HZ, BOSS_HZ}, {AGENT_HZ, BOSS_HZ}),
    }
    async with (
        office.screen(SUPERVISOR) as board,
        office.site.lab.phone(SUPERVISOR, voice(BOSS_HZ)) as phone,
        office.site.conversation(1, caller=voice(CALLER_HZ), agent=voice(AGENT_HZ)) as talk,
    ):
        row = board.part("calls").get_by_role("row").filter(has_text=desk_agents(1)[0])
        for button, expected in heard.items():
            await row.get_by_role("button", name=button).click()
            joined = await phone.answers()
            await _hears(joined, expected[0])
            assert (await heard_on(talk.agent), await heard_on(talk.caller)) == expected[1:], button
            await joined.hang_up()
        await row.get_by_role("button", name="接管").click()
        taken = await phone.answers()
        await asyncio.wait_for(talk.agent.ended.wait(), ENDS_WITHIN_S)
        mine = board.part("calls").get_by_role("row").filter(has_text=SUPERVISOR)
        await expect(mine).to_have_attribute("data-state", "talking")
        await _hears(taken, {CALLER_HZ})
        await _hears(talk.caller, {BOSS_HZ})
        await talk.caller.hang_up()
        await asyncio.wait_for(taken.ended.wait(), ENDS_WITHIN_S)
        await expect(row).to_have_count(0)
        await expect(mine).to_have_count(0)


async def _hears(call: PhoneCall, expected: set[int]) -> None:
    """From the first second in which nothing of the connecting is left in it."""
    async with asyncio.timeout(ENDS_WITHIN_S):
        while await heard_on(call) != expected:
            pass


async def test_a_ringing_call_is_picked_up_with_one_click_at_a_neighbours_desk(office: Office) -> None:
    """S0-02: the neighbour's own telephone brings the caller, and the neighbour's page the words to say."""
    first, neighbour = desk_agents(2)[0], desk_agents(3)[0]
    async with (
        office.screen(neighbour) as desk,
        office.site.lab.phone(first) as ringing_phone,
        office.site.lab.phone(neighbour, voice(AGENT_HZ)) as phone,
        office.site.lab.caller("13800138002", voice(CALLER_HZ)) as calling,
    ):
        call = await calling.prepare(desk_number(2))
        async with asyncio.TaskGroup() as group:
            group.create_task(call.place(desk_number(2)))
            ringing = await ringing_phone.rings()
            await desk.part("notice").get_by_role("button", name="代接").click()
            picked = await phone.answers()
        await expect(desk.part("notice")).to_have_count(0)
        await expect(desk.part("call")).to_have_attribute("data-state", "talking")
        await expect(desk.part("call")).to_contain_text("13800138002")
        await expect(desk.card("ring_apology")).to_be_visible()
        await asyncio.wait_for(ringing.ended.wait(), ENDS_WITHIN_S)
        await _hears(picked, {CALLER_HZ})
        await _hears(call, {AGENT_HZ})
        await call.hang_up()
        await asyncio.wait_for(picked.ended.wait(), ENDS_WITHIN_S)
        await expect(desk.part("ended")).to_be_visible()


async def test_a_caller_is_handed_to_the_owner_of_the_enquiry_with_one_click_and_a_second(
    office: Office,
) -> None:
    """S0-03: the first click asks the owner, who is told who comes and why; the second leaves the caller with the owner."""
    agent = desk_agents(6)[0]
    async with (
        office.site.lab.phone(OWNER, voice(BOSS_HZ)) as phone,
        office.screen(OWNER) as owner,
        office.screen(agent) as desk,
        office.site.conversation(6, caller=voice(CALLER_HZ), agent=voice(AGENT_HZ)) as talk,
    ):
        await expect(desk.part("call")).to_have_attribute("data-state", "talking")
        await desk.page.keyboard.press("/")
        await desk.page.keyboard.type("S0-03")
        await desk.page.keyboard.press("Enter")
        transfer = desk.part("transfer").filter(has_text="杨雪峰")
        await expect(transfer).to_contain_text("空闲")
        await transfer.click()
        answering = await phone.rings()
        await expect(owner.page.get_by_text("产品销售咨询")).to_be_visible()
        await expect(owner.part("call")).to_have_attribute("data-state", "ringing")
        answering.answer()
        await _hears(answering, {AGENT_HZ})
        await desk.part("complete-transfer").click()
        await asyncio.wait_for(talk.agent.ended.wait(), ENDS_WITHIN_S)
        await expect(owner.part("call")).to_have_attribute("data-state", "talking")
        await expect(desk.part("ended")).to_be_visible()
        await _hears(answering, {CALLER_HZ})
        await _hears(talk.caller, {BOSS_HZ})
        await talk.caller.hang_up()
        await asyncio.wait_for(answering.ended.wait(), ENDS_WITHIN_S)


async def test_who_calls_back_in_the_midst_of_a_sheet_goes_on_with_it_afterwards(office: Office) -> None:
    """A call of our own has no sheet: its end asks for none and leaves the one on the desk alone."""
    agent = desk_agents(7)[0]
    async with (
        office.screen(agent) as desk,
        office.site.lab.phone(agent) as phone,
        office.site.lab.provider() as network,
    ):
        await desk.part("open-write-in").click()
        await desk.part("write-in").get_by_label("来电号码").fill(CALLED_BACK)
        await desk.part("write-in").get_by_role("button", name="填记录单").click()
        result = desk.part("sheet").get_by_label("处理结果")
        await result.fill("问清后回电")
        async with asyncio.TaskGroup() as group:
            placing = group.create_task(phone.call(f"7{CALLED_BACK}"))
            (await network.rings()).answer()
            call = await placing
        await expect(desk.part("call")).to_have_attribute("data-state", "talking")
        await expect(desk.part("sheet")).to_have_count(0)
        await call.hang_up()
        await expect(desk.part("ended")).to_be_visible()
        await expect(result).to_have_value("问清后回电")
        await expect(desk.part("sheet").get_by_role("alert")).to_have_count(0)
        await expect(desk.part("sheet")).to_contain_text(CALLED_BACK)


async def test_the_line_is_tested_at_the_press_of_a_button_and_the_page_says_how_it_went(
    office: Office,
) -> None:
    """S0-08: out by the office's line, round through the provider and in by the 400 line, or not."""
    site, agent = office.site, desk_agents(4)[0]
    async with (
        office.screen(SUPERVISOR) as board,
        site.lab.phone(agent) as phone,
        site.lab.provider() as network,
        site.lab.caller(TEST_CALLER) as into,
    ):
        await board.button("线路状态").click()
        state = board.page.get_by_role("dialog", name="线路状态")
        await state.get_by_role("button", name="测拨 400 线路").click()
        outgoing = await network.rings()
        call = await into.prepare(desk_number(4))
        async with asyncio.TaskGroup() as group:
            group.create_task(_until_hung_up(call, desk_number(4)))
            await phone.rings()
        await expect(state).to_contain_text("振铃")
        outgoing.refuse()
        await state.get_by_role("button", name="测拨 400 线路").click()
        (await network.rings()).refuse()  # the provider does not bring it back
        await expect(state).to_contain_text("没有进来")
        await state.get_by_role("button", name="关闭").click()
        await expect(board.part("escalation").filter(has_text="S0-08")).to_contain_text("紧急")
        await expect(board.part("calls")).to_have_count(0)


async def _until_hung_up(call: PhoneCall, number: str) -> None:
    with contextlib.suppress(CallRefusedError):
        await call.place(number)
