"""Whatever the computer is set to: pages tell and take times by the house's clock, by which the server counts days and greets."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import expect

from tests.browser.site import HOUSE, SUPERVISOR, Hotline, Screen

pytestmark = pytest.mark.asyncio(loop_scope="session")

ELSEWHERE = ("Pacific/Pago_Pago", "Pacific/Kiritimati")
"""19 hours behind the house and 6 ahead of it: at every hour of a day one of the two has another date."""
CALLER = {"Pacific/Pago_Pago": "13700001001", "Pacific/Kiritimati": "13700001002"}
WRITE_IN = """async ([came_at, number]) => {
  const body = JSON.stringify({ came_at, number, caller_name: null })
  const answer = await fetch("/api/calls", { method: "POST", headers: { "content-type": "application/json" }, body })
  return answer.status
}"""


async def _go(board: Screen, page: str) -> None:
    await board.page.get_by_role("link", name=page, exact=True).click()


@pytest.mark.parametrize("zone", ELSEWHERE)
async def test_a_report_of_the_last_days_is_of_the_houses_days(hotline: Hotline, zone: str) -> None:
    async with hotline.screen(SUPERVISOR, zone=zone) as board:
        today = datetime.now(HOUSE)
        assert await board.page.evaluate(WRITE_IN, [today.isoformat(), CALLER[zone]]) == 201
        await _go(board, "报表")
        file = board.page.get_by_role("link", name="导出 CSV")
        week = f"since={today - timedelta(days=7):%Y-%m-%d}&until={today:%Y-%m-%d}"
        await expect(file).to_have_attribute("href", re.compile(re.escape(week)))
        await expect(board.part("report")).to_contain_text(f"{today:%Y-%m-%d}")


@pytest.mark.parametrize("zone", ELSEWHERE)
async def test_calls_are_told_and_looked_for_by_the_houses_clock(hotline: Hotline, zone: str) -> None:
    came = datetime.now(UTC) - timedelta(days=3)
    here = came.astimezone(HOUSE)
    async with hotline.screen(SUPERVISOR, zone=zone) as board:
        assert await board.page.evaluate(WRITE_IN, [came.isoformat(), CALLER[zone]]) == 201
        await _go(board, "通话记录")
        await board.page.get_by_role("textbox", name="号码").fill(CALLER[zone])
        start = board.page.get_by_placeholder("起", exact=True)
        end = board.page.get_by_placeholder("止", exact=True)
        found = board.part("records").get_by_role("row").filter(has_text=f"{here:%Y-%m-%d %H:%M:%S}")
        for around, count in ((timedelta(), 1), (timedelta(hours=1), 0)):
            for field, moment in ((start, here + around), (end, here + around + timedelta(minutes=30))):
                await field.fill(f"{moment:%Y-%m-%d %H:%M}")
                await field.press("Enter")
            await board.button("查询").click()
            await expect(found).to_have_count(count)
        # The picker warns of a period while only its first half is written.
        board.faults[:] = [fault for fault in board.faults if "Invalid user input" not in fault]


@pytest.mark.parametrize("zone", ELSEWHERE)
async def test_a_call_is_written_in_at_the_time_the_houses_clock_showed(hotline: Hotline, zone: str) -> None:
    came = (datetime.now(HOUSE) - timedelta(days=1)).replace(second=0)
    async with hotline.screen("8031", zone=zone) as desk:
        await desk.part("open-write-in").click()
        form = desk.part("write-in")
        field = form.locator("[name=came_at]")
        proposed = datetime.fromisoformat(await field.input_value()).replace(tzinfo=HOUSE)
        assert timedelta() <= datetime.now(HOUSE) - proposed < timedelta(minutes=2)
        await field.fill(f"{came:%Y-%m-%dT%H:%M}")
        await form.get_by_label("来电号码").fill(CALLER[zone])
        await form.get_by_role("button", name="填记录单").click()
        await expect(desk.part("sheet")).to_contain_text(f"{came:%Y-%m-%d %H:%M:%S}")
