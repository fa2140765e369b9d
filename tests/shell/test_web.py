"""The web server as browsers meet it: a real uvicorn on loopback, real HTTP and websocket clients; what every request is held to, and the page."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from websockets.exceptions import InvalidStatus

from assistant.messages import Part
from assistant.web.settings import WebSettings
from tests.support.web import PASSWORD, Site, next_of, running_site, signed_in


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


async def test_health_says_little_to_strangers(site: Site) -> None:
    site.parts = [Part(name="pbx", state="down", text="连不上 PBX"), Part(name="audio", state="ok", text="")]
    async with site.client() as stranger:
        assert (await stranger.get("/api/health")).json() == {"status": "down", "parts": []}
    async with signed_in(site, "agent") as client:
        assert (await client.get("/api/health")).json()["parts"][0]["text"] == "连不上 PBX"


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
