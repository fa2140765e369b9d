"""The web server as browsers meet it: a real uvicorn on loopback, real HTTP and websocket clients."""

import asyncio
import csv
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import httpx
import msgspec
import pytest
from websockets.exceptions import InvalidStatus

from assistant.clock import SystemClock
from assistant.messages import CallView, Part, Snapshot
from assistant.people import ROLES, Person
from assistant.records import CallBegan, CallFinished, LegBegan, TextWasSaid, TraceLine
from assistant.web.api.access import ACCESS
from assistant.web.settings import WebSettings
from tests.support.web import (
    LIMITS,
    PASSWORD,
    Site,
    cheap_passwords,
    close_code,
    empty_snapshot,
    next_of,
    running_site,
    signed_in,
)


@pytest.fixture
async def site(tmp_path: Path, url: str) -> AsyncIterator[Site]:
    async with running_site(tmp_path, replace(LIMITS, static=tmp_path / "static"), url) as running:
        yield running


# -- signing in --------------------------------------------------------------------------------------------------------


async def test_login_gives_a_cookie_scripts_cannot_read(site: Site) -> None:
    await site.add_user("8001")
    async with site.client() as client:
        assert (await client.get("/api/me")).status_code == 401
        answer = await client.post("/api/login", json={"extension": "8001", "password": PASSWORD})
        assert answer.json() == {"extension": "8001", "name": "坐席8001", "role": "agent"}
        cookie = answer.headers["set-cookie"].lower()
        assert "httponly" in cookie
        assert "samesite=strict" in cookie
        assert "secure" not in cookie
        assert (await client.get("/api/me")).json()["extension"] == "8001"
        old = dict(client.cookies)
        await client.post("/api/logout")
        assert (await client.get("/api/me")).status_code == 401
        client.cookies.update(old)
        assert (await client.get("/api/me")).status_code == 401


async def test_behind_tls_the_cookie_is_secure_and_bound_to_the_host(tmp_path: Path) -> None:
    async with running_site(tmp_path, WebSettings(behind_tls=True)) as site:
        await site.add_user("8001")
        async with site.client() as client:
            answer = await client.post("/api/login", json={"extension": "8001", "password": PASSWORD})
        cookie = answer.headers["set-cookie"]
        assert cookie.startswith("__Host-")
        assert "Secure" in cookie


async def test_a_wrong_password_and_an_unknown_user_are_answered_alike(site: Site) -> None:
    await site.add_user("8001")
    async with site.client() as client:
        wrong = await client.post("/api/login", json={"extension": "8001", "password": "wrong"})
        unknown = await client.post("/api/login", json={"extension": "8002", "password": "wrong"})
    assert (wrong.status_code, wrong.json()) == (401, {"detail": "分机号或密码不对"})
    assert (unknown.status_code, unknown.json()) == (wrong.status_code, wrong.json())


async def test_guessing_is_slowed_down_for_the_account_and_for_the_address(site: Site) -> None:
    await site.add_user("8001")
    await site.add_user("8002")
    async with site.client() as client:

        async def attempt(extension: str, password: str) -> int:
            body = {"extension": extension, "password": password}
            return (await client.post("/api/login", json=body)).status_code

        assert [await attempt("8001", "wrong") for _ in range(4)] == [401, 401, 401, 429]
        assert await attempt("8001", PASSWORD) == 429
        assert await attempt("8002", PASSWORD) == 200
        assert [await attempt(f"x{number}", "wrong") for number in range(6)] == [401] * 5 + [429]
        answer = await client.post("/api/login", json={"extension": "8002", "password": PASSWORD})
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 0
    async with asyncio.timeout(5):
        await site.store.flush()
    audited = [(row["what"], row["by"]) for row in await site.store.reading.audit()]
    assert audited.count(("login_failed", "8001")) == 3
    assert ("login", "8002") in audited


async def test_ones_own_password_ends_ones_other_sessions(site: Site) -> None:
    async with signed_in(site, "agent") as here, site.client() as elsewhere:
        await site.sign_in(elsewhere, "8001")
        weak = await here.post("/api/me/password", json={"old": PASSWORD, "new": "8001"})
        assert weak.status_code == 422
        wrong = await here.post("/api/me/password", json={"old": "wrong", "new": "a better one"})
        assert wrong.status_code == 403
        right = await here.post("/api/me/password", json={"old": PASSWORD, "new": "a better one"})
        assert right.status_code == 200
        assert (await here.get("/api/me")).status_code == 200
        assert (await elsewhere.get("/api/me")).status_code == 401


# -- what every request is held to ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:1", "file://"])
async def test_a_foreign_origin_changes_nothing_and_opens_no_socket(site: Site, origin: str) -> None:
    await site.add_user("8001")
    async with site.client(origin) as foreign:
        answer = await foreign.post("/api/login", json={"extension": "8001", "password": PASSWORD})
    assert answer.status_code == 403
    async with site.client() as client:
        cookie = await site.sign_in(client, "8001")
    with pytest.raises(InvalidStatus) as refused:
        await site.socket(cookie, origin)
    assert refused.value.response.status_code == 403


async def test_no_origin_at_all_is_refused_too(site: Site) -> None:
    async with httpx.AsyncClient(base_url=site.origin, trust_env=False) as client:
        answer = await client.post("/api/login", json={"extension": "8001", "password": PASSWORD})
    assert answer.status_code == 403


async def test_an_allowed_origin_may(tmp_path: Path) -> None:
    settings = WebSettings(allowed_origins=("https://desk.example.cn",))
    async with running_site(tmp_path, settings) as site:
        await site.add_user("8001")
        async with site.client("https://desk.example.cn") as client:
            cookie = await site.sign_in(client, "8001")
        browser = await site.socket(cookie, "https://desk.example.cn")
        assert (await next_of(browser))["type"] == "hello"
        await browser.close()


async def test_answers_carry_the_security_headers(site: Site) -> None:
    async with site.client() as client:
        for path in ("/", "/api/health", "/api/me", "/nothing.js"):
            headers = (await client.get(path)).headers
            assert "default-src 'self'" in headers["content-security-policy"]
            assert "frame-ancestors 'none'" in headers["content-security-policy"]
            assert "unsafe" not in headers["content-security-policy"]
            assert headers["x-content-type-options"] == "nosniff"
            assert "server" not in headers


async def test_a_large_body_is_refused_however_it_is_sent(site: Site) -> None:
    async def drip() -> AsyncIterator[bytes]:
        for _ in range(10):
            yield b"x" * 500

    async with site.client() as client:
        assert (await client.post("/api/login", content=b"x" * 5000)).status_code == 413
        assert (await client.post("/api/login", content=drip())).status_code == 413
    assert await answer_to(site, "Content-Length: 1099511627776\r\n\r\nx") == 413


async def test_a_refusal_does_not_repeat_what_was_sent(site: Site) -> None:
    async with site.client() as client:
        answer = await client.post(
            "/api/login", json={"extension": 1, "password": "my secret", "x": "my secret"}
        )
    assert answer.status_code == 422
    assert "my secret" not in answer.text


async def test_a_body_that_never_comes_is_not_waited_for(site: Site) -> None:
    assert await answer_to(site, "Content-Length: 100\r\n\r\n{") == 408


async def answer_to(site: Site, rest: str) -> int:
    """The status of a login whose further headers and body are `rest`, byte by byte as given."""
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
    head = f"POST /api/login HTTP/1.1\r\nHost: 127.0.0.1:{site.port}\r\nOrigin: {site.origin}\r\n"
    writer.write((head + rest).encode())
    async with asyncio.timeout(5):
        status = int((await reader.readline()).split()[1])
    writer.close()
    return status


async def test_nonsense_is_422_not_500(site: Site) -> None:
    async with signed_in(site, "supervisor") as client:
        for method, path, body in (
            ("POST", "/api/login", b"\xff\xfe"),
            ("POST", "/api/login", b"[1,2"),
            ("POST", "/api/login", b'{"extension": {"a": 1}, "password": "x"}'),
            ("GET", "/api/calls?limit=abc", b""),
            ("GET", "/api/calls?cursor=abc", b""),
            ("GET", "/api/calls?cursor=2026-01-01", b""),
            ("GET", "/api/calls?colour=red", b""),
            ("PUT", "/api/sheets/1.1", b"{}"),
        ):
            answer = await client.request(method, path, content=body)
            assert (path, answer.status_code) == (path, 422)


# -- roles -----------------------------------------------------------------------------------------------------------------


async def test_every_route_is_in_the_table_and_kept_by_it(site: Site) -> None:
    async with site.client() as stranger:
        document = None
        for role in ROLES:
            async with signed_in(site, role, f"80{ROLES.index(role)}") as client:
                document = document or (await client.get("/api/openapi.json")).json()
                for (method, path), allowed in ACCESS.items():
                    if path in ("/api/login", "/api/logout"):
                        continue
                    address = path.replace("{", "").replace("}", "")
                    answer = await client.request(method, address)
                    may = allowed is None or role in allowed
                    assert (role, method, path, answer.status_code != 403) == (role, method, path, may)
                    assert answer.status_code < 500
                    without = await stranger.request(method, address)
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


async def test_an_administrator_keeps_the_users(site: Site) -> None:
    new = {"extension": "8001", "name": "王", "role": "agent", "password": PASSWORD}
    async with signed_in(site, "admin", "admin") as admin, site.client() as agent:
        assert (await admin.post("/api/users", json={**new, "password": "123"})).status_code == 422
        assert (await admin.post("/api/users", json=new)).status_code == 201
        assert (await admin.post("/api/users", json=new)).status_code == 409
        browser = await site.socket(await site.sign_in(agent, "8001"))
        listed = (await admin.get("/api/users")).json()
        assert [(user["extension"], user["role"]) for user in listed] == [
            ("8001", "agent"),
            ("admin", "admin"),
        ]
        assert "hash" not in json.dumps(listed)
        assert (await admin.post("/api/users/8001/active", json={"active": False})).status_code == 200
        assert await close_code(browser) == 4001
        assert (await agent.get("/api/me")).status_code == 401
        assert (await admin.post("/api/users/admin/active", json={"active": False})).status_code == 409
        assert (await admin.post("/api/users/8009/password", json={"password": PASSWORD})).status_code == 404


async def test_health_says_little_to_strangers(site: Site) -> None:
    site.parts = [Part(name="pbx", state="down", text="连不上 PBX"), Part(name="audio", state="ok", text="")]
    async with site.client() as stranger:
        assert (await stranger.get("/api/health")).json() == {"status": "down", "parts": []}
    async with signed_in(site, "agent") as client:
        assert (await client.get("/api/health")).json()["parts"][0]["text"] == "连不上 PBX"


# -- the page --------------------------------------------------------------------------------------------------------------


async def test_without_a_build_the_page_says_how_to_make_one(site: Site) -> None:
    async with site.client() as client:
        assert "make ui" in (await client.get("/")).text


async def test_the_built_page_its_files_and_its_addresses(site: Site, tmp_path: Path) -> None:
    assets = tmp_path / "static" / "assets"
    assets.mkdir(parents=True)
    (tmp_path / "static" / "index.html").write_text("<html>index</html>", encoding="utf-8")
    (assets / "a-1.js").write_text("a", encoding="utf-8")
    async with site.client() as client:
        assert (await client.get("/")).text == "<html>index</html>"
        for address in ("/board", "/board/calls/1700000000.1"):
            assert (await client.get(address)).text == "<html>index</html>"
        assert "immutable" in (await client.get("/assets/a-1.js")).headers["cache-control"]
        assert (await client.get("/assets/b-1.js")).status_code == 404
        assert (await client.get("/api/nothing")).status_code == 404
        for climbing in ("/..%2fbook.db", "/%2e%2e/book.db", "/assets/..%2f..%2fbook.db", "/%00"):
            answer = await client.get(climbing)
            assert b"SQLite" not in answer.content


async def test_hashing_is_capped_and_does_not_stop_the_loop() -> None:
    passwords = cheap_passwords()
    stored = await passwords.hash(PASSWORD)
    async with asyncio.TaskGroup() as tasks:
        checks = [tasks.create_task(passwords.matches(PASSWORD, stored)) for _ in range(20)]
    assert [check.result() for check in checks] == [True] * 20
