"""Connections: one that writes, several that read. The only place that knows what a database wants to be told at connect.

SQLite fails a transaction that read first and writes later with "database is locked" whatever its patience, so the writer
begins with BEGIN IMMEDIATE. WAL lets readers go on meanwhile; synchronous NORMAL may lose the last commits at a power cut, but
never corrupts.
"""

import json
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool, ConnectionPoolEntry

from assistant.store.problems import UnusableDatabaseError

_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "postgresql": "postgresql+asyncpg",
    "postgres": "postgresql+asyncpg",
}
_READERS = 4
CACHE_KIB = 32 * 1024
"""What a connection to SQLite keeps of the file; its own default, 2 MiB, reads a large book anew for every question."""
CONNECT_S = 10.0
"""How long a server may take to let us in. Not the patience for a lock: a busy machine needs more than that to answer at all."""


@dataclass(frozen=True, slots=True)
class Engines:
    """`writer` has one connection, so writers queue for it instead of fighting."""

    url: URL
    writer: AsyncEngine
    reader: AsyncEngine

    async def dispose(self) -> None:
        await self.reader.dispose()
        await self.writer.dispose()


def parse_url(text: str) -> URL:
    """`sqlite:///path`, `postgresql://user@host/name`, or a plain path."""
    if text.startswith(("sqlite:", "postgres")) and "://" not in text:
        raise UnusableDatabaseError(f"数据库地址无法识别:{text};请写 sqlite:///路径 或 postgresql://")
    if "://" not in text:
        return URL.create("sqlite+aiosqlite", database=text)
    try:
        url = make_url(text)
    except ArgumentError as error:
        raise UnusableDatabaseError(f"数据库地址无法识别:{error}") from error
    driver = _DRIVERS.get(url.get_backend_name())
    if driver is None:
        raise UnusableDatabaseError(
            f"不支持的数据库 {url.get_backend_name()}:请用 sqlite:/// 或 postgresql://"
        )
    return url.set(drivername=driver)


def _to_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def make_engines(url: URL, patience_s: float = 5.0) -> Engines:
    writer, reader = _make(url, 1, patience_s), _make(url, _READERS, patience_s)
    if url.get_backend_name() == "sqlite":
        _tune_sqlite(writer.sync_engine, "BEGIN IMMEDIATE", patience_s)
        _tune_sqlite(reader.sync_engine, "BEGIN", patience_s)
    return Engines(url, writer, reader)


def _make(url: URL, connections: int, patience_s: float) -> AsyncEngine:
    sqlite = url.get_backend_name() == "sqlite"
    # Our queries are short: compiling one to machine code costs more than it ever saves.
    tuned = {"timeout": CONNECT_S, "server_settings": {"jit": "off"}}
    return create_async_engine(
        url,
        json_serializer=_to_json,
        poolclass=AsyncAdaptedQueuePool,
        pool_size=connections,
        max_overflow=0,
        pool_timeout=10,
        pool_pre_ping=not sqlite,
        connect_args={"timeout": patience_s} if sqlite else tuned,
    )


def _tune_sqlite(engine: sa.Engine, begin: str, patience_s: float) -> None:
    @sa.event.listens_for(engine, "connect")
    def on_connect(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
        # The driver must not begin by itself; SQLAlchemy's "begin" below does.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=NORMAL",
            f"busy_timeout={int(patience_s * 1000)}",
            f"cache_size={-CACHE_KIB}",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @sa.event.listens_for(engine, "begin")
    def on_begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql(begin)
