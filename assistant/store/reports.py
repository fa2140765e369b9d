"""Questions the reports ask: figures summed by day, hour of the day, agent, queue or situation."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import sqlalchemy as sa

from assistant.store import conduct_figures, figure_tables
from assistant.store.engines import Engines
from assistant.store.figures import Figures
from assistant.store.finding import NOBODY

By = Literal["day", "hour", "agent", "queue", "all"]
CardsBy = Literal["situation", "agent", "hour"]


@dataclass(frozen=True, slots=True)
class Period:
    """Local days, both included; None: no limit. `agent` and `queue` None: all, `NOBODY`: calls without one."""

    since: str | None = None
    until: str | None = None
    agent: str | None = None
    queue: str | None = None


@dataclass(frozen=True, slots=True)
class CallFigures:
    """`key`: the day, the hour, the agent or the queue; empty: none. Sums are seconds."""

    key: str
    offered: int
    answered: int
    missed: int
    rang: int
    over_three_rings: int
    spoke: int
    within_3s: int
    escalated: int
    forbidden: int
    after_hours: int
    sheets: int
    sheets_complete: int
    ring_s: float
    wait_s: float
    talk_s: float
    hold_s: float
    silence_s: float


@dataclass(frozen=True, slots=True)
class CardFigures:
    """Cards of one situation, agent or hour: how they left the screen; what is missing to `shown` is still on one."""

    key: str
    shown: int
    said: int
    done: int
    dismissed: int
    expired: int
    cancelled: int
    call_ended: int


@dataclass(frozen=True, slots=True)
class ConductFigures:
    """How one agent conducts calls: `counts` of calls by `conduct_figures.COUNTS`, seconds each side spoke."""

    agent: str
    counts: dict[str, int]
    agent_speech_s: float
    caller_speech_s: float


class Reports:
    def __init__(self, engines: Engines) -> None:
        self._engines = engines
        self._figures = Figures(engines)

    async def calls(self, period: Period, by: By) -> list[CallFigures]:
        await self._figures.refresh()
        table = figure_tables.hour_figures if by == "hour" else figure_tables.day_figures
        rows = _rows(table, period, by_day=by == "day")
        key = sa.literal("all") if by == "all" else rows.c[by]
        sums = [sa.func.sum(rows.c[name]) for name in (*figure_tables.COUNTS, *figure_tables.SUMS)]
        query = sa.select(key, *sums)
        if by != "all":
            query = query.group_by(key).order_by(key)
        async with self._engines.reader.connect() as connection:
            found = (await connection.execute(query)).all()
        return [CallFigures(str(row[0]), *row[1:]) for row in found if row[1] is not None]

    async def conduct(self, period: Period) -> list[ConductFigures]:
        await self._figures.refresh()
        rows = _rows(figure_tables.conduct_figures, period, by_day=False)
        names = (*conduct_figures.COUNTS, *conduct_figures.SUMS)
        sums = [sa.func.sum(rows.c[name]).label(name) for name in names]
        query = sa.select(rows.c.agent, *sums).group_by(rows.c.agent).order_by(rows.c.agent)
        async with self._engines.reader.connect() as connection:
            found = (await connection.execute(query)).mappings().all()
        return [
            ConductFigures(
                row["agent"],
                {name: row[name] for name in conduct_figures.COUNTS},
                row["agent_speech_s"],
                row["caller_speech_s"],
            )
            for row in found
        ]

    async def cards(self, period: Period, by: CardsBy = "situation") -> list[CardFigures]:
        """Situations: most shown first."""
        await self._figures.refresh()
        rows = _rows(figure_tables.card_figures, period, by_day=False)
        key = rows.c["situation_id" if by == "situation" else by]
        shown = sa.func.sum(rows.c.shown)
        rest = [sa.func.sum(rows.c[name]) for name in figure_tables.CARD_COUNTS[1:]]
        query = sa.select(key, shown, *rest).group_by(key)
        query = query.order_by(shown.desc(), key) if by == "situation" else query.order_by(key)
        if by == "hour":
            query = query.where(key != figure_tables.UNKNOWN_HOUR)
        async with self._engines.reader.connect() as connection:
            return [CardFigures(str(row[0]), *row[1:]) for row in await connection.execute(query)]


def _rows(days: sa.Table, period: Period, *, by_day: bool) -> sa.Subquery:
    """The figures of the period: months where they lie in it whole, days for the rest."""
    if by_day:
        return sa.select(days).where(*_within(days, period)).subquery()
    months = figure_tables.MONTHS[days]
    first, last = whole_months(period.since, period.until)
    whole = [months.c.month >= first, months.c.month <= last]
    # The days before the first whole month and after the last; where there is none, all of them.
    rest = sa.or_(days.c.day < f"{first}-01", days.c.day > f"{last}-31") if first <= last else sa.true()
    columns = [column.name for column in days.c if column.name != "day"]
    return sa.union_all(
        sa.select(*(months.c[name] for name in columns)).where(*whole, *_of_whom(months, period)),
        sa.select(*(days.c[name] for name in columns)).where(rest, *_within(days, period)),
    ).subquery()


def whole_months(since: str | None, until: str | None) -> tuple[str, str]:
    """The first and the last month (2026-01) that lies within these days; the first is later than the last where none does."""
    first, last = _FIRST_MONTH, _LAST_MONTH
    if since is not None:
        first = since[:7] if since[8:] == "01" else _month_after(since[:7], 1)
    if until is not None:
        tomorrow = (date.fromisoformat(until) + timedelta(days=1)).isoformat()
        last = _month_after(tomorrow[:7], -1)
    return first, last


_FIRST_MONTH, _LAST_MONTH = "0000-00", "9999-12"


def _month_after(month: str, by: int) -> str:
    count = int(month[:4]) * 12 + int(month[5:7]) - 1 + by
    return f"{count // 12:04}-{count % 12 + 1:02}"


def _within(table: sa.Table, period: Period) -> list[sa.ColumnElement[bool]]:
    found = _of_whom(table, period)
    if period.since is not None:
        found.append(table.c.day >= period.since)
    if period.until is not None:
        found.append(table.c.day <= period.until)
    return found


def _of_whom(table: sa.Table, period: Period) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if period.agent is not None:
        found.append(table.c.agent == _kept(period.agent))
    if period.queue is not None and "queue" in table.c:
        found.append(table.c.queue == _kept(period.queue))
    return found


def _kept(named: str) -> str:
    return "" if named == NOBODY else named
