"""Which calls are meant: the filters of the call list as conditions on the book.

What the index of a call's own row answers is a condition. What stands in another table, or is a measure, is a set of calls: a small
one is better gone through, a large one better asked of each call (`search` counts which).
"""

import operator
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa

from assistant.store import conduct_figures, tables
from assistant.store.figures import OVER_THREE_RINGS_S, QUICK_S, LocalHour
from assistant.store.masking import mask_number

NOBODY: Final = "-"

Compare = Callable[[sa.ColumnElement[float], float], sa.ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class CallFilter:
    """None means: no matter. `text`: words, each to be found in what was said, in names, regions, sheets, notes or the number."""

    since: datetime | None = None
    until: datetime | None = None
    agent: str | None = None
    number: str | None = None
    queue: str | None = None
    """`NOBODY`: none, such as a call to an extension."""
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
    other_than: str | None = None
    """A call that is not meant itself."""
    conduct: str | None = None
    """`judged`, or what is true of the agent's conduct (`conduct_figures.OF_CONDUCT`)."""
    mark: str | None = None
    """A situation that must not happen and did, such as `passing_buck`."""
    last_agent: str | None = None
    """Who had the call last: whom the reports count it for. `NOBODY`: nobody answered it."""
    card_agent: str | None = None
    """Who was shown the card; `NOBODY`: it came before anybody answered."""
    masked: bool = False
    """Who asks sees numbers masked, and finds only what there is to see."""


@dataclass(frozen=True, slots=True)
class Among:
    """A set of calls: `members` lists their ids, `holds` asks it of the call at hand."""

    members: sa.Select[tuple[str]]
    holds: sa.ColumnElement[bool]


def conditions(wanted: CallFilter) -> list[sa.ColumnElement[bool]]:
    """All but agent, text and what `sets` has."""
    calls = tables.calls
    found: list[sa.ColumnElement[bool]] = []
    if wanted.since is not None:
        found.append(calls.c.began_at >= wanted.since)
    if wanted.until is not None:
        found.append(calls.c.began_at < wanted.until)
    for name in ("direction", "region", "reason"):
        value = getattr(wanted, name)
        if value is not None:
            found.append(calls.c[name] == value)
    if wanted.queue is not None:
        found.append(_is(calls.c.queue, wanted.queue))
    if wanted.after_hours is not None:
        found.append(calls.c.after_hours.is_(wanted.after_hours))
    if wanted.hour is not None:
        found.append(LocalHour(calls.c.began_at) == wanted.hour)
    if wanted.forbidden is False:
        found.append(~_of_call(tables.forbidden))
    if wanted.escalated is False:
        found.append(~_of_call(tables.escalations))
    return found + _whose(wanted) + _number(wanted) + _outcome(wanted.outcome)


def _whose(wanted: CallFilter) -> list[sa.ColumnElement[bool]]:
    calls = tables.calls
    found: list[sa.ColumnElement[bool]] = []
    if wanted.other_than is not None:
        found.append(calls.c.call_id != wanted.other_than)
    if wanted.last_agent is not None:
        found.append(_is(calls.c.agent, wanted.last_agent))
    return found


def _is(column: sa.ColumnElement[str], named: str) -> sa.ColumnElement[bool]:
    return column.is_(None) if named == NOBODY else column == named


def _number(wanted: CallFilter) -> list[sa.ColumnElement[bool]]:
    if wanted.number is None:
        return []
    number = tables.calls.c.caller_number
    seen = mask_number(wanted.number) or ""
    if not wanted.masked or "*" not in seen:
        return [number == wanted.number]
    # Nobody finds out digits they do not see: all numbers that look alike are found.
    front = seen.partition("*")[0]
    alike = number.like(_literally(seen).replace("*", "_"), escape="/")
    return [alike, number.startswith(front, autoescape=True)]


def _literally(text: str) -> str:
    return text.replace("/", "//").replace("%", "/%").replace("_", "/_")


def _of_call(table: sa.Table, *also: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    return sa.exists().where(table.c.call_id == tables.calls.c.call_id, *also)


def _among(table: sa.Table, *also: sa.ColumnElement[bool]) -> Among:
    return Among(sa.select(table.c.call_id).where(*also), _of_call(table, *also))


def of_agent(agent: str) -> Among:
    return _among(tables.legs, tables.legs.c.agent == agent)


def sets(wanted: CallFilter) -> list[Among]:
    categories, sheets = tables.call_categories, tables.record_sheets
    found = [*_cards(wanted), *_measured(wanted)]
    if wanted.category is not None:
        found.append(_among(categories, categories.c.category == wanted.category))
    if wanted.escalated:
        found.append(_among(tables.escalations))
    if wanted.forbidden:
        found.append(_among(tables.forbidden))
    if wanted.conduct is not None:
        found.append(_among(tables.conduct, *conduct_figures.of_conduct(wanted.conduct)))
    if wanted.mark is not None:
        found.append(_among(tables.forbidden, *conduct_figures.of_forbidden(wanted.mark)))
    if wanted.sheet is not None:
        found.append(_among(sheets, sheets.c.complete.is_(wanted.sheet == "complete")))
    return found


def _cards(wanted: CallFilter) -> list[Among]:
    if wanted.situation is None and wanted.card is None and wanted.card_agent is None:
        return []
    cards = tables.cards
    asked = [] if wanted.situation is None else [cards.c.situation_id == wanted.situation]
    if wanted.card_agent is not None:
        asked.append(_is(cards.c.agent, wanted.card_agent))
    if wanted.card is not None and wanted.card != "shown":
        asked.append(cards.c.gone_why == wanted.card)
    return [_among(cards, *asked)]


def _measured(wanted: CallFilter) -> list[Among]:
    """What the clocks say of the call."""
    found = [
        _measure(name, operator.ge, least)
        for name, least in (
            ("ring_s", wanted.min_ring_s),
            ("wait_s", wanted.min_wait_s),
            ("hold_s", wanted.min_hold_s),
            ("silence_s", wanted.min_silence_s),
        )
        if least is not None
    ]
    if wanted.over_three_rings is not None:
        found.append(
            _measure("ring_s", operator.gt if wanted.over_three_rings else operator.le, OVER_THREE_RINGS_S)
        )
    if wanted.within_3s is not None:
        found.append(_measure("answer_delay_s", operator.le if wanted.within_3s else operator.gt, QUICK_S))
    return found


def _measure(name: str, compare: Compare, limit: float) -> Among:
    calls, same = tables.calls, tables.calls.alias()
    # The sum keeps SQLite from going through the measure's index for calls that are wanted newest first.
    return Among(
        sa.select(same.c.call_id).where(compare(same.c[name], limit)), compare(calls.c[name] + 0.0, limit)
    )


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
