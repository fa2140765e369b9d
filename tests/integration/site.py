"""A whole site: the real Asterisk, the program beside it as a process, users at their pages, calls between real phones."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from tests.lab.asterisk import Lab
from tests.lab.overlay import AGENTS, DESKS, SUPERVISOR, desk_agents, desk_number
from tests.lab.phone import Phone
from tests.lab.phone_call import PhoneCall
from tests.lab.rtp import QUIET, Sound
from tests.support.page import Page
from tests.support.program import Program
from tests.support.until import PATIENCE_S

USERS = {
    **dict.fromkeys([*AGENTS, *(agent for desk in DESKS for agent in desk_agents(desk))], "agent"),
    SUPERVISOR: "supervisor",
}


@dataclass(frozen=True)
class Site:
    lab: Lab
    program: Program

    @asynccontextmanager
    async def conversation(
        self,
        desk: int,
        *,
        after: float = 1.0,
        caller: Sound = QUIET,
        agent: Sound = QUIET,
        name: str | None = None,
        patience: float = 60.0,
    ) -> AsyncIterator["Conversation"]:
        """A caller dials the desk's number; its first agent answers after so many seconds; the agent's page is open."""
        extension, number = desk_agents(desk)[0], desk_number(desk)
        async with (
            self.program.page(extension) as page,
            self.lab.phone(extension, agent, first_stamp=1_000_000_000) as phone,
            self.lab.caller(f"1380013800{desk}", caller) as calling,
        ):
            call = await calling.prepare(number, name=name)
            async with asyncio.TaskGroup() as group:
                placing = group.create_task(call.place(number))
                ringing = await phone.rings(patience)
                await asyncio.sleep(after)
                answered_at = asyncio.get_running_loop().time()
                ringing.answer()
                await placing
            view = await page.wait("call", lambda m: m["call"]["state"] == "talking")
            yield Conversation(page, phone, call, ringing, view["call"]["call_id"], answered_at)


@dataclass(frozen=True)
class Conversation:
    page: Page
    phone: Phone
    """The agent's."""
    caller: PhoneCall
    agent: PhoneCall
    call_id: str
    answered_at: float

    async def is_over(self) -> None:
        await asyncio.wait_for(self.agent.ended.wait(), PATIENCE_S)
        await asyncio.wait_for(self.caller.ended.wait(), PATIENCE_S)
        await self.page.wait("call_gone", lambda m: m["call_id"] == self.call_id)


async def hears_on(call: PhoneCall, seconds: float = 1.0) -> int:
    """How many packets reach this phone in the next so many seconds."""
    before = len(call.rtp.received.frames)
    await asyncio.sleep(seconds)
    return len(call.rtp.received.frames) - before


async def side_by_side(site: Site, *stories: Callable[[Site], Awaitable[None]]) -> None:
    """Plays independent stories at once, each to its own end, and tells all that went wrong."""
    wrong: list[Exception] = []

    async def tell(story: Callable[[Site], Awaitable[None]]) -> None:
        try:
            await story(site)
        except Exception as error:  # noqa: BLE001 - the others shall still be played to their end
            error.add_note(f"in {story.__name__}")
            wrong.append(error)

    async with asyncio.TaskGroup() as group:
        for story in stories:
            group.create_task(tell(story))
    if wrong:
        raise ExceptionGroup(f"the program's log ends with:\n{site.program.log.read_text()[-3000:]}", wrong)
