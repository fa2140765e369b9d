"""Documents, calls written in and promises over HTTP, as pages and strangers use them."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from assistant.clock import SystemClock
from assistant.config import ScriptsSection
from assistant.records import CallBegan, LegBegan
from assistant.script_desk import ScriptDesk
from assistant.store.documents import Document
from tests.support.web import Site, running_site, signed_in


@pytest.fixture
async def site(tmp_path: Path, url: str) -> AsyncIterator[Site]:
    async with running_site(tmp_path, url=url) as running:
        yield running


async def test_a_document_is_read_saved_and_saved_by_one_only(site: Site) -> None:
    path = "/api/documents/promises/default"
    async with signed_in(site, "supervisor", "9001") as boss, signed_in(site, "agent") as agent:
        shipped = (await agent.get(path)).json()
        assert (shipped["version"], shipped["at"], shipped["body"]["rules"]) == (0, None, [])
        rules = {"rules": [{"complaint": "态度", "hours": 24}]}
        saved = await boss.put(path, json={"seen": 0, "body": rules, "comment": "开始"})
        assert (saved.status_code, saved.json()["version"], saved.json()["by"]) == (200, 1, "9001")
        assert (await boss.put(path, json={"seen": 0, "body": rules})).status_code == 409
        wrong = await boss.put(path, json={"seen": 1, "body": {"rules": [{"hours": -1}]}})
        assert (wrong.status_code, wrong.json()["detail"].partition(":")[0]) == (422, "rules.0.hours")
        assert (await agent.put(path, json={"seen": 1, "body": rules})).status_code == 403
        versions = (await agent.get(f"{path}/versions")).json()
        assert [(one["version"], one["comment"]) for one in versions] == [(1, "开始")]
        assert (await agent.get(f"{path}/versions/0")).json()["body"]["rules"] == []
        assert (await agent.get(f"{path}/versions/7")).status_code == 404
        assert (await agent.get("/api/documents/promises/other")).status_code == 404
    assert [(document.kind, document.version) for document in site.documents] == [("promises", 1)]


async def test_favourites_are_ones_own(site: Site) -> None:
    body = {"seen": 0, "body": {"situations": ["abuse"]}}
    async with signed_in(site, "agent") as agent, signed_in(site, "admin", "9009") as admin:
        assert (await agent.put("/api/documents/favourites/8001", json=body)).status_code == 200
        assert (await admin.get("/api/documents/favourites/8001")).status_code == 404
        assert (await agent.put("/api/documents/favourites/9009", json=body)).status_code == 404


async def test_a_call_is_written_in_and_promised(site: Site) -> None:
    now = datetime.now(UTC)
    async with signed_in(site, "agent") as agent, signed_in(site, "agent", "8002") as other:
        early = {"came_at": (now - timedelta(days=200)).isoformat()}
        assert (await agent.post("/api/calls", json=early)).status_code == 422
        told = {"came_at": (now - timedelta(hours=1)).isoformat(), "number": "13800138000"}
        written = await agent.post("/api/calls", json=told)
        assert (written.status_code, written.json()["number"]) == (201, "13800138000")
        promise = f"/api/calls/{written.json()['call_id']}/promise"
        assert (await agent.post(promise, json={"complaint": "态度"})).status_code == 404
        assert (await other.post(promise, json={"hours": 2})).status_code == 404
        assert (await agent.post(promise, json={"hours": 2})).json()["kind"] == "promise"


async def test_a_sheet_is_opened_during_the_call(site: Site) -> None:
    wall = SystemClock().wall()
    site.store.put(CallBegan("1.1", "inbound", "13800138000", None, None, None), wall)
    site.store.put(LegBegan("1.1", 1, "8001", None, 1.0, 1.0), wall)
    await site.store.flush()
    async with signed_in(site, "agent") as agent:
        assert (await agent.get("/api/sheets/1.1")).status_code == 404
        assert (await agent.post("/api/sheets/1.1")).json()["version"] == 1
        assert (await agent.get("/api/sheets/1.1")).status_code == 200


async def test_how_much_the_desk_says_goes_with_its_agent(site: Site) -> None:
    path = "/api/documents/desk/8001"
    async with signed_in(site, "agent") as agent, signed_in(site, "supervisor", "9001") as boss:
        assert (await agent.get(path)).json()["body"] == {"density": "full"}
        kept = await agent.put(path, json={"seen": 0, "body": {"density": "short"}})
        assert (kept.status_code, (await agent.get(path)).json()["body"]) == (200, {"density": "short"})
        assert (await agent.put(path, json={"seen": 1, "body": {"density": "none"}})).status_code == 422
        assert (await boss.get(path)).status_code == 404


async def test_a_queue_gets_its_scripts_at_once_and_none_that_are_not_there(tmp_path: Path) -> None:
    path = "/api/documents/queues/default"
    rows = {
        "queues": [{"queue": "sales", "name": "销售", "pack": "chint800"}, {"queue": "other", "name": "其他"}]
    }
    async with running_site(tmp_path, scripted=True) as site:
        async with signed_in(site, "supervisor", "9001") as boss, signed_in(site, "agent") as agent:
            wrong = await boss.put(
                path, json={"seen": 0, "body": {"queues": [{"queue": "a", "pack": "nothing"}]}}
            )
            assert wrong.status_code == 422
            assert "没有话术 nothing" in wrong.json()["detail"]
            assert (await agent.put(path, json={"seen": 0, "body": rows})).status_code == 403
            assert (await boss.put(path, json={"seen": 0, "body": rows})).status_code == 200
            assert (await agent.get(path)).json()["body"]["queues"][0]["name"] == "销售"
            packs = {row["name"]: row["in_force"] for row in (await boss.get("/api/packs")).json()}
            assert packs["chint800"]
            await site.store.flush()
            assert ("document_saved", "queues/default") in [
                (row["what"], row["about"]) for row in await site.store.reading.audit()
            ]
        shelf = site.shelves[-1]
        assert (shelf.choose(None, "sales").name, shelf.choose(None, "other").name) == (
            "chint800",
            "yixunwang400",
        )
        assert len(site.shelves) == 1
    async with running_site(tmp_path, scripted=True) as again:
        await ScriptDesk(again.store, ScriptsSection(), again.shelves.append).open()
        assert again.shelves[-1].choose(None, "sales").name == "chint800"


async def test_queues_are_saved_though_a_pack_no_longer_fits(tmp_path: Path) -> None:
    body = {"queues": [{"queue": "sales", "pack": "chint800"}]}
    async with running_site(tmp_path, scripted=True) as site, signed_in(site, "supervisor", "9001") as boss:
        wrong = Document("pack", "chint800", 0, "pack: [", "9001", SystemClock().wall(), "")
        await site.store.documents.add(wrong, 0)
        saved = await boss.put("/api/documents/queues/default", json={"seen": 0, "body": body})
        assert (saved.status_code, saved.json()["version"]) == (200, 1)
        assert site.shelves == []  # what is in force stays
