"""The duty plan over real HTTP, a real file and a real database: the PBX's question, people's changes, a file that changes."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from assistant.clock import SystemClock, VirtualClock
from assistant.duty.changes import Change, ChangeKind
from assistant.duty.desk import DutyDesk, token_in
from assistant.duty.plan_file import kept_before
from assistant.messages import Part, Role
from assistant.store import Store
from assistant.store.duty import DutyChanges
from assistant.web import Hub, WebParts, WebServer, WebSettings, create_app
from tests.support.late import FirstAnswerLate
from tests.support.until import until
from tests.support.web import Site, cheap_passwords, empty_snapshot, hello_for

PLAN = """
hours: {}
people:
  wang: {name: 王芳, number: "13800138000", extension: "8001"}
  li: {name: 李娜, number: "13900139000"}
always: [wang]
"""


@dataclass
class Running:
    site: Site
    desk: DutyDesk
    file: Path
    told: list[Part]

    async def says(self, wanted: Callable[[Part], bool]) -> Part:
        await until(lambda: wanted(self.told[-1]))
        return self.told[-1]

    async def route(self, token: str, dialled: str = "4001234567") -> httpx.Response:
        async with httpx.AsyncClient(base_url=self.site.origin, trust_env=False, verify=False) as pbx:
            return await pbx.get(
                "/api/route", params={"dialled": dialled}, headers={"authorization": f"Bearer {token}"}
            )

    @asynccontextmanager
    async def signed_in(self, role: Role, extension: str) -> AsyncIterator[httpx.AsyncClient]:
        await self.site.add_user(extension, role)
        async with self.site.client() as client:
            await self.site.sign_in(client, extension)
            yield client


@pytest.fixture
async def running(tmp_path: Path, url: str) -> AsyncIterator[Running]:
    clock, settings = SystemClock(), WebSettings(static=tmp_path / "static", port=0)
    store = await Store.open(url, clock.wall())
    file, told, reminded = tmp_path / "duty.yaml", [], []
    file.write_text(PLAN, "utf-8")
    desk = DutyDesk(
        file, token_in(tmp_path / "route.token"), store, clock, told.append, reminded.append, every_s=0.05
    )
    await desk.open()
    hub = Hub()
    site = Site(store, hub, settings)
    parts = WebParts(settings, hub, store, clock, site.receive, empty_snapshot, hello_for, list, duty=desk)
    server = WebServer(create_app(parts, cheap_passwords()), hub, settings)
    site.port = server.port
    try:
        async with asyncio.TaskGroup() as tasks:
            jobs = [tasks.create_task(work) for work in (store.run(), server.run(), desk.run())]
            await server.started.wait()
            yield Running(site, desk, file, told)
            for job in reversed(jobs):
                job.cancel()
    finally:
        await store.close()


def soon(hours: float = 1.0) -> str:
    return (datetime.now(UTC) + timedelta(hours=hours)).isoformat()


async def test_the_pbx_is_told_only_with_the_token(running: Running) -> None:
    assert (await running.route("wrong")).status_code == 401
    answer = await running.route(running.desk.token)
    assert (answer.status_code, answer.json()["targets"]) == (200, "13800138000/25/8001")
    assert (await running.route(running.desk.token, "40012 EVIL")).status_code == 422


async def test_the_token_is_made_once_and_not_for_everyone(tmp_path: Path) -> None:
    file = tmp_path / "token"
    token = token_in(file)
    assert token.isalnum()
    assert token_in(file) == token
    assert file.stat().st_mode & 0o007 == 0


async def test_a_supervisor_overrides_and_takes_it_back(running: Running) -> None:
    async with running.signed_in("supervisor", "9001") as client:
        wanted = {"kind": "open", "end": soon(), "reason": "加班"}
        made = await client.post("/api/duty/changes", json=wanted)
        assert made.status_code == 201, made.text
        assert (await running.route(running.desk.token)).json()["route"] == "queue"
        week = (await client.get("/api/duty")).json()
        assert [(one["kind"], one["by"], one["withdrawn_at"]) for one in week["changes"]] == [
            ("open", "9001", None)
        ]
        assert week["now"]["because"][-1].startswith("人工设定“加班”(9001,到 ")
        address = f"/api/duty/changes/{made.json()['change_id']}/withdraw"
        assert (await client.post(address)).status_code == 200
        assert (await client.post(address)).status_code == 404
        assert (await running.route(running.desk.token)).json()["route"] == "duty"
    await running.site.store.flush()
    audit = await running.site.store.reading.audit(limit=10)
    assert {(row["by"], row["what"]) for row in audit} >= {("9001", "duty_open"), ("9001", "duty_withdrawn")}


async def test_what_was_seen_before_a_change_does_not_come_after_it(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The desk looks at the book by itself, too: what it sees arrives late here, and the change waits for it."""
    desk, book = running.desk, running.site.store.duty
    now = datetime.now(UTC)
    change = Change("c1", ChangeKind.OPEN, now, now + timedelta(hours=1), "9001", "加班", now)
    valid = FirstAnswerLate(book.valid)
    monkeypatch.setattr(book, "valid", valid)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(desk.refresh())
        await valid.read.wait()
        changing = tasks.create_task(desk.change(change))
        await until_kept(book, change)
        valid.arrives.set()
        await changing
        answer = desk.answer("4001234567")
    assert answer is not None
    assert (answer["route"], valid.at_once) == ("queue", 1)


async def until_kept(book: DutyChanges, change: Change) -> None:
    while change.change_id not in {one.change_id for one in await book.recent(change.made_at)}:
        pass


async def test_a_swap_names_the_other_to_the_pbx(running: Running) -> None:
    async with running.signed_in("supervisor", "9001") as client:
        wanted = {"kind": "swap", "end": soon(), "reason": "看病", "leaves": "wang", "takes": "li"}
        assert (await client.post("/api/duty/changes", json=wanted)).status_code == 201
        assert (await running.route(running.desk.token)).json()["targets"] == "13900139000/25/li"
        wrong = await client.post("/api/duty/changes", json={**wanted, "takes": "zhao"})
        assert (wrong.status_code, wrong.json()["detail"]) == (422, "值班计划里没有 zhao,只有:wang、li")


async def test_agents_look_and_change_nothing_and_see_no_more_than_their_role(running: Running) -> None:
    async with running.signed_in("agent", "8001") as agent:
        assert (await agent.get("/api/duty")).status_code == 200
        body = {"kind": "closed", "end": soon(), "reason": "x"}
        assert (await agent.post("/api/duty/changes", json=body)).status_code == 403
    async with running.signed_in("quality", "7001") as quality:
        told = (await quality.get("/api/duty/at", params={"at": "2026-10-01T12:00:00+08:00"})).json()
        assert told["route"] == "duty"
        assert "13800138000" not in str(told)
        assert (await quality.get("/api/duty/at", params={"at": "2026-10-01T12:00:00"})).status_code == 422
        for edge in ("0001-01-01T00:00:00+08:00", "9999-12-31T23:59:59+00:00"):
            assert (await quality.get("/api/duty/at", params={"at": edge})).status_code in (200, 422)


async def test_the_plan_is_edited_on_the_page_checked_first_and_never_half(running: Running) -> None:
    with_li = PLAN.replace("always: [wang]", "always: [li]")
    async with running.signed_in("supervisor", "9001") as client:
        read = (await client.get("/api/duty/plan")).json()
        assert (read["file"], read["text"]) == ("duty.yaml", PLAN)
        tried = (await client.post("/api/duty/plan/check", json={"text": with_li})).json()
        assert (tried["mistakes"], len(tried["days"])) == ([], 7)
        assert "值班人 王芳 的 extension 8001 没有帐号,看不到接的来电" in tried["warnings"]
        assert tried["days"][0]["stretches"][0]["people"][0][0] == "李娜"
        assert running.file.read_text("utf-8") == PLAN
        broken = {"text": PLAN.replace("[wang]", "[zhao]"), "version": read["version"]}
        refused = await client.put("/api/duty/plan", json=broken)
        assert (refused.status_code, refused.json()["detail"]) == (422, "always: people 里没有「zhao」")
        assert running.file.read_text("utf-8") == PLAN
        written = await client.put("/api/duty/plan", json={"text": with_li, "version": read["version"]})
        assert written.status_code == 200, written.text
        assert (await running.route(running.desk.token)).json()["targets"] == "13900139000/25/li"
        assert kept_before(running.file).read_text("utf-8") == PLAN
        late = await client.put("/api/duty/plan", json={"text": PLAN, "version": read["version"]})
        assert late.status_code == 409
        assert sorted(one.name for one in running.file.parent.glob("*duty.yaml*")) == [
            "duty.yaml",
            "duty.yaml.before",
        ]
    async with running.signed_in("agent", "8001") as agent:
        assert (await agent.get("/api/duty/plan")).status_code == 403
    await running.site.store.flush()
    audit = await running.site.store.reading.audit(limit=10)
    assert ("9001", "duty_plan") in {(row["by"], row["what"]) for row in audit}


async def test_a_plan_that_cannot_be_written_says_so_and_stays(running: Running) -> None:
    async with running.signed_in("supervisor", "9001") as client:
        read = (await client.get("/api/duty/plan")).json()
        kept_before(running.file).mkdir()  # where the text before it would go
        answer = await client.put(
            "/api/duty/plan", json={"text": PLAN + "# note\n", "version": read["version"]}
        )
    assert answer.status_code == 503
    assert answer.json()["detail"].startswith("duty.yaml 写不了,计划没有变:")
    assert running.file.read_text("utf-8") == PLAN


async def test_a_file_that_changes_is_read_and_a_broken_one_is_not(running: Running) -> None:
    running.file.write_text(PLAN.replace("always: [wang]", "always: [li]"), "utf-8")
    await running.says(lambda part: "李娜" in part.text)
    running.file.write_text("people: [", "utf-8")
    part = await running.says(lambda part: part.state == "degraded")
    assert part.text.startswith("值班计划有错,旧的仍在使用")
    assert (await running.route(running.desk.token)).json()["targets"] == "13900139000/25/li"
    running.file.unlink()
    await running.says(lambda part: "读不了" in part.text)
    running.file.write_text(PLAN, "utf-8")
    await running.says(lambda part: part.state == "ok")
    assert (await running.route(running.desk.token)).json()["targets"] == "13800138000/25/8001"


async def test_what_can_wait_is_said_once_a_day_while_people_are_at_work(tmp_path: Path) -> None:
    clock = VirtualClock(wall=datetime(2026, 11, 30, 22, 30, tzinfo=UTC))  # half past six in the morning
    store = await Store.open(f"sqlite:///{tmp_path}/book.db", clock.wall())
    file, told = tmp_path / "duty.yaml", []
    file.write_text(
        'people: {li: {name: 李娜, number: "13900139000", extension: "8002"}}\nalways: [li]\n', "utf-8"
    )
    desk = DutyDesk(file, "token", store, clock, lambda _: None, told.append)
    try:
        await desk.open()
        said = []
        for turn in range(20):
            clock.advance_to(turn * 7200.0)
            desk.remind_by_day()
            said.append(len(told))
    finally:
        await store.close()
    assert said[:3] == [0, 0, 2]
    assert said[-1] == 4
    assert [(one.kind, one.urgent) for one in told] == [("plan", False)] * 4
    assert told[0].text.startswith("2027 年的放假和调休安排还没有")
    assert told[1].text == "值班人 李娜 的 extension 8002 没有帐号,看不到接的来电"
