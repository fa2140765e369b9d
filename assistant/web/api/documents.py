"""Versioned documents over HTTP: read by all, written by supervisors and administrators; what is personal by its owner alone."""

import json
from typing import Annotated

from fastapi import APIRouter, HTTPException, Request
from fastapi import Path as InPath
from pydantic import Field, JsonValue

from assistant.documents import PERSONAL, SHARED, BodyError, Kind, as_shipped, checked, packs_by_queue
from assistant.people import Person
from assistant.records import Audited
from assistant.store import ConflictError, NotFoundError
from assistant.store.documents import Document
from assistant.web.api.access import person_of
from assistant.web.api.shapes import Shape, Short, VersionShape
from assistant.web.parts import WebParts

Key = Annotated[str, InPath(max_length=32)]
Version = Annotated[int, InPath(ge=0, le=1_000_000)]


class DocumentShape(VersionShape):
    kind: Kind
    key: str
    body: dict[str, JsonValue]


class DocumentBody(Shape):
    """`seen`: the version the change was made from; 0 for the one as shipped."""

    seen: Annotated[int, Field(ge=0, le=1_000_000)]
    body: dict[str, JsonValue]
    comment: Short = ""


def add_document_routes(router: APIRouter, parts: WebParts) -> None:
    documents = parts.store.documents

    @router.get("/api/documents/{kind}/{key}")
    async def newest(kind: Kind, key: Key, request: Request) -> DocumentShape:
        """Version 0 is the document as shipped."""
        _check_key(kind, key, person_of(request))
        return _shape(kind, key, await documents.newest(kind, key))

    @router.get("/api/documents/{kind}/{key}/versions")
    async def versions(kind: Kind, key: Key, request: Request) -> list[VersionShape]:
        _check_key(kind, key, person_of(request))
        return [VersionShape.of(one) for one in await documents.history(kind, key)]

    @router.get("/api/documents/{kind}/{key}/versions/{version}")
    async def version(kind: Kind, key: Key, version: Version, request: Request) -> DocumentShape:
        _check_key(kind, key, person_of(request))
        try:
            found = None if version == 0 else await documents.version(kind, key, version)
        except NotFoundError as error:
            raise HTTPException(404, str(error)) from error
        return _shape(kind, key, found)

    @router.put("/api/documents/{kind}/{key}")
    async def put(kind: Kind, key: Key, body: DocumentBody, request: Request) -> DocumentShape:
        """409 when somebody else saved meanwhile."""
        person = person_of(request)
        _check_key(kind, key, person)
        if kind not in PERSONAL and not person.supervises:
            raise HTTPException(403, "您的角色不能修改")
        wall = parts.clock.wall()
        try:
            text = checked(kind, body.body)
            _check_packs(parts, kind, text)
            new = Document(kind, key, 0, text, person.extension, wall, body.comment)
            document = await documents.add(new, body.seen)
        except BodyError as error:
            raise HTTPException(422, str(error)) from error
        except ConflictError as error:
            raise HTTPException(409, str(error)) from error
        about = f"{kind}/{key}"
        parts.store.put(Audited(person.extension, "document_saved", about, f"v{document.version}"), wall)
        parts.document_saved(document)
        if kind == "queues" and parts.scripts is not None:
            await parts.scripts.take_up()
        return _shape(kind, key, document)


def _check_packs(parts: WebParts, kind: Kind, text: str) -> None:
    """Raises BodyError for scripts that are not there."""
    if kind != "queues" or parts.scripts is None:
        return
    known = parts.scripts.names()
    unknown = sorted(set(packs_by_queue(text).values()) - set(known))
    if unknown:
        raise BodyError([("queues", f"没有话术 {'、'.join(unknown)},有的是 {'、'.join(known)}")])


def _check_key(kind: Kind, key: str, person: Person) -> None:
    """404 for what is another's and for keys there are none of."""
    wanted = person.extension if kind in PERSONAL else SHARED
    if key != wanted:
        raise HTTPException(404, "没有这份文件")


def _shape(kind: Kind, key: str, document: Document | None) -> DocumentShape:
    if document is None:
        body = json.loads(as_shipped(kind))
        return DocumentShape(kind=kind, key=key, version=0, body=body, by="", at=None, comment="")
    return DocumentShape(
        kind=kind,
        key=key,
        version=document.version,
        body=json.loads(document.body),
        by=document.by,
        at=document.at,
        comment=document.comment,
    )
