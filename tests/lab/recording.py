"""Records what the real Asterisk says, with the shipped account, about one kind of call at a time, for the unit replays."""

import asyncio
import json
from pathlib import Path

from tests.lab.ami import AmiLog
from tests.lab.asterisk import Lab
from tests.lab.chroot import LabError
from tests.lab.scenarios import SCENARIOS, Stage
from tests.lab.tap_listener import TapListener

RECORDINGS = Path(__file__).parents[1] / "unit" / "ami_bridge" / "recordings"
AT_ONCE = 3
"""Scenarios recorded side by side, each on an Asterisk of its own."""


async def record_all(names: list[str]) -> None:
    wanted = list(SCENARIOS) if names == ["all"] else names
    unknown = sorted(set(wanted) - set(SCENARIOS))
    if unknown:
        raise LabError(f"no such scenario: {', '.join(unknown)}; there are: {', '.join(SCENARIOS)}")
    RECORDINGS.mkdir(parents=True, exist_ok=True)
    turn = asyncio.Semaphore(AT_ONCE)

    async def one(name: str) -> None:
        async with turn:
            count = await record(name)
            print(f"{name}: {count} messages", flush=True)

    async with asyncio.TaskGroup() as group:
        for name in wanted:
            group.create_task(one(name))


async def record(name: str) -> int:
    async with Lab() as lab, TapListener() as taps, AmiLog(lab.ports.ami, lab.secret) as ami:
        await SCENARIOS[name](Stage(lab, ami, taps))
        await _all_quiet(ami)
        lines = [
            f"{second:.3f} {json.dumps(message, ensure_ascii=False)}\n" for second, message in ami.messages
        ]
    (RECORDINGS / f"{name}.jsonl").write_text("".join(lines))
    return len(lines)


async def _all_quiet(ami: AmiLog) -> None:
    """Every channel that was made has hung up."""
    born = [m["Uniqueid"] for _, m in ami.messages if m.get("Event") == "Newchannel"]
    for uniqueid in born:
        await ami.wait_for("Hangup", Uniqueid=uniqueid, timeout=10.0)
