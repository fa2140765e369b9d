"""The regulation's hours on the real Asterisk, to the second: the whole program with a clock that stands where a test puts it.

The dialplan asks over the program's own FastAGI; the callers are SIPp's.
"""

import asyncio
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from assistant.config import DutySection, PbxSection, RecordsSection, Settings, WebSection
from assistant.running import run
from tests.integration.test_duty_dialplan import set_globals
from tests.lab.ami import AmiLog
from tests.lab.asterisk import Lab
from tests.lab.mobiles import Mobiles, accepts
from tests.lab.overlay import desk_agents, duty_number
from tests.lab.sipp import SippCall, sipp_caller

DESK = 1
AGENT, MOBILE = desk_agents(DESK)[0], "13900000101"
PLAN = f"""time_zone: Asia/Shanghai
hours: {{mon-fri: ["09:00-12:00", "13:00-17:30"]}}
people: {{wang: {{name: 王芳, number: "{MOBILE}", extension: "{AGENT}"}}}}
always: [wang]
"""
WEDNESDAY, NATIONAL_DAY = "2026-09-30", "2026-10-01"
RINGS = {
    f"{WEDNESDAY} 11:59:59": AGENT,
    f"{WEDNESDAY} 12:00:00": MOBILE,
    f"{WEDNESDAY} 12:59:59": MOBILE,
    f"{WEDNESDAY} 13:00:00": AGENT,
    f"{WEDNESDAY} 17:30:00": MOBILE,
    f"{NATIONAL_DAY} 12:00:00": MOBILE,
    f"{NATIONAL_DAY} 10:00:00": MOBILE,
}


class HeldClock:
    """Time of day stands still; everything that lasts goes on."""

    def __init__(self) -> None:
        self.moment = datetime.now(UTC)

    def hold(self, china: str) -> None:
        self.moment = datetime.fromisoformat(china).replace(tzinfo=ZoneInfo("Asia/Shanghai")).astimezone(UTC)

    def now(self) -> float:
        return time.monotonic()

    def wall(self, at: float | None = None) -> datetime:
        return self.moment if at is None else self.moment - timedelta(seconds=self.now() - at)


@asynccontextmanager
async def program(lab: Lab, folder: Path, clock: HeldClock, agi_port: int) -> AsyncIterator[None]:
    plan = folder / "duty.yaml"
    plan.write_text(PLAN)
    settings = Settings(
        pbx=PbxSection(port=lab.ports.ami, secret=lab.secret, tap_port=0),
        web=WebSection(port=0),
        records=RecordsSection(url=f"sqlite:///{folder / 'book.db'}"),
        duty=DutySection(plan=plan, token_file=folder / "route.token", agi_port=agi_port),
    )
    ready: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    async with asyncio.TaskGroup() as group:
        running = group.create_task(run(settings, clock, ready=ready.set_result))
        await ready
        yield
        running.cancel()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def test_where_a_call_goes_to_the_second(lab: Lab, tmp_path: Path) -> None:
    clock, agi_port = HeldClock(), free_port()
    async with (
        AmiLog(lab.ports.ami, lab.secret) as ami,
        Mobiles(lab, {MOBILE: accepts}) as mobiles,
        lab.phone(AGENT) as phone,
        program(lab, tmp_path, clock, agi_port),
    ):
        await set_globals(ami, HOTLINE_AGI=f"agi://127.0.0.1:{agi_port}/route", HOTLINE_SOUNDS="/nowhere")
        for moment, who in RINGS.items():
            clock.hold(moment)
            rang = mobiles.rang(MOBILE)
            async with sipp_caller(lab, SippCall(duty_number(DESK), talk_s=0.5)) as calling:
                if who == AGENT:
                    await phone.answers(0.2)
                else:
                    await mobiles.rings(MOBILE, rang + 1)
                result = await asyncio.wait_for(calling, 20)
            assert result.ended_normally, (moment, result.output)
            assert mobiles.rang(MOBILE) == rang + (who == MOBILE), moment
            assert phone.incoming.empty(), moment
        assert "does not answer" not in lab.log_tail(400), "every answer was the program's"
