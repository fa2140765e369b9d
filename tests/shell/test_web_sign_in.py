"""Signing in by password: the cookie, guessing, one's own password, accounts."""

import asyncio
import json
from pathlib import Path

from assistant.web.settings import WebSettings
from tests.support.web import PASSWORD, Site, cheap_passwords, close_code, running_site, signed_in


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
        assert "max-age=34560000" in cookie  # 400 days: when a session ends, only the book says
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


async def test_hashing_is_capped_and_does_not_stop_the_loop() -> None:
    passwords = cheap_passwords()
    stored = await passwords.hash(PASSWORD)
    async with asyncio.TaskGroup() as tasks:
        checks = [tasks.create_task(passwords.matches(PASSWORD, stored)) for _ in range(20)]
    assert [check.result() for check in checks] == [True] * 20
