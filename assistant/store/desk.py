"""Record sheets and tasks as people work on them (S0-09, S0-10, S0-15); promises kept in mind until they are due (X13)."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from assistant.store import tables, word_index
from assistant.store.closing import WRITTEN_IN, settle, sheet_from_row, sheet_of, sheet_to_row
from assistant.store.engines import Engines
from assistant.store.figures import mark_stale
from assistant.store.hours import Hours
from assistant.store.problems import ConflictError, NotFoundError
from assistant.store.promises import hours_of, kind_of, promise_by_table, promise_id, promise_task
from assistant.store.region import origin_of
from assistant.store.sheet import Sheet, SheetEdit, edited


@dataclass(frozen=True, slots=True)
class Task:
    task_id: str
    kind: str
    """`fill_sheet`, `call_back` or `promise`."""
    call_id: str
    agent: str | None
    text: str
    created_at: datetime
    due_at: datetime | None
    done_at: datetime | None
    done_by: str | None
    caller_number: str | None
    region: str | None


@dataclass(frozen=True, slots=True)
class TasksAsked:
    """`agent`: that agent's and nobody's; None for all. `done`: with those that are; `overdue_at`: only what was due before."""

    agent: str | None = None
    done: bool = False
    kind: str | None = None
    overdue_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class TaskPage:
    """`next_cursor` asks for the rest; None at the end."""

    tasks: list[Task]
    next_cursor: str | None


JUST_DONE = timedelta(hours=12)
"""So long a page may still have open what a colleague has done meanwhile."""
_OF_THE_CALL = ("caller_number", "region")


@dataclass(frozen=True, slots=True)
class WrittenIn:
    """A call as its agent tells it."""

    call_id: str
    agent: str
    came_at: datetime
    number: str | None
    caller_name: str | None


class Desk:
    def __init__(self, engines: Engines, hours: Hours) -> None:
        self._engines = engines
        self._hours = hours

    async def sheet(self, call_id: str) -> Sheet:
        async with self._engines.reader.connect() as connection:
            return await _load(connection, call_id)

    async def edit_sheet(self, call_id: str, edit: SheetEdit, seen: int, by: str, wall: datetime) -> Sheet:
        """`seen`: the version the editor had before it. ConflictError if somebody else was faster."""
        sheets, tasks = tables.record_sheets, tables.tasks
        async with self._engines.writer.begin() as connection:
            sheet = await _load(connection, call_id)
            if sheet.version != seen:
                raise ConflictError(_what_came_between(sheet, by))
            kept, sheet = kind_of(sheet), edited(sheet, edit, by, wall)
            await connection.execute(
                sa.update(sheets).where(sheets.c.call_id == call_id).values(**sheet_to_row(sheet))
            )
            await promise_by_table(connection, sheet, kept)
            await mark_stale(connection, sheet.came_at)
            done = (wall, by) if sheet.complete else (None, None)
            await connection.execute(
                sa.update(tasks)
                .where(tasks.c.call_id == call_id, tasks.c.kind == "fill_sheet")
                .values(done_at=done[0], done_by=done[1])
            )
            await connection.run_sync(word_index.index, [call_id])
        return sheet

    async def finish_task(self, task_id: str, by: str, wall: datetime) -> Task:
        """A sheet's task ends with its sheet, not by a click. A call nobody answered is settled by being called back: who did and when
        stands in its task, and nobody fills a sheet of a talk there was not."""
        tasks = tables.tasks
        async with self._engines.writer.begin() as connection:
            found = await connection.execute(
                sa.update(tasks)
                .where(tasks.c.task_id == task_id, tasks.c.done_at.is_(None), tasks.c.kind != "fill_sheet")
                .values(done_at=wall, done_by=by)
                .returning(tasks.c.task_id)
            )
            if found.one_or_none() is None:
                raise NotFoundError("没有这项待办,或已完成,或须填完记录单")
        return await self.task(task_id)

    async def task(self, task_id: str) -> Task:
        async with self._engines.reader.connect() as connection:
            row = (await connection.execute(_tasks().where(tables.tasks.c.task_id == task_id))).one_or_none()
        if row is None:
            raise NotFoundError("没有这项待办")
        return _task(row)

    async def open_sheet(self, call_id: str) -> Sheet:
        """The call's sheet, also while the call goes on."""
        async with self._engines.writer.begin() as connection:
            calls = tables.calls
            row = (await connection.execute(sa.select(calls).where(calls.c.call_id == call_id))).one_or_none()
            if row is None:
                raise NotFoundError("没有这通电话")
            return await sheet_of(connection, row)

    async def write_in(self, call: WrittenIn, wall: datetime) -> Sheet:
        """A call the PBX did not see, such as one on the duty phone (S0-10): it gets its row, sheet and task all the same."""
        origin = origin_of(call.number)
        async with self._engines.writer.begin() as connection:
            await connection.execute(
                sa.insert(tables.calls).values(
                    call_id=call.call_id,
                    direction="inbound",
                    caller_number=call.number,
                    caller_name=call.caller_name,
                    region=origin.region,
                    carrier=origin.carrier,
                    began_at=call.came_at,
                    after_hours=self._hours.after(None, call.came_at),
                    answered_at=call.came_at,
                    ended_at=call.came_at,
                    agent=call.agent,
                    reason=WRITTEN_IN,
                )
            )
            await connection.execute(
                sa.insert(tables.legs).values(
                    call_id=call.call_id,
                    run=0,
                    leg=1,
                    agent=call.agent,
                    ring_s=0.0,
                    wait_s=0.0,
                    answered_at=call.came_at,
                    ended_at=call.came_at,
                    began_at=call.came_at,
                )
            )
            await settle(connection, call.call_id, wall)
            if call.caller_name is not None:  # told by the caller, not by a trunk
                sheets = tables.record_sheets
                named = sa.update(sheets).where(sheets.c.call_id == call.call_id)
                await connection.execute(named.values(caller_name=call.caller_name))
            await mark_stale(connection, call.came_at)
            await connection.run_sync(word_index.index, [call.call_id])
            return await _load(connection, call.call_id)

    async def promise(self, call_id: str, hours: float | None, complaint: str, customer: str) -> Task:
        """By hand: `hours`, or what the table says of complaint and customer type. NotFoundError if it says nothing."""
        async with self._engines.writer.begin() as connection:
            sheet = replace(await _load(connection, call_id), complaint=complaint, customer=customer)
            given = await hours_of(connection, sheet) if hours is None else hours
            if given is None:
                raise NotFoundError("承诺时限表里没有这一类,请填写小时数")
            await promise_task(connection, sheet, given, by_hand=hours is not None)
        return await self.task(promise_id(call_id))

    async def due(self, wall: datetime, lead: timedelta) -> list[Task]:
        """Tasks to remind of: once when `lead` is left, once when overdue. They count as reminded from now on."""
        tasks = tables.tasks
        soon = sa.and_(tasks.c.due_at <= wall + lead, tasks.c.reminded_at.is_(None))
        late = sa.and_(tasks.c.due_at <= wall, tasks.c.reminded_at < tasks.c.due_at)
        async with self._engines.writer.begin() as connection:
            rows = await connection.execute(
                _tasks().where(tasks.c.done_at.is_(None), sa.or_(soon, late)).order_by(tasks.c.due_at)
            )
            found = [_task(row) for row in rows]
            await connection.execute(
                sa.update(tasks)
                .where(tasks.c.task_id.in_([task.task_id for task in found]))
                .values(reminded_at=wall)
            )
        return found

    async def tasks(self, asked: TasksAsked, after: str | None = None, limit: int = 100) -> TaskPage:
        """What is due first, then whose it is and what has waited longest; with what is done: newest first. ValueError for a cursor
        that is not ours."""
        ordered = _ordered(asked, _tasks().where(*_asked(asked)), None if after is None else _after(after))
        async with self._engines.reader.connect() as connection:
            rows = list(await connection.execute(ordered.limit(limit + 1)))
        more = len(rows) > limit
        return TaskPage([_task(row) for row in rows[:limit]], _cursor(rows[limit - 1]) if more else None)

    async def has_task(self, call_id: str, agent: str) -> bool:
        """Whether anything of the call is or was for this agent to do, or for anybody."""
        return await self._any_task(call_id, agent)

    async def has_to_do(self, call_id: str, agent: str, wall: datetime) -> bool:
        """Whether anything of the call is still for this agent to do, or for anybody, or was until lately: who has it open is to hear
        who was faster. What the agent did itself it may correct."""
        tasks = tables.tasks
        lately = tasks.c.done_at > wall - JUST_DONE
        return await self._any_task(
            call_id, agent, sa.or_(tasks.c.done_at.is_(None), tasks.c.done_by == agent, lately)
        )

    async def _any_task(self, call_id: str, agent: str, *also: sa.ColumnElement[bool]) -> bool:
        tasks = tables.tasks
        mine = sa.or_(tasks.c.agent == agent, tasks.c.agent.is_(None))
        async with self._engines.reader.connect() as connection:
            found = sa.select(sa.literal(1)).where(tasks.c.call_id == call_id, mine, *also).limit(1)
            return await connection.scalar(found) is not None


def _tasks() -> sa.Select[tuple[object, ...]]:
    tasks, calls = tables.tasks, tables.calls
    columns = [calls.c[name] if name in _OF_THE_CALL else tasks.c[name] for name in Task.__slots__]
    return sa.select(*columns).join(calls, calls.c.call_id == tasks.c.call_id, isouter=True)


def _asked(asked: TasksAsked) -> list[sa.ColumnElement[bool]]:
    tasks = tables.tasks
    found: list[sa.ColumnElement[bool]] = []
    if asked.agent is not None:
        found.append(sa.or_(tasks.c.agent == asked.agent, tasks.c.agent.is_(None)))
    if not asked.done or asked.overdue_at is not None:
        found.append(tasks.c.done_at.is_(None))
    if asked.overdue_at is not None:
        found.append(tasks.c.due_at < asked.overdue_at)
    if asked.kind is not None:
        found.append(tasks.c.kind == asked.kind)
    return found


def _ordered(
    asked: TasksAsked, query: sa.Select[tuple[object, ...]], after: tuple[int, datetime, str] | None
) -> sa.Select[tuple[object, ...]]:
    """Rows carry what they are sorted by, and begin after the last one seen."""
    tasks = tables.tasks
    rank, moment = _rank(asked), tasks.c.created_at if asked.done else _waits_until()
    query = query.add_columns(rank.label(_RANK), moment.label(_MOMENT))
    if asked.done:
        query = query.order_by(moment.desc(), tasks.c.task_id.desc())
    else:
        query = query.order_by(rank, moment, tasks.c.task_id)
    if after is None:
        return query
    seen_rank, seen_at, seen_id = after
    seen = sa.literal(seen_at, tables.Instant)
    if asked.done:
        return query.where(
            sa.or_(moment < seen, sa.and_(moment == seen, tasks.c.task_id < seen_id)),
        )
    later = sa.or_(moment > seen, sa.and_(moment == seen, tasks.c.task_id > seen_id))
    return query.where(sa.or_(rank > seen_rank, sa.and_(rank == seen_rank, later)))


def _rank(asked: TasksAsked) -> sa.ColumnElement[int]:
    """What has its hour, then what is the agent's own: what is everybody's must not hide it."""
    tasks = tables.tasks
    if asked.done:
        return sa.literal(0)
    own = sa.literal(False) if asked.agent is None else tasks.c.agent == asked.agent
    return sa.case((tasks.c.due_at.is_not(None), 0), (own, 1), else_=2)


def _waits_until() -> sa.ColumnElement[datetime]:
    tasks = tables.tasks
    return sa.func.coalesce(tasks.c.due_at, tasks.c.created_at, type_=tables.Instant)


_RANK, _MOMENT = "sorted_rank", "sorted_at"


def _cursor(row: sa.Row[tuple[object, ...]]) -> str:
    seen = row._mapping  # noqa: SLF001
    return f"{seen[_RANK]}~{seen[_MOMENT].isoformat()}~{seen['task_id']}"


def _after(cursor: str) -> tuple[int, datetime, str]:
    rank, moment, task_id = cursor.split("~", 2)
    seen_at = datetime.fromisoformat(moment)
    if seen_at.tzinfo is None:
        raise ValueError("not a cursor")
    return int(rank), seen_at, task_id


def _task(row: sa.Row[tuple[object, ...]]) -> Task:
    told = row._mapping  # noqa: SLF001
    return Task(**{name: told[name] for name in Task.__slots__})


def _what_came_between(sheet: Sheet, by: str) -> str:
    """A call that goes on or ends adds to its sheet, too."""
    if sheet.edited_by in (None, by):
        return "记录单已更新,请刷新后再填"
    return f"记录单已被 {sheet.edited_by} 修改,请刷新后再填"


async def _load(connection: AsyncConnection, call_id: str) -> Sheet:
    sheets = tables.record_sheets
    row = (await connection.execute(sa.select(sheets).where(sheets.c.call_id == call_id))).one_or_none()
    if row is None:
        raise NotFoundError("没有这通电话的记录单")
    return sheet_from_row(row)
