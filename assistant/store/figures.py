"""Figures of the reports, counted once a day of calls and summed when asked, so that a million calls cost what a thousand days do.

A day is local (China has one zone and no summer time) and belongs to the calls that began in it. Whatever changes a call marks its day
stale; a stale day is counted anew before the next answer, so no report is behind the book. Months are sums of their days and follow
them in the same transaction. Days whose calls retention deleted keep their figures: nothing in them is personal.
"""

from datetime import date, datetime, time, timedelta, timezone
from itertools import groupby
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction

from assistant.store import conduct_figures, figure_tables, tables
from assistant.store.engines import Engines

LOCAL: Final = timezone(timedelta(hours=8))
OVER_THREE_RINGS_S: Final = 11.0
"""China's ring is one second of tone and four of pause: the third has ended when the fourth cycle begins (S0-02, S0-30)."""
QUICK_S: Final = 3.0
"""The agent's first word after the answer (S1-10)."""


class LocalHour(GenericFunction[int]):
    """The local hour of a moment, in each database's own words."""

    type = sa.Integer()
    inherit_cache = True
    name = "local_hour"


@compiles(LocalHour, "sqlite")
def _sqlite_hour(element: LocalHour, compiler: SQLCompiler, **options: object) -> str:
    return f"CAST(strftime('%H', {compiler.process(element.clauses, **options)}, '+8 hours') AS INTEGER)"


@compiles(LocalHour, "postgresql")
def _postgresql_hour(element: LocalHour, compiler: SQLCompiler, **options: object) -> str:
    moment = compiler.process(element.clauses, **options)
    return f"CAST(date_part('hour', timezone('Asia/Shanghai', {moment})) AS INTEGER)"


def local_day(moment: datetime) -> str:
    return moment.astimezone(LOCAL).date().isoformat()


def bounds(day: str) -> tuple[datetime, datetime]:
    start = datetime.combine(date.fromisoformat(day), time(0), LOCAL)
    return start, start + timedelta(days=1)


async def mark_stale(connection: AsyncConnection, moment: datetime) -> None:
    """Inside the transaction that changes the call, so that neither goes without the other."""
    table, day = figure_tables.stale_days, local_day(moment)
    there = await connection.scalar(sa.select(table.c.day).where(table.c.day == day))
    if there is None:
        await connection.execute(sa.insert(table).values(day=day))


class Figures:
    def __init__(self, engines: Engines) -> None:
        self._engines = engines

    async def refresh(self, most: int = 10_000) -> int:
        """Counts stale days anew; returns how many. One transaction a day: the writer is not kept waiting."""
        async with self._engines.reader.connect() as connection:
            found = await connection.execute(sa.select(figure_tables.stale_days.c.day).limit(most))
            stale = list(found.scalars())
        for month, days in groupby(sorted(stale), key=month_of):
            for day in days:
                async with self._engines.writer.begin() as connection:
                    await _recount(connection, day)
                    await _sum_month(connection, month)
        return len(stale)


def month_of(day: str) -> str:
    return day[:7]


async def _sum_month(connection: AsyncConnection, month: str) -> None:
    for days, months in figure_tables.MONTHS.items():
        keys = [column for column in days.primary_key if column.name != "day"]
        sums = [sa.func.sum(column) for column in days.c if not column.primary_key]
        within = days.c.day.between(f"{month}-01", f"{month}-31")
        summed = sa.select(sa.literal(month).label("month"), *keys, *sums).where(within).group_by(*keys)
        await connection.execute(sa.delete(months).where(months.c.month == month))
        await connection.execute(sa.insert(months).from_select([column.name for column in months.c], summed))


async def _recount(connection: AsyncConnection, day: str) -> None:
    stale = figure_tables.stale_days
    await connection.execute(sa.delete(stale).where(stale.c.day == day))
    calls = tables.calls
    start, end = bounds(day)
    that_day = sa.and_(calls.c.began_at >= start, calls.c.began_at < end, calls.c.direction == "inbound")
    agent, queue = sa.func.coalesce(calls.c.agent, ""), sa.func.coalesce(calls.c.queue, "")
    hour = LocalHour(calls.c.began_at)
    for table, keys in (
        (figure_tables.day_figures, {"agent": agent, "queue": queue}),
        (figure_tables.hour_figures, {"hour": hour, "agent": agent, "queue": queue}),
    ):
        named = [one.label(label) for label, one in (keys | _figures()).items()]
        counted = sa.select(sa.literal(day).label("day"), *named).where(that_day).group_by(*keys.values())
        await connection.execute(sa.delete(table).where(table.c.day == day))
        await connection.execute(sa.insert(table).from_select([column.name for column in table.c], counted))
    await _recount_cards(connection, day, that_day)
    await _recount_conduct(connection, day, that_day)


async def _recount_conduct(connection: AsyncConnection, day: str, that_day: sa.ColumnElement[bool]) -> None:
    """Calls whose conduct was counted, and those among them of which each column is true."""
    table, calls, conduct, forbidden = (
        figure_tables.conduct_figures,
        tables.calls,
        tables.conduct,
        tables.forbidden,
    )
    agent = sa.func.coalesce(calls.c.agent, "")

    def happened(name: str) -> sa.ColumnElement[int]:
        which = (forbidden.c.call_id == calls.c.call_id, *conduct_figures.of_forbidden(name))
        return _count(sa.exists().where(*which).correlate(calls))

    numbers = [
        sa.func.count().label(conduct_figures.JUDGED),
        *(_count(meant).label(name) for name, meant in conduct_figures.OF_CONDUCT.items()),
        *(happened(name).label(name) for name in conduct_figures.FORBIDDEN),
        *(sa.func.coalesce(sa.func.sum(conduct.c[name]), 0.0).label(name) for name in conduct_figures.SUMS),
    ]
    counted = (
        sa.select(sa.literal(day).label("day"), agent.label("agent"), *numbers)
        .select_from(calls.join(conduct, conduct.c.call_id == calls.c.call_id))
        .where(that_day)
        .group_by(agent)
    )
    await connection.execute(sa.delete(table).where(table.c.day == day))
    await connection.execute(sa.insert(table).from_select([column.name for column in table.c], counted))


async def _recount_cards(connection: AsyncConnection, day: str, that_day: sa.ColumnElement[bool]) -> None:
    table, calls, cards = figure_tables.card_figures, tables.calls, tables.cards
    agent, hour = sa.func.coalesce(cards.c.agent, ""), LocalHour(calls.c.began_at)
    gone = [_count(cards.c.gone_why == why).label(why) for why in figure_tables.CARD_COUNTS[1:]]
    counted = (
        sa.select(
            sa.literal(day).label("day"),
            cards.c.situation_id,
            agent.label("agent"),
            hour.label("hour"),
            sa.func.count().label("shown"),
            *gone,
        )
        .select_from(calls.join(cards, cards.c.call_id == calls.c.call_id))
        .where(that_day)
        .group_by(cards.c.situation_id, agent, hour)
    )
    await connection.execute(sa.delete(table).where(table.c.day == day))
    await connection.execute(sa.insert(table).from_select([column.name for column in table.c], counted))


def _count(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0)


def _figures() -> dict[str, sa.ColumnElement[int] | sa.ColumnElement[float]]:
    """In the order of the tables' columns."""
    calls, sheets = tables.calls, tables.record_sheets
    answered = calls.c.answered_at.is_not(None)

    def has(table: sa.Table, *also: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
        return _count(sa.exists().where(table.c.call_id == calls.c.call_id, *also).correlate(calls))

    def total(column: sa.ColumnElement[float]) -> sa.ColumnElement[float]:
        return sa.func.coalesce(sa.func.sum(column), 0.0)

    return {
        "offered": sa.func.count(),
        "answered": _count(answered),
        "missed": _count(sa.and_(sa.not_(answered), calls.c.ended_at.is_not(None))),
        "rang": _count(calls.c.ring_s.is_not(None)),
        "over_three_rings": _count(calls.c.ring_s > OVER_THREE_RINGS_S),
        "spoke": _count(calls.c.answer_delay_s.is_not(None)),
        "within_3s": _count(calls.c.answer_delay_s <= QUICK_S),
        "escalated": has(tables.escalations),
        "forbidden": has(tables.forbidden),
        "after_hours": _count(calls.c.after_hours.is_(True)),
        # A call nobody answered is owed a call back; there was no talk to fill a sheet of.
        "sheets": has(sheets, answered),
        "sheets_complete": has(sheets, answered, sheets.c.complete.is_(True)),
        **{name: total(calls.c[name]) for name in figure_tables.SUMS},
    }
