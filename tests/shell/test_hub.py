"""Websockets as browsers meet them: a real uvicorn on loopback and real clients, some of them badly behaved."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from assistant.clock import VirtualClock
from assistant.messages import CallGone, MoveCard, Refused
from assistant.store.accounts import session_id_of
from tests.support.postgres import running_postgres
from tests.support.until import EVERY_S, until
from tests.support.web import LIMITS, PASSWORD, Site, close_code, next_of, running_site, signed_in


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with running_site(tmp_path, replace(LIMITS, static=tmp_path / "static")) as running:
        yield running


async def test_without_a_session_there_is_no_socket(site: Site) -> None:
    for cookie in (None, "hotline=forged", "hotline=" + "x" * 5000):
        with pytest.raises(InvalidStatus) as refused:
            await site.socket(cookie)
        assert refused.value.response.status_code == 403


async def test_hello_snapshot_then_changes_and_the_same_again_at_a_reconnect(site: Site) -> None:
    await site.add_user("8001")
    for _ in range(2):
        browser = await site.browser("8001")
        assert [(await next_of(browser))["type"] for _ in range(2)] == ["hello", "snapshot"]
        site.hub.to_agent("8001", CallGone(call_id="1.1"))
        assert await next_of(browser) == {"type": "call_gone", "call_id": "1.1"}
        await browser.close()


async def test_what_a_browser_asks_is_handed_in_and_answered_to_it_alone(site: Site) -> None:
    person = await site.add_user("8001")
    asking, other = await site.browser("8001"), await site.browser("8001")
    site.answer = Refused(reply_to="move_card", reason="没有这张卡")
    await asking.send('{"type": "move_card", "call_id": "1.1", "card_id": "c", "move": "said"}')
    answer = await next_of(asking, "hello", "snapshot")
    assert answer == {"type": "refused", "reply_to": "move_card", "reason": "没有这张卡"}
    assert site.received == [(person, MoveCard(call_id="1.1", card_id="c", move="said"))]
    site.hub.to_agent("8001", CallGone(call_id="1.1"))
    assert (await next_of(other, "hello", "snapshot"))["type"] == "call_gone"
    await asking.close()
    await other.close()


async def test_nonsense_from_a_browser_is_answered_and_not_handed_in(site: Site) -> None:
    await site.add_user("8001")
    browser = await site.browser("8001")
    for text in ("", "{", '{"type": "format_disk"}', '{"type": "hang_up"}', '"\\ud800"', "[" * 5000):
        await browser.send(text)
        assert (await next_of(browser, "hello", "snapshot"))["type"] == "refused"
    assert site.received == []
    await browser.close()


async def test_hostile_words_reach_the_page_as_they_are(site: Site) -> None:
    await site.add_user("8001")
    browser = await site.browser("8001")
    hostile = "</script><img src=x onerror=alert(1)>\u202e\u2028\r\n😀\0"
    site.hub.to_agent("8001", CallGone(call_id=hostile))
    assert (await next_of(browser, "hello", "snapshot"))["call_id"] == hostile
    await browser.close()


async def test_an_oversized_frame_ends_the_connection(site: Site) -> None:
    await site.add_user("8001")
    browser = await site.browser("8001")
    await browser.send("x" * 100_000)
    assert await close_code(browser) == 1009


async def test_a_binary_frame_ends_the_connection(site: Site) -> None:
    await site.add_user("8001")
    browser = await site.browser("8001")
    await browser.send(b"\0\1")
    assert await close_code(browser) == 1003


async def test_a_chattering_browser_is_closed(site: Site) -> None:
    await site.add_user("8001")
    browser = await site.browser("8001")
    try:
        for _ in range(100):
            await browser.send('{"type": "demo_call", "scenario": "x"}')
    except ConnectionClosed:
        pass
    assert await close_code(browser) == 1008
    assert len(site.received) == 20


async def test_too_many_pages_of_one_person_are_refused(site: Site) -> None:
    await site.add_user("8001")
    browsers = [await site.browser("8001") for _ in range(4)]
    assert await close_code(browsers[3]) == 4002
    assert site.hub.pages_of("8001") == 3
    for browser in browsers:
        await browser.close()


async def test_a_quiet_line_beats(site: Site) -> None:
    await site.add_user("8001")
    browser = await site.browser("8001")
    async with asyncio.timeout(5):
        kinds = [json.loads(await browser.recv())["type"] for _ in range(3)]
    assert kinds == ["hello", "snapshot", "beat"]
    await browser.close()


async def test_a_stalled_browser_is_cut_off_while_the_others_get_everything(site: Site) -> None:
    await site.add_user("8001")
    await site.add_user("8002")
    stalled = await site.browser("8001", max_queue=1)
    lively = await site.browser("8002")
    assert [(await next_of(lively))["type"] for _ in range(2)] == ["hello", "snapshot"]
    message = CallGone(call_id="x" * 100_000)
    sent = 0
    async with asyncio.timeout(20):
        while "8001" in site.hub.online():
            site.hub.to_everyone(message)
            sent += 1
            assert (await next_of(lively))["type"] == "call_gone"
    assert sent > 2
    assert site.hub.online() == {"8002"}
    await lively.close()
    stalled.transport.abort()


async def test_logging_out_closes_the_pages_of_that_session(site: Site) -> None:
    async with signed_in(site, "agent") as client:
        cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
        browser = await site.socket(cookie)
        await client.post("/api/logout")
        assert await close_code(browser) == 4001


async def test_a_session_ended_in_the_book_alone_is_noticed(site: Site) -> None:
    async with signed_in(site, "agent") as client:
        (token,) = client.cookies.values()
        browser = await site.socket(f"hotline={token}")
        await site.store.accounts.end_session(session_id_of(token))
        assert await close_code(browser) == 4001


HOUR = 3600.0


async def ends_in(site: Site, clock: VirtualClock) -> list[float]:
    """Hours until each session ends, as the book has it."""
    async with asyncio.timeout(5):
        await site.store.flush()
    wall = clock.wall()
    found = await site.store.accounts.open_sessions(wall, None)
    return [(one.expires_at - wall).total_seconds() / HOUR for one in found]


async def test_a_page_that_is_open_keeps_its_session_until_a_time_after_it_was_closed(
    tmp_path: Path, url: str
) -> None:
    clock = VirtualClock()
    settings = replace(LIMITS, session_hours=12)
    async with running_site(tmp_path, settings, url, clock=clock) as site, signed_in(site, "agent") as client:
        browser = await site.socket(f"hotline={client.cookies['hotline']}")
        for days in (1, 2):  # as a call may be long, and the board on the wall always there
            for hours in (11, 22, 24):
                clock.advance_to((days - 1) * 24 * HOUR + hours * HOUR)
                async with asyncio.timeout(5):
                    while await ends_in(site, clock) != [12.0]:
                        await asyncio.sleep(EVERY_S)
        assert (await client.get("/api/me")).status_code == 200
        await browser.close()
        await until(lambda: not site.hub.online())
        clock.advance_to((48 + 13) * HOUR)
        assert (await client.get("/api/me")).status_code == 401


async def test_what_is_asked_keeps_the_session_too_and_is_noted_now_and_then(tmp_path: Path) -> None:
    clock = VirtualClock()
    settings = replace(LIMITS, session_hours=12, session_noted_s=300)
    async with running_site(tmp_path, settings, clock=clock) as site, signed_in(site, "agent") as client:

        async def asked(hours: float) -> tuple[int, list[float]]:
            clock.advance_to(hours * HOUR)
            return (await client.get("/api/me")).status_code, await ends_in(site, clock)

        assert await asked(0.05) == (200, [11.95])
        assert await asked(0.1) == (200, [12.0])
        assert await asked(11) == (200, [12.0])
        assert await asked(22) == (200, [12.0])
        assert await asked(34.5) == (401, [])


async def test_a_stop_tells_the_pages_to_come_back(tmp_path: Path) -> None:
    async with running_site(tmp_path, LIMITS) as site:
        await site.add_user("8001")
        browser = await site.browser("8001")
        await next_of(browser)
    assert await close_code(browser) == 1012


async def test_presence_follows_the_sockets(site: Site) -> None:
    seen: asyncio.Queue[tuple[str, bool]] = asyncio.Queue()
    site.hub.watch(lambda person, online: seen.put_nowait((person.extension, online)))
    await site.add_user("8001")
    browser = await site.browser("8001")
    async with asyncio.timeout(5):
        assert await seen.get() == ("8001", True)
        await browser.close()
        assert await seen.get() == ("8001", False)


async def test_who_is_signed_in_stays_so_while_the_database_is_away(tmp_path: Path) -> None:
    with running_postgres() as server:
        url = server.create_database("book")
        settings, clock = replace(LIMITS, session_check_s=0.2, session_hours=12), VirtualClock()
        async with (
            running_site(tmp_path, settings, url, clock=clock) as site,
            signed_in(site, "agent") as client,
        ):
            first = await site.socket(f"hotline={client.cookies['hotline']}")
            await asyncio.to_thread(server.stop)
            again = await site.socket(f"hotline={client.cookies['hotline']}")
            site.hub.to_agent("8001", CallGone(call_id="1.1"))
            for browser in (first, again):
                assert (await next_of(browser, "hello", "snapshot"))["type"] == "call_gone"
            assert (await client.get("/api/me")).status_code == 200
            clock.advance_to(13 * 3600.0)  # longer than a session lasts without use: its pages are open
            async with asyncio.timeout(5):
                while (await client.get("/api/me")).status_code != 200:
                    await asyncio.sleep(EVERY_S)
            for browser in (first, again):
                site.hub.to_agent("8001", CallGone(call_id="1.2"))
                assert (await next_of(browser))["type"] == "call_gone"
                await browser.close()
            assert (await client.get("/api/calls")).status_code == 503
            login = {"extension": "8001", "password": PASSWORD}
            assert (await client.post("/api/login", json=login)).status_code == 503
            await asyncio.to_thread(server.start)
            assert (await client.get("/api/calls")).status_code == 200
