"""Who sees and does what over the API: the table of routes, an agent's own calls, masked numbers, exports, sheets."""

import asyncio
import csv
from datetime import timedelta
from urllib.parse import quote

import httpx
import msgspec

from assistant.clock import SystemClock
from assistant.messages import CallView, Snapshot
from assistant.people import ROLES, Person
from assistant.records import CallBegan, CallFinished, LegBegan, TextWasSaid, TraceLine
from assistant.web.api.access import ACCESS
from tests.support.web import Site, empty_snapshot, signed_in

KEPT = {key: allowed for key, allowed in ACCESS.items() if key[1] not in ("/api/login", "/api/logout")}


def address_of(path: str) -> str:
    return path.replace("{", "").replace("}", "")


async def test_every_route_is_in_the_table_and_kept_by_it(site: Site) -> None:
    document = None
    for role in ROLES:
        async with signed_in(site, role, f"80{ROLES.index(role)}") as client:
            document = document or (await client.get("/api/openapi.json")).json()
            for (method, path), allowed in KEPT.items():
                answer = await client.request(method, address_of(path))
                may = allowed is None or role in allowed
                assert (role, method, path, answer.status_code != 403) == (role, method, path, may)
                assert answer.status_code < 500
    async with site.client() as stranger:
        for (method, path), allowed in KEPT.items():
            without = await stranger.request(method, address_of(path))
            assert (path, without.status_code == 401) == (path, allowed is not None)
    assert document is not None
    published = {(method.upper(), path) for path, methods in document["paths"].items() for method in methods}
    assert published == set(ACCESS) - {("GET", "/api/openapi.json")}


async def keep_a_call(site: Site) -> None:
    wall = SystemClock().wall()
    said = "我的号码是13800138000"
    for record in (
        CallBegan("1.1", "inbound", "13800138000", None, "4001234567", None),
        LegBegan("1.1", 1, "8001", None, 3.0, 4.0),
        TextWasSaid("1.1", "caller", 1, said, 0.9, 1.0),
        CallFinished("1.1", "hung_up", None, 3.0, 4.0, 20.0, 0.0, 0.0, None, (), None, None),
    ):
        site.store.put(record, wall)
    async with asyncio.timeout(5):
        await site.store.flush()


async def test_an_agent_sees_its_own_calls_and_nobody_elses(site: Site) -> None:
    await keep_a_call(site)
    async with (
        signed_in(site, "agent", "8001") as mine,
        signed_in(site, "agent", "8002") as other,
    ):
        assert [row["call_id"] for row in (await mine.get("/api/calls")).json()["calls"]] == ["1.1"]
        assert (await mine.get("/api/calls/1.1")).json()["call"]["caller_number"] == "13800138000"
        assert [row["task_id"] for row in (await mine.get("/api/tasks")).json()["tasks"]] == [
            "fill_sheet:1.1"
        ]
        assert (await other.get("/api/calls?agent=8001")).json()["calls"] == []
        assert (await other.get("/api/tasks")).json()["tasks"] == []
        for path in ("/api/calls/1.1", "/api/calls/1.1/trace", "/api/sheets/1.1"):
            assert (await other.get(path)).status_code == 404
        assert (await other.put("/api/sheets/1.1", json={"version": 1})).status_code == 404
        assert (await other.post("/api/tasks/fill_sheet:1.1/done")).status_code == 404


def ringing_call(call_id: str, number: str, agent: str) -> CallView:
    return CallView(
        call_id=call_id,
        state="ringing",
        state_s=1.0,
        total_s=1.0,
        ring_s=None,
        caller_number=number,
        caller_name=None,
        region=None,
        dialled=None,
        queue=None,
        direction="inbound",
        agent=None,
        ringing_agents=[agent],
        held_by=None,
        surname=None,
        title=None,
        audio="ok",
        situation=None,
        escalated=False,
        silence_s=None,
    )


async def test_who_has_a_caller_on_the_line_sees_what_that_caller_had_before(site: Site) -> None:
    await keep_a_call(site)
    wall = SystemClock().wall()
    for number, agent in ((2, "8003"), (3, "8002")):
        site.store.put(
            CallBegan(f"1.{number}", "inbound", "13800138000", None, None, None),
            wall + timedelta(minutes=number),
        )
        site.store.put(LegBegan(f"1.{number}", 1, agent, None, 3.0, 4.0), wall + timedelta(minutes=number))
    site.store.put(CallBegan("2.1", "inbound", "13900139000", None, None, None), wall)
    async with asyncio.timeout(5):
        await site.store.flush()

    def rings(person: Person) -> Snapshot:
        live = [ringing_call("1.4", "13800138000", person.extension)] if person.extension == "8002" else []
        return msgspec.structs.replace(empty_snapshot(person), calls=live)

    site.snapshot = rings

    async def earlier(client: httpx.AsyncClient, path: str) -> tuple[list[str], str | None]:
        answer = (await client.get(f"/api/calls/{path}")).json()
        return [row["call_id"] for row in answer["calls"]], answer["next_cursor"]

    async with signed_in(site, "agent", "8002") as mine, signed_in(site, "agent", "8001") as other:
        first, cursor = await earlier(mine, "1.4/earlier?limit=2")
        assert (first, cursor is not None) == (["1.3", "1.2"], True)
        assert await earlier(mine, f"1.4/earlier?limit=2&cursor={quote(str(cursor))}") == (["1.1"], None)
        assert await earlier(mine, "1.3/earlier") == (["1.2", "1.1"], None)
        async with signed_in(site, "supervisor", "9001") as boss:
            version = (await boss.get("/api/sheets/1.1")).json()["version"]
            sheet = {"version": version, "purpose": "问课程", "result": "已答复"}
            assert (await boss.put("/api/sheets/1.1", json=sheet)).status_code == 200
        told = (await mine.get("/api/calls/1.3/earlier")).json()["calls"]
        assert [(row["purpose"], row["result"]) for row in told] == [(None, None), ("问课程", "已答复")]
        assert await earlier(other, "1.1/earlier") == ([], None)
        for path in ("1.4", "1.3", "2.1", "nothing"):
            assert (await other.get(f"/api/calls/{path}/earlier")).status_code == 404
        assert (await mine.get("/api/calls/1.4/earlier?cursor=x")).status_code == 422


async def test_why_a_card_came_or_did_not(site: Site) -> None:
    await keep_a_call(site)
    site.store.put(TraceLine("1.1", "greeting", True, "电话接通"), SystemClock().wall())
    site.store.put(TraceLine("1.1", "abuse", False, "客户说「骗子」;同时说了「防骗」"), SystemClock().wall())
    async with asyncio.timeout(5):
        await site.store.flush()
    async with signed_in(site, "agent", "8001") as mine:
        trace = (await mine.get("/api/calls/1.1/trace")).json()
        abuse = (await mine.get("/api/calls/1.1/trace?situation=abuse")).json()
    assert [(line["situation_id"], line["fired"]) for line in trace] == [("greeting", True), ("abuse", False)]
    assert [line["because"] for line in abuse] == ["客户说「骗子」;同时说了「防骗」"]


async def test_quality_sees_every_call_with_its_numbers_masked(site: Site) -> None:
    await keep_a_call(site)
    async with signed_in(site, "quality", "9002") as client:
        whole = (await client.get("/api/calls/1.1")).json()
        assert whole["call"]["caller_number"] == "138****8000"
        assert whole["transcript"][0]["text"] == "我的号码是13*******00"
        sheet = (await client.get("/api/sheets/1.1")).json()
        assert (sheet["number"], sheet["excerpt"]) == ("138****8000", "我的号码是13*******00")
        everything = [
            (await client.get(path)).text
            for path in ("/api/calls", "/api/tasks", "/api/sheets", "/api/calls/1.1")
        ]
        assert not any("13800138000" in text for text in everything)


async def test_calls_are_exported_for_excel_without_its_formulas(site: Site) -> None:
    await keep_a_call(site)
    site.store.put(CallBegan("1.2", "inbound", None, "=HYPERLINK(1)", None, None), SystemClock().wall())
    async with asyncio.timeout(5):
        await site.store.flush()
    async with signed_in(site, "quality", "9002") as client:
        answer = await client.get("/api/calls.csv")
        assert (await client.get("/api/calls.csv?outcome=missed")).text.count("\r\n") == 1
        assert (await client.get("/api/calls.csv?cursor=x")).status_code == 422
    text = answer.content.decode("utf-8-sig")
    rows = list(csv.DictReader(text.splitlines()))
    assert [(row["通话编号"], row["号码"], row["来电显示"]) for row in rows] == [
        ("1.2", "", "'=HYPERLINK(1)"),
        ("1.1", "138****8000", ""),
    ]
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert "attachment" in answer.headers["content-disposition"]


async def test_a_sheet_is_filled_and_a_second_editor_is_told(site: Site) -> None:
    await keep_a_call(site)
    async with signed_in(site, "agent", "8001") as client:
        filled = {
            "caller_name": "王女士",
            "gender": "女",
            "organisation": "不详",
            "purpose": "咨询",
            "result": "已答复",
        }
        answer = await client.put("/api/sheets/1.1", json={"version": 1, **filled})
        assert (answer.json()["complete"], answer.json()["missing"], answer.json()["version"]) == (
            True,
            [],
            2,
        )
        assert (await client.put("/api/sheets/1.1", json={"version": 1, **filled})).status_code == 409
        assert (await client.get("/api/tasks")).json()["tasks"] == []
