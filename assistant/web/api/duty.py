"""Where a call goes: the PBX's question, and the duty plan for people: the week, changes by hand, "what happens at …?".

Numbers of duty staff are shown to whoever may see callers' numbers; to others masked.
"""

import hmac
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, HTTPException, Query, Request
from pydantic import AwareDatetime, Field

from assistant.duty.changes import Change, ChangeError, ChangeKind
from assistant.duty.decision import DutyPlan
from assistant.duty.desk import DutyDesk, new_change_id
from assistant.duty.plan_document import PlanError
from assistant.duty.plan_file import PlanMovedError, PlanText
from assistant.duty.telling import Told, told_at, told_days
from assistant.people import Person
from assistant.store import NotFoundError
from assistant.store.masking import mask_number
from assistant.web.api.access import person_of
from assistant.web.api.shapes import Shape
from assistant.web.parts import WebParts

Dialled = Annotated[str, Query(pattern=r"^\+?[0-9]{1,24}$")]
DAYS = 7
LOOK_BACK = timedelta(days=30)
MOST_TEXT = 200_000
"""Characters of a plan: years of days and shifts."""


class RouteShape(Shape):
    route: str
    targets: str
    until: int
    plan: str


class StretchShape(Shape):
    start: datetime
    end: datetime
    route: str
    text: str
    people: list[tuple[str, str | None, int]]
    because: list[str]
    alarm: str | None

    @classmethod
    def of(cls, told: Told, person: Person) -> "StretchShape":
        people = [
            (name, number if person.sees_numbers else mask_number(number), ring_s)
            for name, number, ring_s in told.people
        ]
        return cls(**{**asdict(told), "people": people})


class DayShape(Shape):
    day: str
    why: str
    confirmed: bool
    stretches: list[StretchShape]


class ChangeShape(Shape):
    change_id: str
    kind: ChangeKind
    start: datetime
    end: datetime
    by: str
    reason: str
    made_at: datetime
    dialled: str | None
    leaves: str | None
    takes: str | None
    withdrawn_at: datetime | None
    withdrawn_by: str | None


class DutyShape(Shape):
    now: StretchShape | None
    days: list[DayShape]
    people: dict[str, str]
    """Names by key."""
    lines: list[str]
    changes: list[ChangeShape]
    warnings: list[str]
    mistakes: list[str]
    file: str


class NewChange(Shape):
    kind: Literal["closed", "open", "forward", "swap"]
    start: AwareDatetime | None = None
    """Absent: from now on."""
    end: AwareDatetime
    reason: Annotated[str, Field(min_length=1, max_length=200)]
    dialled: Annotated[str | None, Field(pattern=r"^\+?[0-9]{1,24}$")] = None
    leaves: Annotated[str | None, Field(max_length=64)] = None
    takes: Annotated[str | None, Field(max_length=64)] = None


class PlanDraft(Shape):
    text: Annotated[str, Field(max_length=MOST_TEXT)]


class NewPlan(PlanDraft):
    version: Annotated[str, Field(max_length=64)]
    """Of the text it was made from."""


class PlanTextShape(Shape):
    file: str
    text: str
    version: str


class PlanCheckShape(Shape):
    mistakes: list[str]
    warnings: list[str]
    days: list[DayShape]


def add_route_question(router: APIRouter, parts: WebParts) -> None:
    @router.get("/api/route")
    async def route(request: Request, dialled: Dialled) -> RouteShape:
        """For `hotline-agi` alone. 503 without a plan: the PBX goes on with what it keeps."""
        duty = _desk(parts)
        shown = request.headers.get("authorization", "")
        if not hmac.compare_digest(shown.encode(), f"Bearer {duty.token}".encode()):
            raise HTTPException(401, "口令不对")
        answer = duty.answer(dialled)
        if answer is None:
            raise HTTPException(503, "值班计划不能用")
        return RouteShape.model_validate(answer)


def add_duty_routes(router: APIRouter, parts: WebParts) -> None:
    @router.get("/api/duty")
    async def week(request: Request, line: Dialled | None = None) -> DutyShape:
        duty, person = _desk(parts), person_of(request)
        now = parts.clock.wall()
        plan = duty.in_force.plan
        changes = await parts.store.duty.recent(now - LOOK_BACK)
        return DutyShape(
            now=None if plan is None else StretchShape.of(told_at(plan, line, now), person),
            days=[] if plan is None else _days(plan, line, now, person),
            people={} if plan is None else {key: one.name for key, one in plan.roster.people.items()},
            lines=[] if plan is None else list(plan.lines),
            changes=[_change_shape(change) for change in reversed(changes)],
            warnings=duty.in_force.warnings(now),
            mistakes=duty.in_force.mistakes,
            file=duty.file.name,
        )

    @router.get("/api/duty/at")
    async def at(request: Request, at: AwareDatetime, line: Dialled | None = None) -> StretchShape:
        plan = _desk(parts).in_force.plan
        if plan is None:
            raise HTTPException(503, "值班计划不能用")
        try:
            return StretchShape.of(told_at(plan, line, at), person_of(request))
        except OverflowError as error:
            raise HTTPException(422, "这个时间太远") from error


def add_change_routes(router: APIRouter, parts: WebParts) -> None:
    @router.post("/api/duty/changes", status_code=201)
    async def change(body: NewChange, request: Request) -> ChangeShape:
        duty, now = _desk(parts), parts.clock.wall()
        wanted = Change(
            change_id=new_change_id(),
            kind=ChangeKind(body.kind),
            start=(body.start or now).replace(microsecond=0),
            end=body.end.replace(microsecond=0),
            by=person_of(request).extension,
            reason=body.reason,
            made_at=now,
            dialled=body.dialled,
            leaves=body.leaves,
            takes=body.takes,
        )
        try:
            return _change_shape(await duty.change(wanted))
        except ChangeError as error:
            raise HTTPException(422, str(error)) from error

    @router.post("/api/duty/changes/{change_id}/withdraw")
    async def withdraw(change_id: str, request: Request) -> ChangeShape:
        try:
            return _change_shape(await _desk(parts).withdraw(change_id, person_of(request).extension))
        except NotFoundError as error:
            raise HTTPException(404, str(error)) from error


def add_plan_routes(router: APIRouter, parts: WebParts) -> None:
    @router.get("/api/duty/plan")
    async def text() -> PlanTextShape:
        duty = _desk(parts)
        try:
            return _text_shape(duty, await duty.plan_text())
        except (OSError, UnicodeDecodeError) as error:
            raise HTTPException(503, f"{duty.file.name} 读不了:{error}") from error

    @router.post("/api/duty/plan/check")
    async def check(body: PlanDraft, request: Request) -> PlanCheckShape:
        """What the next days would be. Nothing is changed."""
        now = parts.clock.wall()
        trial = _desk(parts).tried(body.text)
        return PlanCheckShape(
            mistakes=trial.mistakes,
            warnings=[] if trial.mistakes else trial.warnings(now),
            days=[] if trial.plan is None else _days(trial.plan, None, now, person_of(request)),
        )

    @router.put("/api/duty/plan")
    async def write(body: NewPlan, request: Request) -> PlanTextShape:
        duty = _desk(parts)
        try:
            return _text_shape(
                duty, await duty.write_plan(body.text, body.version, person_of(request).extension)
            )
        except PlanError as error:
            raise HTTPException(422, ";".join(error.mistakes)) from error
        except PlanMovedError as error:
            raise HTTPException(409, str(error)) from error
        except (OSError, UnicodeDecodeError) as error:
            raise HTTPException(503, f"{duty.file.name} 写不了,计划没有变:{error}") from error


def _text_shape(duty: DutyDesk, plan: PlanText) -> PlanTextShape:
    return PlanTextShape(file=duty.file.name, text=plan.text, version=plan.version)


def _desk(parts: WebParts) -> DutyDesk:
    if parts.duty is None:
        raise HTTPException(404, "没有设置值班计划([duty] plan)")
    return parts.duty


def _days(plan: DutyPlan, line: str | None, now: datetime, person: Person) -> list[DayShape]:
    first = now.astimezone(plan.calendar.zone).date()
    return [
        DayShape(
            day=day.day.isoformat(),
            why=day.why,
            confirmed=day.confirmed,
            stretches=[StretchShape.of(stretch, person) for stretch in day.stretches],
        )
        for day in told_days(plan, line, first, DAYS)
    ]


def _change_shape(change: Change) -> ChangeShape:
    return ChangeShape(**asdict(change))
