"""The one writer: takes records without waiting, writes them in order and in batches, and outlives a database that does not.

The inbox is bounded. Up to four fifths everything is taken; above, traces and transcript lines are refused so that calls,
escalations and who-did-what still fit; when it is full, the newest record is refused. What is refused is counted and shown.
A database that is locked, full or gone is tried again with growing pauses; a record it rejects for what it says is dropped alone.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from assistant.records import (
    Audited,
    CallBegan,
    CallFinished,
    DeskMessageRead,
    DeskMessageWritten,
    EscalationHandled,
    EscalationRaised,
    NoteTaken,
    Record,
    TextWasSaid,
    TraceLine,
)
from assistant.store import book
from assistant.store.book import Entry
from assistant.store.hours import Hours

log = logging.getLogger(__name__)

_DISPENSABLE = (TraceLine, TextWasSaid)
_URGENT = (
    CallBegan,
    CallFinished,
    EscalationRaised,
    EscalationHandled,
    NoteTaken,
    DeskMessageWritten,
    DeskMessageRead,
    Audited,
)
"""What a person is told at once, so it is written at once."""


@dataclass(frozen=True, slots=True)
class WriterState:
    """`behind`: the last attempt failed, so records wait in memory."""

    behind: bool
    waiting: int
    refused: int
    dropped: int
    problem: str | None


@dataclass(frozen=True, slots=True)
class WriterLimits:
    inbox: int = 20_000
    batch: int = 200
    linger_s: float = 0.05
    patience_s: float = 5.0
    """How long one attempt waits for a lock."""
    first_pause_s: float = 0.1
    longest_pause_s: float = 5.0
    farewell_s: float = 5.0
    """How long a shutdown waits for the database."""


class Writer:
    def __init__(self, engine: AsyncEngine, run: int, limits: WriterLimits, hours: Hours) -> None:
        self.on_state: Callable[[WriterState], None] | None = None
        self._engine = engine
        self._run = run
        self._limits = limits
        self._hours = hours
        self._inbox: deque[Entry] = deque()
        self._seq = 0
        self._written = 0
        self._refused = 0
        self._dropped = 0
        self._problem: str | None = None
        self._wake = asyncio.Event()
        self._urgent = asyncio.Event()
        self._progress = asyncio.Condition()
        self._waiters: deque[tuple[int, Callable[[], None]]] = deque()

    @property
    def state(self) -> WriterState:
        return WriterState(
            behind=self._problem is not None,
            waiting=len(self._inbox),
            refused=self._refused,
            dropped=self._dropped,
            problem=self._problem,
        )

    def put(self, record: Record, wall: datetime) -> bool:
        room = self._limits.inbox
        if isinstance(record, _DISPENSABLE):
            room = room * 4 // 5
        if len(self._inbox) >= room:
            self._refused += 1
            if self._refused == 1 or self._refused % 1000 == 0:
                log.error("records refused: %d, the inbox of %d is full", self._refused, self._limits.inbox)
                self._tell()
            return False
        self._seq += 1
        after = self._hours.after(record.dialled, wall) if isinstance(record, CallBegan) else None
        self._inbox.append(Entry(self._run, self._seq, record, wall, after))
        self._wake.set()
        if isinstance(record, _URGENT):
            self._urgent.set()
        return True

    def after_written(self, then: Callable[[], None]) -> None:
        """Calls `then` once everything put so far is in the database; at once when it is already."""
        if self._written >= self._seq:
            then()
            return
        self._urgent.set()
        self._waiters.append((self._seq, then))

    async def flush(self) -> None:
        """Returns when everything put so far is in the database (or was rejected by it)."""
        mark = self._seq
        self._urgent.set()
        async with self._progress:
            await self._progress.wait_for(lambda: self._written >= mark)

    async def run(self) -> None:
        try:
            while True:
                await self._next_batch()
                await self._write_all()
        except asyncio.CancelledError:
            await self._say_farewell()
            raise

    async def _next_batch(self) -> None:
        await self._wake.wait()
        try:
            async with asyncio.timeout(self._limits.linger_s):
                await self._urgent.wait()
        except TimeoutError:
            pass
        self._urgent.clear()
        self._wake.clear()

    async def _say_farewell(self) -> None:
        try:
            async with asyncio.timeout(self._limits.farewell_s):
                await self._write_all()
        except TimeoutError:
            log.error("%d records could not be written before the end", len(self._inbox))  # noqa: TRY400

    async def _write_all(self) -> None:
        pause = self._limits.first_pause_s
        while self._inbox:
            batch = [self._inbox[index] for index in range(min(self._limits.batch, len(self._inbox)))]
            try:
                await self._write(batch)
            except (SQLAlchemyError, OSError) as error:
                self._went_wrong(error)
                await asyncio.sleep(pause)
                pause = min(pause * 2, self._limits.longest_pause_s)
            else:
                pause = self._limits.first_pause_s
                await self._went_well(len(batch))

    async def _write(self, batch: list[Entry]) -> None:
        try:
            async with self._engine.begin() as connection:
                await book.write(connection, batch)
        except (SQLAlchemyError, ValueError, OverflowError) as error:
            if is_outage(error):
                raise
            await self._write_one_by_one(batch)

    async def _write_one_by_one(self, batch: list[Entry]) -> None:
        """One record of the batch is not acceptable: find it and keep the rest."""
        for entry in batch:
            try:
                async with self._engine.begin() as connection:
                    await book.write(connection, [entry])
            except (SQLAlchemyError, ValueError, OverflowError) as error:
                if is_outage(error):
                    raise
                self._dropped += 1
                # The error's text would carry the record's words; its class is enough to find the fault.
                log.error(  # noqa: TRY400
                    "a %s was rejected by the database: %s", type(entry.record).__name__, type(error).__name__
                )

    async def _went_well(self, count: int) -> None:
        for _ in range(count):
            self._written = self._inbox.popleft().seq
        if self._problem is not None:
            log.warning("records are written again, %d waiting", len(self._inbox))
            self._problem = None
            self._tell()
        async with self._progress:
            self._progress.notify_all()
        while self._waiters and self._waiters[0][0] <= self._written:
            self._waiters.popleft()[1]()

    def _went_wrong(self, error: Exception) -> None:
        problem = sentence(error)
        if problem != self._problem:
            log.error("records are behind: %s", problem)
        self._problem = problem
        self._tell()

    def _tell(self) -> None:
        if self.on_state is not None:
            self.on_state(self.state)


# PostgreSQL's classes of trouble that passes: connection, transaction rollback, resources, object in use, operator, system.
_PASSING = ("08", "40", "53", "55", "57", "58")


def is_outage(error: Exception) -> bool:
    """Whether the database is in trouble, and not the record: then trying again helps, and dropping would lose it."""
    if isinstance(error, OperationalError | InterfaceError | sa.exc.TimeoutError):
        return True
    if not isinstance(error, DBAPIError):
        return False
    state = getattr(error.orig, "sqlstate", None)
    return error.connection_invalidated or (isinstance(state, str) and state.startswith(_PASSING))


def sentence(error: Exception) -> str:
    """For the page: what is wrong with the database."""
    cause = str(error.orig) if isinstance(error, DBAPIError) else str(error)
    for sign, meaning in (
        ("locked", "数据库被其他程序锁住"),
        ("full", "磁盘已满"),
        ("readonly", "数据库只读"),
        ("disk I/O", "磁盘读写出错"),
        ("malformed", "数据库文件损坏"),
    ):
        if sign in cause:
            return f"{meaning},记录暂存内存,恢复后补写"
    return "数据库连接不上,记录暂存内存,恢复后补写"
