"""Sessions listed and ended; calls as Excel's own file; what is done at the terminal is in the audit."""

import asyncio
import os
import subprocess
import sys
import zipfile
from io import BytesIO
from pathlib import Path

from assistant.clock import SystemClock
from assistant.records import CallBegan, CallFinished
from assistant.store import Store
from tests.support.web import PASSWORD, Site, close_code, signed_in


async def test_one_sees_ones_own_sessions_and_ends_them(site: Site) -> None:
    async with (
        signed_in(site, "agent") as here,
        signed_in(site, "agent", "8002") as other,
        site.client() as there,
    ):
        await site.sign_in(there, "8001")
        browser = await site.browser("8001")
        mine = (await here.get("/api/sessions")).json()
        assert [(one["extension"], one["current"]) for one in mine].count(("8001", True)) == 1
        assert len(mine) == 3
        assert len((await other.get("/api/sessions")).json()) == 1
        for one in mine:
            assert (await other.delete(f"/api/sessions/{one['session_id']}")).status_code == 404
            if not one["current"]:
                assert (await here.delete(f"/api/sessions/{one['session_id']}")).status_code == 200
        assert (await there.get("/api/me")).status_code == 401
        assert await close_code(browser) == 4001
        assert (await here.get("/api/me")).status_code == 200


async def test_an_administrator_sees_and_ends_everybodys(site: Site) -> None:
    async with signed_in(site, "admin", "9009") as admin, signed_in(site, "agent") as agent:
        listed = (await admin.get("/api/sessions")).json()
        assert {one["extension"] for one in listed} == {"9009", "8001"}
        theirs = next(one["session_id"] for one in listed if one["extension"] == "8001")
        assert (await admin.delete(f"/api/sessions/{theirs}")).status_code == 200
        assert (await agent.get("/api/me")).status_code == 401
        await site.store.flush()
        assert "session_ended" in {row["what"] for row in await site.store.reading.audit()}


async def test_calls_as_excels_own_file_run_no_formula_and_leave_nothing_behind(site: Site) -> None:
    wall = SystemClock().wall()
    site.store.put(CallBegan("1.1", "inbound", "13800138000", '=HYPERLINK("http://x","y")', "400", "t"), wall)
    ended = CallFinished("1.1", "hung_up", "caller", 3.0, 4.0, 20.0, 0.0, 0.0, 1.0, (), "王", "先生")
    site.store.put(ended, wall)
    await site.store.flush()
    async with signed_in(site, "quality", "9002") as quality, signed_in(site, "agent") as agent:
        assert (await agent.get("/api/calls.xlsx")).status_code == 403
        assert (await quality.get("/api/calls.xlsx?cursor=x")).status_code == 422
        answer = await quality.get("/api/calls.xlsx")
    with zipfile.ZipFile(BytesIO(answer.content)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "来电时间" in sheet
    assert "=HYPERLINK(" in sheet
    assert "<f>" not in sheet
    assert "138****8000" in sheet
    assert "13800138000" not in sheet


def test_what_is_done_at_the_terminal_is_in_the_audit(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'book.db'}"
    environment = {"HOTLINE_RECORDS_URL": url, "HOTLINE_PASSWORD": PASSWORD}
    for command in (["user", "add", "8001", "--name", "刘敏"], ["user", "passwd", "8001"]):
        done = subprocess.run(
            [sys.executable, "-m", "assistant", *command],
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr

    async def audit() -> list[tuple[object, ...]]:
        store = await Store.open(url, SystemClock().wall())
        rows = await store.reading.audit()
        await store.close()
        return [(row["by"], row["what"], row["about"], row["detail"]) for row in rows]

    assert asyncio.run(audit()) == [
        ("terminal", "password", "8001", ""),
        ("terminal", "user_added", "8001", "agent"),
    ]


async def test_an_administrator_renames_people_and_another_role_signs_them_out(site: Site) -> None:
    async with signed_in(site, "admin", "9009") as admin, signed_in(site, "agent") as agent:
        page = await site.browser("8001")
        path = "/api/users/8001"
        renamed = await admin.put(path, json={"name": "刘敏", "role": "agent"})
        assert (renamed.status_code, renamed.json()["name"]) == (200, "刘敏")
        assert (await agent.get("/api/me")).status_code == 200
        promoted = await admin.put(path, json={"name": "刘敏", "role": "supervisor"})
        assert promoted.json()["role"] == "supervisor"
        assert (await agent.get("/api/me")).status_code == 401
        assert await close_code(page) == 4001
        listed = {
            row["extension"]: (row["name"], row["role"]) for row in (await admin.get("/api/users")).json()
        }
        assert listed["8001"] == ("刘敏", "supervisor")
        assert [(one.extension, one.name, one.role) for one in site.people] == [
            ("8001", "刘敏", "agent"),
            ("8001", "刘敏", "supervisor"),
        ]
        assert (await admin.put("/api/users/9009", json={"name": "我", "role": "agent"})).status_code == 409
        assert (await admin.put("/api/users/9009", json={"name": "我", "role": "admin"})).status_code == 200
        assert (await admin.put("/api/users/7000", json={"name": "x", "role": "agent"})).status_code == 404
        assert (await admin.put(path, json={"name": "", "role": "agent"})).status_code == 422
        assert (await admin.put(path, json={"name": "x", "role": "boss"})).status_code == 422
        await site.store.flush()
        audited = [(row["what"], row["about"], row["detail"]) for row in await site.store.reading.audit()]
        assert ("user_changed", "8001", "刘敏 supervisor") in audited
