"""Words looked for in calls: what the index is asked, and what then is looked at in the call itself."""

from collections import defaultdict
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection

from assistant.store import grams, tables
from assistant.store.masking import hides, mask_lines, mask_text
from assistant.store.word_index import CALL_WORDS, SHEET_WORDS, entries

_Groups = list[set[str]]
"""One of these sets of grams is needed, whole."""


def terms_of(text: str | None) -> list[str]:
    return text.replace("\0", "").split() if text else []


def is_findable(terms: Sequence[str]) -> bool:
    """Whether every term has a letter or a digit."""
    return all(grams.wanted_in_text(term) for term in terms)


def matching(
    dialect: str, terms: Sequence[str], agent: str | None, *, masked: bool
) -> sa.ColumnElement[bool]:
    """Entries of the index that may hold every term."""
    wanted = [_groups(term, masked=masked) for term in terms]
    whose = grams.of_agents([agent] if agent is not None else [])
    if whose:
        wanted.append([whose])
    if dialect == "sqlite":
        asked = " AND ".join(f"({' OR '.join(_fts(group) for group in groups)})" for groups in wanted)
        return sa.literal_column(entries.name).op("MATCH", is_comparison=True)(asked)
    array = postgresql.ARRAY(sa.Text)
    held = sa.type_coerce(entries.c.grams, array)
    return sa.and_(
        *(sa.or_(*(held.contains(sa.cast(sorted(group), array)) for group in groups)) for groups in wanted)
    )


def _groups(term: str, *, masked: bool) -> _Groups:
    in_number = set() if masked else grams.wanted_in_number(term)
    return [group for group in (grams.wanted_in_text(term), in_number) if group]


def _fts(group: set[str]) -> str:
    return "(" + " AND ".join(f'"{gram}"' for gram in sorted(group)) + ")"


def holds(term: str, *, masked: bool) -> sa.ColumnElement[bool]:
    """Whether the call at hand has the term."""
    calls, lines, notes, sheets = tables.calls, tables.transcript, tables.notes, tables.record_sheets

    def told(table: sa.Table, *columns: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
        any_of = sa.or_(*(column.icontains(term, autoescape=True) for column in columns))
        return sa.exists().where(table.c.call_id == calls.c.call_id, any_of)

    columns = [calls.c[name] for name in CALL_WORDS]
    if not masked:
        columns.append(calls.c.caller_number)
    return sa.or_(
        *(column.icontains(term, autoescape=True) for column in columns),
        told(lines, lines.c.text),
        told(notes, notes.c.text),
        told(sheets, *(sheets.c[name] for name in SHEET_WORDS)),
    )


def may_be_hidden(terms: Sequence[str]) -> bool:
    """Whether masking could take away what was found."""
    return any(hides(term) for term in terms)


async def seen_masked(connection: AsyncConnection, call_ids: Sequence[str], terms: Sequence[str]) -> set[str]:
    """Those of the calls in which the terms can still be read once numbers are masked."""
    texts = await _said_masked(connection, call_ids)
    for table, names in (
        (tables.calls, CALL_WORDS),
        (tables.notes, ("text",)),
        (tables.record_sheets, SHEET_WORDS),
    ):
        columns = [table.c[name] for name in names]
        query = sa.select(table.c.call_id, *columns).where(table.c.call_id.in_(call_ids))
        for call_id, *told in await connection.execute(query):
            texts[call_id] += [mask_text(text).lower() for text in told if text]
    return {
        call_id
        for call_id, told in texts.items()
        if all(any(term.lower() in text for text in told) for term in terms)
    }


async def _said_masked(connection: AsyncConnection, call_ids: Sequence[str]) -> dict[str, list[str]]:
    """By call. Masked as the call's page masks it: over the lines that one party said after another."""
    lines = tables.transcript.c
    query = sa.select(lines.call_id, lines.party, lines.text).where(lines.call_id.in_(call_ids))
    said: dict[tuple[str, str], list[str]] = defaultdict(list)
    for call_id, party, text in await connection.execute(query.order_by(lines.said_at, lines.utterance)):
        said[call_id, party].append(text)
    masked: dict[str, list[str]] = defaultdict(list)
    for (call_id, _), told in said.items():
        masked[call_id] += [text.lower() for text in mask_lines(told)]
    return masked
