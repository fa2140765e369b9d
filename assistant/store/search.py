"""Finding calls, newest first, in a book of any size.

A page stops after its last row, so what matters is where to begin: an agent's calls stand in the index of legs in their order; a
small set is gone through whole; for words the index is asked stretch by stretch, from the newest on, each eight times as long.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from assistant.store import tables, wording
from assistant.store.finding import Among, CallFilter, conditions, of_agent, sets
from assistant.store.word_index import A_SECOND, entries, place_of

SMALL: Final = 4000
"""Calls a set may have to be gone through whole."""
FIRST_STRETCH: Final = timedelta(days=1)
GROWTH: Final = 8
ROUNDS: Final = 20
"""Pages looked through for one whose words are seen although numbers are masked; then the page is short and the next goes on."""

CallRow = sa.Row[tuple[object, ...]]
_calls = tables.calls
ROW: Final = [column for column in _calls.c if column.name != "place"]
"""What is told of a call; its place in the index is nobody's business."""
_MARGIN = 3600 * A_SECOND
"""By how much a call may stand behind its second in the index."""


@dataclass(frozen=True, slots=True)
class After:
    """The last row seen."""

    began_at: datetime
    call_id: str

    def condition(self) -> sa.ColumnElement[bool]:
        # The first half alone lets the index find the place; the second sorts out what began at the same instant.
        older = sa.or_(_calls.c.began_at < self.began_at, _calls.c.call_id < self.call_id)
        return sa.and_(_calls.c.began_at <= self.began_at, older)


@dataclass(frozen=True, slots=True)
class Found:
    """`rest` begins after `last`; None at the end."""

    rows: list[CallRow]
    last: After | None


class Search:
    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def page(self, wanted: CallFilter, after: After | None, limit: int) -> Found:
        terms = wording.terms_of(wanted.text)
        if not wording.is_findable(terms):
            return Found([], None)
        async with self._engine.connect() as connection:
            if not terms:
                return _cut(await _listed(connection, wanted, after, limit + 1), limit)
            worded = _Worded(connection, wanted, terms)
            if wanted.masked and wording.may_be_hidden(terms):
                return await worded.visible_page(after, limit)
            return _cut(await worded.newest(after, limit + 1), limit)


def _cut(rows: list[CallRow], limit: int) -> Found:
    more = len(rows) > limit
    return Found(rows[:limit], _last(rows[:limit]) if more else None)


def _last(rows: list[CallRow]) -> After:
    return After(rows[-1].began_at, rows[-1].call_id)


async def _listed(
    connection: AsyncConnection, wanted: CallFilter, after: After | None, count: int
) -> list[CallRow]:
    asked, some_small = await _settled(connection, sets(wanted))
    query = sa.select(*ROW).where(*conditions(wanted), *asked)
    began_at, call_id = _calls.c.began_at, _calls.c.call_id
    if wanted.agent is not None:
        his = of_agent(wanted.agent)
        if some_small:
            query = query.where(his.holds)
        else:
            query = _through_legs(query, wanted.agent)
            began_at, call_id = tables.legs.c.began_at, tables.legs.c.call_id
    if after is not None:
        query = query.where(after.condition())
        if wanted.agent is not None and not some_small:
            query = query.where(tables.legs.c.began_at <= after.began_at)
    query = query.order_by(began_at.desc(), call_id.desc()).limit(count)
    return list((await connection.execute(query)).all())


def _through_legs(query: sa.Select[tuple[object, ...]], agent: str) -> sa.Select[tuple[object, ...]]:
    """Each call once, however often the agent came into it."""
    legs, other = tables.legs, tables.legs.alias()
    earlier = sa.or_(other.c.run < legs.c.run, sa.and_(other.c.run == legs.c.run, other.c.leg < legs.c.leg))
    again = sa.exists().where(other.c.call_id == legs.c.call_id, other.c.agent == legs.c.agent, earlier)
    return query.join(legs, legs.c.call_id == _calls.c.call_id).where(legs.c.agent == agent, ~again)


async def _settled(
    connection: AsyncConnection, asked: list[Among]
) -> tuple[list[sa.ColumnElement[bool]], bool]:
    """Each set as the condition that suits its size, and whether one of them is small."""
    found, some_small = [], False
    for one in asked:
        counted = sa.select(sa.func.count()).select_from(one.members.limit(SMALL + 1).subquery())
        small = (await connection.scalar(counted) or 0) <= SMALL
        some_small |= small
        found.append(_calls.c.call_id.in_(one.members) if small else one.holds)
    return found, some_small


class _Worded:
    """Calls with words, within one connection."""

    def __init__(self, connection: AsyncConnection, wanted: CallFilter, terms: list[str]) -> None:
        self._connection = connection
        self._wanted = wanted
        self._terms = terms
        held = [wording.holds(term, masked=wanted.masked) for term in terms]
        whose = [] if wanted.agent is None else [of_agent(wanted.agent).holds]
        asked = conditions(wanted) + [one.holds for one in sets(wanted)]
        self._query = sa.select(*ROW).where(*held, *whose, *asked)
        self._matching = wording.matching(connection.dialect.name, terms, wanted.agent, masked=wanted.masked)

    async def visible_page(self, after: After | None, limit: int) -> Found:
        """As `newest`, without what masking takes away."""
        kept: list[CallRow] = []
        for _ in range(ROUNDS):
            rows = await self.newest(after, limit + 1)
            seen = await wording.seen_masked(self._connection, [row.call_id for row in rows], self._terms)
            kept += [row for row in rows if row.call_id in seen]
            if len(kept) > limit:
                return _cut(kept, limit)
            if len(rows) <= limit:
                return Found(kept, None)
            after = _last(rows)
        return Found(kept, after)

    async def newest(self, after: After | None, count: int) -> list[CallRow]:
        query = self._query if after is None else self._query.where(after.condition())
        found: list[CallRow] = []
        async for start, end in self._stretches(after):
            found += await self._within(query, start, end, count - len(found))
            if len(found) >= count:
                break
        live = await self._rows(query.where(_calls.c.place.is_(None)), count)
        both = sorted(found + live, key=lambda row: (row.began_at, row.call_id), reverse=True)
        return both[:count]

    async def _stretches(self, after: After | None) -> AsyncIterator[tuple[datetime, datetime]]:
        """From the newest indexed call that may be meant to the oldest: start included, end not."""
        calls, wanted = _calls, self._wanted
        # Each by itself: asked for both at once, SQLite walks all calls.
        first, last = sa.select(sa.func.min(calls.c.began_at)), sa.select(sa.func.max(calls.c.began_at))
        bounds = sa.select(first.scalar_subquery(), last.scalar_subquery())
        oldest, newest = (await self._connection.execute(bounds)).one()
        if oldest is None:
            return
        end = min(
            [newest]
            + [one for one in (wanted.until, None if after is None else after.began_at) if one is not None]
        )
        end += timedelta(microseconds=1)
        oldest = oldest if wanted.since is None else max(oldest, wanted.since)
        length = FIRST_STRETCH
        while end > oldest:
            start = max(end - length, oldest)
            yield start, end
            end, length = start, length * GROWTH

    async def _within(
        self, query: sa.Select[tuple[object, ...]], start: datetime, end: datetime, count: int
    ) -> list[CallRow]:
        near = entries.c.rowid.between(place_of(start), place_of(end) + _MARGIN)
        indexed = sa.select(entries.c.rowid).where(self._matching, near)
        within = [_calls.c.began_at >= start, _calls.c.began_at < end]
        return await self._rows(query.where(_calls.c.place.in_(indexed), *within), count)

    async def _rows(self, query: sa.Select[tuple[object, ...]], count: int) -> list[CallRow]:
        ordered = query.order_by(_calls.c.began_at.desc(), _calls.c.call_id.desc()).limit(count)
        return list((await self._connection.execute(ordered)).all())
