"""Calls as a CSV file that Excel opens as it is meant (UTF-8 with its mark, headings in the page's language, local times), or as Excel's own.

A cell that begins like a formula is a formula to Excel, and callers choose their names: such cells get an apostrophe in front.
"""

import asyncio
import csv
import io
import os
import tempfile
from collections.abc import AsyncIterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Annotated, Final

from fastapi import APIRouter, HTTPException, Query, Request
from starlette.background import BackgroundTask
from starlette.responses import FileResponse, StreamingResponse
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from assistant.people import Person
from assistant.records import Audited
from assistant.store.finding import CallFilter
from assistant.store.reading import MAX_PAGE, Row, Value
from assistant.web.api.access import person_of
from assistant.web.api.calls import CallQuery, masked
from assistant.web.api.columns import (
    CALLS,
    CALLS_NAME,
    COMPLETE,
    INCOMPLETE,
    Language,
    cut_short,
    headings,
    words,
)
from assistant.web.parts import WebParts

MAX_ROWS: Final = 50_000
# China has one time zone and no summer time.
_CHINA: Final = timezone(timedelta(hours=8))
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


def cell(value: Value) -> str:
    match value:
        case None:
            return ""
        case datetime():
            return value.astimezone(_CHINA).strftime("%Y-%m-%d %H:%M:%S")
        case str():
            return f"'{value}" if value.startswith(_FORMULA) else value
        case _:
            return str(value)


async def csv_file(columns: dict[str, str], pages: AsyncIterator[list[Row]]) -> AsyncIterator[str]:
    """`columns`: each with its heading."""
    yield "\ufeff" + ",".join(columns.values()) + "\r\n"
    async for rows in pages:
        text = io.StringIO()
        csv.writer(text).writerows([cell(row.get(name)) for name in columns] for row in rows)
        yield text.getvalue()


async def at_most(most: int, pages: AsyncIterator[list[Row]], cut: Row) -> AsyncIterator[list[Row]]:
    """The first `most` rows; where there are more, `cut` stands in place of the rest."""
    left = most
    async for rows in pages:
        if len(rows) > left:
            yield [*rows[:left], cut]
            return
        yield rows
        left -= len(rows)


class FileQuery(CallQuery):
    """`lang`: of the headings."""

    lang: Language = "zh"


def add_export_routes(router: APIRouter, parts: WebParts) -> None:
    @router.get("/api/calls.csv", response_class=StreamingResponse)
    async def export(request: Request, wanted: Annotated[FileQuery, Query()]) -> StreamingResponse:
        """The calls the filters find, newest first; the last line says so where they are more than 50 000. `cursor` and `limit` do not matter."""
        person = person_of(request)
        filters = wanted.as_filter(person)
        if wanted.cursor is not None:
            raise HTTPException(422, "导出不分页")
        parts.store.put(Audited(person.extension, "calls_exported", "calls", ""), parts.clock.wall())
        return StreamingResponse(
            csv_file(headings(CALLS, wanted.lang), call_rows(parts, filters, person, wanted.lang)),
            media_type="text/csv; charset=utf-8",
            headers={"content-disposition": 'attachment; filename="calls.csv"'},
        )

    @router.get("/api/calls.xlsx", response_class=FileResponse)
    async def workbook(request: Request, wanted: Annotated[FileQuery, Query()]) -> FileResponse:
        """The same as Excel's own file."""
        person = person_of(request)
        filters = wanted.as_filter(person)
        if wanted.cursor is not None:
            raise HTTPException(422, "导出不分页")
        parts.store.put(Audited(person.extension, "calls_exported", "calls", "xlsx"), parts.clock.wall())
        file = await _workbook(call_rows(parts, filters, person, wanted.lang), wanted.lang)
        return FileResponse(
            file,
            media_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            filename="calls.xlsx",
            background=BackgroundTask(file.unlink),
        )


def situation_titles(parts: WebParts, person: Person) -> dict[str, str]:
    """One each; where packs call it differently, as the usual one does."""
    seen = parts.snapshot(person)
    usual = next(iter(seen.packs), None)
    usual_last = sorted(seen.situations, key=lambda one: usual in one.packs)
    return {one.situation_id: one.title for one in usual_last}


def call_rows(
    parts: WebParts, filters: CallFilter, person: Person, language: Language, most: int = MAX_ROWS
) -> AsyncIterator[list[Row]]:
    """The lines of the file, page by page."""
    cut: Row = {next(iter(CALLS)): cut_short(most, language)}
    return at_most(most, _pages(parts, filters, person, language), cut)


async def _pages(
    parts: WebParts, filters: CallFilter, person: Person, language: Language
) -> AsyncIterator[list[Row]]:
    titles = situation_titles(parts, person)
    cursor: str | None = None
    while True:
        page = await parts.store.reading.calls(filters, cursor, MAX_PAGE)
        yield [_told(row, language) for row in await _with_sheets(parts, page.calls, titles, person)]
        cursor = page.next_cursor
        if cursor is None:
            return


async def _with_sheets(
    parts: WebParts, calls: list[Row], titles: dict[str, str], person: Person
) -> list[Row]:
    sheets = await parts.store.reading.sheets_of([str(call["call_id"]) for call in calls])
    found = []
    for call in calls:
        sheet = masked(sheets.get(str(call["call_id"]), {}), person)
        if sheet:
            sheet["category"] = named(str(sheet["category"]), titles)
        found.append({**masked(call, person), **{f"sheet_{name}": value for name, value in sheet.items()}})
    return found


def _told(row: Row, language: Language) -> Row:
    if "sheet_complete" not in row:
        return row
    return {**row, "sheet_complete": words(COMPLETE if row["sheet_complete"] else INCOMPLETE, language)}


def named(category: str, titles: dict[str, str]) -> str:
    """The book names situations by id; people know them by title."""
    return "、".join(titles.get(one, one) for one in category.split("、"))


async def _workbook(pages: AsyncIterator[list[Row]], language: Language) -> Path:
    """A file of its own, which the answer deletes; rows go to the disk as they come, so its size costs no memory."""
    handle, name = await asyncio.to_thread(tempfile.mkstemp, ".xlsx", "hotline-")
    os.close(handle)
    book = Workbook(name, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet(words(CALLS_NAME, language))
    sheet.write_row(0, 0, list(headings(CALLS, language).values()))
    number = 0
    try:
        async for rows in pages:
            for row in rows:
                number += 1
                _write_row(sheet, number, [row.get(name) for name in CALLS])
            await asyncio.sleep(0)
    finally:
        await asyncio.to_thread(book.close)
    return Path(name)


def _write_row(sheet: Worksheet, number: int, values: list[Value]) -> None:
    for column, value in enumerate(values):
        if isinstance(value, int | float):
            sheet.write_number(number, column, value)
        elif value is not None:
            # As text whatever it begins with: Excel runs no formula here, so the text stays as it is.
            sheet.write_string(number, column, value if isinstance(value, str) else cell(value))
