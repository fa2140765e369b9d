"""Changes of the duty plan as people made them. Nothing is deleted: who made it, who withdrew it, and when."""

from datetime import datetime

import sqlalchemy as sa

from assistant.duty.changes import Change, ChangeKind
from assistant.store import tables
from assistant.store.engines import Engines
from assistant.store.problems import NotFoundError


class DutyChanges:
    def __init__(self, engines: Engines) -> None:
        self._engines = engines

    async def add(self, change: Change) -> None:
        values = {name: getattr(change, name) for name in change.__slots__}
        async with self._engines.writer.begin() as connection:
            await connection.execute(
                sa.insert(tables.duty_changes).values(**{**values, "kind": str(change.kind)})
            )

    async def valid(self, now: datetime) -> list[Change]:
        """What may still matter, in the order it was made."""
        table = tables.duty_changes
        return await self._select(table.c.withdrawn_at.is_(None) & (table.c.end > now))

    async def recent(self, since: datetime) -> list[Change]:
        """Withdrawn and ended ones too."""
        return await self._select(tables.duty_changes.c.end > since)

    async def withdraw(self, change_id: str, by: str, wall: datetime) -> Change:
        """Raises NotFoundError for what is not there or is withdrawn already."""
        table = tables.duty_changes
        async with self._engines.writer.begin() as connection:
            done = await connection.execute(
                sa.update(table)
                .where(table.c.change_id == change_id, table.c.withdrawn_at.is_(None))
                .values(withdrawn_at=wall, withdrawn_by=by)
            )
            if done.rowcount != 1:
                raise NotFoundError("没有这项值班变动,或已撤销")
            row = await connection.execute(sa.select(table).where(table.c.change_id == change_id))
            return _change(row.one())

    async def _select(self, where: sa.ColumnElement[bool]) -> list[Change]:
        table = tables.duty_changes
        async with self._engines.reader.connect() as connection:
            rows = await connection.execute(sa.select(table).where(where).order_by(table.c.made_at))
            return [_change(row) for row in rows]


def _change(row: sa.Row[tuple[object, ...]]) -> Change:
    values = dict(row._mapping)  # noqa: SLF001  (SQLAlchemy's documented name)
    return Change(**{**values, "kind": ChangeKind(values["kind"])})
