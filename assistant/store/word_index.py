"""The index of the words of calls: filled when a call has ended, and again whenever its words change afterwards.

One entry a call holds the grams of what was said, of names, region, sheet and notes, of its number and of its agents. `calls.place`
is the entry's number; it grows with the call's beginning, so that a stretch of time is a stretch of places. A call without a
place is not in the index yet: it still goes on. SQLite keeps the entries in an FTS5 table, PostgreSQL in an array with a GIN index.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from assistant.store import grams, tables

A_SECOND = 256
"""Places a second has. Calls beyond it take the next second's, which costs a search nothing but a wider look."""
PIECE = 1000
"""Calls indexed by one round of statements."""

entries = sa.Table(
    "call_grams",
    sa.MetaData(),  # not the program's: on SQLite it is no ordinary table
    sa.Column("rowid", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("grams", sa.Text().with_variant(postgresql.ARRAY(sa.Text), "postgresql"), nullable=False),
)

SHEET_WORDS = ("caller_name", "region", "organisation", "purpose", "result", "notes", "category")
CALL_WORDS = ("caller_name", "surname", "region")
_OF_CALL = ("call_id", "place", "began_at", "caller_number", *CALL_WORDS)


def place_of(moment: datetime) -> int:
    """The first place of the moment's second."""
    return int(moment.timestamp()) * A_SECOND


def index(connection: sa.Connection, call_ids: Collection[str]) -> None:
    """Enters these calls anew, but for those that go on."""
    calls = tables.calls
    columns = [calls.c[name] for name in _OF_CALL]
    ids = sorted(call_ids)
    for start in range(0, len(ids), PIECE):
        piece = ids[start : start + PIECE]
        query = sa.select(*columns).where(calls.c.call_id.in_(piece), calls.c.ended_at.is_not(None))
        _enter(connection, connection.execute(query).all())


def index_all(connection: sa.Connection) -> int:
    """Enters every ended call that has no place, the oldest first; returns how many."""
    calls = tables.calls
    columns = [calls.c[name] for name in _OF_CALL]
    # The sum keeps the database from gathering and sorting all that is left for each piece of it.
    left = (calls.c.place + 0).is_(None)
    missing = sa.select(*columns).where(left, calls.c.ended_at.is_not(None))
    missing = missing.order_by(calls.c.began_at).limit(PIECE)
    count, query = 0, missing
    while rows := connection.execute(query).all():
        _enter(connection, rows)
        count += len(rows)
        query = missing.where(calls.c.began_at >= rows[-1].began_at)
    return count


def forget(connection: sa.Connection, call_ids: Collection[str]) -> None:
    """Takes the entries of these calls away; the calls themselves are about to go."""
    calls = tables.calls
    places = sa.select(calls.c.place).where(calls.c.call_id.in_(call_ids), calls.c.place.is_not(None))
    _remove(connection, list(connection.execute(places).scalars()))


def _remove(connection: sa.Connection, places: Sequence[int]) -> None:
    if places:
        connection.execute(sa.delete(entries).where(entries.c.rowid.in_(places)))


def _enter(connection: sa.Connection, rows: Sequence[sa.Row[tuple[object, ...]]]) -> None:
    if not rows:
        return
    _remove(connection, [row.place for row in rows if row.place is not None])
    found = _grams(connection, rows)
    new = _new_places(connection, [row for row in rows if row.place is None])
    as_text = connection.dialect.name == "sqlite"
    values: list[dict[str, object]] = []
    for row in rows:
        its = list(found[row.call_id])
        place = new.get(row.call_id, row.place)
        values.append({"rowid": place, "grams": " ".join(its) if as_text else its})
    connection.execute(sa.insert(entries), values)
    if new:
        calls = tables.calls
        connection.execute(
            sa.update(calls)
            .where(calls.c.call_id == sa.bindparam("whose"))
            .values(place=sa.bindparam("place")),
            [{"whose": call_id, "place": place} for call_id, place in new.items()],
        )


def _new_places(connection: sa.Connection, rows: Sequence[sa.Row[tuple[object, ...]]]) -> dict[str, int]:
    """The first free place of each call's second, or the next after it."""
    if not rows:
        return {}
    wanted = {row.call_id: place_of(row.began_at) for row in sorted(rows, key=lambda row: row.call_id)}
    calls = tables.calls
    near = calls.c.place.between(min(wanted.values()), max(wanted.values()) + 2 * A_SECOND * PIECE)
    taken = set(connection.execute(sa.select(calls.c.place).where(near)).scalars())
    found = {}
    for call_id, first in wanted.items():
        place = first
        while place in taken:
            place += 1
        taken.add(place)
        found[call_id] = place
    return found


def _grams(connection: sa.Connection, rows: Sequence[sa.Row[tuple[object, ...]]]) -> dict[str, set[str]]:
    ids = [row.call_id for row in rows]
    found: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        found[row.call_id] |= grams.of_number(row.caller_number or "")
        for text in row[-len(CALL_WORDS) :]:
            found[row.call_id] |= grams.of_text(text or "")
    lines, notes, sheets, legs = tables.transcript, tables.notes, tables.record_sheets, tables.legs
    for table, columns in (
        (lines, [lines.c.text]),
        (notes, [notes.c.text]),
        (sheets, [sheets.c[name] for name in SHEET_WORDS]),
    ):
        told = connection.execute(sa.select(table.c.call_id, *columns).where(table.c.call_id.in_(ids)))
        for call_id, *texts in told:
            found[call_id].update(*(grams.of_text(text) for text in texts if text))
    for call_id, agent in connection.execute(
        sa.select(legs.c.call_id, legs.c.agent).where(legs.c.call_id.in_(ids))
    ):
        found[call_id] |= grams.of_agents([agent])
    return found
