"""The conduct report against calls counted by hand, the calls behind each of its numbers, and who may see it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from assistant.records import ConductSeen, ForbiddenWasSaid
from assistant.store import Store
from assistant.store.conduct_figures import COUNTS
from assistant.store.finding import CallFilter
from assistant.store.reports import ConductFigures, Period
from tests.support.books import answered, began, book, finished, write
from tests.support.web import Site, running_site, signed_in

DAY = 86_400.0
NOTHING = dict.fromkeys(COUNTS, 0)


async def some_days(store: Store) -> None:
    """a: polite, called by name, talks most. b: unsure, passes the buck, name known and unused, no closing. c: another agent, raised
    voice, talks over, two things missing, nobody polite. d: the next day, like a, no name known. e: nobody was judged."""
    await write(
        store,
        (began("a"), 0),
        (answered("a"), 4),
        (ConductSeen("a", (), 5, 0, 0, 0, 80, 4.0, 2, 30.0, 10.0), 29),
        (finished("a"), 30),
        (began("b"), 100),
        (answered("b"), 104),
        (ForbiddenWasSaid("b", "passing_buck", "不归我们", "这个不归我们", "8001"), 110),
        (ForbiddenWasSaid("b", "silent_call", "喂说话呀", "喂说话呀", "8001"), 111),
        (ConductSeen("b", ("close",), 1, 3, 0, 0, 40, None, 0, 5.0, 15.0), 129),
        (finished("b"), 130),
        (began("c"), 200),
        (answered("c", "8002"), 204),
        (ConductSeen("c", ("greeting", "close"), 0, 0, 2, 1, 40, None, None, None, None), 229),
        (finished("c"), 230),
        (began("d"), DAY),
        (answered("d"), DAY + 4),
        (ConductSeen("d", (), 2, 0, 0, 0, 40, None, None, 10.0, 10.0), DAY + 29),
        (finished("d"), DAY + 30),
        (began("e"), DAY + 100),
        (finished("e", reason="abandoned"), DAY + 130),
    )


async def test_each_agent_as_counted_by_hand(url: str) -> None:
    async with book(url) as store:
        await some_days(store)
        both = await store.reports.conduct(Period())
        monday = await store.reports.conduct(Period("2026-01-05", "2026-01-05", agent="8001"))
        month = await store.reports.conduct(Period("2026-01-01", "2026-01-31", agent="8001"))
        assert await store.reports.conduct(Period(since="2027-01-01")) == []
    first = NOTHING | {
        "judged": 3,
        "unsure": 1,
        "named": 1,
        "unnamed": 1,
        "talks_most": 1,
        "no_close": 1,
        "forbidden": 1,
        "passing_buck": 1,
    }
    second = NOTHING | {
        "judged": 1,
        "impolite": 1,
        "talk_overs": 1,
        "raised_voice": 1,
        "no_greeting": 1,
        "no_close": 1,
    }
    assert both == [ConductFigures("8001", first, 45.0, 35.0), ConductFigures("8002", second, 0.0, 0.0)]
    assert monday == [ConductFigures("8001", first | {"judged": 2}, 35.0, 25.0)]
    assert month == both[:1]


BEHIND = [
    (CallFilter(conduct="judged"), "dcba"),
    (CallFilter(conduct="judged", agent="8001"), "dba"),
    (CallFilter(conduct="unsure"), "b"),
    (CallFilter(conduct="impolite"), "c"),
    (CallFilter(conduct="named"), "a"),
    (CallFilter(conduct="unnamed"), "b"),
    (CallFilter(conduct="talks_most"), "a"),
    (CallFilter(conduct="talk_overs"), "c"),
    (CallFilter(conduct="raised_voice"), "c"),
    (CallFilter(conduct="no_close"), "cb"),
    (CallFilter(conduct="no_greeting"), "c"),
    (CallFilter(conduct="no_need"), ""),
    (CallFilter(mark="passing_buck"), "b"),
    (CallFilter(mark="forbidden", conduct="judged"), "b"),
    (CallFilter(mark="swearing"), ""),
]


async def test_the_calls_behind_a_number(url: str) -> None:
    async with book(url) as store:
        await some_days(store)
        shown = []
        for wanted, _ in BEHIND:
            page = await store.reading.calls(wanted)
            shown.append((wanted, "".join(str(row["call_id"]) for row in page.calls)))
    assert shown == BEHIND


@pytest.fixture
async def site(tmp_path: Path, url: str) -> AsyncIterator[Site]:
    async with running_site(tmp_path, url=url) as running:
        await some_days(running.store)
        yield running


async def test_every_number_of_the_report_opens_as_many_calls_as_it_says(site: Site) -> None:
    async with signed_in(site, "quality", "9002") as quality:
        report = (await quality.get("/api/reports/conduct")).json()
        assert [row["key"] for row in report["rows"]] == ["8001", "8002"]
        for row in report["rows"]:
            for column, narrowed in report["columns"].items():
                behind = await quality.get("/api/calls", params={**row["filters"], **narrowed})
                assert behind.status_code == 200, behind.text
                assert len(behind.json()["calls"]) == row["values"][column], column


async def test_shares_the_file_and_the_call_itself(site: Site) -> None:
    async with signed_in(site, "supervisor", "9001") as supervisor:
        rows = (await supervisor.get("/api/reports/conduct", params={"agent": "8001"})).json()["rows"]
        assert [(row["values"]["talk_share"], row["values"]["named_share"]) for row in rows] == [
            (0.5625, 0.5)
        ]
        text = (await supervisor.get("/api/reports/conduct.csv")).text
        assert text.startswith("\ufeff坐席,评过的通话,禁语,推诿,")
        assert [line.split(",")[:2] for line in text.splitlines()[1:]] == [["8001", "3"], ["8002", "1"]]
        [conduct] = (await supervisor.get("/api/calls/a")).json()["conduct"]
        assert (conduct["agent_speech_s"], conduct["caller_speech_s"], conduct["names_used"]) == (
            30.0,
            10.0,
            2,
        )


async def test_the_report_is_for_the_board(site: Site) -> None:
    async with signed_in(site, "agent", "8001") as agent:
        for address in ("/api/reports/conduct", "/api/reports/conduct.csv"):
            assert (await agent.get(address)).status_code == 403
