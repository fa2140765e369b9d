"""A number of a report opens exactly the calls it counts, whoever had them before: on both databases."""

from pathlib import Path

import httpx
import pytest

from assistant.records import ConductSeen, ForbiddenWasSaid, LegBegan, LegFinished
from assistant.store import Store
from prompts.advice import GoneWhy
from tests.shell.test_store_reports import HOUR, a_day
from tests.support.books import answered, began, card, card_gone, finished, write
from tests.support.web import running_site, signed_in


async def handed_on(store: Store) -> None:
    """f: from 8001 to 8002, who said what must not be said. g: from 8002 to 8001 and back, both shown a card."""
    await write(
        store,
        (began("f"), 2 * HOUR),
        (answered("f"), 2 * HOUR + 4),
        (LegFinished("f", 1, 10.0, 2.0), 2 * HOUR + 20),
        (LegBegan("f", 2, "8002", "hotline", 3.0, 4.0), 2 * HOUR + 25),
        (card("f", "c1", "hold"), 2 * HOUR + 26),
        (card_gone("f", "c1", GoneWhy.DONE), 2 * HOUR + 27),
        (ForbiddenWasSaid("f", "passing_buck", "不归我们", "这个不归我们", "8002"), 2 * HOUR + 28),
        (ConductSeen("f", ("close",), 0, 2, 1, 0, 40, None, 0, 5.0, 15.0), 2 * HOUR + 29),
        (finished("f", ring_s=3.0, hold_s=2.0), 2 * HOUR + 30),
        (began("g"), 2.5 * HOUR),
        (LegBegan("g", 1, "8002", None, 3.0, 4.0), 2.5 * HOUR + 4),
        (LegBegan("g", 2, "8001", None, 3.0, 4.0), 2.5 * HOUR + 10),
        (LegBegan("g", 3, "8002", None, 3.0, 4.0), 2.5 * HOUR + 20),
        (ConductSeen("g", (), 3, 0, 0, 0, 40, None, None, 25.0, 15.0), 2.5 * HOUR + 29),
        (finished("g", answer_delay_s=None), 2.5 * HOUR + 30),
    )


@pytest.mark.parametrize(
    "asked", [{}, {"agent": "8001"}, {"agent": "8002"}, {"queue": "hotline"}, {"queue": "-"}]
)
async def test_every_number_equals_its_list(tmp_path: Path, url: str, asked: dict[str, str]) -> None:
    async with running_site(tmp_path, url=url) as site:
        await a_day(site.store)
        await handed_on(site.store)
        async with signed_in(site, "supervisor", "9001") as boss:
            seen = 0
            for path in (*(f"calls?by={by}" for by in ("day", "hour", "agent", "queue", "all")), "conduct?"):
                if "queue" in asked and path == "conduct?":
                    continue  # not kept by queue
                report = (await boss.get(f"/api/reports/{path}", params=asked)).json()
                for row in report["rows"]:
                    for column, narrowed in report["columns"].items():
                        if isinstance(row["values"][column], int):
                            behind = await calls_behind(boss, row["filters"] | narrowed)
                            assert (path, row["key"], column, len(behind)) == (
                                path,
                                row["key"],
                                column,
                                row["values"][column],
                            )
                            seen += 1
    assert seen > 20


async def test_behind_a_mean_are_the_calls_it_is_of(tmp_path: Path, url: str) -> None:
    async with running_site(tmp_path, url=url) as site:
        await a_day(site.store)
        async with signed_in(site, "supervisor", "9001") as boss:
            report = (await boss.get("/api/reports/calls?by=all")).json()
            (row,) = report["rows"]
            shown = {}
            for column in ("ring_avg_s", "wait_avg_s", "talk_avg_s", "hold_avg_s", "silence_avg_s"):
                behind = await calls_behind(boss, row["filters"] | report["columns"][column])
                name = column.replace("_avg", "")
                shown[column] = round(sum(float(str(call[name] or 0)) for call in behind) / len(behind), 4)
            assert shown == {column: row["values"][column] for column in shown}


async def test_behind_a_cards_number_are_the_calls_with_one(tmp_path: Path, url: str) -> None:
    async with running_site(tmp_path, url=url) as site:
        await a_day(site.store)
        await handed_on(site.store)
        async with signed_in(site, "supervisor", "9001") as boss:
            for by in ("situation", "agent", "hour"):
                report = (await boss.get(f"/api/reports/cards?by={by}")).json()
                assert report["rows"]
                for row in report["rows"]:
                    for column, narrowed in report["columns"].items():
                        behind = await calls_behind(boss, row["filters"] | narrowed)
                        assert bool(behind) is bool(row["values"][column])
                        assert len(behind) <= row["values"][column]


async def test_a_file_is_read_in_the_language_of_its_page(tmp_path: Path, url: str) -> None:
    async with running_site(tmp_path, url=url) as site:
        await a_day(site.store)
        async with signed_in(site, "supervisor", "9001") as boss:

            async def first_line(address: str) -> list[str]:
                answer = await boss.get(address)
                assert answer.status_code == 200, answer.text
                return answer.text.removeprefix("\ufeff").splitlines()[0].split(",")[:3]

            assert await first_line("/api/reports/calls.csv?by=queue") == ["队列", "来电", "接通"]
            assert await first_line("/api/reports/calls.csv?by=day&lang=en") == ["Day", "Offered", "Answered"]
            assert await first_line("/api/reports/cards.csv") == ["情境", "显示", "说了"]
            assert await first_line("/api/reports/conduct.csv?lang=en") == ["Agent", "Judged", "Forbidden"]
            assert (await boss.get("/api/reports/calls.csv?lang=fr")).status_code == 422


async def calls_behind(client: httpx.AsyncClient, filters: dict[str, str]) -> list[dict[str, object]]:
    answer = await client.get("/api/calls", params={**filters, "limit": "200"})
    assert answer.status_code == 200, answer.text
    return list(answer.json()["calls"])
