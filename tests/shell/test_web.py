"""The web server as browsers meet it: a real uvicorn on loopback, real HTTP and websocket clients."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.web import PASSWORD, Site, running_site


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with running_site(tmp_path) as running:
        yield running


async def test_login_gives_a_cookie_scripts_cannot_read(site: Site) -> None:
    await site.add_user("8001")
    async with site.client() as client:
        assert (await client.get("/api/me")).status_code == 401
        answer = await client.post("/api/login", json={"extension": "8001", "password": PASSWORD})
        assert answer.json() == {"extension": "8001", "name": "坐席8001", "role": "agent"}
        cookie = answer.headers["set-cookie"].lower()
        assert "httponly" in cookie
        assert "samesite=strict" in cookie
        assert (await client.get("/api/me")).json()["extension"] == "8001"
        await client.post("/api/logout")
        assert (await client.get("/api/me")).status_code == 401


async def test_a_browser_gets_hello_then_a_snapshot(site: Site) -> None:
    await site.add_user("8001")
    browser = await site.browser("8001")
    assert '"hello"' in str(await browser.recv())
    assert '"snapshot"' in str(await browser.recv())
    await browser.close()
