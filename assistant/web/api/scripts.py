"""Scripts in the browser (S0-14): read and tried by the board, published by supervisors and administrators. All of it audited."""

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Annotated, TypeVar

from fastapi import APIRouter, HTTPException, Request
from fastapi import Path as InPath
from pydantic import Field

from assistant.drafts import Checked
from assistant.hindsight import Fired
from assistant.people import Person
from assistant.records import Audited
from assistant.script_desk import DraftError, Preview, ScriptDesk
from assistant.store import ConflictError, NotFoundError
from assistant.store.documents import Document
from assistant.web.api.access import person_of
from assistant.web.api.calls import may_see
from assistant.web.api.shapes import Shape, Short, VersionShape
from assistant.web.parts import WebParts

Name = Annotated[str, InPath(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
Version = Annotated[int, InPath(ge=0, le=1_000_000)]
T = TypeVar("T")
Source = Annotated[str, Field(max_length=60_000)]


class PackInfoShape(Shape):
    name: str
    title: str
    version: str
    published: int
    in_force: bool
    file: str | None
    """Read from there, and changed only there."""


class PackShape(VersionShape):
    name: str
    source: str


class SourceBody(Shape):
    source: Source


class SituationBody(SourceBody):
    situation_id: Short


class TryBody(SourceBody):
    call_id: Short


class PublishBody(SourceBody):
    """`seen`: the version the draft was made from."""

    seen: Annotated[int, Field(ge=0, le=1_000_000)]
    comment: Short = ""


class RollBackBody(Shape):
    to: Annotated[int, Field(ge=0, le=1_000_000)]
    seen: Annotated[int, Field(ge=0, le=1_000_000)]
    comment: Short = ""


class MistakeShape(Shape):
    file: str
    line: int
    where: str
    text: str


class CheckShape(Shape):
    """`ok`: it may be published; what is named then are warnings."""

    ok: bool
    mistakes: list[MistakeShape]


class DiffShape(Shape):
    diff: str


class StepShape(Shape):
    phrase: str
    verbatim: str | None
    hint: str | None


class PreviewShape(Shape):
    situation_id: str
    title: str
    sources: list[str]
    priority: int
    steps: list[StepShape]
    never: list[str]


class SituationShape(Shape):
    situation_id: str
    title: str


class FiredShape(Shape):
    at_s: float
    situation_id: str
    title: str
    phrase: str
    why: str


class TryShape(Shape):
    before: list[FiredShape]
    after: list[FiredShape]


class PublishedShape(Shape):
    published: int


def add_script_routes(router: APIRouter, parts: WebParts) -> None:
    scripts = parts.scripts

    def desk() -> ScriptDesk:
        if scripts is None:
            raise HTTPException(404, "这里没有话术可管理")
        return scripts

    _add_reading(router, desk)
    _add_trying(router, parts, desk)
    _add_publishing(router, parts, desk)


Desk = Callable[[], ScriptDesk]


def _add_reading(router: APIRouter, desk: Desk) -> None:
    @router.get("/api/packs")
    async def packs() -> list[PackInfoShape]:
        return [PackInfoShape(**asdict(info)) for info in await desk().all()]

    @router.get("/api/packs/{name}")
    async def pack(name: Name) -> PackShape:
        return _pack_shape(await _found(desk().source(name)))

    @router.get("/api/packs/{name}/versions")
    async def versions(name: Name) -> list[VersionShape]:
        return [VersionShape.of(one) for one in await _found(desk().history(name))]

    @router.get("/api/packs/{name}/versions/{version}")
    async def version(name: Name, version: Version) -> PackShape:
        return _pack_shape(await _found(desk().version(name, version)))


def _add_trying(router: APIRouter, parts: WebParts, desk: Desk) -> None:
    @router.post("/api/packs/{name}/check")
    async def check(name: Name, body: SourceBody) -> CheckShape:
        """Every mistake at once, with file and line."""
        return _check_shape(await _found(desk().check(name, body.source)))

    @router.post("/api/packs/{name}/diff")
    async def diff(name: Name, body: SourceBody) -> DiffShape:
        return DiffShape(diff=await _found(desk().diff(name, body.source)))

    @router.post("/api/packs/{name}/situations")
    async def situations(name: Name, body: SourceBody) -> list[SituationShape]:
        """Those of the draft: a new one is not in force anywhere yet."""
        found = await _found(desk().situations(name, body.source))
        return [SituationShape(situation_id=key, title=title) for key, title in found.items()]

    @router.post("/api/packs/{name}/preview")
    async def preview(name: Name, body: SituationBody) -> PreviewShape:
        return _preview_shape(await _found(desk().preview(name, body.source, body.situation_id)))

    @router.post("/api/packs/{name}/try")
    async def try_on(name: Name, body: TryBody, request: Request) -> TryShape:
        """What would have fired in this past call: with the pack in force, and with the draft."""
        await may_see(parts, person_of(request), body.call_id)
        before, after = await _found(desk().try_on(name, body.source, body.call_id))
        return TryShape(before=[_fired(one) for one in before], after=[_fired(one) for one in after])


def _add_publishing(router: APIRouter, parts: WebParts, desk: Desk) -> None:
    @router.post("/api/packs/{name}/publish")
    async def publish(name: Name, body: PublishBody, request: Request) -> PublishedShape:
        """In force at once for new calls. 409 when somebody else published meanwhile."""
        person = person_of(request)
        return await put_out(name, body.source, body.seen, body.comment, person, "pack_published")

    @router.post("/api/packs/{name}/roll_back")
    async def roll_back(name: Name, body: RollBackBody, request: Request) -> PublishedShape:
        """An earlier version (0: as shipped) becomes the newest."""
        person = person_of(request)
        old = await _found(desk().version(name, body.to))
        comment = body.comment or f"回到第 {body.to} 版"
        return await put_out(name, old.body, body.seen, comment, person, "pack_rolled_back")

    async def put_out(
        name: str, source: str, seen: int, comment: str, person: Person, what: str
    ) -> PublishedShape:
        wall = parts.clock.wall()
        version = await _found(desk().publish(name, source, seen, person.extension, wall, comment))
        parts.store.put(Audited(person.extension, what, name, f"v{version} {comment}".strip()), wall)
        return PublishedShape(published=version)


async def _found(asked: Awaitable[T]) -> T:
    """The desk's refusals as HTTP knows them."""
    try:
        return await asked
    except NotFoundError as error:
        raise HTTPException(404, str(error)) from error
    except ConflictError as error:
        raise HTTPException(409, str(error)) from error
    except DraftError as error:
        raise HTTPException(422, str(error)) from error


def _pack_shape(document: Document) -> PackShape:
    at = document.at if document.version else None
    return PackShape(
        name=document.key,
        source=document.body,
        version=document.version,
        by=document.by,
        at=at,
        comment=document.comment,
    )


def _check_shape(checked: Checked) -> CheckShape:
    mistakes = [
        MistakeShape(file=one.file, line=one.line, where=one.where, text=one.text) for one in checked.mistakes
    ]
    return CheckShape(ok=checked.pack is not None, mistakes=mistakes)


def _preview_shape(preview: Preview) -> PreviewShape:
    return PreviewShape(
        situation_id=preview.situation_id,
        title=preview.title,
        sources=list(preview.sources),
        priority=preview.priority,
        steps=[StepShape(**asdict(step)) for step in preview.steps],
        never=list(preview.never),
    )


def _fired(fired: Fired) -> FiredShape:
    return FiredShape(**asdict(fired))
