"""What is done now and then, whatever happens on the line: finding calls nobody saw, reminding of what is due, telling a new day, deleting what is old enough."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from assistant.clock import Clock
from assistant.duty.calendar import SHANGHAI
from assistant.records import Audited
from assistant.reminders import LEAD
from assistant.store import Store
from assistant.store.desk import Task
from assistant.store.retention import Keep

log = logging.getLogger(__name__)

ROUND_S: Final = 30.0
PURGE_EVERY: Final = timedelta(hours=6)


class Upkeep:
    def __init__(
        self,
        store: Store,
        clock: Clock,
        keep: Keep,
        remind: Callable[[list[Task]], None],
        new_day: Callable[[], None],
        find_unseen: Callable[[datetime], Awaitable[object]],
    ) -> None:
        """`find_unseen`: calls that came while nobody here saw them."""
        self._store = store
        self._clock = clock
        self._keep = keep
        self._remind = remind
        self._new_day = new_day
        self._find_unseen = find_unseen
        self._day = _local_day(clock.wall())
        self._purge_at: datetime | None = None

    async def run(self) -> None:
        """Until cancelled. A database that is away is tried again at the next round."""
        while True:
            try:
                await self.once(self._clock.wall())
            except (SQLAlchemyError, OSError) as error:
                log.error("upkeep: the database failed with %s", type(error).__name__)  # noqa: TRY400
            await asyncio.sleep(ROUND_S)

    async def once(self, wall: datetime) -> None:
        yesterday, self._day = self._day, _local_day(wall)
        if self._day != yesterday:
            self._new_day()
        await self._find_unseen(wall)
        due = await self._store.desk.due(wall, LEAD)
        if due:
            self._remind(due)
        if self._purge_at is None or wall >= self._purge_at:
            self._purge_at = wall + PURGE_EVERY
            gone = await self._store.retention.purge(self._keep, wall)
            if gone:
                told = ", ".join(f"{kind} {count}" for kind, count in gone.items())
                log.info("old records deleted: %s", told)
                self._store.put(Audited("", "purged", "records", told), wall)


def _local_day(wall: datetime) -> date:
    return wall.astimezone(SHANGHAI).date()
