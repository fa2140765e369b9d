"""Hours that begin or end while a call is under way, on the shipped line as a fresh Asterisk has it: nobody is sent away."""

import asyncio
from contextlib import AsyncExitStack

from assistant.duty.plan_text import plan_from_text
from tests.integration.site import hears_on
from tests.integration.test_duty_dialplan import mobile, plan_text, set_globals
from tests.integration.test_duty_network import Asked, asking
from tests.integration.test_duty_program import calls, dials
from tests.lab.asterisk import Lab
from tests.lab.mobiles import never_answers
from tests.lab.overlay import LINE, desk_agents
from tests.support.until import PATIENCE_S, until

DESK = 3
FIRST, SECOND = mobile(DESK, 1), mobile(DESK, 2)
SHUT, OPEN = (plan_from_text(plan_text(DESK, 2, is_open=is_open)) for is_open in (False, True))


async def test_whom_the_queue_gives_up_in_office_hours_leaves_a_message(lab: Lab) -> None:
    """The shipped line: the queue rings; when it gives the caller up, the office is still open and no mobile is rung."""
    asked = Asked(OPEN)
    async with asking(lab, asked) as (ami, mobiles, _), AsyncExitStack() as at_the_desk:
        await set_globals(ami, HOTLINE_MESSAGES=f"{lab.inner_directory}/spool/hotline")
        phone = await at_the_desk.enter_async_context(lab.phone("8001"))
        async with dials(lab, LINE, "13800138000") as call:
            await phone.rings(10)
            await at_the_desk.aclose()  # nobody is left in the queue
            await asyncio.wait_for(call.answered.wait(), PATIENCE_S)
            await until(lambda: list((lab.directory / "spool" / "hotline").glob("*.wav")))
        assert (asked.times, mobiles.rang(FIRST)) == (2, 0)


async def test_an_office_that_opens_while_the_mobiles_ring_takes_the_call(lab: Lab) -> None:
    """Nobody lifts a mobile, and the hours have begun: the queue rings, no message. Talking, a boundary is nothing."""
    asked = Asked(SHUT)
    async with (
        asking(lab, asked, {FIRST: never_answers, SECOND: never_answers}) as (_, mobiles, _),
        lab.phone(desk_agents(DESK)[0]) as phone,
        calls(lab, DESK) as call,
    ):
        await mobiles.rings(FIRST)
        asked.plan = OPEN
        await mobiles.rings(SECOND)
        assert asked.times == 1, "who rings, rings on"
        ringing = await phone.rings(15)
        assert not call.answered.is_set(), "no message, nothing to pay"
        ringing.answer()
        await asyncio.wait_for(call.answered.wait(), PATIENCE_S)
        asked.plan = SHUT
        assert await hears_on(call, 2.0) > 80
        assert not ringing.ended.is_set()
        assert asked.times == 2, "a call that talks is not asked about"


async def test_an_office_that_stays_closed_takes_a_message_after_the_last_mobile(lab: Lab) -> None:
    asked = Asked(SHUT)
    async with (
        asking(lab, asked, {FIRST: never_answers, SECOND: never_answers}) as (_, mobiles, _),
        calls(lab, DESK) as call,
    ):
        await mobiles.rings(SECOND)
        await asyncio.wait_for(call.answered.wait(), PATIENCE_S)
        assert asked.times == 2
