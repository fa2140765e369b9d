"""On the real Asterisk: from the answer to the sound of both voices, and from `kill -9` to the call on the page again.

The answer is the moment the agent's phone sends its 200 OK; heard is the moment the agent's page has the call with its audio
as ok, which needs the tap made, connected and its first frame judged. Asterisk, phones and program share this machine.
"""

import asyncio
import tempfile
from pathlib import Path

from tests.bench.rows import Row, spread
from tests.integration.site import USERS, Conversation, Site
from tests.lab.asterisk import Lab
from tests.support.program import Program

CALLS = 20
KILLS = 5


def run() -> list[Row]:
    return asyncio.run(measure())


async def measure() -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        async with Lab() as lab:
            program = Program(Path(folder), lab.ports.ami, lab.secret)
            await program.add_users(USERS)
            async with program:
                site = Site(lab, program)
                starts = [await tap_start(site) for _ in range(CALLS)]
                restarts = [await restart(site) for _ in range(KILLS)]
    return spread("answer to sound heard", [1000 * one for one in starts], "ms", {"max": "≤ 300"}) + spread(
        "kill -9 and start to the call on the page, heard again", restarts, "s", {"max": "≤ 5"}
    )


async def tap_start(site: Site) -> float:
    async with site.conversation(1) as talk:
        took = await heard_at(talk, 0) - talk.answered_at
        await talk.caller.hang_up()
        await talk.is_over()
    return took


async def restart(site: Site) -> float:
    async with site.conversation(1) as talk:
        await heard_at(talk, 0)
        since = talk.page.mark
        await site.program.kill()
        began = asyncio.get_running_loop().time()
        await site.program.start()
        took = await heard_at(talk, since) - began
        await talk.caller.hang_up()
        await talk.is_over()
    return took


async def heard_at(talk: Conversation, since: int) -> float:
    """When the page first had this call with its audio as ok, on the loop's clock."""
    view = await talk.page.wait(
        "call",
        lambda m: m["call"]["call_id"] == talk.call_id and m["call"]["audio"] == "ok",
        since=since,
    )
    return talk.page.at(view)
