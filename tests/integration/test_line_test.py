"""The 400 line tests itself (S0-08): out by the office's line, round through the provider, in by the 400 line, or not."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.integration.site import USERS, Site
from tests.lab.asterisk import Lab
from tests.lab.overlay import SUPERVISOR, desk_agents, desk_number
from tests.lab.phone_call import CallRefusedError
from tests.support.program import Program

TEST_CALLER = "01012345678"
TESTED = f"[line]\ntest_number = '{desk_number(1)}'\ntest_caller = '{TEST_CALLER}'\narrive_within = 4\n"


@pytest_asyncio.fixture
async def tested_site(lab: Lab, tmp_path: Path) -> AsyncIterator[Site]:
    program = Program(tmp_path, lab.ports.ami, lab.secret, more=TESTED)
    await program.add_users(USERS)
    async with program:
        yield Site(lab, program)


async def test_a_test_call_that_rings_and_one_that_never_comes(tested_site: Site) -> None:
    site, agent = tested_site, desk_agents(1)[0]
    async with (
        site.program.page(SUPERVISOR) as boss,
        site.program.page(agent) as page,
        site.lab.phone(agent) as phone,
        site.lab.provider() as network,
        site.lab.caller(TEST_CALLER) as into,
    ):
        await boss.send("test_line")
        outgoing = await network.rings()
        call = await into.prepare(desk_number(1))
        async with asyncio.TaskGroup() as group:
            group.create_task(_until_hung_up(call.place(desk_number(1))))
            await phone.rings()
        passed = await boss.wait("line", lambda m: _line_part(m, "ok"))
        assert "振铃" in _line_part(passed, "ok")
        outgoing.refuse()
        since = boss.mark
        await boss.send("test_line")
        (await network.rings()).refuse()  # the provider does not bring it back
        failed = await boss.wait("line", lambda m: _line_part(m, "down"), since=since)
        assert "没有进来" in _line_part(failed, "down")
        raised = await boss.wait("escalation", lambda m: "S0-08" in m["escalation"]["sources"])
        assert raised["escalation"]["urgent"]
        for everyone in (boss, page):
            assert [m for m in everyone.messages if m["type"] in ("call", "card", "notice")] == []


async def _until_hung_up(placing) -> None:
    with contextlib.suppress(CallRefusedError):
        await placing


def _line_part(message, state: str) -> str:
    """What the page says of the line in this state, or nothing."""
    parts = (p for p in message["line"]["parts"] if p["name"] == "line" and p["state"] == state)
    return next((part["text"] for part in parts), "")
