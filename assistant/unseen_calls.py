"""Looks now and then for calls the PBX served while we were not there, and has them put into the book."""

import asyncio
import logging
from collections.abc import Callable, Collection
from datetime import datetime, timedelta

from assistant.duty.messages_left import MessagesLeft
from assistant.store.backfill import Backfill

log = logging.getLogger(__name__)

AS_OLD_AS = timedelta(days=31)
"""Older ones may have been deleted from the book for their age."""
SETTLED_AFTER = timedelta(minutes=10)
"""A caller who is still speaking, or was before this program's eyes a moment ago, is nobody's lost call."""


class UnseenCalls:
    def __init__(
        self,
        left: MessagesLeft,
        book: Backfill,
        live_calls: Callable[[], Collection[str]],
        kept_days: int | None,
    ) -> None:
        """`kept_days`: for how long the book keeps calls; None: for ever."""
        self._left = left
        self._book = book
        self._live_calls = live_calls
        self._as_old_as = AS_OLD_AS if kept_days is None else min(AS_OLD_AS, timedelta(days=kept_days))
        self._looked_at: set[str] = set()
        """Files stay where they are; each is asked about once."""

    async def look(self, wall: datetime) -> list[str]:
        """The ids of those that came into the book now. Raises what a database raises."""
        found = await asyncio.to_thread(self._left.unseen, wall - self._as_old_as, wall - SETTLED_AFTER)
        self._looked_at &= {call.call_id for call in found}
        alive = set(self._live_calls())
        new = [call for call in found if call.call_id not in self._looked_at | alive]
        if not new:
            return []
        added = await self._book.add(new, wall)
        self._looked_at.update(call.call_id for call in new)
        if added:
            log.warning("%d calls came while nobody here saw them; they are in the book now", len(added))
        return added
