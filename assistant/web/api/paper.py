"""Record sheets and tasks (S0-09, S0-10, S0-15); escalations and the audit to look back at."""

import asyncio
from dataclasses import asdict
from datetime import timedelta
from typing import Annotated, Literal
from uuid import uuid4

from fastapi import APIRouter, HTTPException, Query, Request

from assistant.people import Person
from assistant.records import Audited
from assistant.store import ConflictError, NotFoundError
from assistant.store.desk import Task, TasksAsked, WrittenIn
from assistant.store.reading import Row
from assistant.store.sheet import Sheet, SheetEdit
from assistant.web.api.access import person_of
from assistant.web.api.calls import NO_CALL, by_cursor, masked, sees_call
from assistant.web.api.shapes import (
    Escalations,
    PromiseBody,
    Shape,
    SheetBody,
    Sheets,
    SheetShape,
    Short,
    Tasks,
    TaskShape,
    WrittenInBody,
)
from assistant.web.parts import WebParts

LONGEST_AGO = timedelta(days=90)
Limit = Annotated[int, Query(ge=1, le=200)]


class TaskQuery(Shape):
    done: bool = False
    kind: Literal["fill_sheet", "call_back", "promise"] | None = None
    overdue: bool = False
    cursor: Short | None = None
    limit: Limit = 100


def _task_shape(task: Task, person: Person, *, message: bool = False) -> TaskShape:
    return TaskShape(**masked(asdict(task), person), message=message)  # type: ignore[arg-type]


def _with_word(parts: WebParts, tasks: list[Task]) -> set[str]:
    """The calls whose caller left a message here."""
    owed = {task.call_id for task in tasks if task.kind == "call_back"}
    return {call_id for call_id in owed if parts.messages_left.file(call_id) is not None}


def _sheet_shape(sheet: Sheet, person: Person) -> SheetShape:
    return SheetShape(
        **masked(asdict(sheet), person),  # type: ignore[arg-type]
        complete=sheet.complete,
        missing=list(sheet.missing),
        editable=person.sees_numbers,
    )


async def may_fill(parts: WebParts, person: Person, call_id: str) -> None:
    """404 but for who sees the call or has something of it to do: what nobody took part in is everybody's task, and stays open to them
    for a while once a colleague has done it."""
    if not await sees_call(parts, person, call_id) and not await parts.store.desk.has_to_do(
        call_id, person.extension, parts.clock.wall()
    ):
        raise HTTPException(404, NO_CALL)


def add_task_routes(router: APIRouter, parts: WebParts) -> None:
    desk = parts.store.desk

    @router.get("/api/tasks")
    async def tasks(request: Request, wanted: Annotated[TaskQuery, Query()]) -> Tasks:
        """What is to be done, an agent's own and nobody's, or all for the board: what is due first, then what has waited longest;
        with what is done, newest first."""
        person = person_of(request)
        asked = TasksAsked(
            agent=None if person.sees_all_calls else person.extension,
            done=wanted.done,
            kind=wanted.kind,
            overdue_at=parts.clock.wall() if wanted.overdue else None,
        )
        page = await by_cursor(desk.tasks(asked, wanted.cursor, wanted.limit))
        with_word = await asyncio.to_thread(_with_word, parts, page.tasks)
        shown = [_task_shape(task, person, message=task.call_id in with_word) for task in page.tasks]
        return Tasks(tasks=shown, next_cursor=page.next_cursor)

    @router.post("/api/tasks/{task_id}/done")
    async def done(task_id: str, request: Request) -> TaskShape:
        person = person_of(request)
        wall = parts.clock.wall()
        try:
            task = await desk.task(task_id)
            if not person.sees_all_calls and task.agent not in (None, person.extension):
                raise HTTPException(404, "没有这项待办")
            task = await desk.finish_task(task_id, person.extension, wall)
        except NotFoundError as error:
            raise HTTPException(404, str(error)) from error
        parts.store.put(Audited(person.extension, "task_done", task_id, task.kind), wall)
        return _task_shape(task, person)


def add_sheet_routes(router: APIRouter, parts: WebParts) -> None:
    desk = parts.store.desk

    @router.get("/api/sheets")
    async def sheets(
        request: Request, complete: bool | None = None, cursor: Short | None = None, limit: Limit = 100
    ) -> Sheets:
        """Newest first; an agent's own, or all for the board."""
        person = person_of(request)
        recorder = None if person.sees_all_calls else person.extension
        page = await by_cursor(parts.store.reading.sheets(complete, recorder, cursor, limit))
        return Sheets(sheets=[masked(row, person) for row in page.rows], next_cursor=page.next_cursor)

    @router.get("/api/sheets/{call_id}")
    async def sheet(call_id: str, request: Request) -> SheetShape:
        person = person_of(request)
        await may_fill(parts, person, call_id)
        try:
            return _sheet_shape(await desk.sheet(call_id), person)
        except NotFoundError as error:
            raise HTTPException(404, str(error)) from error

    @router.post("/api/sheets/{call_id}")
    async def open_sheet(call_id: str, request: Request) -> SheetShape:
        """By hand, also while the call goes on; a sheet that is there stays as it is."""
        person = person_of(request)
        await may_fill(parts, person, call_id)
        try:
            return _sheet_shape(await desk.open_sheet(call_id), person)
        except NotFoundError as error:
            raise HTTPException(404, str(error)) from error

    @router.put("/api/sheets/{call_id}")
    async def edit_sheet(call_id: str, body: SheetBody, request: Request) -> SheetShape:
        """409 when somebody else saved meanwhile; 403 for who sees the sheet masked and would write the stars back."""
        person = person_of(request)
        if not person.sees_numbers:
            raise HTTPException(403, "您看到的记录单是打码的,不能修改,请主管修改")
        await may_fill(parts, person, call_id)
        wall = parts.clock.wall()
        edit = SheetEdit(**body.model_dump(exclude={"version"}))
        try:
            sheet = await desk.edit_sheet(call_id, edit, body.version, person.extension, wall)
        except NotFoundError as error:
            raise HTTPException(404, str(error)) from error
        except ConflictError as error:
            raise HTTPException(409, str(error)) from error
        parts.store.put(Audited(person.extension, "sheet_edited", call_id, f"version {sheet.version}"), wall)
        return _sheet_shape(sheet, person)


def add_written_routes(router: APIRouter, parts: WebParts) -> None:
    """What the program did not see by itself: calls on another phone, promises by word of mouth."""
    desk = parts.store.desk

    @router.post("/api/calls", status_code=201)
    async def write_in(body: WrittenInBody, request: Request) -> SheetShape:
        person, wall = person_of(request), parts.clock.wall()
        if not wall - LONGEST_AGO < body.came_at <= wall:
            raise HTTPException(422, "来电时间须在最近 90 天内,且不晚于现在")
        call = WrittenIn(
            f"w-{uuid4().hex}", person.extension, body.came_at, body.number or None, body.caller_name
        )
        sheet = await desk.write_in(call, wall)
        parts.store.put(Audited(person.extension, "call_written_in", call.call_id, ""), wall)
        return _sheet_shape(sheet, person)

    @router.post("/api/calls/{call_id}/promise")
    async def promise(call_id: str, body: PromiseBody, request: Request) -> TaskShape:
        """404 where the promise table says nothing of this kind and no hours are given."""
        person = person_of(request)
        await may_fill(parts, person, call_id)
        try:
            task = await desk.promise(call_id, body.hours, body.complaint, body.customer)
        except NotFoundError as error:
            raise HTTPException(404, str(error)) from error
        parts.store.put(Audited(person.extension, "promised", call_id, task.text), parts.clock.wall())
        return _task_shape(task, person)


def add_history_routes(router: APIRouter, parts: WebParts) -> None:
    reading = parts.store.reading

    @router.get("/api/escalations")
    async def escalations(
        request: Request,
        state: Literal["open", "acknowledged", "closed"] | None = None,
        cursor: Short | None = None,
        limit: Limit = 100,
    ) -> Escalations:
        """Newest first."""
        person = person_of(request)
        page = await by_cursor(reading.escalations(state, cursor, limit))
        shown = [masked(row, person) for row in page.rows]
        return Escalations(escalations=shown, next_cursor=page.next_cursor)

    @router.get("/api/escalations/{escalation_id}/steps")
    async def steps(escalation_id: str, request: Request) -> list[Row]:
        """Who did what with it, in order."""
        person = person_of(request)
        return [masked(row, person) for row in await reading.escalation_steps(escalation_id)]
