"""How many calls come in an hour like this one, as the book knows it: the same weekday and hour of the last weeks."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from assistant.store import tables

WEEKS = 4


class Rhythm:
    def __init__(self, reader: AsyncEngine) -> None:
        self._reader = reader

    async def usual_calls(self, wall: datetime) -> float | None:
        """Calls in the hour around `wall`, a week ago and before; None where no such week is in the book. The busiest and the
        quietest of them count alike: a holiday makes an hour look quieter than usual, never busier."""
        counts = []
        async with self._reader.connect() as connection:
            calls = tables.calls
            oldest = await connection.scalar(sa.select(sa.func.min(calls.c.began_at)))
            for weeks in range(1, WEEKS + 1):
                middle = wall - timedelta(weeks=weeks)
                if oldest is None or oldest > middle - timedelta(minutes=30):
                    break
                within = calls.c.began_at.between(
                    middle - timedelta(minutes=30), middle + timedelta(minutes=30)
                )
                count = sa.select(sa.func.count()).where(within, calls.c.direction == "inbound")
                counts.append(await connection.scalar(count) or 0)
        return sum(counts) / len(counts) if counts else None
