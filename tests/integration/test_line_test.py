"""The 400 line tests itself (S0-08): out by the office's line, round through the provider, in by the 400 line, or not; and whether it is heard."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest_asyncio

from tests.integration.site import USERS, Site
from tests.lab.asterisk import Lab
from tests.lab.overlay import SUPERVISOR, desk_agents, desk_number
from tests.lab.phone import Phone
from tests.lab.phone_call import PhoneCall
from tests.lab.rtp import SILENCE, Received, Sound
from tests.support.program import Program
from tests.support.until import PATIENCE_S

TEST_CALLER = "01012345678"
TESTED = f"[line]\ntest_number = '{desk_number(1)}'\ntest_caller = '{TEST_CALLER}'\narrive_within = 3\ntest_answer_context = 'hotline-line-test-answer'\n"


@pytest_asyncio.fixture
async def tested_site(lab: Lab, tmp_path: Path) -> AsyncIterator[Site]:
    program = Program(tmp_path, lab.ports.ami, lab.secret, more=TESTED)
    await program.add_users(USERS)
    async with program:
        yield Site(lab, program)


@dataclass(frozen=True)
class Relayed(Sound):
    """What the other stream receives, frame by frame: the network between two ends of a call."""

    received: Received = field(default_factory=Received)
    taken: list[bytes] = field(default_factory=list)

    def frame(self, number: int) -> bytes | None:
        at = len(self.taken)
        heard = self.received.frames[at] if at < len(self.received.frames) else SILENCE
        if at < len(self.received.frames):
            self.taken.append(heard)
        return heard


@dataclass(frozen=True)
class Network:
    """The provider: takes the call that comes out by the office's line and brings it in by the 400 line."""

    site: Site
    out: Phone
    into: Phone

    async def brings(self, *, back: bool) -> tuple[PhoneCall, PhoneCall]:
        """Connected, with the caller's sound carried in, and ours carried `back` or lost."""
        outgoing = await self.out.rings()
        incoming = await self.into.prepare(desk_number(1))
        await incoming.place(desk_number(1))
        outgoing.answer()
        incoming.rtp.play(Relayed(b"", received=outgoing.rtp.received))
        if back:
            outgoing.rtp.play(Relayed(b"", received=incoming.rtp.received))
        return outgoing, incoming

    async def is_over(self, outgoing: PhoneCall, incoming: PhoneCall) -> None:
        await asyncio.wait_for(outgoing.ended.wait(), PATIENCE_S)
        await asyncio.wait_for(incoming.ended.wait(), PATIENCE_S)


async def test_a_test_call_is_heard_both_ways_or_names_the_silent_one(tested_site: Site) -> None:
    site, agent = tested_site, desk_agents(1)[0]
    async with (
        site.program.page(SUPERVISOR) as boss,
        site.program.page(agent) as page,
        site.lab.phone(agent),
        site.lab.provider() as out,
        site.lab.caller(TEST_CALLER) as into,
    ):
        network = Network(site, out, into)
        await boss.send("test_line")
        call = await network.brings(back=True)
        passed = await boss.wait("line", lambda m: _line_part(m, "ok"))
        assert "双向声音正常" in _line_part(passed, "ok")
        await network.is_over(*call)

        since = boss.mark
        await boss.send("test_line")
        call = await network.brings(back=False)
        failed = await boss.wait("line", lambda m: _line_part(m, "down"), since=since)
        assert "听不到声音的方向:坐席到客户:" in _line_part(failed, "down")
        await network.is_over(*call)

        since = boss.mark
        await boss.send("test_line")
        (await out.rings()).refuse()  # the provider does not bring it back
        failed = await boss.wait("line", lambda m: "没有进来" in _line_part(m, "down"), since=since)
        raised = await boss.wait("escalation", lambda m: "S0-08" in m["escalation"]["sources"])
        assert raised["escalation"]["urgent"]
        for everyone in (boss, page):
            assert [m for m in everyone.messages if m["type"] in ("call", "card", "notice")] == []


def _line_part(message, state: str) -> str:
    """What the page says of the line in this state, or nothing."""
    parts = (p for p in message["line"]["parts"] if p["name"] == "line" and p["state"] == state)
    return next((part["text"] for part in parts), "")
