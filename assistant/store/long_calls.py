"""A call that lasts too long is ended with an apology and gone on with from another phone (S0-13): that is promised, so it is a task."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from assistant.records import CardWasShown
from assistant.store import tables
from assistant.store.task_owner import whose_list

RULE = "S0-13"
REPLY_WITHIN = timedelta(hours=1)
"""The rule says "in time" (及时) and no number; the reminder before it is due is this long too."""
TEXT = "通话时间过长:用另一部电话及时回复客户(不用400线路)"


def call_back_id(call_id: str) -> str:
    return f"call_back_elsewhere:{call_id}"


async def owe_call_back(connection: AsyncConnection, record: CardWasShown, wall: datetime) -> None:
    """One a call, however often the card comes; what is done stays done."""
    if RULE not in record.sources:
        return
    tasks = tables.tasks
    task_id = call_back_id(record.call_id)
    there = await connection.scalar(sa.select(tasks.c.task_id).where(tasks.c.task_id == task_id))
    if there is None:
        await connection.execute(
            sa.insert(tasks).values(
                task_id=task_id,
                kind="call_back",
                call_id=record.call_id,
                agent=await whose_list(connection, record.agent),
                text=TEXT,
                created_at=wall,
                due_at=wall + REPLY_WITHIN,
            )
        )
