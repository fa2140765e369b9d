"""Who did what, to look back at: by person, deed, thing and time, page by page and as a file."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import StreamingResponse

from assistant.people import Person
from assistant.records import Audited
from assistant.store.reading import MAX_PAGE, AuditAsked, Row
from assistant.web.api.access import person_of
from assistant.web.api.calls import by_cursor, masked, zoned
from assistant.web.api.columns import AUDIT, Language, cut_short, headings
from assistant.web.api.export import MAX_ROWS, at_most, csv_file
from assistant.web.api.shapes import AuditLines, Shape, Short
from assistant.web.parts import WebParts

Seen = tuple[int, int]
"""Run and number of a line: its place."""


class AuditQuery(Shape):
    since: datetime | None = None
    until: datetime | None = None
    by: Short | None = None
    what: Short | None = None
    about: Short | None = None

    def as_asked(self) -> AuditAsked:
        return AuditAsked(zoned(self.since), zoned(self.until), self.by, self.what, self.about)


class AuditPageQuery(AuditQuery):
    cursor: Short | None = None
    limit: Annotated[int, Query(ge=1, le=MAX_PAGE)] = MAX_PAGE


class AuditFileQuery(AuditQuery):
    """`lang`: of the headings."""

    lang: Language = "zh"


def add_audit_routes(router: APIRouter, parts: WebParts) -> None:
    @router.get("/api/audit")
    async def audit(request: Request, wanted: Annotated[AuditPageQuery, Query()]) -> AuditLines:
        """Newest first."""
        lines, last = await by_cursor(_page_after(parts, wanted))
        person = person_of(request)
        cursor = None if last is None else f"{last[0]}~{last[1]}"
        return AuditLines(lines=[masked(line, person) for line in lines], next_cursor=cursor)

    @router.get("/api/audit.csv", response_class=StreamingResponse)
    async def file(request: Request, wanted: Annotated[AuditFileQuery, Query()]) -> StreamingResponse:
        """The lines the filters find, newest first; the last line says so where they are more than 50 000."""
        person = person_of(request)
        cut: Row = {next(iter(AUDIT)): cut_short(MAX_ROWS, wanted.lang)}
        lines = at_most(MAX_ROWS, _pages(parts, wanted.as_asked(), person), cut)
        parts.store.put(Audited(person.extension, "audit_exported", "audit", ""), parts.clock.wall())
        return StreamingResponse(
            csv_file(headings(AUDIT, wanted.lang), lines),
            media_type="text/csv; charset=utf-8",
            headers={"content-disposition": 'attachment; filename="audit.csv"'},
        )


async def _page_after(parts: WebParts, wanted: AuditPageQuery) -> tuple[list[Row], Seen | None]:
    seen = None if wanted.cursor is None else _seen(wanted.cursor)
    return await _page(parts, wanted.as_asked(), seen, wanted.limit)


async def _page(
    parts: WebParts, asked: AuditAsked, seen: Seen | None, limit: int
) -> tuple[list[Row], Seen | None]:
    """Lines, and where the rest begins; None at the end."""
    found = await parts.store.reading.audit(asked, seen, limit + 1)
    lines = found[:limit]
    last = lines[-1] if len(found) > limit else None
    return lines, None if last is None else (int(str(last["run"])), int(str(last["seq"])))


async def _pages(parts: WebParts, asked: AuditAsked, person: Person) -> AsyncIterator[list[Row]]:
    seen: Seen | None = None
    while True:
        lines, seen = await _page(parts, asked, seen, MAX_PAGE)
        yield [masked(line, person) for line in lines]
        if seen is None:
            return


def _seen(cursor: str) -> Seen:
    run, seq = cursor.split("~")
    return int(run), int(seq)
