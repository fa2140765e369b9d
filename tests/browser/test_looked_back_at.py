"""What is looked back at on a book that has grown: lists that go on behind their first page, filters that narrow them, a recording that
is played, and all of it on a page that is read in English."""

import re
import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
import pytest_asyncio
from playwright.async_api import Locator, Page, expect

from assistant.clock import SystemClock
from assistant.records import Audited, EscalationAgain, EscalationHandled, EscalationRaised
from tests.browser.axe import serious
from tests.browser.site import (
    ADMIN,
    DOCKED,
    HOUSE,
    QUALITY,
    SECRET,
    SPEECH,
    SUPERVISOR,
    Hotline,
    Screen,
    simulated_pbx,
    write_stories,
)
from tests.support.books import answered, began, book, finished
from tests.support.program import Program

pytestmark = pytest.mark.asyncio(loop_scope="session")

AGENT, OTHER = "8001", "8002"
RECORDINGS = "recordings"
SHEETS_DUE, ESCALATIONS, DEEDS = 101, 201, 101
"""One more than the first page of each list has."""
STATUS = "async (path) => (await fetch(path)).status"
PROMISES = """async (rules) => {
  const kept = await (await fetch("/api/documents/promises/default")).json()
  const body = JSON.stringify({ seen: kept.version, body: { rules }, comment: "" })
  const answer = await fetch("/api/documents/promises/default", { method: "PUT", headers: { "content-type": "application/json" }, body })
  return answer.status
}"""
PLAYED = """one => new Promise(done => {
  one.ontimeupdate = () => one.currentTime > 0 && done(one.duration)
  one.onerror = () => done(0)
  one.muted = true
  one.play()
})"""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def grown(hotline: Hotline, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Hotline]:
    """A program whose book has more than one page of everything, in the browser of the others."""
    folder, stories = tmp_path_factory.mktemp("grown"), tmp_path_factory.mktemp("stories")
    (folder / RECORDINGS).mkdir()
    write_stories(stories)
    async with simulated_pbx(stories) as (pbx, ami_port):
        program = Program(folder, ami_port, SECRET, more=f"[recording]\nfolder = '{folder / RECORDINGS}'\n")
        await program.add_users(
            {AGENT: "agent", OTHER: "agent", SUPERVISOR: "supervisor", ADMIN: "admin", QUALITY: "quality"}
        )
        await _grow(folder)
        async with program:
            yield Hotline(program, hotline.browser, pbx)


async def _grow(folder: Path) -> None:
    now = SystemClock().wall()
    async with book(f"sqlite:///{folder}/hotline.db") as store:
        for number in range(SHEETS_DUE):
            call_id = f"due.{number}"
            for record in (began(call_id), answered(call_id), finished(call_id)):
                assert store.put(record, now - timedelta(hours=1, seconds=number))
        alarm = EscalationRaised("alarm", "line", None, None, "400 线路可能有故障", "测拨没有打出去:x", True)
        assert store.put(alarm, now - timedelta(minutes=45))
        assert store.put(EscalationHandled("alarm", "closed", "system", "400 线路恢复:双向声音正常"), now)
        for number in range(ESCALATIONS - 1):
            raised = EscalationRaised(f"e{number}", "due.0", AGENT, None, "坐席求助:第几条", "", False)
            assert store.put(raised, now - timedelta(minutes=50, seconds=number))
            assert store.put(EscalationAgain(f"e{number}", number + 1, ""), now)
            assert store.put(EscalationHandled(f"e{number}", "closed", SUPERVISOR, "好了"), now)
        for number in range(DEEDS):
            assert store.put(Audited(SUPERVISOR, "listen", f"due.{number}", ""), now - timedelta(minutes=40))
        assert store.put(Audited(OTHER, "listen", "due.7", ""), now - timedelta(minutes=40))
        await store.flush()


async def _go(board: Screen, section: str) -> None:
    await board.page.get_by_role("link", name=section, exact=True).click()


def _rows(part: Locator) -> Locator:
    """Those of the data, not those that open under one."""
    return part.locator("tbody tr.el-table__row")


def _asked(name: str, moment: datetime) -> str:
    """As a page puts it into an address."""
    return f"{name}={quote(f'{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.000Z')}"


async def _a_call(hotline: Hotline, agent: str) -> None:
    async with hotline.screen(agent) as desk:
        hotline.place("complaint", agent)
        await expect(desk.card("attitude_complaint")).to_be_visible()
        await desk.hang_up()
        await desk.part("aside").click()


async def _call_of(board: Screen, agent: str) -> str:
    """Its id; its page is opened."""
    await _go(board, "通话记录")
    await board.page.get_by_role("textbox", name="坐席").fill(agent)
    await board.button("查询").click()
    link = board.part("records").get_by_role("link")
    await expect(link).to_have_count(1)
    href = await link.get_attribute("href")
    assert href is not None
    await link.click()
    await expect(board.part("timeline")).to_be_visible()
    return re.sub(".*/", "", href)


async def test_a_list_that_goes_on_is_read_to_its_end(grown: Hotline) -> None:
    async with grown.screen(AGENT, DOCKED) as desk:
        due = desk.part("task").filter(has_text="补填接听记录单")
        await expect(due).to_have_count(SHEETS_DUE - 1)
        await expect(desk.page.get_by_text(f"{SHEETS_DUE - 1}+")).to_be_visible()
        await desk.part("more-tasks").click()
        await expect(due).to_have_count(SHEETS_DUE)
        await expect(desk.part("more-tasks")).to_have_count(0)
        assert await desk.fits()
    async with grown.screen(SUPERVISOR) as board:
        await _go(board, "上报")
        history = board.part("escalation-history")
        await expect(_rows(history)).to_have_count(ESCALATIONS - 1)
        await board.button("再取一页").click()
        await expect(_rows(history)).to_have_count(ESCALATIONS)
        await expect(board.button("再取一页")).to_have_count(0)
        await board.page.get_by_label("状态").select_option("open")
        await expect(_rows(history)).to_have_count(0)


async def test_the_audit_is_narrowed_by_who_what_about_and_when(grown: Hotline) -> None:
    async with grown.screen(ADMIN, zone="Pacific/Pago_Pago") as admin:
        await _go(admin, "账号")
        lines = _rows(admin.part("audit"))

        async def narrowed(name: str, value: str) -> None:
            field = admin.page.locator(f"[name=audit-{name}]")
            await field.fill(value)
            await field.press("Enter")

        await admin.page.locator("[name=audit-what]").select_option(label="监听")
        await expect(lines).to_have_count(DEEDS - 1)
        await admin.button("再取一页").click()
        await expect(lines).to_have_count(DEEDS + 1)
        await narrowed("by", OTHER)
        await expect(lines).to_have_count(1)
        await expect(lines).to_contain_text("due.7")
        await narrowed("by", "")
        await narrowed("about", "due.7")
        await expect(lines).to_have_count(2)
        assert await serious(admin.page) == []
        tomorrow = SystemClock().wall().astimezone(HOUSE).replace(second=0) + timedelta(days=1)
        since, until = await admin.page.locator(".el-range-input").all()
        await since.fill(f"{tomorrow:%Y-%m-%d %H:%M}")
        await until.fill(f"{tomorrow + timedelta(days=1):%Y-%m-%d %H:%M}")
        await until.press("Enter")
        await expect(lines).to_have_count(0)
        file = await admin.page.get_by_role("link", name="导出 CSV").get_attribute("href")
        assert file is not None
        assert all(
            part in file for part in ("what=listen", "about=due.7", _asked("since", tomorrow), "until=")
        )


async def test_the_selects_of_the_search_narrow_the_calls(grown: Hotline) -> None:
    await _a_call(grown, OTHER)
    async with grown.screen(SUPERVISOR) as board:
        await _call_of(board, OTHER)
        await board.button("← 返回").click()
        await board.part("more-filters").click()
        more, found = board.part("more"), board.part("records").get_by_role("link")
        for field, right, wrong in (
            ("分类", "attitude_complaint", "abuse"),
            ("方向", "inbound", "outbound"),
        ):
            select = more.get_by_label(field)
            for value, count in ((wrong, 0), (right, 1)):
                await select.select_option(value)
                await board.button("查询").click()
                await expect(found).to_have_count(count)
        assert await serious(board.page) == []


async def test_complaint_and_customer_are_chosen_on_the_sheet_and_make_the_promise_of_the_table(
    grown: Hotline,
) -> None:
    async with grown.screen(SUPERVISOR) as board, grown.screen(AGENT, DOCKED) as phone:
        rule = {"complaint": "服务态度", "customer": "会员", "hours": 4}
        assert await board.page.evaluate(PROMISES, [rule]) == 200
        await phone.part("open-write-in").click()
        form = phone.part("write-in")
        await form.get_by_label("来电号码").fill("13911112222")
        await form.get_by_role("button", name="填记录单").click()
        sheet = phone.part("sheet")
        await sheet.get_by_label("投诉类别").select_option("服务态度")
        await sheet.get_by_label("客户类别").select_option("会员")
        assert await serious(phone.page) == []
        assert await phone.fits()
        await phone.part("save").click()
        promised = phone.part("task").filter(has_text="承诺 4 小时内答复")
        await expect(promised).to_contain_text("13911112222")


async def test_a_recording_is_played_by_whose_work_it_is_and_by_nobody_else(grown: Hotline) -> None:
    async with grown.screen(SUPERVISOR) as board:
        call_id = await _call_of(board, OTHER)
        await expect(board.part("recording")).to_have_count(0)
        shutil.copy(next(SPEECH.glob("*.wav")), grown.program.folder / RECORDINGS / f"{call_id}.wav")
        await board.page.reload()
        assert await board.part("recording").evaluate(PLAYED) > 0
        assert await serious(board.page) == []
    path = f"/api/calls/{call_id}/recording"
    async with grown.screen(QUALITY) as quality:
        await _call_of(quality, OTHER)
        assert await quality.part("recording").evaluate(PLAYED) > 0
    async with grown.screen(ADMIN) as admin:
        await _call_of(admin, OTHER)
        await expect(admin.part("recording")).to_have_count(0)
        await _is_refused(admin.page, path)
        await _go(admin, "账号")
        await admin.page.locator("[name=audit-what]").select_option(label="听录音")
        heard = _rows(admin.part("audit"))
        await expect(heard.filter(has_text=call_id).filter(has_text=SUPERVISOR)).not_to_have_count(0)
        await expect(heard.filter(has_text=call_id).filter(has_text=QUALITY)).not_to_have_count(0)
        await expect(heard.filter(has_text=ADMIN)).to_have_count(0)
        admin.faults[:] = [fault for fault in admin.faults if "403" not in fault]
    async with grown.screen(OTHER) as desk:
        await _is_refused(desk.page, path)
        desk.faults[:] = [fault for fault in desk.faults if "403" not in fault]


async def _is_refused(page: Page, path: str) -> None:
    assert await page.evaluate(STATUS, path) == 403


async def test_who_reads_english_reads_the_servers_words_in_english(grown: Hotline) -> None:
    async with grown.screen(SUPERVISOR) as board:
        await _call_of(board, OTHER)
        await board.button("EN").click()
        trace, timeline = board.part("trace"), board.part("timeline")
        await expect(trace).to_contain_text("caller said “")
        await board.page.get_by_label("Filter by situation").select_option("hold_too_long")
        await expect(board.part("waits-for")).to_contain_text("It waits for: on hold for 25 s")
        await expect(timeline).to_contain_text("你这是什么态度")
        assert await serious(board.page) == []
        await _go(board, "Tasks")
        await expect(board.part("board-tasks")).to_contain_text("Fill the record sheet in")
        await expect(board.part("board-tasks")).not_to_contain_text("补填")
        await _go(board, "Escalations")
        history = board.part("escalation-history")
        await expect(history).to_contain_text("The agent asks for help: 第几条")
        await expect(history.get_by_text(re.compile(r"came up \d+×")).first).to_have_text("came up 2×")
        alarm = _rows(history).filter(has_text="The 400 line may be out of order")
        await expect(alarm).to_contain_text("The test call could not be placed: x")
        await expect(alarm).to_contain_text("The 400 line is well again: sound is well both ways")
