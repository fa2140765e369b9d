"""`python -m ami_bridge.simulator`: the simulated PBX as a process.

On stdout it says, as JSON lines, when it is ready (`{"ready": {"ami": PORT}}`) and, with `--trace`, when it sent which event
(`{"t": seconds of CLOCK_MONOTONIC, "event": …, "channel": …}`). Each line on its standard input is a scenario's name or title:
that call begins. It ends when its standard input closes, so it never outlives who started it.
"""

import argparse
import asyncio
import contextlib
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ami_bridge.simulator.answers import Pbx, Reply, answer
from ami_bridge.simulator.exchange import Exchange
from ami_bridge.simulator.queue import CallQueue
from ami_bridge.simulator.scenario import Scenario, ScenarioError, load_all, sounds_of
from ami_bridge.simulator.server import AmiServer
from ami_bridge.simulator.sound import SoundError, SoundLibrary
from ami_bridge.simulator.tap import TapBoard
from ami_bridge.simulator.traffic import Traffic
from ami_bridge.simulator.wire import Action, Fields

SCENARIOS = Path(__file__).with_name("scenarios")


@dataclass(frozen=True, slots=True)
class Options:
    speech: Path
    scenarios: Path
    host: str
    ami_port: int
    username: str
    secret: str
    agents: list[str]
    every: float
    first_after: float
    load: int
    rate: float
    scenario: str | None
    trace: bool


def _options(arguments: list[str]) -> Options:
    parser = argparse.ArgumentParser(prog="python -m ami_bridge.simulator", description=__doc__)
    parser.add_argument(
        "--speech", type=Path, required=True, help="folder of the recordings the scenarios name"
    )
    parser.add_argument("--scenarios", type=Path, default=SCENARIOS, help="folder of scenario files")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--ami-port", type=int, default=0, help="0: any free port")
    parser.add_argument("--username", default="hotline")
    parser.add_argument("--secret", default="demo")
    parser.add_argument("--agents", type=lambda text: text.split(","), default=["8001", "8002"])
    parser.add_argument("--every", type=float, default=0, help="seconds between calls by themselves; 0: none")
    parser.add_argument("--first-after", type=float, default=5, help="seconds until the first of them")
    parser.add_argument("--load", type=int, default=0, help="calls at once, each at an agent of its own")
    parser.add_argument("--rate", type=float, default=5, help="calls begun a second under load")
    parser.add_argument("--scenario", help="only this scenario")
    parser.add_argument("--trace", action="store_true", help="say on stdout when each event was sent")
    return Options(**vars(parser.parse_args(arguments)))


async def serve(options: Options, scenarios: dict[str, Scenario], sounds: SoundLibrary) -> None:
    """Until standard input closes."""
    loop = asyncio.get_running_loop()
    server = AmiServer(options.username, options.secret, loop.time)

    def emit(fields: Fields) -> None:
        if options.trace:
            _say({"t": loop.time(), **{name.lower(): value for name, value in fields if name in _TRACED}})
        server.emit(fields)

    agents = [str(8001 + number) for number in range(options.load)] if options.load else options.agents
    exchange = Exchange(agents, emit, loop.time, datetime.now(UTC).timestamp() - loop.time())
    queue, taps = CallQueue(exchange), TapBoard(exchange, sounds.hold_music)
    async with asyncio.TaskGroup() as group:
        traffic = Traffic(exchange, queue, sounds, group)

        orders: asyncio.Queue[str] = asyncio.Queue(maxsize=100)
        by_title = {scenario.title: scenario for scenario in scenarios.values()}

        def place(name: str) -> bool:
            scenario = scenarios.get(name) or by_title.get(name)
            return scenario is not None and traffic.place(scenario) is not None

        pbx = Pbx(exchange, queue, taps, traffic.calls, group)

        def reply_to(action: Action, reply: Reply) -> None:
            answer(pbx, action, reply)

        group.create_task(taps.run())
        group.create_task(server.run((options.host, options.ami_port), reply_to, _say_ready))
        group.create_task(_callers(options, scenarios, traffic, server.first_login))
        group.create_task(_obey(orders, place, server.first_login))
        await _read_orders(orders)
        raise InputClosedError


async def _callers(
    options: Options, scenarios: dict[str, Scenario], traffic: Traffic, first_login: asyncio.Event
) -> None:
    """Nobody calls before somebody watches."""
    await first_login.wait()
    if options.load:
        scenario = next(iter(scenarios.values()))
        await traffic.load(scenario, options.load, options.rate)
    elif options.every:
        await traffic.by_themselves(scenarios, options.every, options.first_after)


class InputClosedError(Exception):
    """Ends the task group: whoever started us is gone."""


_TRACED = {"Event", "Channel", "Uniqueid", "Linkedid"}


def _say_ready(port: int) -> None:
    _say({"ready": {"ami": port}})


def _say(fact: dict[str, object]) -> None:
    print(json.dumps(fact, ensure_ascii=False), flush=True)


async def _read_orders(orders: asyncio.Queue[str]) -> None:
    """Until standard input closes. What comes when a hundred orders wait is dropped."""
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
    )
    while line := await reader.readline():
        if not orders.full():
            orders.put_nowait(line.decode("utf-8", "replace").strip())


async def _obey(orders: asyncio.Queue[str], place: Callable[[str], bool], first_login: asyncio.Event) -> None:
    await first_login.wait()
    while True:
        name = await orders.get()
        if not place(name):
            print(f"There is no scenario {name!r}", file=sys.stderr)


def main(arguments: list[str]) -> int:
    options = _options(arguments)
    try:
        scenarios, sounds = load_all(options.scenarios), SoundLibrary(options.speech)
        if options.scenario is not None:
            scenarios = {options.scenario: scenarios[options.scenario]}
        for scenario in scenarios.values():
            for name in sounds_of(scenario):
                sounds.clip(name)
    except (ScenarioError, SoundError) as error:
        print(error, file=sys.stderr)
        return 2
    except KeyError:
        print(f"There is no scenario {options.scenario!r} in {options.scenarios}", file=sys.stderr)
        return 2
    code = 0
    try:
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(serve(options, scenarios, sounds))
    except* InputClosedError:
        pass
    except* OSError as errors:
        print(f"{options.host}:{options.ami_port}: {errors.exceptions[0]}", file=sys.stderr)
        code = 1
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
