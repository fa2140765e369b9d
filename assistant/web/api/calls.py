"""The book in the browser: finding calls and reading one.

An agent sees the calls it took part in; another's is answered as if it did not exist. Quality and administration see every call,
its numbers masked.
"""

import asyncio
from collections.abc import Awaitable
from datetime import UTC, datetime
from typing import Annotated, Final, Literal, TypeVar

from fastapi import APIRouter, HTTPException, Query, Request
from pydantic import Field

from assistant.people import Person
from assistant.store import NotFoundError
from assistant.store.finding import CallFilter
from assistant.store.masking import NUMBERS, WORDS, mask_lines, mask_number, mask_text
from assistant.store.reading import Row
from assistant.web.api.access import person_of
from assistant.web.api.shapes import Calls, Shape, Short, WholeCallShape
from assistant.web.parts import WebParts

T = TypeVar("T")


def masked(row: Row, person: Person) -> Row:
    """The row as this person may see it."""
    if person.sees_numbers:
        return row
    shown: Row = {}
    for name, value in row.items():
        if isinstance(value, str) and name in NUMBERS:
            shown[name] = mask_number(value)
        elif isinstance(value, str) and name in WORDS:
            shown[name] = mask_text(value)
        else:
            shown[name] = value
    return shown


def masked_transcript(lines: list[Row], person: Person) -> list[Row]:
    """Numbers are told in pieces: the lines of each party are masked together."""
    if person.sees_numbers:
        return lines
    shown = [dict(line) for line in lines]
    for party in {line["party"] for line in shown}:
        theirs = [line for line in shown if line["party"] == party]
        for line, text in zip(theirs, mask_lines([str(line["text"]) for line in theirs]), strict=True):
            line["text"] = text
    return shown


NO_CALL: Final = "没有这通电话"


async def sees_call(parts: WebParts, person: Person, call_id: str) -> bool:
    return person.sees_all_calls or await parts.store.reading.took_part(call_id, person.extension)


async def may_see(parts: WebParts, person: Person, call_id: str) -> None:
    """404 for another agent's call, so that ids cannot be probed."""
    if not await sees_call(parts, person, call_id):
        raise HTTPException(404, NO_CALL)


Seconds = Annotated[float, Field(ge=0, le=1_000_000)]


class CallQuery(Shape):
    """The filters of the call list."""

    since: datetime | None = None
    until: datetime | None = None
    agent: Short | None = None
    number: Short | None = None
    queue: Short | None = None
    category: Short | None = None
    situation: Short | None = None
    outcome: Literal["answered", "missed", "open"] | None = None
    text: Short | None = None
    card: Literal["shown", "said", "done", "dismissed", "expired", "cancelled", "call_ended"] | None = None
    direction: Literal["inbound", "outbound"] | None = None
    region: Short | None = None
    reason: Short | None = None
    min_ring_s: Seconds | None = None
    min_wait_s: Seconds | None = None
    min_hold_s: Seconds | None = None
    min_silence_s: Seconds | None = None
    over_three_rings: bool | None = None
    within_3s: bool | None = None
    hour: Annotated[int, Field(ge=0, le=23)] | None = None
    escalated: bool | None = None
    forbidden: bool | None = None
    after_hours: bool | None = None
    sheet: Literal["complete", "missing"] | None = None
    conduct: (
        Literal[
            "judged",
            "impolite",
            "unsure",
            "talk_overs",
            "raised_voice",
            "named",
            "unnamed",
            "talks_most",
            "no_greeting",
            "no_need",
            "no_solve",
            "no_confirm",
            "no_close",
        ]
        | None
    ) = None
    mark: Short | None = None
    last_agent: Short | None = None
    card_agent: Short | None = None
    cursor: Short | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50

    def as_filter(self, person: Person) -> CallFilter:
        asked = self.model_dump(exclude={"since", "until", "agent", "cursor", "limit", "lang"})
        agent = self.agent if person.sees_all_calls else person.extension
        masked = not person.sees_numbers
        return CallFilter(
            since=zoned(self.since), until=zoned(self.until), agent=agent, masked=masked, **asked
        )


def zoned(moment: datetime | None) -> datetime | None:
    """A moment without a zone is meant as UTC."""
    return moment if moment is None or moment.tzinfo is not None else moment.replace(tzinfo=UTC)


async def by_cursor(asked: Awaitable[T]) -> T:
    """A page of a list; 422 for a cursor that is not ours."""
    try:
        return await asked
    except ValueError as error:
        raise HTTPException(422, "cursor 不对") from error


def add_call_routes(router: APIRouter, parts: WebParts) -> None:
    reading = parts.store.reading

    @router.get("/api/calls")
    async def calls(
        request: Request,
        wanted: Annotated[CallQuery, Query()],
    ) -> Calls:
        """Newest first. `outcome` is answered, missed or open; `text`: words, each of them found in what was said, names, regions,
        sheets, notes or the number. Who sees numbers masked finds nothing by the digits that are hidden."""
        person = person_of(request)
        page = await by_cursor(reading.calls(wanted.as_filter(person), wanted.cursor, wanted.limit))
        return Calls(calls=[masked(row, person) for row in page.calls], next_cursor=page.next_cursor)

    @router.get("/api/calls/{call_id}/earlier")
    async def earlier(
        call_id: str,
        request: Request,
        cursor: Short | None = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> Calls:
        """What the same caller had before, whoever answered, and what its sheet says: for who has the caller on the line, or had."""
        person = person_of(request)
        wanted = await _earlier(parts, person, call_id)
        if wanted is None:
            return Calls(calls=[], next_cursor=None)
        page = await by_cursor(reading.calls(wanted, cursor, limit))
        sheets = await reading.sheets_of([str(row["call_id"]) for row in page.calls])
        told = [{**row, **_of_sheet(sheets.get(str(row["call_id"]), {}))} for row in page.calls]
        return Calls(calls=[masked(row, person) for row in told], next_cursor=page.next_cursor)


def add_call_detail_routes(router: APIRouter, parts: WebParts) -> None:
    reading = parts.store.reading

    @router.get("/api/calls/{call_id}/trace")
    async def trace(call_id: str, request: Request, situation: str | None = None) -> list[Row]:
        """What was considered in the call, of one situation or of all, with the words, levels and timers that decided."""
        person = person_of(request)
        await may_see(parts, person, call_id)
        rows = await reading.trace(call_id)
        return [masked(row, person) for row in rows if situation in (None, row["situation_id"])]

    @router.get("/api/calls/{call_id}")
    async def call(call_id: str, request: Request) -> WholeCallShape:
        person = person_of(request)
        await may_see(parts, person, call_id)
        try:
            whole = await reading.whole_call(call_id)
        except NotFoundError as error:
            raise HTTPException(404, str(error)) from error

        def shown(rows: list[Row]) -> list[Row]:
            return [masked(row, person) for row in rows]

        return WholeCallShape(
            call=masked(whole.call, person),
            categories=whole.categories,
            legs=whole.legs,
            cards=shown(whole.cards),
            transcript=masked_transcript(whole.transcript, person),
            forbidden=shown(whole.forbidden),
            escalations=shown(whole.escalations),
            trace=shown(whole.trace),
            notes=shown(whole.notes),
            conduct=whole.conduct,
            recording=person.hears_recordings
            and await asyncio.to_thread(parts.recordings.file, call_id) is not None,
            message=await asyncio.to_thread(parts.messages_left.file, call_id) is not None,
            message_elsewhere=(
                parts.messages_left.elsewhere(call_id) if _may_have_left_word(whole.call) else None
            ),
        )


def _of_sheet(sheet: Row) -> Row:
    return {name: sheet.get(name) for name in ("category", "purpose", "result")}


def _may_have_left_word(call: Row) -> bool:
    return call["direction"] == "inbound" and call["answered_at"] is None


async def _earlier(parts: WebParts, person: Person, call_id: str) -> CallFilter | None:
    """None where nobody knows who calls."""
    # A call on the person's own page may still ring: no leg of it is in the book, perhaps not even the call.
    live = next((call for call in parts.snapshot(person).calls if call.call_id == call_id), None)
    if live is None:
        await may_see(parts, person, call_id)
    number: str | None
    until: datetime | None
    try:
        number, until = await parts.store.reading.caller_of(call_id)
    except NotFoundError as error:
        if live is None:
            raise HTTPException(404, str(error)) from error
        number, until = live.caller_number if live.direction == "inbound" else None, None
    return None if number is None else CallFilter(number=number, until=until, other_than=call_id)
