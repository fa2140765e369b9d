"""Sheets, tasks, exports and the audit over the API, on both databases: who sees what, and that nothing falls off a list."""

import csv
import io
import zipfile
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from assistant.clock import SystemClock, VirtualClock
from assistant.people import Person
from assistant.recordings import Recordings
from assistant.records import Audited, EscalationHandled, EscalationRaised, NoteTaken, Record, TextWasSaid
from assistant.store.desk import JUST_DONE
from assistant.store.finding import CallFilter
from assistant.store.reading import AuditAsked
from assistant.web import Hub, WebParts
from assistant.web.api.columns import Language
from assistant.web.api.export import call_rows
from tests.support.books import answered, began, book, finished, write
from tests.support.web import LIMITS, Site, empty_snapshot, hello_for, running_site, signed_in

SHEET = {
    "caller_name": "王女士",
    "gender": "女",
    "organisation": "医院,护士",
    "purpose": "=问价 13800138000",
    "result": "已答复",
    "notes": "下周再打",
    "customer": "会员",
}
IN_THE_FILE = {
    "来电者姓名": "王女士",
    "性别": "女",
    "所在单位、职务": "医院,护士",
    "来电何人、为何事": "'=问价 13800138000",
    "处理结果": "已答复",
    "备注": "下周再打",
    "客户类别": "会员",
    "记录单": "已填完",
}
"""`SHEET` in the row of an exported file, where no value may pass for a formula."""


@pytest.fixture
async def site(tmp_path: Path, url: str) -> AsyncIterator[Site]:
    async with running_site(tmp_path, url=url) as running:
        yield running


async def keep(site: Site, *records: Record) -> None:
    for record in records:
        assert site.store.put(record, SystemClock().wall())
    await site.store.flush()


async def test_who_sees_a_sheet_masked_does_not_write_the_stars_back(site: Site) -> None:
    await keep(site, began("1.1"), answered("1.1"), finished("1.1"))
    said = {"purpose": "回电 13800138000"}
    async with signed_in(site, "supervisor", "9001") as boss, signed_in(site, "admin", "9009") as admin:
        mine = (await boss.put("/api/sheets/1.1", json={"version": 1, **said})).json()
        assert (mine["purpose"], mine["editable"]) == ("回电 13800138000", True)
        seen = (await admin.get("/api/sheets/1.1")).json()
        assert (seen["purpose"], seen["editable"]) == ("回电 13*******00", False)
        back = await admin.put("/api/sheets/1.1", json={"version": 2, "purpose": seen["purpose"]})
        assert back.status_code == 403
    assert (await site.store.desk.sheet("1.1")).purpose == "回电 13800138000"


async def test_numbers_are_hidden_in_pieces_and_in_every_field(site: Site) -> None:
    pieces = [TextWasSaid("1.1", "caller", n, text, None, n) for n, text in enumerate(PIECES)]
    between = TextWasSaid("1.1", "agent", 1, "嗯", None, 0.5)
    await keep(
        site,
        began("1.1"),
        answered("1.1"),
        pieces[0],
        between,
        *pieces[1:],
        NoteTaken("1.1", "8001", "回 13800138000"),
        EscalationRaised(
            "e1", "1.1", "8001", None, "坐席求助:回 13800138000", "一三八;零零一三;八零零零", True
        ),
        EscalationHandled("e1", "closed", "9001", "已回 13800138000"),
        finished("1.1"),
    )
    async with signed_in(site, "supervisor", "9001") as boss:
        told = {"organisation": "电话 13800138000", "caller_name": "王 13800138000"}
        assert (await boss.put("/api/sheets/1.1", json={"version": 1, **told})).status_code == 200
        assert (
            await boss.post("/api/calls/1.1/promise", json={"complaint": "回 13800138000", "hours": 2})
        ).is_success
        plain = (await boss.get("/api/calls/1.1")).text
    async with signed_in(site, "quality", "9002") as quality:
        paths = ("/calls/1.1", "/sheets/1.1", "/sheets", "/tasks", "/escalations", "/escalations/e1/steps")
        seen = [(await quality.get(f"/api{path}")).text for path in paths]
    assert "零零一三" in plain
    assert not any(number in text for text in seen for number in ("13800138000", "零零一三", "八零零零"))


async def test_no_task_falls_off_the_list_and_everybodys_do_not_hide_ones_own(site: Site) -> None:
    for number in range(5):
        await keep(site, began(f"m{number}"), finished(f"m{number}", reason="abandoned"))
    for call_id in ("1.1", "1.2"):
        await keep(site, began(call_id), answered(call_id), finished(call_id))
    async with signed_in(site, "agent", "8001") as agent, signed_in(site, "supervisor", "9001") as boss:
        assert (await agent.post("/api/calls/1.2/promise", json={"hours": 2})).is_success
        assert await listed(agent, limit=3) == [
            "promise:1.2",
            "fill_sheet:1.1",
            "fill_sheet:1.2",
            *(f"call_back:m{number}" for number in range(5)),
        ]
        assert await listed(boss, limit=2, kind="call_back") == [f"call_back:m{n}" for n in range(5)]
        assert await listed(boss, overdue=True) == []
        assert (await boss.post("/api/tasks/call_back:m4/done")).is_success
        assert len(await listed(boss, limit=2)) == 7
        newest_first = await listed(boss, limit=2, done=True)
        assert (len(newest_first), newest_first[-1]) == (8, "call_back:m0")
        assert (await boss.get("/api/tasks", params={"cursor": "x"})).status_code == 422


async def test_what_nobody_took_part_in_is_filled_in_and_settled_by_whoever_does_it(site: Site) -> None:
    await keep(
        site,
        began("missed"),
        finished("missed", reason="abandoned"),
        began("on-duty"),
        answered("on-duty", "duty-wang"),
        finished("on-duty"),
        began("hers"),
        answered("hers", "8002"),
        finished("hers"),
    )
    async with signed_in(site, "agent", "8001") as agent, signed_in(site, "agent", "8003") as other:
        for call_id in ("missed", "on-duty"):
            assert (await agent.get(f"/api/sheets/{call_id}")).json()["editable"]
            assert (await agent.post(f"/api/sheets/{call_id}")).is_success
        assert (await agent.post("/api/calls/on-duty/promise", json={"hours": 2})).is_success
        for version in (1, 2):  # the second corrects what the first has settled
            written = await agent.put("/api/sheets/on-duty", json={"version": version, **SHEET})
            assert written.json()["complete"]
        assert (await agent.post("/api/tasks/promise:on-duty/done")).is_success
        assert (await agent.post("/api/tasks/call_back:missed/done")).is_success
        noted = await agent.put("/api/sheets/missed", json={"version": 1, "result": "已回拨"})
        assert noted.json()["result"] == "已回拨"
        assert await listed(agent) == []  # no sheet is owed of a talk there was not
        await not_theirs(agent, "hers")
        for call_id in ("missed", "on-duty"):  # had it open, and is told that somebody was faster
            late = await other.put(f"/api/sheets/{call_id}", json={"version": 1, "result": "已答复"})
            assert late.status_code == 409
            assert "8001" in late.json()["detail"]
            theirs = (await other.get(f"/api/sheets/{call_id}")).json()
            mine = await other.put(
                f"/api/sheets/{call_id}", json={"version": theirs["version"], "notes": "也打过"}
            )
            assert mine.json()["notes"] == "也打过"


async def not_theirs(client: httpx.AsyncClient, call_id: str) -> None:
    assert (await client.get(f"/api/sheets/{call_id}")).status_code == 404
    assert (await client.post(f"/api/sheets/{call_id}")).status_code == 404
    assert (await client.put(f"/api/sheets/{call_id}", json={"version": 1})).status_code == 404
    assert (await client.post(f"/api/calls/{call_id}/promise", json={"hours": 2})).status_code == 404


async def test_what_a_colleague_settled_long_ago_is_nobodys_any_more_but_theirs(
    tmp_path: Path, url: str
) -> None:
    clock = VirtualClock()
    async with running_site(tmp_path, url=url, clock=clock) as site:
        for record in (began("missed"), finished("missed", reason="abandoned")):
            assert site.store.put(record, clock.wall())
        await site.store.flush()
        async with signed_in(site, "agent", "8001") as agent:
            assert (await agent.post("/api/tasks/call_back:missed/done")).is_success
        clock.advance_to(JUST_DONE.total_seconds() - 60)
        async with signed_in(site, "agent", "8003") as other:
            assert (await other.get("/api/sheets/missed")).is_success
            clock.advance_to(JUST_DONE.total_seconds() + 60)
            await not_theirs(other, "missed")
        async with site.client() as agent:
            await site.sign_in(agent, "8001")
            assert (await agent.get("/api/sheets/missed")).is_success


async def test_escalations_and_sheets_are_read_to_their_beginning(site: Site) -> None:
    now = SystemClock().wall()
    ends = [timedelta(seconds=second) for second in (0, 1, 1, 2, 3)]
    for number, later in enumerate(ends):
        call_id = f"1.{number}"
        raised = EscalationRaised(f"e{number}", call_id, "8001", None, "坐席求助", "", False)
        for record in (began(call_id), answered(call_id), raised, finished(call_id)):
            assert site.store.put(record, now + later)
    assert site.store.put(EscalationHandled("e4", "closed", "9001", "好了"), now)
    await site.store.flush()
    async with signed_in(site, "agent", "8001") as agent, signed_in(site, "supervisor", "9001") as boss:
        escalations = await read_through(boss, "escalations", limit=2)
        assert [row["escalation_id"] for row in escalations] == ["e4", "e3", "e1", "e2", "e0"]
        still_open = await read_through(boss, "escalations", limit=2, state="open")
        assert [row["escalation_id"] for row in still_open] == ["e3", "e1", "e2", "e0"]
        for client in (agent, boss):
            sheets = await read_through(client, "sheets", limit=2, complete=False)
            assert [row["call_id"] for row in sheets] == ["1.4", "1.3", "1.1", "1.2", "1.0"]
        for path in ("/api/escalations", "/api/sheets"):
            assert (await boss.get(path, params={"cursor": "x"})).status_code == 422


async def test_what_is_overdue_is_asked_of_the_book(site: Site) -> None:
    await keep(site, began("1.1"), answered("1.1"), finished("1.1"))
    await site.store.desk.promise("1.1", 1e-9, "态度", "")
    async with signed_in(site, "supervisor", "9001") as boss:
        assert await listed(boss, overdue=True) == ["promise:1.1"]


async def listed(client: httpx.AsyncClient, **asked: str | int | bool) -> list[str]:
    return [task["task_id"] for task in await read_through(client, "tasks", **asked)]


async def read_through(
    client: httpx.AsyncClient, what: str, **asked: str | int | bool
) -> list[dict[str, str]]:
    """Every page of it."""
    found: list[dict[str, str]] = []
    while True:
        page = (await client.get(f"/api/{what}", params=asked)).json()
        found += page[what]
        if page["next_cursor"] is None:
            return found
        asked["cursor"] = page["next_cursor"]


async def test_sheets_are_exported_with_their_calls_as_far_as_one_may_see(site: Site) -> None:
    await keep(site, began("1.1"), answered("1.1"), finished("1.1", categories=("abuse",)), began("1.2"))
    async with signed_in(site, "supervisor", "9001") as boss, signed_in(site, "quality", "9002") as quality:
        assert (await boss.put("/api/sheets/1.1", json={"version": 1, **SHEET})).is_success
        plain = (await boss.get("/api/calls.csv")).content.decode("utf-8-sig")
        english = (await boss.get("/api/calls.csv", params={"lang": "en"})).content.decode("utf-8-sig")
        assert (await boss.get("/api/calls.csv", params={"lang": "fr"})).status_code == 422
        masked = (await quality.get("/api/calls.csv")).content.decode("utf-8-sig")
        workbooks = [await client.get("/api/calls.xlsx") for client in (boss, quality)]
    rows = {row["通话编号"]: row for row in csv.DictReader(io.StringIO(plain))}
    assert {name: rows["1.1"][name] for name in IN_THE_FILE} == IN_THE_FILE
    assert {rows["1.2"][name] for name in IN_THE_FILE} == {""}
    assert rows["1.1"]["类别"] == "abuse"
    read = {row["Call id"]: row for row in csv.DictReader(io.StringIO(english))}
    names = ("Caller’s name", "Organisation and post", "Result", "Sheet")
    assert [read["1.1"][name] for name in names] == ["王女士", "医院,护士", "已答复", "complete"]
    assert "13800138000" not in masked
    assert "=问价 13*******00" in masked
    texts = []
    for answer in workbooks:
        with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
            texts.append(
                "".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))
            )
    assert [("护士" in text, "13800138000" in text) for text in texts] == [(True, True), (True, False)]


@pytest.mark.parametrize(("lang", "said"), [("zh", "只导出了最新的 2 条"), ("en", "Only the newest 2")])
async def test_calls_that_a_file_does_not_hold_are_told_in_its_last_line(
    url: str, lang: Language, said: str
) -> None:
    boss = Person(1, "9001", "班长", "supervisor")
    async with book(url) as store:
        parts = WebParts(
            LIMITS, Hub(), store, SystemClock(), lambda *_: None, empty_snapshot, hello_for, list
        )
        await write(store, *((began(f"1.{number}"), number) for number in range(3)))
        for most, lines in ((2, ["1.2", "1.1", None]), (3, ["1.2", "1.1", "1.0"])):
            pages = call_rows(parts, CallFilter(), boss, lang, most)
            rows = [row async for page in pages for row in page]
            assert [row.get("call_id") for row in rows] == lines
            assert str(rows[-1]["began_at"]).startswith(said) == (most == 2)


async def test_the_audit_is_read_to_its_beginning_filtered_and_as_a_file(site: Site) -> None:
    deeds = [
        Audited("8001" if n % 2 else "9001", "listen" if n % 3 else "barge", f"1.{n}", "=x") for n in range(7)
    ]
    await keep(site, *deeds)
    async with signed_in(site, "admin", "9009") as admin, signed_in(site, "supervisor", "9001") as boss:
        found, cursor = [], ""
        while cursor is not None:
            asked = {"limit": 3, "by": "9001", **({"cursor": cursor} if cursor else {})}
            page = (await admin.get("/api/audit", params=asked)).json()
            found += [line["about"] for line in page["lines"] if line["what"] != "signed_in"]
            cursor = page["next_cursor"]
        assert [one for one in found if one.startswith("1.")] == ["1.6", "1.4", "1.2", "1.0"]
        barged = (await admin.get("/api/audit", params={"what": "barge"})).json()["lines"]
        assert [line["about"] for line in barged] == ["1.6", "1.3", "1.0"]
        ahead = {"since": (SystemClock().wall() + timedelta(hours=1)).isoformat()}
        assert (await admin.get("/api/audit", params=ahead)).json() == {"lines": [], "next_cursor": None}
        text = (await admin.get("/api/audit.csv", params={"what": "barge"})).content.decode("utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(text)))
        assert [(row["对象"], row["详情"]) for row in rows] == [
            ("1.6", "'=x"),
            ("1.3", "'=x"),
            ("1.0", "'=x"),
        ]
        english = (await admin.get("/api/audit.csv", params={"lang": "en"})).content.decode("utf-8-sig")
        assert english.splitlines()[0] == "Time,Who,Did,About,Detail"
        assert (await admin.get("/api/audit", params={"cursor": "x"})).status_code == 422
        assert (await boss.get("/api/audit.csv")).status_code == 403


async def test_a_recording_is_heard_by_whose_work_it_is_and_written_down(tmp_path: Path) -> None:
    call_id = "1700000000.1"
    (tmp_path / f"{call_id}.wav").write_bytes(b"RIFF" + bytes(60))
    async with running_site(tmp_path, recordings=Recordings(tmp_path)) as site:
        await keep(site, began(call_id), answered(call_id), finished(call_id), began("1700000000.2"))
        path = f"/api/calls/{call_id}/recording"
        async with signed_in(site, "quality", "9002") as quality, signed_in(site, "admin", "9009") as admin:
            assert (await quality.get(f"/api/calls/{call_id}")).json()["recording"] is True
            assert (await admin.get(f"/api/calls/{call_id}")).json()["recording"] is False
            heard = await quality.get(path)
            assert (heard.headers["content-type"], heard.content[:4]) == ("audio/wav", b"RIFF")
            assert (await quality.get("/api/calls/1700000000.2/recording")).status_code == 404
            assert (await quality.get("/api/calls/..%2Fbook/recording")).status_code == 404
            assert (await admin.get(path)).status_code == 403
        async with signed_in(site, "agent", "8001") as agent:
            assert (await agent.get(path)).status_code == 403
        await site.store.flush()
        told = await site.store.reading.audit(AuditAsked(what="recording_heard"))
        assert [(row["by"], row["about"]) for row in told] == [("9002", call_id)]


PIECES = ("一三八", "零零一三", "八零零零")
