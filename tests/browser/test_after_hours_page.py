"""The duty page: who is called when, what is changed by hand and until when, and where a call would go at any moment."""

import re
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.browser.axe import serious
from tests.browser.site import DOCKED, SECRET, STORIES, SUPERVISOR, Hotline, Screen, held_back, simulated_pbx
from tests.support.program import Program

pytestmark = pytest.mark.asyncio(loop_scope="session")

ZONE = "Asia/Shanghai"
PLAN = f"""time_zone: {ZONE}
people:
  wang: {{name: 王芳, number: "13900000101"}}
  li: {{name: 李娜, number: "13900000102"}}
days: {{2099-05-11: {{open: 调休上班, like: mon}}}}
weekly: [{{days: mon-sun, hours: "00:00-24:00", people: [wang]}}]
always: [wang]
"""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def planned(hotline: Hotline, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Hotline]:
    """A program with a duty plan, in the browser of the others."""
    folder = tmp_path_factory.mktemp("planned")
    (folder / "duty.yaml").write_text(PLAN, encoding="utf-8")
    more = f"[duty]\nplan = '{folder}/duty.yaml'\ntoken_file = '{folder}/route.token'\n"
    async with simulated_pbx(STORIES) as (pbx, ami_port):
        program = Program(folder, ami_port, SECRET, more=more)
        await program.add_users({SUPERVISOR: "supervisor", "8001": "agent"})
        async with program:
            yield Hotline(program, hotline.browser, pbx)


async def _duty(screen: Screen) -> None:
    await screen.page.get_by_role("link", name="值班", exact=True).click()
    await expect(screen.part("duty-week")).to_be_visible()


def _from_now(**time: int) -> str:
    """As a browser's field for a moment wants it, in the plan's zone."""
    return (datetime.now(ZoneInfo(ZONE)) + timedelta(**time)).strftime("%Y-%m-%dT%H:%M")


async def test_the_roster_is_seen_and_a_duty_is_swapped_until_its_end(planned: Hotline) -> None:
    async with planned.screen(SUPERVISOR) as board:
        await _duty(board)
        week = board.part("duty-week")
        await expect(week.locator("ol.week > li")).to_have_count(7)
        await expect(week).to_contain_text("值班手机 王芳")
        await expect(week).not_to_contain_text("李娜")
        assert await serious(board.page) == []
        changes = board.part("duty-changes")
        await changes.get_by_label("新的设定").select_option("swap")
        await changes.get_by_label("不值班的人").select_option("wang")
        await changes.get_by_label("替班的人").select_option("li")
        await changes.get_by_label("开始").fill(_from_now(minutes=1))
        await changes.get_by_label("结束").fill(_from_now(days=2))
        await changes.get_by_label("原因").fill("王芳请假")
        await changes.get_by_role("button", name="生效").click()
        change = changes.get_by_role("listitem").filter(has_text="李娜替王芳")
        await expect(change).to_contain_text("王芳请假")
        await expect(change).to_contain_text(SUPERVISOR)
        await expect(week).to_contain_text("值班手机 李娜")
        await change.get_by_role("button", name="撤销").click()
        await expect(change).to_contain_text(f"已由 {SUPERVISOR} 撤销")
        await expect(week).not_to_contain_text("李娜")


async def test_an_override_is_switched_with_an_end_and_taken_back(planned: Hotline) -> None:
    async with planned.screen(SUPERVISOR) as board:
        await _duty(board)
        now, changes = board.part("duty-now"), board.part("duty-changes")
        for kind, told in (("open", "坐席接听"), ("forward", "值班手机")):
            await changes.get_by_label("新的设定").select_option(kind)
            await changes.get_by_label("结束").fill(_from_now(hours=1))
            await changes.get_by_label("原因").fill(f"试一试 {kind}")
            await changes.get_by_role("button", name="生效").click()
            await expect(now).to_contain_text(f"现在 · {told}")
            change = changes.get_by_role("listitem").filter(has_text=f"试一试 {kind}")
            await expect(change).to_contain_text("生效中")
            await change.get_by_role("button", name="撤销").click()
            await expect(change).to_contain_text("已由")
        await changes.get_by_label("结束").fill(_from_now(hours=-1))
        await changes.get_by_label("原因").fill("太晚了")
        await changes.get_by_role("button", name="生效").click()
        await expect(changes.get_by_role("alert")).to_contain_text("结束时间")
        assert await serious(board.page) == []
        # Chromium itself reports the refused request.
        board.faults[:] = [fault for fault in board.faults if "status of 4" not in fault]


async def test_where_a_call_goes_at_a_moment_is_told_to_the_second(planned: Hotline) -> None:
    async with planned.screen(SUPERVISOR, DOCKED) as board:
        await _duty(board)
        asking = board.part("duty-ask")
        for moment, told in (("11:59:59", "坐席接听"), ("12:00", "值班手机")):
            await asking.get_by_label("时间").fill(f"2099-05-11T{moment}")
            await asking.get_by_role("button", name="看一看").click()
            await expect(asking.get_by_role("status")).to_contain_text(told)
        await expect(asking.get_by_role("status")).to_contain_text("王芳 13900000101")
        assert await board.fits()


async def test_the_plan_is_changed_on_the_page_but_never_to_one_with_mistakes(planned: Hotline) -> None:
    file = planned.program.folder / "duty.yaml"
    async with planned.screen(SUPERVISOR) as board:
        await _duty(board)
        plan = board.part("duty-plan")
        await plan.get_by_role("button", name="修改值班计划").click()
        text, publish = plan.get_by_label("值班计划正文"), plan.get_by_role("button", name="发布")
        await expect(text).to_have_value(PLAN)
        await text.fill(PLAN.replace("always: [wang]", "always: [zhao]"))
        for leaving in (board.page.get_by_role("link", name="报表", exact=True), board.button("不改了")):
            await leaving.click()
            asked = board.page.get_by_role("dialog", name="还有没有保存的改动")
            await asked.get_by_role("button", name="留下").click()
        await expect(text).to_have_value(re.compile("zhao"))
        await plan.get_by_role("button", name="检查").click()
        await expect(plan.get_by_role("status")).to_contain_text("1 处错误")
        await expect(plan.get_by_role("status")).to_contain_text("zhao")
        await expect(publish).to_be_disabled()
        await text.fill(PLAN.replace("people: [wang]", "people: [li, wang]"))
        await plan.get_by_role("button", name="检查").click()
        await expect(plan.get_by_role("status")).to_contain_text("值班手机 李娜、王芳")
        assert await serious(board.page) == []
        assert await board.fits()
        async with held_back(board.page, "**/api/duty/plan"):
            await publish.click()
            await expect(text).to_be_disabled()  # what is typed now would go with the form
        await expect(plan).to_contain_text("已发布")
        await expect(board.part("duty-week")).to_contain_text("值班手机 李娜、王芳")
    assert file.read_text("utf-8") == PLAN.replace("people: [wang]", "people: [li, wang]")
