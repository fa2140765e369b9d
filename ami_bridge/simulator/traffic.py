"""Who calls when: calls by themselves in turn, calls on demand, and load."""

import asyncio
from collections.abc import Mapping
from itertools import cycle

import msgspec

from ami_bridge.simulator.call import SimulatedCall
from ami_bridge.simulator.exchange import Exchange
from ami_bridge.simulator.queue import CallQueue
from ami_bridge.simulator.scenario import Round, Scenario
from ami_bridge.simulator.sound import SoundLibrary

MAX_CALLS = 500


class Traffic:
    def __init__(
        self, exchange: Exchange, queue: CallQueue, sounds: SoundLibrary, group: asyncio.TaskGroup
    ) -> None:
        self.calls: set[SimulatedCall] = set()
        self._exchange = exchange
        self._queue = queue
        self._sounds = sounds
        self._group = group

    def place(self, scenario: Scenario) -> SimulatedCall | None:
        """A call begins now; None when there are already too many."""
        if len(self.calls) >= MAX_CALLS:
            return None
        call = SimulatedCall(scenario, self._exchange, self._queue, self._sounds)
        self.calls.add(call)
        self._group.create_task(self._run(call))
        return call

    async def by_themselves(
        self, scenarios: Mapping[str, Scenario], every_s: float, first_after_s: float
    ) -> None:
        """One scenario after the other, and none while another call is live; until cancelled."""
        await asyncio.sleep(first_after_s)
        for scenario in cycle(scenarios.values()):
            for call in list(self.calls):
                await call.ended.wait()
            self.place(scenario)
            await asyncio.sleep(every_s)

    async def load(self, scenario: Scenario, calls: int, per_second: float) -> None:
        """`calls` at once, each at an agent of its own; an ended one is followed by the next. Until cancelled."""
        async with asyncio.TaskGroup() as group:
            for agent in self._exchange.agents[:calls]:
                group.create_task(self._again_and_again(at_agent(scenario, agent)))
                await asyncio.sleep(1 / per_second)

    async def _again_and_again(self, scenario: Scenario) -> None:
        while True:
            call = self.place(scenario)
            if call is not None:
                await call.ended.wait()
            await asyncio.sleep(0.5)

    async def _run(self, call: SimulatedCall) -> None:
        try:
            await call.run()
        finally:
            self.calls.discard(call)


def at_agent(scenario: Scenario, agent: str) -> Scenario:
    """The same call, answered by this agent."""
    seconds = sum(turn.seconds for turn in scenario.ring)
    return msgspec.structs.replace(scenario, ring=[Round([agent], seconds, answered_by=agent)])
