"""Questions asked of the book. Reads only; its connections are not the writer's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from assistant.store import tables
from assistant.store.finding import CallFilter
from assistant.store.problems import NotFoundError
from assistant.store.search import ROW, After, Search

Value = str | int | float | bool | datetime | list[str] | None
Row = dict[str, Value]
"""One row as named values; the border to JSON gives it its type (assistant.web.api.shapes)."""

MAX_PAGE = 200
LONGEST_CALL = timedelta(days=1)
"""What began longer ago has not reached into this day."""


@dataclass(frozen=True, slots=True)
class CallPage:
    """`next_cursor` asks for the rest; None at the end."""

    calls: list[Row]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class RowPage:
    rows: list[Row]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class WholeCall:
    call: Row
    categories: list[str]
    legs: list[Row]
    cards: list[Row]
    transcript: list[Row]
    forbidden: list[Row]
    escalations: list[Row]
    trace: list[Row]
    notes: list[Row]
    conduct: list[Row]
    """At most one."""


@dataclass(frozen=True, slots=True)
class UnfinishedEscalation:
    escalation_id: str
    call_id: str
    agent: str | None
    caller_number: str | None
    reason: str
    excerpt: str
    urgent: bool
    raised_at: datetime
    state: str
    handled_by: str | None
    note: str | None
    assigned_to: str | None
    times: int


@dataclass(frozen=True, slots=True)
class UnreadMessage:
    """`by`: the name of who wrote it."""

    message_id: str
    agent: str
    by: str
    text: str
    written_at: datetime


@dataclass(frozen=True, slots=True)
class AuditAsked:
    """None means: no matter."""

    since: datetime | None = None
    until: datetime | None = None
    by: str | None = None
    what: str | None = None
    about: str | None = None


def _row(row: sa.Row[tuple[object, ...]]) -> Row:
    return dict(row._mapping)  # noqa: SLF001


@dataclass(frozen=True, slots=True)
class ToldLine:
    party: str
    text: str
    confidence: float | None
    at_s: float


@dataclass(frozen=True, slots=True)
class ToldCall:
    """A call as it can be gone through again: seconds since its first answer."""

    agent: str | None
    dialled: str | None
    queue: str | None
    ring_s: float
    wait_s: float
    ended_at_s: float
    lines: tuple[ToldLine, ...]


class Reading:
    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._search = Search(engine)

    async def calls(self, wanted: CallFilter, cursor: str | None = None, limit: int = 50) -> CallPage:
        """Newest first; pages by the last row seen, so a page costs the same however deep it is."""
        limit = max(1, min(limit, MAX_PAGE))
        found = await self._search.page(wanted, None if cursor is None else _after(cursor), limit)
        return CallPage(
            [_row(row) for row in found.rows], None if found.last is None else _cursor(found.last)
        )

    async def whole_call(self, call_id: str) -> WholeCall:
        found = await self._rows(sa.select(*ROW).where(tables.calls.c.call_id == call_id))
        if not found:
            raise NotFoundError("没有这通电话")
        named = await self._rows(
            sa.select(tables.call_categories.c.category).where(tables.call_categories.c.call_id == call_id)
        )
        return WholeCall(
            call=found[0],
            categories=sorted(str(row["category"]) for row in named),
            legs=await self._of_call(tables.legs, call_id, "answered_at", "leg"),
            cards=await self._of_call(tables.cards, call_id, "shown_at", "card_id"),
            transcript=await self._of_call(tables.transcript, call_id, "said_at", "utterance"),
            forbidden=await self._of_call(tables.forbidden, call_id, "at", "seq"),
            escalations=await self._of_call(tables.escalations, call_id, "raised_at", "escalation_id"),
            trace=await self._of_call(tables.trace, call_id, "run", "seq"),
            notes=await self._of_call(tables.notes, call_id, "run", "seq"),
            conduct=await self._of_call(tables.conduct, call_id, "run"),
        )

    async def trace(self, call_id: str) -> list[Row]:
        """In the order in which it happened; none for a call that is not there."""
        return await self._of_call(tables.trace, call_id, "run", "seq")

    async def past_call(self, call_id: str) -> ToldCall:
        """Its first leg and what was said. NotFoundError for a call that is not there or not over."""
        calls, lines = tables.calls, tables.transcript
        async with self._engine.connect() as connection:
            call = (
                await connection.execute(sa.select(calls).where(calls.c.call_id == call_id))
            ).one_or_none()
            if call is None or call.ended_at is None:
                raise NotFoundError("没有这通电话,或还没有结束")
            said = await connection.execute(
                sa.select(lines.c.party, lines.c.text, lines.c.confidence, lines.c.at_s)
                .where(lines.c.call_id == call_id)
                .order_by(lines.c.said_at, lines.c.utterance)
            )
            told = tuple(ToldLine(*row) for row in said)
        start = call.answered_at or call.ended_at
        return ToldCall(
            agent=call.agent if call.answered_at is not None else None,
            dialled=call.dialled,
            queue=call.queue,
            ring_s=call.ring_s or 0.0,
            wait_s=call.wait_s or 0.0,
            ended_at_s=(call.ended_at - start).total_seconds(),
            lines=told,
        )

    async def took_part(self, call_id: str, agent: str) -> bool:
        """Whether the agent had a leg of the call."""
        legs = tables.legs
        async with self._engine.connect() as connection:
            found = await connection.scalar(
                sa.select(sa.literal(1)).where(legs.c.call_id == call_id, legs.c.agent == agent).limit(1)
            )
        return found is not None

    async def caller_of(self, call_id: str) -> tuple[str | None, datetime]:
        """The number of who called, and when; no number for a call of ours. NotFoundError for a call that is not there."""
        calls = tables.calls
        query = sa.select(calls.c.direction, calls.c.caller_number, calls.c.began_at)
        async with self._engine.connect() as connection:
            row = (await connection.execute(query.where(calls.c.call_id == call_id))).one_or_none()
        if row is None:
            raise NotFoundError("没有这通电话")
        return row.caller_number if row.direction == "inbound" else None, row.began_at

    async def talked_since(self, moment: datetime) -> dict[str, float]:
        """Seconds on calls by agent, of legs that have ended."""
        calls, legs = tables.calls, tables.legs
        query = (
            sa.select(legs.c.agent, legs.c.answered_at, legs.c.ended_at)
            .join(calls, calls.c.call_id == legs.c.call_id)
            .where(calls.c.began_at >= moment - LONGEST_CALL, legs.c.ended_at > moment)
        )
        talked: dict[str, float] = {}
        async with self._engine.connect() as connection:
            for agent, answered_at, ended_at in await connection.execute(query):
                lasted = (ended_at - max(answered_at, moment)).total_seconds()
                talked[agent] = talked.get(agent, 0.0) + lasted
        return talked

    async def escalations(
        self, state: str | None = None, cursor: str | None = None, limit: int = 100
    ) -> RowPage:
        """Newest first."""
        table = tables.escalations
        found: list[sa.ColumnElement[bool]] = [] if state is None else [table.c.state == state]
        return await self._newest(table.c.raised_at, table.c.escalation_id, found, cursor, limit)

    async def unfinished_escalations(self, limit: int) -> list[UnfinishedEscalation]:
        """Those not closed, the newest, oldest first."""
        table, calls = tables.escalations, tables.calls
        names = UnfinishedEscalation.__slots__
        columns = [calls.c.caller_number if name == "caller_number" else table.c[name] for name in names]
        query = (
            sa.select(*columns)
            .join(calls, calls.c.call_id == table.c.call_id, isouter=True)
            .where(table.c.state != "closed")
            .order_by(table.c.raised_at.desc(), table.c.escalation_id)
            .limit(limit)
        )
        async with self._engine.connect() as connection:
            return [UnfinishedEscalation(*row) for row in await connection.execute(query)][::-1]

    async def unread_messages(self, since: datetime) -> list[UnreadMessage]:
        """What was written to people's pages since then and not read, oldest first."""
        table = tables.desk_messages
        query = (
            sa.select(*(table.c[name] for name in UnreadMessage.__slots__))
            .where(table.c.written_at >= since, table.c.read_at.is_(None))
            .order_by(table.c.written_at, table.c.message_id)
        )
        async with self._engine.connect() as connection:
            return [UnreadMessage(*row) for row in await connection.execute(query)]

    async def notes_of_open_calls(self) -> list[tuple[str, str, str]]:
        """Call, agent and words, in order: of calls that have not ended in the book."""
        calls, notes = tables.calls, tables.notes
        query = (
            sa.select(notes.c.call_id, notes.c.agent, notes.c.text)
            .join(calls, calls.c.call_id == notes.c.call_id)
            .where(calls.c.ended_at.is_(None))
            .order_by(notes.c.run, notes.c.seq)
        )
        async with self._engine.connect() as connection:
            return [(row.call_id, row.agent, row.text) for row in await connection.execute(query)]

    async def escalation_steps(self, escalation_id: str) -> list[Row]:
        table = tables.escalation_steps
        return await self._rows(
            sa.select(table).where(table.c.escalation_id == escalation_id).order_by(table.c.run, table.c.seq)
        )

    async def sheets(
        self, complete: bool | None, recorder: str | None, cursor: str | None = None, limit: int = 100
    ) -> RowPage:
        """Newest first."""
        table = tables.record_sheets
        found: list[sa.ColumnElement[bool]] = []
        if complete is not None:
            found.append(table.c.complete.is_(complete))
        if recorder is not None:
            found.append(table.c.recorder == recorder)
        return await self._newest(table.c.came_at, table.c.call_id, found, cursor, limit)

    async def sheets_of(self, call_ids: Sequence[str]) -> dict[str, Row]:
        """By call; nothing for a call without a sheet."""
        table = tables.record_sheets
        rows = await self._rows(sa.select(table).where(table.c.call_id.in_(call_ids)))
        return {str(row["call_id"]): row for row in rows}

    async def audit(
        self, asked: AuditAsked | None = None, older_than: tuple[int, int] | None = None, limit: int = 200
    ) -> list[Row]:
        """Newest first; `older_than`: run and number of the last line seen."""
        table = tables.audit
        query = sa.select(table).where(*_audited(asked or AuditAsked()))
        if older_than is not None:
            run, seq = older_than
            query = query.where(sa.or_(table.c.run < run, sa.and_(table.c.run == run, table.c.seq < seq)))
        return await self._rows(query.order_by(table.c.run.desc(), table.c.seq.desc()).limit(limit))

    async def _newest(
        self,
        moment: sa.Column[datetime],
        name: sa.Column[str],
        found: list[sa.ColumnElement[bool]],
        cursor: str | None,
        limit: int,
    ) -> RowPage:
        """The rows of the table whose moment and name these are. ValueError for a cursor that is not ours."""
        query = sa.select(moment.table).where(*found)
        if cursor is not None:
            seen = _after(cursor)
            query = query.where(
                sa.or_(moment < seen.began_at, sa.and_(moment == seen.began_at, name > seen.call_id))
            )
        rows = await self._rows(query.order_by(moment.desc(), name).limit(limit + 1))
        if len(rows) <= limit:
            return RowPage(rows, None)
        last = rows[limit - 1]
        last_at = last[moment.name]
        assert isinstance(last_at, datetime)
        return RowPage(rows[:limit], _cursor(After(last_at, str(last[name.name]))))

    async def _of_call(self, table: sa.Table, call_id: str, *order: str) -> list[Row]:
        query = sa.select(table).where(table.c.call_id == call_id)
        return await self._rows(query.order_by(*(table.c[name] for name in order)))

    async def _rows(self, query: sa.Select[tuple[object, ...]]) -> list[Row]:
        async with self._engine.connect() as connection:
            return [_row(row) for row in await connection.execute(query)]


def _audited(asked: AuditAsked) -> list[sa.ColumnElement[bool]]:
    table = tables.audit
    found = [
        table.c[name] == getattr(asked, name)
        for name in ("by", "what", "about")
        if getattr(asked, name) is not None
    ]
    if asked.since is not None:
        found.append(table.c.at >= asked.since)
    if asked.until is not None:
        found.append(table.c.at < asked.until)
    return found


def _cursor(last: After) -> str:
    return f"{last.began_at.isoformat()}~{last.call_id}"


def _after(cursor: str) -> After:
    """Raises ValueError for a cursor that is not ours."""
    moment, separator, call_id = cursor.partition("~")
    began = datetime.fromisoformat(moment)
    if not separator or began.tzinfo is None:
        raise ValueError("not a cursor")
    return After(began, call_id)
