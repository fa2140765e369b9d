"""What was promised to callers who complained (S0-35, X13): hours by the promise table, kept in mind as a task until done."""

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from assistant.documents import ANY, SHARED, PromiseRule, hours_for, promises_in
from assistant.store import tables
from assistant.store.documents import newest
from assistant.store.sheet import Sheet
from assistant.store.task_owner import account_of, whose_list

PROMISE = "promise"
Kind = tuple[str, str]
"""The types of complaint and customer."""


def promise_id(call_id: str) -> str:
    return f"{PROMISE}:{call_id}"


def kind_of(sheet: Sheet) -> Kind:
    return sheet.complaint, sheet.customer


async def kind_kept(connection: AsyncConnection, call_id: str) -> Kind | None:
    """As the sheet stands in the book; None while there is none."""
    sheets = tables.record_sheets
    asked = sa.select(sheets.c.complaint, sheets.c.customer).where(sheets.c.call_id == call_id)
    found = (await connection.execute(asked)).one_or_none()
    return None if found is None else (found.complaint, found.customer)


async def promise_by_table(connection: AsyncConnection, sheet: Sheet, kept: Kind | None) -> None:
    """The task of a complaint the table knows. It stays when the type is corrected away: the caller was promised. `kept`: the kind
    before; while it is the same, what was promised is neither reckoned by a newer table nor, once answered, owed again."""
    if not sheet.complaint or kept == kind_of(sheet):
        return
    hours = await hours_of(connection, sheet)
    if hours is not None:
        await promise_task(connection, sheet, hours, by_hand=False)


async def hours_of(connection: AsyncConnection, sheet: Sheet) -> float | None:
    """What the table says; a sheet that names no type is any complaint to it, for who asks knows that it is one."""
    return hours_for(await _rules(connection), sheet.complaint or ANY, sheet.customer or ANY)


_BY_HAND = "口头承诺"


async def promise_task(connection: AsyncConnection, sheet: Sheet, hours: float, *, by_hand: bool) -> None:
    """One promise a call, due as it was said last; what a person said by hand the table does not change."""
    tasks = tables.tasks
    task_id = promise_id(sheet.call_id)
    due = sheet.came_at + timedelta(hours=hours)
    label = "·".join(part for part in (_BY_HAND if by_hand else "", sheet.complaint) if part)
    text = ":".join(part for part in (label, f"承诺 {hours:g} 小时内答复") if part)
    there = await connection.execute(
        sa.select(tasks.c.due_at, tasks.c.text).where(tasks.c.task_id == task_id)
    )
    before = there.one_or_none()
    if before is None:
        await connection.execute(
            sa.insert(tasks).values(
                task_id=task_id,
                kind=PROMISE,
                call_id=sheet.call_id,
                agent=await _who_keeps_it(connection, sheet),
                text=text,
                created_at=sheet.came_at,
                due_at=due,
            )
        )
    elif before.due_at != due and (by_hand or not before.text.startswith(_BY_HAND)):
        await connection.execute(
            sa.update(tasks)
            .where(tasks.c.task_id == task_id)
            .values(due_at=due, text=text, reminded_at=None, done_at=None, done_by=None)
        )


async def _who_keeps_it(connection: AsyncConnection, sheet: Sheet) -> str | None:
    """Who spoke with the caller, or who wrote the sheet: anything may stand there, so only somebody who signs in counts."""
    calls = tables.calls
    agent = await connection.scalar(sa.select(calls.c.agent).where(calls.c.call_id == sheet.call_id))
    return await whose_list(connection, agent) or await account_of(connection, sheet.recorder)


async def _rules(connection: AsyncConnection) -> tuple[PromiseRule, ...]:
    document = await newest(connection, "promises", SHARED)
    return () if document is None else promises_in(document.body).rules
