"""The local day agents' time on calls is counted in: when it began, and what was talked in it before the program started."""

from assistant.clock import Clock
from assistant.core.team import Workday
from assistant.duty.calendar import SHANGHAI
from assistant.store.reading import Reading


def day_began(clock: Clock, now: float) -> float:
    """The monotonic instant of the last midnight in China."""
    local = clock.wall(now).astimezone(SHANGHAI)
    return now - (local - local.replace(hour=0, minute=0, second=0, microsecond=0)).total_seconds()


async def workday(reading: Reading, clock: Clock) -> Workday:
    began = day_began(clock, clock.now())
    talked = await reading.talked_since(clock.wall(began))
    return Workday(lambda now: day_began(clock, now), talked, began)
