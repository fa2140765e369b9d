"""No call ever goes out by the 400 line: refused by the dialplan, and hung up where somebody gets past it."""

import asyncio
from pathlib import Path

import pytest

from assistant.clock import SystemClock
from assistant.config import DutySection, PbxSection
from assistant.core.outbound import REASON, REFUSED, REFUSED_ADVICE
from assistant.doctor import check_pbx
from tests.integration.site import USERS, Site, side_by_side
from tests.integration.test_duty_dialplan import set_globals
from tests.lab.ami import AmiLog
from tests.lab.asterisk import Lab
from tests.lab.overlay import SUPERVISOR, desk_agents
from tests.lab.phone_call import CallRefusedError
from tests.support.program import Program
from tests.support.until import PATIENCE_S

SOMEBODY = "13900139000"


async def refused_by_the_dialplan(site: Site) -> None:
    """The guard says no before anything is dialled: nobody rings, and supervisors, the agent and the audit hear who tried."""
    agent = desk_agents(1)[0]
    async with (
        site.program.page(SUPERVISOR) as boss,
        site.program.page(agent) as page,
        site.lab.phone(agent) as phone,
    ):
        with pytest.raises(CallRefusedError):
            await phone.call("8" + SOMEBODY)
        raised = await boss.wait("escalation", lambda m: m["escalation"]["reason"] == REFUSED)
        assert (raised["escalation"]["urgent"], raised["escalation"]["agent"]) == (True, agent)
        assert raised["escalation"]["sources"] == ["S0-05", "S2-05"]
        assert "trunk400" in raised["escalation"]["excerpt"]
        assert (await page.wait("supervisor_says"))["text"] == REFUSED_ADVICE


async def past_the_dialplan(site: Site) -> None:
    """A way out that asks no guard: hung up within half a second, supervisors told, the agent told why, written down."""
    agent = desk_agents(2)[0]
    async with (
        site.program.page(SUPERVISOR) as boss,
        site.program.page(agent) as page,
        site.lab.phone(agent) as phone,
        site.lab.provider() as provider,
    ):
        async with asyncio.TaskGroup() as group:
            placing = group.create_task(_is_refused(await phone.prepare("9" + SOMEBODY), "9" + SOMEBODY))
            outside = await provider.rings()
            rang_at = asyncio.get_running_loop().time()
            await asyncio.wait_for(outside.ended.wait(), PATIENCE_S)
            lasted = asyncio.get_running_loop().time() - rang_at
        assert placing.done()
        print(f"outbound by the 400 line: hung up {lasted:.3f} s after the provider was rung")
        assert lasted < 0.5
        raised = await boss.wait("escalation", lambda m: m["escalation"]["reason"] == REASON)
        assert (raised["escalation"]["urgent"], raised["escalation"]["agent"]) == (True, agent)
        told = await page.wait("supervisor_says")
        assert "外拨" in told["text"]


async def _is_refused(call, number: str) -> None:
    with pytest.raises(CallRefusedError):
        await call.place(number)


async def test_the_400_line_never_calls_out(site: Site) -> None:
    await side_by_side(site, refused_by_the_dialplan, past_the_dialplan)


async def test_a_way_out_that_began_while_nobody_looked_is_hung_up(lab: Lab, tmp_path: Path) -> None:
    """The program starts, or its link is back, and finds it ringing."""
    program = Program(tmp_path, lab.ports.ami, lab.secret)
    await program.add_users(USERS)
    async with (
        lab.phone(desk_agents(2)[0]) as phone,
        lab.provider() as provider,
        asyncio.TaskGroup() as group,
    ):
        group.create_task(_is_refused(await phone.prepare("9" + SOMEBODY), "9" + SOMEBODY))
        outside = await provider.rings()
        async with program, program.page(SUPERVISOR) as boss:
            await asyncio.wait_for(outside.ended.wait(), PATIENCE_S)
            before = [one["reason"] for one in (await boss.wait("snapshot"))["escalations"]]
            if REASON not in before:
                await boss.wait("escalation", lambda m: m["escalation"]["reason"] == REASON)


async def test_the_doctor_reads_by_which_trunk_the_dialplan_forwards(lab: Lab) -> None:
    """X1: the very global variable the dialplan dials by, over the shipped account."""
    pbx = PbxSection(port=lab.ports.ami, secret=lab.secret)
    duty = DutySection(plan=Path("duty.yaml"))

    async def says() -> list[str]:
        return [one.grade for one in await check_pbx(pbx, SystemClock(), duty) if one.part == "duty"]

    async with AmiLog(lab.ports.ami, lab.secret) as ami:
        assert await says() == [], "not set: trunk-duty"
        await set_globals(ami, HOTLINE_DUTY_TRUNK="trunk400")
        assert await says() == ["fault"]
        await set_globals(ami, HOTLINE_DUTY_TRUNK="trunk-mobile")
        assert await says() == ["warning"]
