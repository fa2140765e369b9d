"""An AMI message goes in, a websocket message comes out: with 50 live, tapped calls, Hold and Unhold to the supervisor's page.

From the moment the simulated PBX writes the event to its socket to the moment the page's client has the message.
"""

import asyncio
from collections import defaultdict

import psutil

from tests.bench.program import Running, running
from tests.bench.rows import Row, spread

CALLS = 50
SECONDS = 40
CYCLES = "  - {do: hold}\n  - {do: pause, seconds: 2}\n  - {do: unhold}\n  - {do: pause, seconds: 3.1}\n" * 12
SCENARIO = f"""title: 负载
caller: {{number: "13800138000"}}
ring: [{{agents: ["8001"], seconds: 1, answered_by: "8001"}}]
steps:
  - {{do: pause, seconds: 3}}
{CYCLES}"""
STATES = {"Hold": "held", "Unhold": "talking"}


def run() -> list[Row]:
    return asyncio.run(measure())


async def measure() -> list[Row]:
    async with running(SCENARIO, CALLS) as bench:
        deciding = psutil.Process(bench.pid)
        processes = {"deciding": deciding, "listening": deciding.children()[0]}
        await asyncio.sleep(SECONDS / 2)
        before = {name: cpu_s(process) for name, process in processes.items()}
        await asyncio.sleep(SECONDS / 2)
        shares = {
            name: (cpu_s(process) - before[name]) / (SECONDS / 2) for name, process in processes.items()
        }
    delays = [delay * 1000 for delay in match(bench)]
    note = f"{CALLS} tapped calls"
    return spread("AMI message in to websocket message out", delays, "ms", {"p99": "≤ 20"}, note) + [
        Row(f"processor, {name} process", 100 * share, "% of a core", "", note)
        for name, share in shares.items()
    ]


def cpu_s(process: psutil.Process) -> float:
    times = process.cpu_times()
    return times.user + times.system


def match(bench: Running) -> list[float]:
    """Each Hold or Unhold with the first message that shows it."""
    shown: dict[tuple[str, str], list[float]] = defaultdict(list)
    for at, message in bench.shown:
        if message["type"] == "call":
            call = message["call"]
            assert isinstance(call, dict)
            shown[(call["call_id"], call["state"])].append(at)
    delays = []
    first = bench.shown[0][0]
    for fact in bench.sent:
        state, sent = STATES.get(str(fact.get("event"))), float(str(fact.get("t", 0)))
        if state is None or sent < first:
            continue
        after = [at for at in shown[(str(fact["linkedid"]), state)] if at >= sent]
        if after:
            delays.append(min(after) - sent)
    return delays
