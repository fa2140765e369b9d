"""How each record is written. Every write may be done twice: a batch whose commit was not confirmed is written again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import assert_never

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from assistant.records import (
    Audited,
    CallBegan,
    CallFinished,
    CardWasGone,
    CardWasShown,
    ConductSeen,
    DeskMessageRead,
    DeskMessageWritten,
    EscalationAgain,
    EscalationHandled,
    EscalationRaised,
    ForbiddenWasSaid,
    LegBegan,
    LegFinished,
    NoteTaken,
    Record,
    SessionUsed,
    TextWasSaid,
    TraceLine,
)
from assistant.store import closing, tables, word_index
from assistant.store.figures import mark_stale
from assistant.store.long_calls import owe_call_back
from assistant.store.region import origin_of


@dataclass(frozen=True, slots=True)
class Entry:
    """A record with its moment and its place in the order of this run."""

    run: int
    seq: int
    record: Record
    wall: datetime
    after_hours: bool | None = None
    """Of a call that begins: whether it comes outside hours."""


def clean(value: object) -> object:
    """PostgreSQL refuses NUL, UTF-8 refuses lone surrogates; callers' names may carry both."""
    if isinstance(value, str):
        return value.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, tuple | list):
        return [clean(item) for item in value]
    return value


def _fields(record: Record) -> dict[str, object]:
    return {name: clean(getattr(record, name)) for name in record.__slots__}


@cache
def _upsert(dialect: str, table: sa.Table, update: tuple[str, ...]) -> sqlite.Insert | postgresql.Insert:
    key = [column.name for column in table.primary_key]
    insert = sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
    if not update:
        return insert.on_conflict_do_nothing(index_elements=key)
    return insert.on_conflict_do_update(
        index_elements=key, set_={name: insert.excluded[name] for name in update}
    )


async def upsert(
    connection: AsyncConnection, table: sa.Table, rows: list[dict[str, object]], update: tuple[str, ...] = ()
) -> None:
    """Insert; where the key is there already, set the columns of `update` and leave the rest."""
    await connection.execute(_upsert(connection.dialect.name, table, update), rows)


async def write(connection: AsyncConnection, entries: Sequence[Entry]) -> None:
    """In order, but for lines of a list and cards, which go first and together: nothing waits for them and they are most of it."""
    lines: dict[sa.Table, list[dict[str, object]]] = {}
    for entry in entries:
        table = _LISTS.get(type(entry.record))
        if table is not None:
            lines.setdefault(table, []).append(_line(entry))
    for table, rows in lines.items():
        await upsert(connection, table, rows, _CHANGING.get(table, ()))
    await _write_cards(connection, entries)
    for entry in entries:
        if type(entry.record) not in _TOGETHER:
            await _write_one(connection, entry)
    # After all the rest: a line may come later than its call's end.
    worded = {entry.record.call_id for entry in entries if isinstance(entry.record, _WORDED)}
    await connection.run_sync(word_index.index, worded)


_WORDED = (TextWasSaid, NoteTaken, CallFinished)
"""What changes the words a call is found by."""

_LISTS: dict[type[Record], sa.Table] = {
    TextWasSaid: tables.transcript,
    ForbiddenWasSaid: tables.forbidden,
    TraceLine: tables.trace,
    Audited: tables.audit,
    NoteTaken: tables.notes,
}
_CHANGING = {tables.transcript: ("text", "confidence")}
_TOGETHER = (*_LISTS, CardWasShown, CardWasGone)


def _line(entry: Entry) -> dict[str, object]:
    fields = _fields(entry.record)
    if isinstance(entry.record, TextWasSaid):
        return {**fields, "run": entry.run, "said_at": entry.wall}
    return {**fields, "run": entry.run, "seq": entry.seq, "at": entry.wall}


async def _write_one(connection: AsyncConnection, entry: Entry) -> None:
    record = entry.record
    match record:
        case CallBegan() | LegBegan() | LegFinished() | CallFinished():
            await _write_call(connection, record, entry)
        case ConductSeen():
            row = {**_fields(record), "run": entry.run}
            await upsert(connection, tables.conduct, [row])
        case EscalationRaised() | EscalationAgain() | EscalationHandled():
            await _write_escalation(connection, record, entry)
        case DeskMessageWritten():
            await upsert(connection, tables.desk_messages, [{**_fields(record), "written_at": entry.wall}])
        case DeskMessageRead():
            await _message_read(connection, record, entry)
        case SessionUsed():
            await _session_used(connection, record)
        case TextWasSaid() | ForbiddenWasSaid() | TraceLine() | Audited() | NoteTaken():
            raise AssertionError("lines of a list are written together")
        case CardWasShown() | CardWasGone():
            raise AssertionError("cards are written together")
        case _:
            assert_never(record)


async def _session_used(connection: AsyncConnection, used: SessionUsed) -> None:
    """One that was ended meanwhile stays so."""
    sessions = tables.sessions
    await connection.execute(
        sa.update(sessions)
        .where(sessions.c.token_hash == used.session_id, sessions.c.expires_at < used.until)
        .values(expires_at=used.until)
    )


async def _write_call(
    connection: AsyncConnection, record: CallBegan | LegBegan | LegFinished | CallFinished, entry: Entry
) -> None:
    match record:
        case CallBegan():
            await _call_began(connection, record, entry)
        case LegBegan():
            await _leg_began(connection, record, entry)
        case LegFinished():
            await _leg_finished(connection, record, entry)
        case CallFinished():
            await closing.finish_call(connection, record, entry.wall)
        case _:
            assert_never(record)


async def _call_began(connection: AsyncConnection, record: CallBegan, entry: Entry) -> None:
    origin = origin_of(record.caller_number)
    row = {
        **_fields(record),
        "region": origin.region,
        "carrier": origin.carrier,
        "began_at": entry.wall,
        "after_hours": entry.after_hours,
        "ended_at": None,
        "reason": None,
    }
    await mark_stale(connection, entry.wall)
    # The same call after our restart: it lives on, so what closed it for us was wrong; its beginning stays.
    await upsert(connection, tables.calls, [row], ("ended_at", "reason"))


async def _leg_began(connection: AsyncConnection, record: LegBegan, entry: Entry) -> None:
    calls = tables.calls
    began_at = await connection.scalar(sa.select(calls.c.began_at).where(calls.c.call_id == record.call_id))
    row = {**_fields(record), "run": entry.run, "answered_at": entry.wall, "began_at": began_at or entry.wall}
    await upsert(connection, tables.legs, [row], ("agent", "queue", "ring_s", "wait_s"))
    await connection.execute(
        sa.update(calls)
        .where(calls.c.call_id == record.call_id)
        .values(
            agent=clean(record.agent),
            queue=sa.func.coalesce(clean(record.queue), calls.c.queue),
            answered_at=sa.func.coalesce(calls.c.answered_at, sa.bindparam(None, entry.wall, tables.Instant)),
        )
    )


async def _leg_finished(connection: AsyncConnection, record: LegFinished, entry: Entry) -> None:
    legs = tables.legs
    await connection.execute(
        sa.update(legs)
        .where(legs.c.call_id == record.call_id, legs.c.run == entry.run, legs.c.leg == record.leg)
        .values(ended_at=entry.wall, talk_s=record.talk_s, hold_s=record.hold_s)
    )


_STEP = ("call_id", "run", "card_id", "step", "phrase", "shown_at")
_CARD_GONE = (
    sa.update(tables.cards)
    .where(
        tables.cards.c.call_id == sa.bindparam("its_call"),
        tables.cards.c.run == sa.bindparam("its_run"),
        tables.cards.c.card_id == sa.bindparam("its_id"),
    )
    .values(gone_at=sa.bindparam("gone_at"), gone_why=sa.bindparam("gone_why"))
)


async def _write_cards(connection: AsyncConnection, entries: Sequence[Entry]) -> None:
    """All that came before all that went: what a card was and what became of it stand in different columns."""
    shown = [(entry, entry.record) for entry in entries if isinstance(entry.record, CardWasShown)]
    if shown:
        rows = [{**_fields(record), "run": entry.run, "shown_at": entry.wall} for entry, record in shown]
        await upsert(connection, tables.cards, rows, ("step", "phrase", "why"))
        await upsert(connection, tables.card_steps, [{name: row[name] for name in _STEP} for row in rows])
    for entry, record in shown:
        await owe_call_back(connection, record, entry.wall)
    gone = [
        {
            "its_call": its.call_id,
            "its_run": entry.run,
            "its_id": its.card_id,
            "gone_at": entry.wall,
            "gone_why": str(its.why),
        }
        for entry in entries
        if isinstance(its := entry.record, CardWasGone)
    ]
    if gone:
        await connection.execute(_CARD_GONE, gone)


async def _message_read(connection: AsyncConnection, read: DeskMessageRead, entry: Entry) -> None:
    messages = tables.desk_messages
    its_row = sa.update(messages).where(messages.c.message_id == read.message_id)
    await connection.execute(its_row.values(read_at=entry.wall))


async def _write_escalation(
    connection: AsyncConnection, record: EscalationRaised | EscalationAgain | EscalationHandled, entry: Entry
) -> None:
    escalations = tables.escalations
    match record:
        case EscalationRaised():
            row = {**_fields(record), "raised_at": entry.wall, "state": "open"}
            await upsert(connection, escalations, [row], ("reason", "excerpt", "urgent"))
        case EscalationAgain():
            its_row = sa.update(escalations).where(escalations.c.escalation_id == record.escalation_id)
            await connection.execute(its_row.values(times=record.times, excerpt=clean(record.excerpt)))
        case EscalationHandled():
            await _escalation_handled(connection, record, entry)
        case _:
            assert_never(record)


async def _escalation_handled(connection: AsyncConnection, record: EscalationHandled, entry: Entry) -> None:
    escalations = tables.escalations
    fields = _fields(record)
    values = {"state": fields["state"], "handled_by": fields["by"], "handled_at": entry.wall}
    # An acknowledgement without words leaves the words and the person there are.
    values |= {name: fields[name] for name in ("note", "assigned_to") if fields[name]}
    await connection.execute(
        sa.update(escalations).where(escalations.c.escalation_id == record.escalation_id).values(**values)
    )
    step = {**fields, "run": entry.run, "seq": entry.seq, "at": entry.wall}
    await upsert(connection, tables.escalation_steps, [step])
