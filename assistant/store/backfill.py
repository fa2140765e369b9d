"""Calls nobody of ours saw, put into the book afterwards: what the PBX noted or recorded while the program was not there (S0-10)."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from assistant.duty.messages_left import UnseenCall
from assistant.store import tables, word_index
from assistant.store.closing import INTERRUPTED, settle, sheet_of
from assistant.store.engines import Engines
from assistant.store.figures import mark_stale
from assistant.store.hours import Hours
from assistant.store.region import origin_of

TEXT = "程序停止时的来电,没有看到是谁接的:请补填接听记录单,没有接到的请回拨(不用400线路)"


class Backfill:
    def __init__(self, engines: Engines, hours: Hours) -> None:
        self._engines = engines
        self._hours = hours

    async def add(self, calls: Sequence[UnseenCall], wall: datetime) -> list[str]:
        """Those that were not in the book: each has its row, sheet and task now."""
        table = tables.calls
        async with self._engines.writer.begin() as connection:
            found = await connection.execute(
                sa.select(table.c.call_id).where(table.c.call_id.in_([call.call_id for call in calls]))
            )
            known = set(found.scalars())
            new = [call for call in calls if call.call_id not in known]
            for call in new:
                await self._add(connection, call, wall)
            await connection.run_sync(word_index.index, [call.call_id for call in new])
        return [call.call_id for call in new]

    async def _add(self, connection: AsyncConnection, call: UnseenCall, wall: datetime) -> None:
        origin = origin_of(call.number)
        row = {
            "call_id": call.call_id,
            "direction": "inbound",
            "caller_number": call.number,
            "dialled": call.dialled,
            "region": origin.region,
            "carrier": origin.carrier,
            "began_at": call.came_at,
            "ended_at": call.came_at,
            "after_hours": self._hours.after(call.dialled, call.came_at),
            "reason": INTERRUPTED,
        }
        await connection.execute(sa.insert(tables.calls).values(**row))
        if call.left_message:
            await settle(connection, call.call_id, wall)
        else:
            await _owe_sheet(connection, call.call_id, wall)
        await mark_stale(connection, call.came_at)


async def _owe_sheet(connection: AsyncConnection, call_id: str, wall: datetime) -> None:
    row = (await connection.execute(sa.select(tables.calls).where(tables.calls.c.call_id == call_id))).one()
    await sheet_of(connection, row)
    task = {"task_id": f"fill_sheet:{call_id}", "kind": "fill_sheet", "call_id": call_id}
    await connection.execute(sa.insert(tables.tasks).values(**task, text=TEXT, created_at=wall))
