"""Databases whose tables are there already: to make them takes longer than most tests that need them."""

import asyncio
import tempfile
from functools import cache
from pathlib import Path

from assistant.store import schema
from assistant.store.engines import make_engines, parse_url
from tests.support.postgres import Postgres

_TEMPLATE = "migrated"


def migrated_sqlite(path: Path) -> str:
    """The address of the book in this file; a fresh one where there is none."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_sqlite_book())
    return f"sqlite:///{path}"


@cache
def _sqlite_book() -> bytes:
    with tempfile.TemporaryDirectory(prefix="hotline-book-") as folder:
        path = Path(folder) / "book.db"
        asyncio.run(_make_tables(f"sqlite:///{path}"))
        return path.read_bytes()


def migrated_postgres(server: Postgres, name: str) -> str:
    """The address of a fresh book on this server."""
    if _TEMPLATE not in server.databases:
        asyncio.run(_make_tables(server.create_database(_TEMPLATE)))
    return server.create_database(name, like=_TEMPLATE)


async def _make_tables(url: str) -> None:
    engines = make_engines(parse_url(url))
    async with engines.writer.begin() as connection:
        await connection.run_sync(schema.upgrade)
    await engines.dispose()
