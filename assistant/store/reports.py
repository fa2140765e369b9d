"""Questions the reports ask: figures summed by day, hour of the day, agent or situation."""

from dataclasses import dataclass
from typing import Literal

import sqlalchemy as sa

from assistant.store import figure_tables
from assistant.store.engines import Engines
from assistant.store.figures import Figures

By = Literal["day", "hour", "agent", "all"]


@dataclass(frozen=True, slots=True)
class Period:
    """Local days, both included; None: no limit. `agent` and `queue` None: all."""

    since: str | None = None
    until: str | None = None
    agent: str | None = None
    queue: str | None = None


@dataclass(frozen=True, slots=True)
class CallFigures:
    """`key`: the day, the hour or the agent. Sums are seconds."""

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
    """Cards of one situation: how they left the screen; what is missing to `shown` is still on one."""

    situation_id: str
    shown: int
    said: int
    done: int
    dismissed: int
    expired: int
    cancelled: int
    call_ended: int


class Reports:
    def __init__(self, engines: Engines) -> None:
        self._engines = engines
        self._figures = Figures(engines)

    async def calls(self, period: Period, by: By) -> list[CallFigures]:
        """Raises ValueError for hours of one agent: figures are kept by day and agent, or by hour."""
        if by == "hour" and period.agent is not None:
            raise ValueError("按小时的报表不分坐席")
        await self._figures.refresh()
        table = figure_tables.hour_figures if by == "hour" else figure_tables.day_figures
        key = sa.literal("all") if by == "all" else table.c[by]
        sums = [sa.func.sum(table.c[name]) for name in (*figure_tables.COUNTS, *figure_tables.SUMS)]
        query = sa.select(key, *sums).where(*_within(table, period))
        if by != "all":
            query = query.group_by(key).order_by(key)
        async with self._engines.reader.connect() as connection:
            rows = (await connection.execute(query)).all()
        return [CallFigures(str(row[0]), *row[1:]) for row in rows if row[1] is not None]

    async def cards(self, period: Period) -> list[CardFigures]:
        """Most shown first."""
        await self._figures.refresh()
        table = figure_tables.card_figures
        shown = sa.func.sum(table.c.shown)
        rest = [sa.func.sum(table.c[name]) for name in figure_tables.CARD_COUNTS[1:]]
        query = (
            sa.select(table.c.situation_id, shown, *rest)
            .where(*_within(table, period))
            .group_by(table.c.situation_id)
            .order_by(shown.desc(), table.c.situation_id)
        )
        async with self._engines.reader.connect() as connection:
            return [CardFigures(*row) for row in await connection.execute(query)]


def _within(table: sa.Table, period: Period) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if period.since is not None:
        found.append(table.c.day >= period.since)
    if period.until is not None:
        found.append(table.c.day <= period.until)
    if period.agent is not None:
        found.append(table.c.agent == period.agent)
    if period.queue is not None and "queue" in table.c:
        found.append(table.c.queue == period.queue)
    return found
