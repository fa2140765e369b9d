"""One simulated call: it follows its scenario until somebody hangs up or an AMI action says otherwise."""

import asyncio
from dataclasses import dataclass
from typing import assert_never

from ami_bridge.simulator.channel import Channel
from ami_bridge.simulator.exchange import Exchange
from ami_bridge.simulator.legs import Legs
from ami_bridge.simulator.queue import CallQueue
from ami_bridge.simulator.scenario import (
    AnyStep,
    Background,
    HangUp,
    Hold,
    PartyName,
    Pause,
    Round,
    Say,
    Scenario,
    Transfer,
    Unhold,
)
from ami_bridge.simulator.sound import FRAMES_PER_SECOND, SoundLibrary

PATIENCE_S = 60.0
"""How long a caller waits for a free agent before giving up."""
AFTER_ORDER_S = 30.0
"""A call that left its script lasts so long."""
REDIRECTED_ANSWER_S = 2.0
"""How long a phone rings for a redirected caller."""


@dataclass(frozen=True, slots=True)
class HangUpOrder:
    """An AMI action hung up this channel."""

    channel: Channel


@dataclass(frozen=True, slots=True)
class RedirectOrder:
    """An AMI action sent the caller to this extension."""

    exten: str


@dataclass(frozen=True, slots=True)
class PickUpOrder:
    """Another agent took the ringing call (PickupChan)."""

    agent: str


@dataclass(frozen=True, slots=True)
class TakeOverOrder:
    """A supervisor's phone took the caller from the agent (Bridge)."""

    supervisor: str


Order = HangUpOrder | RedirectOrder | PickUpOrder | TakeOverOrder


class OrderCameError(Exception):
    """Raised inside the script where it waits."""

    def __init__(self, order: Order) -> None:
        super().__init__(order)
        self.order = order


class HungUpError(Exception):
    """The script is over: `by` hangs up."""

    def __init__(self, by: PartyName) -> None:
        super().__init__(by)
        self.by = by


class SimulatedCall:
    def __init__(
        self, scenario: Scenario, exchange: Exchange, queue: CallQueue, sounds: SoundLibrary
    ) -> None:
        self._scenario = scenario
        self._exchange = exchange
        self._sounds = sounds
        self._legs = Legs(scenario, exchange, queue, sounds)
        self._orders: asyncio.Queue[Order] = asyncio.Queue(maxsize=100)
        self.ended = asyncio.Event()

    def owns(self, channel: Channel) -> bool:
        return self._legs.include(channel)

    def order(self, order: Order) -> None:
        """When a hundred orders wait, the next are dropped: the first of them already ends or moves the call."""
        if not self._orders.full():
            self._orders.put_nowait(order)

    async def run(self) -> None:
        """Until nothing of the call is left on the exchange."""
        script = self._follow_scenario()
        try:
            while True:
                try:
                    await script
                except OrderCameError as came:
                    script = self._obey(came.order)
        except HungUpError as hung_up:
            self._legs.end(hung_up.by)
        finally:
            self.ended.set()

    async def _obey(self, order: Order) -> None:
        match order:
            case HangUpOrder(channel):
                raise HungUpError("agent" if channel is self._legs.agent else "caller")
            case RedirectOrder(exten):
                self._legs.redirect(exten)
                if exten in self._exchange.agents:
                    await self._dial(exten, REDIRECTED_ANSWER_S)
                    await self._wait(AFTER_ORDER_S)
                raise HungUpError("caller")
            case PickUpOrder(agent):
                await self._answered_by(agent)
            case TakeOverOrder(supervisor):
                self._legs.redirect(supervisor)
                await self._answered_by(supervisor)
            case _:
                assert_never(order)

    async def _answered_by(self, extension: str) -> None:
        self._legs.ring([extension])
        self._legs.answer(self._legs.ringing[-1], 0.0)
        await self._wait(AFTER_ORDER_S)
        raise HungUpError("caller")

    # -- the script ----------------------------------------------------------------------------------------------

    async def _follow_scenario(self) -> None:
        for turn in self._scenario.ring:
            if await self._ring_round(turn):
                break
        else:
            raise HungUpError("caller")
        for step in self._scenario.steps:
            await self._perform(step)
        raise HungUpError("caller")

    async def _perform(self, step: AnyStep) -> None:
        match step:
            case Say():
                await self._say(step)
            case Pause(seconds):
                await self._wait(seconds)
            case Hold(by):
                self._exchange.hold(self._party(by))
            case Unhold(by):
                self._exchange.unhold(self._party(by))
            case Background(who, sound):
                self._party(who).voice.background = self._sounds.background(sound)
            case Transfer():
                await self._transfer(step)
            case HangUp(by):
                raise HungUpError(by)
            case _:
                assert_never(step)

    async def _say(self, say: Say) -> None:
        clip = self._sounds.clip(say.sound, say.gain_db)
        next_frame = int(self._exchange.now() * FRAMES_PER_SECOND) + 1
        self._party(say.who).voice.play(clip, next_frame)
        if say.wait:
            await self._wait(clip.seconds)

    def _party(self, who: PartyName) -> Channel:
        if who == "caller":
            return self._legs.caller
        if self._legs.agent is None:
            raise HungUpError("caller")
        return self._legs.agent

    # -- ringing -------------------------------------------------------------------------------------------------

    async def _ring_round(self, turn: Round) -> bool:
        """Whether somebody answered."""
        await self._until_free(turn.agents)
        self._legs.ring([agent for agent in turn.agents if self._exchange.is_free(agent)])
        await self._wait(turn.seconds)
        if turn.caller_leaves:
            raise HungUpError("caller")
        if turn.answered_by is None:
            self._legs.time_out(turn.seconds)
            return False
        # Where the agent who should answer is busy, another one whose phone rings does.
        phones = self._legs.ringing
        chosen = [phone for phone in phones if phone.number == turn.answered_by]
        self._legs.answer((chosen or phones)[0], turn.seconds)
        return True

    async def _dial(self, agent: str, answers_after: float) -> None:
        """The caller, out of the queue, rings one extension and is answered."""
        await self._until_free([agent])
        self._legs.ring([agent])
        await self._wait(answers_after)
        self._legs.answer(self._legs.ringing[0], answers_after)

    async def _until_free(self, agents: list[str]) -> None:
        deadline = self._exchange.now() + PATIENCE_S
        while not any(self._exchange.is_free(agent) for agent in agents):
            if self._exchange.now() > deadline:
                raise HungUpError("caller")
            await self._wait(0.5)

    # -- handing on ----------------------------------------------------------------------------------------------

    async def _transfer(self, transfer: Transfer) -> None:
        await self._until_free([transfer.to])
        agent = self._party("agent")
        if transfer.kind == "blind":
            self._legs.blind_transfer(agent, transfer.to)
            return await self._dial(transfer.to, transfer.answers_after)
        consultation = self._legs.begin_consultation(agent, transfer.to)
        try:
            await self._wait(transfer.answers_after)
        except OrderCameError:
            self._legs.give_up_consultation(consultation)
            raise
        return self._legs.complete_consultation(consultation)

    async def _wait(self, seconds: float) -> None:
        """Raises OrderCameError when an order comes first."""
        try:
            async with asyncio.timeout(seconds):
                order = await self._orders.get()
        except TimeoutError:
            return
        raise OrderCameError(order)
