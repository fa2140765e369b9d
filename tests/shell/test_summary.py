"""A summary falls due: the book is asked, the sentence is told."""

import asyncio
from datetime import UTC, datetime, time

from assistant.clock import VirtualClock
from assistant.duty.calendar import SHANGHAI
from assistant.effects import Notify
from assistant.notify.summary import SummaryTimes, send_summaries
from assistant.records import CallBegan
from assistant.store import Store

FOUR = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
"""16:00 in Shanghai."""


async def test_the_days_numbers_come_from_the_book(url: str) -> None:
    store = await Store.open(url, FOUR)
    told: asyncio.Queue[Notify] = asyncio.Queue()
    clock = VirtualClock(wall=FOUR)
    try:
        async with asyncio.TaskGroup() as group:
            writing = group.create_task(store.run())
            store.put(CallBegan("1.1", "inbound", "13800138000", None, "4001234567", "trunk400"), FOUR)
            await asyncio.wait_for(store.flush(), 10)
            times = SummaryTimes(daily=time(16, 0, 0, 200_000))
            sending = group.create_task(
                send_summaries(times, store.reports, clock, SHANGHAI, told.put_nowait)
            )
            await asyncio.sleep(0)  # it has seen what time it is
            clock.advance_to(1.0)
            notice = await asyncio.wait_for(told.get(), 10)
            sending.cancel()
            writing.cancel()
    finally:
        await store.close()
    assert (notice.kind, notice.urgent) == ("summary", False)
    assert notice.text.startswith("今日小结(2026-03-02):来电 1,接通 0(0%)")
