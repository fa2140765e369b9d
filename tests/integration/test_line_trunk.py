"""The 400 trunk on the real Asterisk: its lines counted on the board, its provider lost and back, told and written down."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.integration.site import USERS, Site
from tests.lab.asterisk import Lab
from tests.lab.overlay import SUPERVISOR, desk_agents, desk_number
from tests.support.page import Message, Page
from tests.support.program import Program

LINES = "[line]\nlines = 1\n"
QUALIFIED = "\n[trunk400](+type=aor)\nqualify_frequency = 1\nqualify_timeout = 0.5\n"


@pytest_asyncio.fixture
async def small_site(lab: Lab, tmp_path: Path) -> AsyncIterator[Site]:
    program = Program(tmp_path, lab.ports.ami, lab.secret, more=LINES)
    await program.add_users(USERS)
    async with program:
        yield Site(lab, program)


async def test_lines_taken_and_a_provider_that_goes_away(small_site: Site) -> None:
    async with small_site.program.page(SUPERVISOR) as boss:
        await every_line_is_taken(small_site, boss)
        await the_provider_goes_and_comes_back(small_site, boss)


async def every_line_is_taken(site: Site, boss: Page) -> None:
    agent, number = desk_agents(1)[0], desk_number(1)
    async with site.lab.phone(agent) as phone, site.lab.caller() as caller:
        call = await caller.prepare(number)
        async with asyncio.TaskGroup() as group:
            group.create_task(call.place(number))
            await phone.answers()
        taken = await boss.wait("line", lambda m: m["line"]["lines_in_use"] == 1)
        assert (taken["line"]["lines"], trunk(taken)["state"]) == (1, "degraded")
        since = boss.mark
        await call.hang_up()
        free = await boss.wait("line", lambda m: m["line"]["lines_in_use"] == 0, since=since)
        assert trunk(free)["state"] == "ok"


async def the_provider_goes_and_comes_back(site: Site, boss: Page) -> None:
    """The endpoint's own settings are the PBX's business: here it begins to ask whether its provider is there."""
    own = site.lab.directory / "etc" / "hotline" / "pjsip.d" / "hotline.site.conf"
    own.write_text(own.read_text() + QUALIFIED)
    since = boss.mark
    await site.lab.reload("res_pjsip.so")
    gone = await boss.wait("line", lambda m: trunk(m)["state"] == "down", since=since)
    assert "trunk400" in trunk(gone)["text"]
    raised = await boss.wait("escalation", lambda m: m["escalation"]["reason"] == "400 中继不通", since=since)
    assert (raised["escalation"]["urgent"], raised["escalation"]["state"]) == (True, "open")
    alarm = raised["escalation"]["escalation_id"]
    await boss.send("handle_escalation", escalation_id=alarm, do="acknowledge")
    await boss.wait("escalation", lambda m: state_of(m, alarm) == "acknowledged", since=since)
    async with site.lab.provider():
        await boss.wait("line", lambda m: trunk(m)["state"] == "ok", since=since)
        await boss.wait("escalation", lambda m: state_of(m, alarm) == "closed", since=since)


def trunk(message: Message) -> Message:
    return next(part for part in message["line"]["parts"] if part["name"] == "trunk")


def state_of(message: Message, escalation_id: str) -> str | None:
    escalation = message["escalation"]
    return escalation["state"] if escalation["escalation_id"] == escalation_id else None
