"""One program writes a book. On PostgreSQL a lock of the writer's own session says so: it ends with the session, however that ends.

Commands beside the program (`hotline user`, `hotline duty`) write single rows and need no lock; SQLite's file is one machine's.
"""

import logging

import sqlalchemy as sa
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.pool import ConnectionPoolEntry

from assistant.store.engines import Engines
from assistant.store.problems import UnusableDatabaseError

log = logging.getLogger(__name__)

KEY = 400_400_400
"""What the lock is called; PostgreSQL keeps it apart for each database."""
_LOCK_NOT_AVAILABLE = "55P03"


_HOLDER = """
SELECT host(client_addr), to_char(backend_start AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD HH24:MI')
FROM pg_locks JOIN pg_stat_activity USING (pid)
WHERE locktype = 'advisory' AND granted AND classid = 0 AND objid = :key
AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


async def claim(engines: Engines, patience_s: float) -> None:
    """Held until the writer's connection ends. Raises UnusableDatabaseError where another program holds it."""
    if engines.url.get_backend_name() != "postgresql":
        return
    try:
        async with engines.writer.begin() as connection:
            # The server may need a moment to see that the program before this one is gone.
            await connection.execute(sa.text(f"SET LOCAL lock_timeout = {int(patience_s * 1000)}"))
            await connection.execute(sa.text(f"SELECT pg_advisory_lock({KEY})"))
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) != _LOCK_NOT_AVAILABLE:
            raise
        async with engines.reader.connect() as connection:
            raise UnusableDatabaseError(await _who_holds_it(connection)) from error
    _claim_again_on_reconnect(engines)


async def _who_holds_it(connection: AsyncConnection) -> str:
    held = (await connection.execute(sa.text(_HOLDER), {"key": KEY})).first()
    whose = "" if held is None else f"(来自 {held[0] or '本机'},{held[1]} 起)"
    return (
        f"已有另一个程序在使用这个数据库{whose}:一个数据库只能由一个程序记录。"
        "请先停掉那一个,或在 hotline.toml 的 [records] url 换一个数据库。"
    )


def _claim_again_on_reconnect(engines: Engines) -> None:
    @sa.event.listens_for(engines.writer.sync_engine, "connect")
    def on_connect(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
        # Records come first: our own lost session may still hold the lock, so this one is not refused for it.
        cursor = connection.cursor()
        cursor.execute(f"SELECT pg_try_advisory_lock({KEY})")
        if cursor.fetchone() != (True,):
            log.error("the database's lock is held by another session; records are written all the same")
        cursor.close()
        connection.commit()
