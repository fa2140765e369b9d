"""The 400 trunk on the real Asterisk: its lines counted on the board, its provider lost and back, told and written down."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.integration.site import USERS, Site
from tests.lab.asterisk import TRUNK_HOST, Lab
from tests.lab.overlay import SUPERVISOR, desk_agents, desk_number
from tests.lab.registrar import Registrar
from tests.support.page import Message, Page
from tests.support.program import Program
from tests.support.until import PATIENCE_S

LINES = "[line]\nlines = 1\n"
REGISTRATION = """
[system]
type = system
timer_t1 = 100
timer_b = 6400
[trunk400-registration]
type = registration
client_uri = {account}
server_uri = sip:{host}:{port}
retry_interval = 1
"""
"""And how long Asterisk waits for an answer: a fifth of the usual 32 s."""
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


async def test_a_registration_that_is_lost_and_back(lab: Lab, tmp_path: Path) -> None:
    """The provider sends its calls where the line has registered; its registrar goes away, and is there again."""
    port = lab.ports.trunk_sip
    own = lab.directory / "etc" / "hotline" / "pjsip.d" / "hotline.site.conf"
    own.write_text(own.read_text() + REGISTRATION.format(account=account(port), host=TRUNK_HOST, port=port))
    program = Program(
        tmp_path, lab.ports.ami, lab.secret, more=f"[line]\nregistrations = ['{account(port)}']\n"
    )
    await program.add_users(USERS)
    async with Registrar(port) as registrar:
        await lab.restart()  # how long an answer is waited for is read at the start only
        await program.start()
        await asyncio.wait_for(registrar.asked.wait(), PATIENCE_S)
    try:
        async with program.page(SUPERVISOR) as boss:
            gone = await boss.wait("line", lambda m: trunk(m)["state"] == "down")
            assert account(port) in trunk(gone)["text"]
            raised = await boss.wait("escalation", lambda m: m["escalation"]["reason"] == "400 中继不通")
            alarm = raised["escalation"]["escalation_id"]
            async with Registrar(port):
                await boss.wait("line", lambda m: trunk(m)["state"] == "ok")
                await boss.wait("escalation", lambda m: state_of(m, alarm) == "closed")
    finally:
        await program.stop()


def account(port: int) -> str:
    return f"sip:4001234567@{TRUNK_HOST}:{port}"


def trunk(message: Message) -> Message:
    """As the page has it; before anything was said of it, nothing."""
    return next((part for part in message["line"]["parts"] if part["name"] == "trunk"), {"state": None})


def state_of(message: Message, escalation_id: str) -> str | None:
    escalation = message["escalation"]
    return escalation["state"] if escalation["escalation_id"] == escalation_id else None
