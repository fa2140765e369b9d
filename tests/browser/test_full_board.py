"""Five hundred live calls on one board: what burns is still dealt with at once, any call is found, and the page draws no more than it shows."""

import pytest
from playwright.async_api import expect

from tests.browser.conftest import chromium
from tests.browser.site import SECRET, SUPERVISOR, Hotline, simulated_pbx
from tests.support.program import Program

CALLS = 500
AGENT = "8001"
WANTED = "客户要求主管接听"
FILLED_WITHIN_MS = 90_000
MOST_ROWS = 61
"""Sixty calls and the head of the table."""
TICKING = "  - {do: pause, seconds: 4}\n  - {do: hold}\n  - {do: pause, seconds: 3}\n  - {do: unhold}\n" * 40
STORY = f"""title: 满线
caller: {{number: "13800138000"}}
ring: [{{agents: ["{AGENT}"], seconds: 0.5, answered_by: "{AGENT}"}}]
steps:
{TICKING}"""


class Deaf(Program):
    """Nobody listens where it sends the taps: five hundred voices are another machine's work, the board shows all the rest."""

    @property
    def environment(self) -> dict[str, str]:
        return {**super().environment, "HOTLINE_PBX_TAP_ADDRESS": "127.0.0.2"}


async def test_a_board_of_five_hundred_calls_can_be_worked_with(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    stories = tmp_path_factory.mktemp("stories")
    (stories / "full.yaml").write_text(STORY, encoding="utf-8")
    load = ("--load", str(CALLS), "--rate", "20")
    async with chromium() as browser, simulated_pbx(stories, *load) as (pbx, ami_port):
        program = Deaf(tmp_path_factory.mktemp("full"), ami_port, SECRET)
        await program.add_users({AGENT: "agent", SUPERVISOR: "supervisor"})
        async with program:
            await _work_with(Hotline(program, browser, pbx))


async def _work_with(hotline: Hotline) -> None:
    async with hotline.screen(SUPERVISOR) as board, hotline.screen(AGENT) as desk:
        sums = board.page.get_by_role("list", name="线路状态")
        live = sums.get_by_role("listitem").filter(has_text="通话")
        await expect(live).to_have_text(f"{CALLS}通话", timeout=FILLED_WITHIN_MS)
        rows = board.part("calls").get_by_role("row")
        await expect(rows).to_have_count(MOST_ROWS)

        await desk.page.keyboard.press("e")
        await desk.page.get_by_label("补充一句").fill(WANTED)
        await desk.page.keyboard.press("Enter")
        # Told by its words: what is taken up makes room for others, so it is not always the first.
        escalation = board.part("escalation").filter(has_text=WANTED)
        await escalation.get_by_role("button", name="我来处理").click()
        await expect(escalation).to_have_attribute("data-state", "acknowledged")
        await escalation.get_by_role("button", name="办结").click()
        await board.page.get_by_label("处理结果").fill("已回电")
        await board.page.get_by_role("dialog").get_by_role("button", name="办结").click()
        await expect(board.page.get_by_role("dialog")).to_have_count(0)

        await board.page.get_by_role("searchbox").fill("8377")
        await expect(rows).to_have_count(2)
        row = rows.last
        for state in ("held", "talking", "held"):
            await expect(row).to_have_attribute("data-state", state)
        await board.page.get_by_role("searchbox").fill("")
        await board.part("more-calls").click()
        await expect(rows).to_have_count(2 * MOST_ROWS - 1)
        assert await board.fits()
