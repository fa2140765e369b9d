"""Which calls are meant: the filters of the call list as conditions on the book."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from assistant.store import tables
from assistant.store.figures import OVER_THREE_RINGS_S, QUICK_S, LocalHour


@dataclass(frozen=True, slots=True)
class CallFilter:
    """None means: no matter. `text` is looked for in what was said, names and numbers."""

    since: datetime | None = None
    until: datetime | None = None
    agent: str | None = None
    number: str | None = None
    queue: str | None = None
    category: str | None = None
    situation: str | None = None
    card: str | None = None
    """`shown`, or how a card (of `situation`) left the screen."""
    outcome: str | None = None
    """`answered`, `missed`, `open`."""
    text: str | None = None
    direction: str | None = None
    region: str | None = None
    reason: str | None = None
    min_ring_s: float | None = None
    min_wait_s: float | None = None
    min_hold_s: float | None = None
    min_silence_s: float | None = None
    over_three_rings: bool | None = None
    within_3s: bool | None = None
    """Whether the agent spoke within 3 s of the answer; calls where nothing was heard are neither."""
    hour: int | None = None
    """Of the day, local."""
    escalated: bool | None = None
    forbidden: bool | None = None
    after_hours: bool | None = None
    sheet: str | None = None
    """`complete` or `missing`."""


def conditions(wanted: CallFilter) -> list[sa.ColumnElement[bool]]:
    calls, categories, legs = tables.calls, tables.call_categories, tables.legs
    found: list[sa.ColumnElement[bool]] = []
    if wanted.since is not None:
        found.append(calls.c.began_at >= wanted.since)
    if wanted.until is not None:
        found.append(calls.c.began_at < wanted.until)
    if wanted.agent is not None:
        found.append(calls.c.call_id.in_(sa.select(legs.c.call_id).where(legs.c.agent == wanted.agent)))
    if wanted.number is not None:
        found.append(calls.c.caller_number == wanted.number)
    if wanted.queue is not None:
        found.append(calls.c.queue == wanted.queue)
    if wanted.category is not None:
        named = sa.select(categories.c.call_id).where(categories.c.category == wanted.category)
        found.append(calls.c.call_id.in_(named))
    for name in ("direction", "region", "reason"):
        value = getattr(wanted, name)
        if value is not None:
            found.append(calls.c[name] == value)
    return (
        found
        + _cards(wanted)
        + _measured(wanted)
        + _marked(wanted)
        + _outcome(wanted.outcome)
        + _text(wanted.text)
    )


def _cards(wanted: CallFilter) -> list[sa.ColumnElement[bool]]:
    if wanted.situation is None and wanted.card is None:
        return []
    cards = tables.cards
    shown = sa.select(cards.c.call_id)
    if wanted.situation is not None:
        shown = shown.where(cards.c.situation_id == wanted.situation)
    if wanted.card is not None and wanted.card != "shown":
        shown = shown.where(cards.c.gone_why == wanted.card)
    return [tables.calls.c.call_id.in_(shown)]


def _measured(wanted: CallFilter) -> list[sa.ColumnElement[bool]]:
    """What the clocks say of the call."""
    calls = tables.calls
    found = [
        calls.c[column] >= least
        for column, least in (
            ("ring_s", wanted.min_ring_s),
            ("wait_s", wanted.min_wait_s),
            ("hold_s", wanted.min_hold_s),
            ("silence_s", wanted.min_silence_s),
        )
        if least is not None
    ]
    if wanted.over_three_rings is not None:
        long = calls.c.ring_s > OVER_THREE_RINGS_S
        found.append(long if wanted.over_three_rings else calls.c.ring_s <= OVER_THREE_RINGS_S)
    if wanted.within_3s is not None:
        quick = calls.c.answer_delay_s <= QUICK_S
        found.append(quick if wanted.within_3s else calls.c.answer_delay_s > QUICK_S)
    if wanted.hour is not None:
        found.append(LocalHour(calls.c.began_at) == wanted.hour)
    return found


def _marked(wanted: CallFilter) -> list[sa.ColumnElement[bool]]:
    """What happened in the call, or became of its sheet."""
    calls, sheets = tables.calls, tables.record_sheets
    found: list[sa.ColumnElement[bool]] = []
    for table, asked in ((tables.escalations, wanted.escalated), (tables.forbidden, wanted.forbidden)):
        if asked is not None:
            those = sa.select(table.c.call_id)
            found.append(calls.c.call_id.in_(those) if asked else calls.c.call_id.not_in(those))
    if wanted.after_hours is not None:
        found.append(calls.c.after_hours.is_(wanted.after_hours))
    if wanted.sheet is not None:
        complete = wanted.sheet == "complete"
        found.append(sa.exists().where(sheets.c.call_id == calls.c.call_id, sheets.c.complete.is_(complete)))
    return found


def _outcome(outcome: str | None) -> list[sa.ColumnElement[bool]]:
    calls = tables.calls
    match outcome:
        case "answered":
            return [calls.c.answered_at.is_not(None)]
        case "missed":
            return [calls.c.answered_at.is_(None), calls.c.ended_at.is_not(None)]
        case "open":
            return [calls.c.ended_at.is_(None)]
        case _:
            return []


def _text(text: str | None) -> list[sa.ColumnElement[bool]]:
    if not text:
        return []
    calls, lines = tables.calls, tables.transcript
    said = sa.select(lines.c.call_id).where(lines.c.text.contains(text, autoescape=True))
    columns = (calls.c.caller_number, calls.c.caller_name, calls.c.surname, calls.c.region)
    return [
        sa.or_(calls.c.call_id.in_(said), *(column.contains(text, autoescape=True) for column in columns))
    ]
