"""Every migration down and up again on a book with something in every table: nothing a downgrade keeps is lost, on both databases."""

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from assistant.documents import as_shipped
from assistant.records import (
    Audited,
    ConductSeen,
    DeskMessageRead,
    DeskMessageWritten,
    EscalationAgain,
    EscalationHandled,
    EscalationRaised,
    ForbiddenWasSaid,
    LegBegan,
    NoteTaken,
    TextWasSaid,
    TraceLine,
)
from assistant.store import Store, schema
from assistant.store.desk import TasksAsked
from assistant.store.documents import Document
from assistant.store.engines import Engines, make_engines, parse_url
from assistant.store.finding import CallFilter
from assistant.store.reports import Period
from assistant.store.retention import Keep
from assistant.store.sheet import SheetEdit
from prompts.advice import GoneWhy
from tests.support.books import T0, answered, at, began, book, card, card_gone, finished, write

DAY = 86_400.0
COUNTED = ("day_figures", "hour_figures", "card_figures", "conduct_figures", "stale_days")
"""Counted anew from the calls when a later version needs them otherwise; so are their months."""
FILLED = {
    "audit",
    "calls",
    "call_categories",
    "cards",
    "card_steps",
    "conduct",
    "desk_messages",
    "documents",
    "escalations",
    "escalation_steps",
    "forbidden",
    "legs",
    "notes",
    "record_sheets",
    "sessions",
    "tasks",
    "trace",
    "transcript",
    "users",
}
Content = dict[str, list[tuple[str, ...]]]


async def a_full_book(store: Store) -> None:
    """Three days of calls with all that is kept of a call, a call handed on, and what people ruled."""
    for day in range(3):
        call, start = f"c{day}", day * DAY
        await write(
            store,
            (began(call), start),
            (answered(call), start + 4),
            (card(call, "k1"), start + 5),
            (card_gone(call, "k1", GoneWhy.SAID), start + 6),
            (TextWasSaid(call, "caller", 1, "我要退款", 0.9, 3.0), start + 7),
            (NoteTaken(call, "8001", "要发票"), start + 8),
            (ForbiddenWasSaid(call, "silent", "喂", "喂说话呀", "8001"), start + 9),
            (EscalationRaised(f"e{day}", call, "8001", "abuse", "辱骂", "……", True), start + 10),
            (EscalationAgain(f"e{day}", 2, "又骂"), start + 10),
            (EscalationHandled(f"e{day}", "closed", "9001", "已回电", "8002"), start + 11),
            (TraceLine(call, "silent", True, "8 秒没有声音"), start + 12),
            (LegBegan(call, 2, "8002", "hotline", 3.0, 4.0), start + 13),
            (ConductSeen(call, ("close",), 1, 3, 0, 0, 40, 4.0, 1, 5.0, 15.0), start + 29),
            (finished(call, categories=("silent",), complaint="服务态度"), start + 30),
            (DeskMessageWritten(f"m{day}", "8001", "主管", "请核对"), start + 30),
            (DeskMessageRead(f"m{day}"), start + 31),
            (Audited("9001", "listen", call, ""), start + 31),
        )
    await store.desk.edit_sheet("c1", SheetEdit(purpose="问价"), 1, "8001", at(DAY + 40))
    await store.desk.promise("c1", 2.0, "服务态度", "会员")
    await store.documents.add(
        Document("promises", "default", 0, as_shipped("promises"), "9001", T0, "开始"), 0
    )
    person = await store.accounts.add("8001", "王", "agent", "hash", T0)
    await store.accounts.begin_session(person, T0, timedelta(hours=8), "10.0.0.1")


async def asked(store: Store) -> tuple[object, ...]:
    """What the program tells of it."""
    page = await store.reading.calls(CallFilter(text="退款"))
    return (
        [row["call_id"] for row in page.calls],
        await store.reports.calls(Period(), "hour"),
        await store.reports.calls(Period(), "agent"),
        await store.reports.cards(Period(), "hour"),
        [task.task_id for task in (await store.desk.tasks(TasksAsked())).tasks],
        (await store.desk.sheet("c1")).purpose,
    )


async def content(connection: AsyncConnection, columns: dict[str, list[str]]) -> Content:
    found: Content = {}
    for table, names in sorted(columns.items()):
        picked = ", ".join(f'"{name}"' for name in names)
        rows = await connection.execute(sa.text(f'SELECT {picked} FROM "{table}"'))
        found[table] = sorted(tuple(str(value) for value in row) for row in rows)
    return found


def columns_of(connection: sa.Connection) -> dict[str, list[str]]:
    """Those of the book itself: neither the index of words nor what is counted."""
    inspected = sa.inspect(connection)
    names = [
        name
        for name in inspected.get_table_names()
        if name not in (*COUNTED, "alembic_version")
        and not name.endswith("_months")
        and not name.startswith("call_grams")
    ]
    return {name: [column["name"] for column in inspected.get_columns(name)] for name in names}


async def step_by_step(engines: Engines, revisions: list[str]) -> dict[str, list[str]]:
    """Down to the first version and up again; the columns that were there all the way."""
    async with engines.writer.begin() as connection:
        before = await content(connection, await connection.run_sync(columns_of))
    for revision in reversed(revisions[:-1]):
        async with engines.writer.begin() as connection:
            await connection.run_sync(lambda sync, to=revision: schema.downgrade(sync, to))  # type: ignore[misc]
            there = await connection.run_sync(columns_of)
            kept = await content(connection, there)
            assert {name: len(rows) for name, rows in kept.items()} == {
                name: len(before[name]) for name in kept
            }, revision
    for revision in revisions[1:]:
        async with engines.writer.begin() as connection:
            await connection.run_sync(lambda sync, to=revision: schema.upgrade(sync, to))  # type: ignore[misc]
    return there


async def test_down_to_the_first_version_and_up_again(url: str) -> None:
    async with book(url) as store:
        await a_full_book(store)
        told = await asked(store)
    engines = make_engines(parse_url(url))
    async with engines.writer.begin() as connection:
        columns = await connection.run_sync(columns_of)
        before = await content(connection, columns)
        assert {name for name, rows in before.items() if rows} >= FILLED
    shared = await step_by_step(engines, schema.known_revisions())
    async with engines.writer.begin() as connection:
        assert await connection.run_sync(columns_of) == columns
        after = await content(connection, shared)
        was = {
            name: [tuple(row[columns[name].index(one)] for one in shared[name]) for row in before[name]]
            for name in shared
        }
        assert after == {name: sorted(rows) for name, rows in was.items()}
    await engines.dispose()
    async with book(url) as store:
        assert await asked(store) == told


async def test_days_counted_by_an_older_rule_are_counted_anew(url: str) -> None:
    async with book(url) as store:
        await a_full_book(store)
        told = await store.reports.calls(Period(), "all")
    engines = make_engines(parse_url(url))
    async with engines.writer.begin() as connection:
        await connection.run_sync(lambda sync: schema.downgrade(sync, "0008"))
        await connection.execute(sa.text("DELETE FROM stale_days"))
        for table in ("day_figures", "day_months"):
            await connection.execute(sa.text(f"UPDATE {table} SET sheets = sheets + 1"))
        await connection.run_sync(schema.upgrade)
    await engines.dispose()
    async with book(url) as store:
        assert await store.reports.calls(Period(), "all") == told


async def test_the_figures_of_days_whose_calls_were_deleted_outlive_the_step_to_hours_by_agent(
    url: str,
) -> None:
    async with book(url) as store:
        await a_full_book(store)
        await store.reports.calls(Period(), "hour")
        assert await store.retention.purge(Keep(calls=1), at(1.5 * DAY)) == {"calls": 1}
    engines = make_engines(parse_url(url))
    async with engines.writer.begin() as connection:
        await connection.run_sync(lambda sync: schema.downgrade(sync, "0007"))
        await connection.run_sync(schema.upgrade)
    await engines.dispose()
    async with book(url) as store:
        reports = store.reports
        assert [(one.key, one.offered) for one in await reports.calls(Period(), "hour")] == [("9", 3)]
        assert [one.offered for one in await reports.calls(Period(agent="8002"), "hour")] == [2]
        assert [(one.key, one.shown) for one in await reports.cards(Period())] == [("silent", 3)]
        assert [(one.key, one.shown) for one in await reports.cards(Period(), "hour")] == [("9", 2)]
