"""Record sheets and tasks (S0-09, S0-10, S0-15); escalations and the audit to look back at."""

from dataclasses import asdict
from typing import Annotated, Literal

from fastapi import APIRouter, HTTPException, Query, Request

from assistant.people import Person
from assistant.records import Audited
from assistant.store import ConflictError, NotFoundError
from assistant.store.desk import Task
from assistant.store.masking import mask_number, mask_text
from assistant.store.reading import Row
from assistant.store.sheet import Sheet, SheetEdit
from assistant.web.api.access import person_of
from assistant.web.api.calls import masked, may_see
from assistant.web.api.shapes import SheetBody, SheetShape, TaskShape
from assistant.web.parts import WebParts

Limit = Annotated[int, Query(ge=1, le=200)]


def _task_shape(task: Task, person: Person) -> TaskShape:
    number = task.caller_number if person.sees_numbers else mask_number(task.caller_number)
    return TaskShape(**{**asdict(task), "caller_number": number})


def _sheet_shape(sheet: Sheet, person: Person) -> SheetShape:
    values = {**asdict(sheet), "complete": sheet.complete, "missing": list(sheet.missing)}
    if not person.sees_numbers:
        values["number"] = mask_number(sheet.number)
        for name in ("excerpt", "purpose", "notes", "result"):
            values[name] = mask_text(values[name])
    return SheetShape(**values)


def add_task_routes(router: APIRouter, parts: WebParts) -> None:
    desk = parts.store.desk

    @router.get("/api/tasks")
    async def tasks(request: Request, done: bool = False, limit: Limit = 100) -> list[TaskShape]:
        """What is to be done, newest first: an agent's own and nobody's, or all for the board."""
        person = person_of(request)
        agent = None if person.sees_all_records else person.extension
        return [_task_shape(task, person) for task in await desk.tasks(agent, done, limit)]

    @router.post("/api/tasks/{task_id}/done")
    async def done(task_id: str, request: Request) -> TaskShape:
        person = person_of(request)
        wall = parts.clock.wall()
        try:
            task = await desk.task(task_id)
            if not person.sees_all_records and task.agent not in (None, person.extension):
                raise HTTPException(404, "没有这项待办")
            task = await desk.finish_task(task_id, person.extension, wall)
        except NotFoundError as error:
            raise HTTPException(404, str(error)) from error
        parts.store.put(Audited(person.extension, "task_done", task_id, task.kind), wall)
        return _task_shape(task, person)


def add_sheet_routes(router: APIRouter, parts: WebParts) -> None:
    desk = parts.store.desk

    @router.get("/api/sheets")
    async def sheets(request: Request, complete: bool | None = None, limit: Limit = 100) -> list[Row]:
        person = person_of(request)
        recorder = None if person.sees_all_records else person.extension
        rows = await parts.store.reading.sheets(complete, recorder, limit)
        return [masked(row, person) for row in rows]

    @router.get("/api/sheets/{call_id}")
    async def sheet(call_id: str, request: Request) -> SheetShape:
        person = person_of(request)
        await may_see(parts, person, call_id)
        try:
            return _sheet_shape(await desk.sheet(call_id), person)
        except NotFoundError as error:
            raise HTTPException(404, str(error)) from error

    @router.put("/api/sheets/{call_id}")
    async def edit_sheet(call_id: str, body: SheetBody, request: Request) -> SheetShape:
        """409 when somebody else saved meanwhile."""
        person = person_of(request)
        await may_see(parts, person, call_id)
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


def add_history_routes(router: APIRouter, parts: WebParts) -> None:
    reading = parts.store.reading

    @router.get("/api/escalations")
    async def escalations(
        request: Request,
        state: Literal["open", "acknowledged", "closed"] | None = None,
        limit: Limit = 100,
    ) -> list[Row]:
        person = person_of(request)
        return [masked(row, person) for row in await reading.escalations(state, limit)]

    @router.get("/api/escalations/{escalation_id}/steps")
    async def steps(escalation_id: str, request: Request) -> list[Row]:
        """Who did what with it, in order."""
        person = person_of(request)
        return [masked(row, person) for row in await reading.escalation_steps(escalation_id)]

    @router.get("/api/audit")
    async def audit(request: Request, limit: Limit = 200) -> list[Row]:
        person = person_of(request)
        return [masked(row, person) for row in await reading.audit(limit)]
