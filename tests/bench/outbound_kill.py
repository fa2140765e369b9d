"""An outbound attempt by the 400 trunk that gets past the dialplan, on the real Asterisk: from the provider's first ring (its
INVITE) to its end (CANCEL). Asterisk, the program and the phones share this machine.
"""

import asyncio
import tempfile
from pathlib import Path

from tests.bench.rows import Row, spread
from tests.integration.site import USERS
from tests.lab.asterisk import Lab
from tests.lab.phone import Phone
from tests.lab.phone_call import CallRefusedError
from tests.support.program import Program

ATTEMPTS = 20
PAST_THE_GUARD = "913900139000"


def run() -> list[Row]:
    return asyncio.run(measure())


async def measure() -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        async with Lab() as lab:
            program = Program(Path(folder), lab.ports.ami, lab.secret)
            await program.add_users(USERS)
            async with (
                program,
                program.page("8001") as page,
                lab.phone("8001") as phone,
                lab.provider() as out,
            ):
                # Asterisk is seen once the page has it as ok; until then nothing is guarded over AMI.
                if (await page.wait("snapshot"))["line"]["parts"][0]["state"] != "ok":
                    await page.wait("line", lambda m: m["line"]["parts"][0]["state"] == "ok")
                lasted = [await attempt(phone, out) for _ in range(ATTEMPTS)]
    return spread("outbound kill time", [one * 1000 for one in lasted], "ms", {"max": "< 500"})


async def attempt(phone: Phone, provider: Phone) -> float:
    loop = asyncio.get_running_loop()
    async with asyncio.TaskGroup() as group:
        group.create_task(_refused(phone))
        outside = await provider.rings()
        rang_at = loop.time()
        await asyncio.wait_for(outside.ended.wait(), 10)
    return loop.time() - rang_at


async def _refused(phone: Phone) -> None:
    try:
        await phone.call(PAST_THE_GUARD)
    except CallRefusedError:
        return
    raise AssertionError("the call went out")
