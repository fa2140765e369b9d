"""Resident memory of the program and of its listening process with no call, 10 and 50 calls on which both sides speak, after 25 s of them."""

import asyncio

import psutil

from tests.bench.program import running
from tests.bench.rows import Row

SECONDS = 25
SCENARIO = """title: 负载
caller: {number: "13800138000"}
ring: [{agents: ["8001"], seconds: 1, answered_by: "8001"}]
steps:
  - {do: say, who: agent, sound: agent_opening_h050.wav}
  - {do: say, who: caller, sound: caller_price_course_h028.wav}
  - {do: say, who: agent, sound: agent_price_course_h060.wav}
  - {do: say, who: caller, sound: caller_thanks_goodbye_h022.wav}
  - {do: pause, seconds: 10}
"""


def run() -> list[Row]:
    return [row for calls in (0, 10, 50) for row in asyncio.run(measure(calls))]


async def measure(calls: int) -> list[Row]:
    async with running(SCENARIO, calls) as bench:
        await asyncio.sleep(SECONDS if calls else 3)
        deciding = psutil.Process(bench.pid)
        (listening,) = deciding.children()
        return [
            Row(f"resident memory, {calls} calls, {name}", process.memory_info().rss / 2**20, "MB")
            for name, process in (("deciding", deciding), ("listening", listening))
        ]
