"""How many calls are usual at this weekday and hour, from a real book."""

import asyncio
from datetime import UTC, datetime, timedelta

from assistant.records import CallBegan
from assistant.store import Store

NOW = datetime(2026, 3, 30, 2, 0, tzinfo=UTC)


async def test_the_same_hour_of_the_weeks_before(url: str) -> None:
    store = await Store.open(url, NOW)
    try:
        assert await store.rhythm.usual_calls(NOW) is None
        async with asyncio.TaskGroup() as group:
            writing = group.create_task(store.run())
            last, before = NOW - timedelta(weeks=1), NOW - timedelta(weeks=2)
            moments = [
                before - timedelta(hours=2),  # the book begins here
                before,
                last - timedelta(minutes=29),
                last,
                last + timedelta(minutes=31),  # another hour's
            ]
            for number, moment in enumerate(moments):
                store.put(CallBegan(f"{number}.1", "inbound", None, None, None, "trunk400"), moment)
            store.put(CallBegan("9.1", "outbound", None, None, None, "office"), last)
            await asyncio.wait_for(store.flush(), 10)
            assert await store.rhythm.usual_calls(NOW) == 1.5
            writing.cancel()
    finally:
        await store.close()
