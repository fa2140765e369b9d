"""Reports against calls counted by hand, and the filters that find the calls behind each number; on both databases."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from assistant.clock import SystemClock
from assistant.duty.desk import DutyDesk
from assistant.records import EscalationRaised, ForbiddenWasSaid, LegBegan
from assistant.store import Store
from assistant.store.desk import WrittenIn
from assistant.store.finding import CallFilter
from assistant.store.hours import Hours
from assistant.store.reports import CardFigures, Period, whole_months
from assistant.store.sheet import REQUIRED, SheetEdit
from prompts.advice import GoneWhy
from tests.support.books import answered, at, began, book, card, card_gone, finished, write

HOUR = 3600.0


async def a_day(store: Store) -> None:
    """Monday 2026-01-05, from 09:00. a: quick. b: four rings, a slow first word, escalated, a forbidden phrase.
    c: missed in the queue. d: at 12:30, in the lunch hour, another agent, called directly. e: Tuesday 09:00."""
    await write(
        store,
        (began("a"), 0),
        (answered("a"), 4),
        (card("a", "c1"), 5),
        (card_gone("a", "c1", GoneWhy.SAID), 9),
        (card("a", "c2", "hold"), 10),
        (card_gone("a", "c2", GoneWhy.DISMISSED), 11),
        (finished("a", ring_s=3.0, wait_s=4.0, talk_s=26.0, silence_s=1.5, answer_delay_s=1.2), 30),
        (began("b"), 100),
        (LegBegan("b", 1, "8001", "hotline", 16.0, 20.0), 120),
        (card("b", "c1"), 125),
        (card_gone("b", "c1", GoneWhy.EXPIRED), 130),
        (ForbiddenWasSaid("b", "silent", "喂", "喂说话呀", "8001"), 131),
        (EscalationRaised("e1", "b", "8001", "abuse", "辱骂", "……", True), 132),
        (finished("b", ring_s=16.0, wait_s=20.0, talk_s=40.0, hold_s=10.0, answer_delay_s=4.5), 170),
        (began("c"), HOUR),
        (
            finished(
                "c",
                reason="abandoned",
                queue="hotline",
                ring_s=12.0,
                wait_s=30.0,
                talk_s=0.0,
                silence_s=0.0,
                answer_delay_s=None,
            ),
            HOUR + 30,
        ),
        (began("d"), 3.5 * HOUR),
        (answered("d", "8002", None), 3.5 * HOUR + 4),
        (finished("d"), 3.5 * HOUR + 60),
        (began("e"), 24 * HOUR),
        (answered("e", "8002"), 24 * HOUR + 4),
        (finished("e"), 24 * HOUR + 60),
    )
    full = SheetEdit(**dict.fromkeys(REQUIRED, "x"))
    await store.desk.edit_sheet("a", full, 1, "8001", at(60))


async def test_the_day_is_what_was_counted_by_hand(url: str) -> None:
    async with book(url) as store:
        await a_day(store)
        monday, tuesday = await store.reports.calls(Period(), "day")
    assert (monday.key, tuesday.key) == ("2026-01-05", "2026-01-06")
    counts = (monday.offered, monday.answered, monday.missed, monday.rang, monday.over_three_rings)
    assert counts == (4, 3, 1, 4, 2)
    assert (monday.spoke, monday.within_3s) == (3, 2)
    assert (monday.escalated, monday.forbidden, monday.after_hours) == (1, 1, 1)
    assert (monday.sheets, monday.sheets_complete) == (3, 1)
    assert (monday.ring_s, monday.wait_s, monday.talk_s) == (34.0, 58.0, 92.0)
    assert (monday.hold_s, monday.silence_s) == (10.0, 4.5)
    assert (tuesday.offered, tuesday.answered, tuesday.sheets_complete) == (1, 1, 0)


async def test_by_agent_by_hour_and_all(url: str) -> None:
    async with book(url) as store:
        await a_day(store)
        agents = await store.reports.calls(Period(until="2026-01-05"), "agent")
        hours = await store.reports.calls(Period(since="2026-01-05", until="2026-01-05"), "hour")
        (every,) = await store.reports.calls(Period(), "all")
        (alone,) = await store.reports.calls(Period(agent="8001", queue="hotline"), "all")
        assert await store.reports.calls(Period(since="2027-01-01"), "all") == []
        mine = await store.reports.calls(Period(agent="8001"), "hour")
    assert [(one.key, one.offered) for one in agents] == [("", 1), ("8001", 2), ("8002", 1)]
    assert [(one.key, one.offered) for one in hours] == [("9", 2), ("10", 1), ("12", 1)]
    assert [(one.key, one.offered) for one in mine] == [("9", 2)]
    assert (every.offered, alone.offered) == (5, 2)


async def test_by_queue_who_left_it_unanswered_too(url: str) -> None:
    async with book(url) as store:
        await a_day(store)
        queues = await store.reports.calls(Period(), "queue")
        waiting = await store.reports.calls(Period(queue="hotline"), "all")
        direct = await store.reports.calls(Period(queue="-"), "all")
        nobodys = await store.reports.calls(Period(agent="-"), "all")
        called = await store.reading.calls(CallFilter(queue="-"))
    shown = [(one.key, one.offered, one.answered, one.missed) for one in queues]
    assert shown == [("", 1, 1, 0), ("hotline", 4, 3, 1)]
    assert [(one.offered, one.missed) for one in (*waiting, *direct, *nobodys)] == [(4, 1), (1, 0), (1, 1)]
    assert [call["call_id"] for call in called.calls] == ["d"]


async def test_cards_by_situation(url: str) -> None:
    async with book(url) as store:
        await a_day(store)
        found = await store.reports.cards(Period())
        assert await store.reports.cards(Period(agent="8009")) == []
        agents = await store.reports.cards(Period(), "agent")
        hours = await store.reports.cards(Period(agent="8001"), "hour")
    assert agents == [CardFigures("8001", 3, 1, 0, 1, 1, 0, 0)]
    assert hours == [CardFigures("9", 3, 1, 0, 1, 1, 0, 0)]
    assert found == [
        CardFigures("silent", 2, 1, 0, 0, 1, 0, 0),
        CardFigures("hold", 1, 0, 0, 1, 0, 0, 0),
    ]


async def test_a_sheet_filled_later_changes_the_figures(url: str) -> None:
    async with book(url) as store:
        await a_day(store)
        await store.reports.calls(Period(), "all")
        full = SheetEdit(**dict.fromkeys(REQUIRED, "x"))
        await store.desk.edit_sheet("e", full, 1, "8002", at(25 * HOUR))
        (tuesday,) = await store.reports.calls(Period(since="2026-01-06"), "day")
    assert tuesday.sheets_complete == 1


BEHIND = [
    (CallFilter(over_three_rings=True), "cb"),
    (CallFilter(over_three_rings=False), "eda"),
    (CallFilter(within_3s=True), "eda"),
    (CallFilter(within_3s=False), "b"),
    (CallFilter(escalated=True), "b"),
    (CallFilter(forbidden=True), "b"),
    (CallFilter(forbidden=False), "edca"),
    (CallFilter(after_hours=True), "d"),
    (CallFilter(sheet="complete"), "a"),
    (CallFilter(sheet="missing"), "edcb"),
    (CallFilter(hour=9), "eba"),
    (CallFilter(min_hold_s=0.001), "b"),
    (CallFilter(min_ring_s=12, min_wait_s=25), "c"),
    (CallFilter(situation="silent", card="said"), "a"),
    (CallFilter(situation="silent", card="shown"), "ba"),
    (CallFilter(card="dismissed"), "a"),
    (CallFilter(reason="abandoned", direction="inbound"), "c"),
    (CallFilter(outcome="missed"), "c"),
    (CallFilter(hour=9, within_3s=True, forbidden=False, sheet="missing"), "e"),
    (CallFilter(situation="silent", card="expired", escalated=True, over_three_rings=True), "b"),
]


async def test_the_calls_behind_a_number(url: str) -> None:
    async with book(url) as store:
        await a_day(store)
        shown = []
        for wanted, _ in BEHIND:
            page = await store.reading.calls(wanted)
            shown.append((wanted, "".join(str(row["call_id"]) for row in page.calls)))
    assert shown == BEHIND


@pytest.mark.parametrize(
    ("moment", "after"),
    [
        (datetime(2026, 1, 5, 0, 59, tzinfo=UTC), True),
        (datetime(2026, 1, 5, 1, 0, tzinfo=UTC), False),
        (datetime(2026, 1, 5, 4, 0, tzinfo=UTC), True),
        (datetime(2026, 1, 5, 9, 29, tzinfo=UTC), False),
        (datetime(2026, 1, 5, 9, 30, tzinfo=UTC), True),
        (datetime(2026, 1, 10, 2, 0, tzinfo=UTC), True),
    ],
)
def test_after_hours_by_the_rules(moment: datetime, after: bool) -> None:
    assert Hours().after(None, moment) is after


@pytest.mark.parametrize(
    ("since", "until", "months"),
    [
        (None, None, ("0000-00", "9999-12")),
        ("2026-01-01", "2026-01-31", ("2026-01", "2026-01")),
        ("2026-01-02", "2026-03-30", ("2026-02", "2026-02")),
        ("2026-01-02", "2026-02-27", ("2026-02", "2026-01")),
        ("2025-12-02", "2026-12-31", ("2026-01", "2026-12")),
        ("2026-02-05", "2026-02-06", ("2026-03", "2026-01")),
        (None, "2024-02-29", ("0000-00", "2024-02")),
    ],
)
def test_whole_months_of_a_period(since: str | None, until: str | None, months: tuple[str, str]) -> None:
    assert whole_months(since, until) == months


async def test_months_and_the_days_around_them_are_the_same_sum(url: str) -> None:
    """Calls on the edges of January to April, one a day; every period is counted by hand."""
    days = ["01-01", "01-15", "01-31", "02-01", "02-28", "03-01", "03-31", "04-02"]
    async with book(url) as store:
        for number, day in enumerate(days):
            second = (datetime.fromisoformat(f"2026-{day}T10:00:00+08:00") - at(0)).total_seconds()
            call = f"c{number}"
            await write(
                store, (began(call), second), (answered(call), second + 1), (card(call, "k"), second + 2)
            )
            await write(store, (finished(call), second + 3))
        for first in range(len(days)):
            for last in range(first, len(days)):
                period = Period(f"2026-{days[first]}", f"2026-{days[last]}")
                meant = last - first + 1
                assert [one.offered for one in await store.reports.calls(period, "hour")] == [meant]
                assert [one.offered for one in await store.reports.calls(period, "agent")] == [meant]
                assert [one.shown for one in await store.reports.cards(period)] == [meant]
        assert [one.offered for one in await store.reports.calls(Period(queue="hotline"), "all")] == [8]
        await store.desk.edit_sheet("c4", SheetEdit(**dict.fromkeys(REQUIRED, "x")), 1, "8001", at(1))
        (february,) = await store.reports.calls(Period("2026-02-01", "2026-02-28"), "all")
    assert (february.sheets, february.sheets_complete) == (2, 1)


async def test_the_duty_plans_hours_are_those_of_the_reports(tmp_path: Path) -> None:
    """Open on Mondays from 12:00 alone: what the rules call office hours is none of this house's."""
    file = tmp_path / "duty.yaml"
    file.write_text(
        'hours: {mon: ["12:00-13:00"]}\npeople: {li: {name: 李娜, number: "13900139000"}}\nalways: [li]\n',
        "utf-8",
    )
    async with book(f"sqlite:///{tmp_path}/book.db") as store:
        await write(store, (began("before"), 0))
        duty = DutyDesk(file, "token", store, SystemClock(), lambda _: None, lambda _: None)
        await duty.open()
        await write(store, (began("morning"), 60), (began("noon"), 3.5 * HOUR))
        written = await store.desk.write_in(WrittenIn("told", "8001", at(30), None, None), at(90))
        page = await store.reading.calls(CallFilter(after_hours=True))
        assert [row["call_id"] for row in page.calls] == ["morning", written.call_id]


async def test_time_on_calls_since_midnight(url: str) -> None:
    """Of a call over midnight only what came after; a call that goes on is not in it yet."""
    async with book(url) as store:
        await write(
            store,
            (began("a"), 0),
            (answered("a"), 10),
            (finished("a"), 100),
            (began("b"), 200),
            (answered("b", "8002"), 210),
            (finished("b"), 240),
            (began("c"), 300),
            (answered("c"), 310),
        )
        assert await store.reading.talked_since(at(40)) == {"8001": 60.0, "8002": 30.0}
        assert await store.reading.talked_since(at(240)) == {}
