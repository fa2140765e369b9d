"""Versioned documents: every version is kept, nothing is overwritten, and who saved second is told so."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from assistant.store import tables
from assistant.store.book import clean
from assistant.store.engines import Engines
from assistant.store.problems import ConflictError, NotFoundError


@dataclass(frozen=True, slots=True)
class Document:
    kind: str
    key: str
    version: int
    body: str
    by: str
    at: datetime
    comment: str


class Documents:
    def __init__(self, engines: Engines) -> None:
        self._engines = engines

    async def newest(self, kind: str, key: str) -> Document | None:
        async with self._engines.reader.connect() as connection:
            return await newest(connection, kind, key)

    async def version(self, kind: str, key: str, version: int) -> Document:
        table = tables.documents
        query = sa.select(table).where(table.c.kind == kind, table.c.key == key, table.c.version == version)
        found = await self._rows(query)
        if not found:
            raise NotFoundError("没有这个版本")
        return found[0]

    async def history(self, kind: str, key: str, limit: int = 200) -> list[Document]:
        """Newest first."""
        table = tables.documents
        query = sa.select(table).where(table.c.kind == kind, table.c.key == key)
        return await self._rows(query.order_by(table.c.version.desc()).limit(limit))

    async def all_newest(self, kind: str, until: datetime | None = None) -> list[Document]:
        """The newest version of each key; of those there were at `until`, if that is given."""
        table = tables.documents
        there = sa.true() if until is None else table.c.at <= until
        latest = (
            sa.select(table.c.key, sa.func.max(table.c.version).label("version"))
            .where(table.c.kind == kind, there)
            .group_by(table.c.key)
            .subquery()
        )
        same = sa.and_(table.c.key == latest.c.key, table.c.version == latest.c.version)
        return await self._rows(
            sa.select(table).join(latest, same).where(table.c.kind == kind).order_by(table.c.key)
        )

    async def add(self, document: Document, seen: int) -> Document:
        """A new version after `seen`. ConflictError if somebody saved another meanwhile."""
        values = {name: clean(getattr(document, name)) for name in document.__slots__}
        try:
            async with self._engines.writer.begin() as connection:
                before = await newest(connection, document.kind, document.key)
                if (0 if before is None else before.version) != seen:
                    raise ConflictError(_meanwhile(before))
                row = {**values, "version": seen + 1}
                await connection.execute(sa.insert(tables.documents).values(**row))
        except IntegrityError as error:
            raise ConflictError(_meanwhile(None)) from error
        return await self.version(document.kind, document.key, seen + 1)

    async def _rows(self, query: sa.Select[tuple[object, ...]]) -> list[Document]:
        async with self._engines.reader.connect() as connection:
            return [_document(row) for row in await connection.execute(query)]


async def newest(connection: AsyncConnection, kind: str, key: str) -> Document | None:
    table = tables.documents
    query = sa.select(table).where(table.c.kind == kind, table.c.key == key)
    row = (await connection.execute(query.order_by(table.c.version.desc()).limit(1))).one_or_none()
    return None if row is None else _document(row)


def _meanwhile(before: Document | None) -> str:
    who = "别人" if before is None else f"{before.by} (第 {before.version} 版)"
    return f"{who}已先保存,请刷新后再改"


def _document(row: sa.Row[tuple[object, ...]]) -> Document:
    return Document(**dict(row._mapping))  # noqa: SLF001  (SQLAlchemy's documented name)
