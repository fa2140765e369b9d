"""What the dialplan does with the plan it keeps, and without one, while nobody answers its question."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tests.integration.test_duty_dialplan import mobile, set_globals
from tests.integration.test_duty_network import asking
from tests.integration.test_duty_program import calls
from tests.lab.ami import AmiLog
from tests.lab.asterisk import Lab
from tests.lab.mobiles import Mobiles, accepts
from tests.lab.overlay import desk_agents
from tests.support.tcp_proxy import TcpProxy
from tests.support.until import PATIENCE_S

DESK = 4
NOW_ON_DUTY, ONCE_ON_DUTY, LATER_ON_DUTY, LAST_RESORT = (mobile(DESK, person) for person in (1, 2, 3, 4))
EVERYBODY = dict.fromkeys((NOW_ON_DUTY, ONCE_ON_DUTY, LATER_ON_DUTY, LAST_RESORT), accepts)
KEPT = "The plan it left says"
HOURS = "The hours of the dialplan decide"
FUTURE = int(time.time()) + 86_400
"""Of a plan's segments: seconds since 1970; 1 and 2 are long over."""


@dataclass
class Told:
    """Whoever is asked where a call goes, with a plan for later."""

    plan: str = ""

    def __call__(self, dialled: str) -> object:
        return {"route": "queue", "targets": "", "until": FUTURE, "plan": self.plan}


@dataclass
class Stage:
    lab: Lab
    ami: AmiLog
    mobiles: Mobiles
    network: TcpProxy
    told: Told

    async def keeps(self, plan: str) -> None:
        """The PBX hears this plan with the answer to a call, then nothing more of us."""
        self.told.plan = plan
        self.network.mend()
        await self.queue_rings()
        self.network.refuse()

    async def queue_rings(self) -> None:
        async with self.lab.phone(desk_agents(DESK)[0]) as phone, calls(self.lab, DESK):
            await phone.rings(10)

    async def rings(self, number: str) -> None:
        times = self.mobiles.rang(number)
        async with calls(self.lab, DESK):
            ringing = await self.mobiles.rings(number, times + 1)
        await asyncio.wait_for(ringing.ended.wait(), PATIENCE_S)  # a mobile that rings is not rung twice

    def said(self, text: str) -> int:
        return self.lab.log_tail(1000).count(text)

    async def it_is(self, weekday: int, clock: str) -> None:
        """The dialplan's time zone is such that it is this hour of this weekday (0: Monday) there."""
        now = datetime.now(UTC)
        hour, minute, second = (int(part) for part in clock.split(":"))
        wanted = now.replace(hour=hour, minute=minute, second=second) + timedelta(weekday - now.weekday())
        ahead = int((wanted - now).total_seconds())
        sign, (minutes, seconds) = "-" if ahead >= 0 else "+", divmod(abs(ahead), 60)
        zone = f"LAB{sign}{minutes // 60}:{minutes % 60:02}:{seconds:02}"  # POSIX: what is ahead of UTC is negative
        await set_globals(self.ami, HOTLINE_ZONE=zone)


@asynccontextmanager
async def stage(lab: Lab) -> AsyncIterator[Stage]:
    told = Told()
    async with asking(lab, told, EVERYBODY) as (ami, mobiles, network):
        yield Stage(lab, ami, mobiles, network, told)


async def what_is_over_is_passed_over(stage: Stage) -> None:
    await stage.keeps(f"1:queue:~2:duty:{ONCE_ON_DUTY}/20/8401~{FUTURE}:duty:{NOW_ON_DUTY}/20/8401")
    before = stage.said(f"{KEPT} duty")
    await stage.rings(NOW_ON_DUTY)
    assert stage.said(f"{KEPT} duty") == before + 1
    assert stage.mobiles.rang(ONCE_ON_DUTY) == 0


async def office_hours_that_are_kept_ring_the_queue(stage: Stage) -> None:
    later = f"{FUTURE + 60}:duty:{LATER_ON_DUTY}/20/8401"
    await stage.keeps(f"1:duty:{ONCE_ON_DUTY}/20/8401~{FUTURE}:queue:~{later}")
    await stage.queue_rings()
    assert stage.said(f"{KEPT} queue") == 1
    assert stage.mobiles.rang(LATER_ON_DUTY) == 0


async def a_plan_that_is_over_leaves_its_numbers(stage: Stage) -> None:
    """The hours decide then, and where no last resort is set, those who were planned last are rung."""
    await stage.keeps(f"1:duty:{NOW_ON_DUTY}/20/8401~2:queue:~3:duty:{ONCE_ON_DUTY}/20/8401~4:queue:")
    await stage.it_is(5, "10:00:00")
    before = stage.said(HOURS)
    await stage.rings(ONCE_ON_DUTY)
    await set_globals(stage.ami, HOTLINE_NUMBERS=f"{LAST_RESORT}/20/8401")
    await stage.rings(LAST_RESORT)
    assert stage.said(HOURS) == before + 2


async def the_hours_of_the_dialplan(stage: Stage) -> None:
    """The regulation's, as shipped, in a zone where it is just then: 09:00 to 12:00 and 13:00 to 17:30, Monday to Friday."""
    for weekday, clock in (
        (2, "08:59:30"),
        (2, "12:00:01"),
        (2, "12:59:30"),
        (4, "17:30:01"),
        (6, "10:00:00"),
    ):
        await stage.it_is(weekday, clock)
        await stage.rings(LAST_RESORT)
    for weekday, clock in ((0, "09:00:01"), (2, "11:59:30"), (2, "13:00:01"), (4, "17:29:30")):
        await stage.it_is(weekday, clock)
        await stage.queue_rings()


async def one_span_alone(stage: Stage) -> None:
    """Whichever of the two variables it is in."""
    await set_globals(stage.ami, HOTLINE_HOURS_2="08:00-08:29,wed,*,*")
    await stage.it_is(2, "08:15:00")
    await stage.queue_rings()
    await stage.it_is(2, "10:00:00")
    await stage.rings(LAST_RESORT)


STORIES: tuple[Callable[[Stage], Awaitable[None]], ...] = (
    what_is_over_is_passed_over,
    office_hours_that_are_kept_ring_the_queue,
    a_plan_that_is_over_leaves_its_numbers,
    the_hours_of_the_dialplan,
    one_span_alone,
)


async def test_the_plan_that_is_kept_and_the_hours_without_one(lab: Lab) -> None:
    """One after the other: the plan and the variables belong to all calls."""
    async with stage(lab) as playing:
        await set_globals(playing.ami, HOTLINE_HOURS_1="", HOTLINE_NUMBERS="")
        for story in STORIES:
            await story(playing)
