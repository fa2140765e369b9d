"""What is old enough is deleted: in small pieces, so that the writer never waits long, and the youngest never by mistake."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa

from assistant.store import tables, word_index
from assistant.store.engines import Engines

PIECE: Final = 500
"""Calls deleted in one transaction."""

SAMPLE: Final = 1000
"""Entries of an index that SQLite looks at to know what it holds."""

_WORDS = (tables.transcript, tables.notes)
_QUOTED = (
    (tables.record_sheets, "excerpt"),
    (tables.escalations, "excerpt"),
    (tables.forbidden, "said"),
)
"""Where what was said is quoted in a row that stays."""
_WHOLE_CALL = (
    tables.transcript,
    tables.notes,
    tables.trace,
    tables.forbidden,
    tables.card_steps,
    tables.cards,
    tables.conduct,
    tables.call_categories,
    tables.legs,
    tables.record_sheets,
    tables.tasks,
    tables.calls,
)


@dataclass(frozen=True, slots=True)
class Keep:
    """For how many days each kind is kept; None for ever."""

    calls: int | None = None
    """The call with everything about it."""
    words: int | None = None
    """What was said and noted."""
    traces: int | None = None
    audit: int | None = None
    """Who did what, and what was written to desks, which the audit tells as well."""
    files: Callable[[datetime], int] | None = None
    """Deletes what lies beside the book and is old enough by this moment; how many files."""


class Retention:
    def __init__(self, engines: Engines) -> None:
        self._engines = engines

    async def purge(self, keep: Keep, wall: datetime) -> dict[str, int]:
        """How many calls lost what, and how many audit lines and files went."""
        gone = {
            "calls": await self._purge_calls(keep.calls, wall, _WHOLE_CALL),
            "words": await self._purge_calls(keep.words, wall, _WORDS),
            "traces": await self._purge_calls(keep.traces, wall, (tables.trace,)),
            "audit": await self._purge_audit(keep.audit, wall),
            "files": 0 if keep.files is None else await asyncio.to_thread(keep.files, wall),
        }
        await self._count_what_is_left()
        return {kind: count for kind, count in gone.items() if count}

    async def _count_what_is_left(self) -> None:
        """SQLite chooses among its indexes by figures nobody but us brings up to date; a sample is enough. PostgreSQL does it itself."""
        if self._engines.url.get_backend_name() != "sqlite":
            return
        async with self._engines.writer.begin() as connection:
            await connection.execute(sa.text(f"PRAGMA analysis_limit = {SAMPLE}"))
            await connection.execute(sa.text("ANALYZE"))

    async def _purge_calls(self, days: int | None, wall: datetime, doomed: tuple[sa.Table, ...]) -> int:
        """Deletes from the tables `doomed` what belongs to calls that ended more than `days` ago."""
        if days is None:
            return 0
        count = 0
        while piece := await self._old_calls(wall - timedelta(days=days), doomed):
            async with self._engines.writer.begin() as connection:
                if tables.calls in doomed:
                    await connection.run_sync(word_index.forget, piece)
                    await connection.execute(_escalation_steps_of(piece))
                    escalations = tables.escalations
                    await connection.execute(sa.delete(escalations).where(escalations.c.call_id.in_(piece)))
                for table in doomed:
                    await connection.execute(sa.delete(table).where(table.c.call_id.in_(piece)))
                if doomed is _WORDS:
                    for table, column in _QUOTED:
                        told = sa.update(table).where(table.c.call_id.in_(piece))
                        await connection.execute(told.values({column: ""}))
                    await connection.run_sync(word_index.index, piece)
            count += len(piece)
        return count

    async def _old_calls(self, before: datetime, doomed: tuple[sa.Table, ...]) -> list[str]:
        calls = tables.calls
        query = sa.select(calls.c.call_id).where(calls.c.ended_at < before)
        if tables.calls not in doomed:
            left = [sa.exists().where(table.c.call_id == calls.c.call_id) for table in doomed]
            if doomed is _WORDS:
                left += [
                    sa.exists().where(table.c.call_id == calls.c.call_id, table.c[column] != "")
                    for table, column in _QUOTED
                ]
            query = query.where(sa.or_(*left))
        async with self._engines.reader.connect() as connection:
            return list((await connection.execute(query.limit(PIECE))).scalars())

    async def _purge_audit(self, days: int | None, wall: datetime) -> int:
        if days is None:
            return 0
        audit, messages = tables.audit, tables.desk_messages
        oldest = wall - timedelta(days=days)
        async with self._engines.writer.begin() as connection:
            await connection.execute(sa.delete(messages).where(messages.c.written_at < oldest))
            done = await connection.execute(sa.delete(audit).where(audit.c.at < oldest))
        return int(done.rowcount)


def _escalation_steps_of(call_ids: list[str]) -> sa.Delete:
    steps, escalations = tables.escalation_steps, tables.escalations
    of_calls = sa.select(escalations.c.escalation_id).where(escalations.c.call_id.in_(call_ids))
    return sa.delete(steps).where(steps.c.escalation_id.in_(of_calls))
