"""The end of a call in the book: its row, its record sheet and what remains to be done, in one transaction.

No call ends without a sheet (S0-09). What is not filled in is a task until it is (S0-10); a call nobody answered is a task to
call back. Calls a kill left open are closed here too, when the program starts again.
"""

from collections.abc import Collection
from dataclasses import fields, replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from assistant.records import CallFinished
from assistant.store import tables, word_index
from assistant.store.figures import mark_stale
from assistant.store.promises import kind_kept, promise_by_table
from assistant.store.sheet import CallFacts, Sheet, caught_up, prefilled
from assistant.store.task_owner import whose_list
from prompts.advice import PLAIN_COMPLAINT

INTERRUPTED = "interrupted"
"""The reason of a call whose end we did not see because we were not running."""

_SHEET_COLUMNS = tuple(field.name for field in fields(Sheet))
WRITTEN_IN = "written_in"
"""The reason of a call the PBX did not see: an agent told it."""
_MERGED = "merged"


async def finish_call(connection: AsyncConnection, record: CallFinished, wall: datetime) -> None:
    calls = tables.calls
    await connection.execute(
        sa.update(calls)
        .where(calls.c.call_id == record.call_id)
        .values(
            ended_at=wall,
            reason=record.reason,
            ended_by=record.ended_by,
            ring_s=record.ring_s,
            wait_s=record.wait_s,
            talk_s=record.talk_s,
            hold_s=record.hold_s,
            silence_s=record.silence_s,
            answer_delay_s=record.answer_delay_s,
            surname=record.surname,
            title=record.title,
            queue=sa.func.coalesce(calls.c.queue, record.queue),
        )
    )
    categories = tables.call_categories
    await connection.execute(sa.delete(categories).where(categories.c.call_id == record.call_id))
    for category in dict.fromkeys(record.categories):
        await connection.execute(sa.insert(categories).values(call_id=record.call_id, category=category))
    await _end_what_is_open(connection, record.call_id, wall)
    await settle(connection, record.call_id, wall, record.complaint)
    await _note_day(connection, record.call_id)


async def _note_day(connection: AsyncConnection, call_id: str) -> None:
    calls = tables.calls
    began_at = await connection.scalar(sa.select(calls.c.began_at).where(calls.c.call_id == call_id))
    if began_at is not None:
        await mark_stale(connection, began_at)


async def _end_what_is_open(connection: AsyncConnection, call_id: str, wall: datetime) -> None:
    legs, cards = tables.legs, tables.cards
    await connection.execute(
        sa.update(legs).where(legs.c.call_id == call_id, legs.c.ended_at.is_(None)).values(ended_at=wall)
    )
    await connection.execute(
        sa.update(cards)
        .where(cards.c.call_id == call_id, cards.c.gone_at.is_(None))
        .values(gone_at=wall, gone_why="call_ended")
    )


async def settle(
    connection: AsyncConnection, call_id: str, wall: datetime, complaint: str | None = None
) -> None:
    """The sheet and the tasks an ended call must have."""
    row = (
        await connection.execute(sa.select(tables.calls).where(tables.calls.c.call_id == call_id))
    ).one_or_none()
    if row is None or row.reason == _MERGED or row.direction != "inbound":
        return
    kept = await kind_kept(connection, call_id)
    sheet = await sheet_of(connection, row, complaint, ended=True)
    await promise_by_table(connection, sheet, kept)
    kind, text = ("fill_sheet", "补填接听记录单")
    if row.answered_at is None:
        kind, text = ("call_back", "未接来电,请回拨(不用400线路)")
    tasks = tables.tasks
    owed = kind == "call_back" or not sheet.complete
    await connection.execute(
        # A call that came back to life may have got the other kind meanwhile, or told what its sheet lacked.
        sa.delete(tasks).where(
            tasks.c.call_id == call_id,
            tasks.c.task_id.in_(
                {f"{one}:{call_id}" for one in ("fill_sheet", "call_back") if one != kind or not owed}
            ),
            tasks.c.done_at.is_(None),
        )
    )
    if not owed:
        return
    task_id = f"{kind}:{call_id}"
    there = await connection.execute(sa.select(tasks.c.task_id).where(tasks.c.task_id == task_id))
    if there.one_or_none() is None:
        await connection.execute(
            sa.insert(tasks).values(
                task_id=task_id,
                kind=kind,
                call_id=call_id,
                agent=await whose_list(connection, row.agent),
                text=text,
                created_at=wall,
            )
        )


async def sheet_of(
    connection: AsyncConnection,
    call: sa.Row[tuple[object, ...]],
    complaint: str | None = None,
    *,
    ended: bool = False,
) -> Sheet:
    """The call's sheet: as people left it, or prefilled anew while nobody has touched it. `complaint`: the type it turned out to be,
    for a sheet that names none. `ended`: what the call told since somebody wrote in it comes to what they wrote."""
    sheets = tables.record_sheets
    found = (
        await connection.execute(sa.select(sheets).where(sheets.c.call_id == call.call_id))
    ).one_or_none()
    written = found is not None and found.edited_at is not None
    known = await _ended_before(connection, call.call_id) if written else None
    told = prefilled(await _facts(connection, call, known))
    if found is None:
        sheet = replace(told, complaint=complaint or "")
        await connection.execute(sa.insert(sheets).values(**sheet_to_row(sheet)))
        return sheet
    kept = sheet_from_row(found)
    kind = complaint or kept.complaint if kept.complaint in ("", PLAIN_COMPLAINT) else kept.complaint
    if not written:
        sheet = replace(told, complaint=kind, version=kept.version)
    else:
        sheet = replace(caught_up(kept, told) if ended else kept, complaint=kind)
    if sheet != kept:
        # Who has it open has not seen this: their saving must be refused once, or it would be lost.
        sheet = replace(sheet, version=kept.version + 1)
        changed = sa.update(sheets).where(sheets.c.call_id == call.call_id)
        await connection.execute(changed.values(**sheet_to_row(sheet)))
    return sheet


async def _ended_before(connection: AsyncConnection, call_id: str) -> datetime | None:
    """When the call ended once already, as a restart may have it: what was noted until then came to the sheet then, and whoever has
    taken it out since meant to."""
    tasks = tables.tasks
    its_own = tasks.c.task_id.in_((f"fill_sheet:{call_id}", f"call_back:{call_id}"))
    last: datetime | None = await connection.scalar(sa.select(sa.func.max(tasks.c.created_at)).where(its_own))
    return last


async def _facts(
    connection: AsyncConnection, call: sa.Row[tuple[object, ...]], noted_after: datetime | None = None
) -> CallFacts:
    lines, categories = tables.transcript, tables.call_categories
    said = await connection.execute(
        sa.select(lines.c.text)
        .where(lines.c.call_id == call.call_id, lines.c.party == "caller", lines.c.text != "")
        .order_by(lines.c.said_at, lines.c.utterance)
        .limit(40)
    )
    named = await connection.execute(
        sa.select(categories.c.category)
        .where(categories.c.call_id == call.call_id)
        .order_by(categories.c.category)
    )
    notes = tables.notes
    noted = sa.select(notes.c.text).where(notes.c.call_id == call.call_id)
    if noted_after is not None:
        noted = noted.where(notes.c.at > noted_after)
    taken = await connection.execute(noted.order_by(notes.c.run, notes.c.seq))
    return CallFacts(
        call_id=call.call_id,
        came_at=call.began_at,
        number=call.caller_number,
        region=call.region,
        agent=call.agent,
        surname=call.surname,
        title=call.title,
        categories=tuple(named.scalars()),
        words=tuple(said.scalars()),
        notes=tuple(taken.scalars()),
    )


def sheet_from_row(row: sa.Row[tuple[object, ...]]) -> Sheet:
    return Sheet(**{name: getattr(row, name) for name in _SHEET_COLUMNS})


def sheet_to_row(sheet: Sheet) -> dict[str, object]:
    return {**{name: getattr(sheet, name) for name in _SHEET_COLUMNS}, "complete": sheet.complete}


async def close_interrupted(connection: AsyncConnection, wall: datetime, alive: Collection[str]) -> list[str]:
    """Ends every open call that is not `alive`, at the last moment something is known of it."""
    calls = tables.calls
    still_open = await connection.execute(
        sa.select(calls.c.call_id, calls.c.began_at)
        .where(calls.c.ended_at.is_(None))
        .order_by(calls.c.began_at)
    )
    closed = []
    for call_id, began_at in still_open.all():
        if call_id in alive:
            continue
        last = await _last_known(connection, call_id) or began_at
        await connection.execute(
            sa.update(calls).where(calls.c.call_id == call_id).values(ended_at=last, reason=INTERRUPTED)
        )
        await _end_what_is_open(connection, call_id, last)
        await settle(connection, call_id, wall)
        await mark_stale(connection, began_at)
        closed.append(call_id)
    await connection.run_sync(word_index.index, closed)
    return closed


async def _last_known(connection: AsyncConnection, call_id: str) -> datetime | None:
    moments: list[datetime] = []
    for table, column in (
        (tables.legs, tables.legs.c.answered_at),
        (tables.legs, tables.legs.c.ended_at),
        (tables.transcript, tables.transcript.c.said_at),
        (tables.card_steps, tables.card_steps.c.shown_at),
    ):
        latest = await connection.scalar(sa.select(sa.func.max(column)).where(table.c.call_id == call_id))
        if latest is not None:
            moments.append(latest)
    return max(moments, default=None)
