"""The book as the program holds it: open it, put records in, ask it. Knows neither browsers nor the PBX.

`async with Store.open(url, wall)` is not offered on purpose: the writer must outlive whoever puts records in, so the service
runs `run()` as its outermost task and closes the store last.
"""

import logging
import shutil
import sqlite3
from collections.abc import Callable, Collection
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from assistant.records import Record
from assistant.store import alone, closing, schema, tables
from assistant.store.accounts import Accounts
from assistant.store.backfill import Backfill
from assistant.store.book import Entry, write
from assistant.store.desk import Desk
from assistant.store.documents import Documents
from assistant.store.duty import DutyChanges
from assistant.store.engines import Engines, make_engines, parse_url
from assistant.store.hours import Hours
from assistant.store.problems import UnusableDatabaseError
from assistant.store.reading import Reading
from assistant.store.reports import Reports
from assistant.store.retention import Retention
from assistant.store.rhythm import Rhythm
from assistant.store.writer import Writer, WriterLimits, WriterState

log = logging.getLogger(__name__)


class Store:
    """`accounts`: users and sessions. `reading`: queries. `desk`: record sheets and tasks, as people edit them; `duty`: their changes of the plan;
    `backfill`: calls that nobody of ours saw; `hours`: what counts as outside hours."""

    def __init__(self, engines: Engines, run: int, limits: WriterLimits) -> None:
        self.hours = Hours()
        self.accounts = Accounts(engines)
        self.reading = Reading(engines.reader)
        self.rhythm = Rhythm(engines.reader)
        self.desk = Desk(engines, self.hours)
        self.documents = Documents(engines)
        self.reports = Reports(engines)
        self.retention = Retention(engines)
        self.duty = DutyChanges(engines)
        self.backfill = Backfill(engines, self.hours)
        self._engines = engines
        self._writer = Writer(engines.writer, run, limits, self.hours)
        self._patience_s = limits.patience_s
        self.number_of_run = run

    @classmethod
    async def open(cls, url: str, wall: datetime, limits: WriterLimits | None = None) -> "Store":
        """Migrates. Raises UnusableDatabaseError with a sentence that says what to do."""
        parsed = parse_url(url)
        path = Path(parsed.database) if parsed.get_backend_name() == "sqlite" and parsed.database else None
        if path is not None:
            check_sqlite_file(path, wall)
        limits = limits or WriterLimits()
        engines = make_engines(parsed, limits.patience_s)
        try:
            run = await _begin_run(engines, wall)
        except UnusableDatabaseError:
            await engines.dispose()
            raise
        except (DBAPIError, OSError) as error:
            await engines.dispose()
            cause = error.orig if isinstance(error, DBAPIError) else error
            raise UnusableDatabaseError(f"数据库 {parsed.render_as_string()} 打不开:{cause}") from error
        return cls(engines, run, limits)

    async def claim(self) -> None:
        """Before `run`. Raises UnusableDatabaseError where another program writes this book."""
        await alone.claim(self._engines, self._patience_s)

    async def run(self) -> None:
        """The one writer; until cancelled, then it writes what is left."""
        await self._writer.run()

    def put(self, record: Record, wall: datetime) -> bool:
        """Never blocks; False when the inbox is full (the record is lost, counted and reported)."""
        return self._writer.put(record, wall)

    async def write_now(self, record: Record, wall: datetime) -> None:
        """The one record of a command that runs no writer."""
        async with self._engines.writer.begin() as connection:
            await write(connection, [Entry(self.number_of_run, 0, record, wall)])

    async def flush(self) -> None:
        """Returns when everything put so far is in the database. Wrap in a timeout: a locked database keeps it waiting."""
        await self._writer.flush()

    def after_written(self, then: Callable[[], None]) -> None:
        """Calls `then` once everything put so far is durable: for what may be told to a person only after that."""
        self._writer.after_written(then)

    @property
    def state(self) -> WriterState:
        return self._writer.state

    def watch(self, on_state: Callable[[WriterState], None]) -> None:
        """`on_state` is called on the loop whenever writing falls behind or recovers."""
        self._writer.on_state = on_state

    async def close_open_calls(self, wall: datetime, alive: Collection[str] = ()) -> list[str]:
        """Ends what a kill left open, but for the calls that are still `alive`; returns their ids."""
        async with self._engines.writer.begin() as connection:
            closed = await closing.close_interrupted(connection, wall, frozenset(alive))
        if closed:
            log.warning("%d calls were left open by the last run and are closed now", len(closed))
        return closed

    async def healthy(self) -> bool:
        try:
            async with self._engines.reader.connect() as connection:
                await connection.execute(sa.text("SELECT 1"))
        except (DBAPIError, OSError, sa.exc.TimeoutError):
            return False
        return True

    async def close(self) -> None:
        await self._engines.dispose()


async def _begin_run(engines: Engines, wall: datetime) -> int:
    async with engines.writer.begin() as connection:
        await connection.run_sync(schema.upgrade)
        row = await connection.execute(sa.insert(tables.runs).values(started_at=wall))
    key = row.inserted_primary_key
    assert key is not None
    return int(key[0])


def check_sqlite_file(path: Path, wall: datetime) -> None:
    """A damaged file is refused and copied before anything can make it worse."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists() or path.stat().st_size == 0:
        return
    try:
        connection = sqlite3.connect(path, timeout=5.0)
        try:
            found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        finally:
            connection.close()
    except sqlite3.OperationalError:
        # Locked or not readable: opening it for real says which.
        return
    except sqlite3.DatabaseError as error:
        found = str(error)
    if found != "ok":
        copy = path.with_name(f"{path.name}.corrupt-{wall:%Y%m%dT%H%M%S}")
        shutil.copy2(path, copy)
        raise UnusableDatabaseError(
            f"数据库文件 {path} 已损坏({found})。已另存一份到 {copy};请从备份还原 {path},"
            f"或执行 sqlite3 {copy} .recover 抢救后再启动。"
        )
