"""Sheets, tasks, exports and the audit over the API, on both databases: who sees what, and that nothing falls off a list."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from assistant.clock import SystemClock
from assistant.records import EscalationHandled, EscalationRaised, NoteTaken, Record, TextWasSaid
from tests.support.books import answered, began, finished
from tests.support.web import Site, running_site, signed_in


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


PIECES = ("一三八", "零零一三", "八零零零")
