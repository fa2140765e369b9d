"""What a person orders of the PBX: said to it, and refused to the person who asked where it could not be done."""

import logging
from collections.abc import Callable, Coroutine
from typing import Protocol

from ami_bridge import actions
from ami_bridge.actions import Action
from ami_bridge.client import ActionRefused, PbxTimeout, PbxUnavailable, Response
from ami_bridge.events import ChannelName, Extension, TapId
from assistant.effects import HandOver, HangUp, PickUp, PlaceDemoCall, Redirect, Spy, TakeOver
from assistant.messages import Refused
from assistant.taps import MakeTap, TapRefusedError

log = logging.getLogger(__name__)

ToPbx = HangUp | Redirect | Spy | TakeOver | PickUp | HandOver
Order = ToPbx | PlaceDemoCall
_SPYING = {"listen": actions.listen, "whisper": actions.whisper, "barge": actions.barge}


class Perform(Protocol):
    """`AmiClient.perform`."""

    def __call__(self, action: Action, timeout: float = 5.0) -> Coroutine[None, None, Response]: ...


def tap_maker(perform: Perform, host: str, port: int) -> MakeTap:
    """Taps by way of AMI, sent to where the PBX reaches our listener."""

    async def make(tap_id: str, channel: ChannelName, stereo: bool) -> None:
        try:
            await perform(actions.tap(channel, TapId(tap_id), host, port, stereo=stereo))
        except (ActionRefused, PbxUnavailable, PbxTimeout, ValueError) as error:
            raise TapRefusedError(str(error)) from error

    return make


class Orders:
    def __init__(
        self,
        perform: Perform,
        spawn: Callable[[Coroutine[None, None, None]], None],
        refuse: Callable[[str, Refused], None],
        technology: str,
        place_demo_call: Callable[[str], None] | None,
        transfer_context: str = "hotline-phones",
        sent: Callable[[Redirect | HandOver, str | None], None] | None = None,
    ) -> None:
        """`sent`: hears of a caller who was sent elsewhere, or why that, or a transfer, could not be done."""
        self._perform = perform
        self._spawn = spawn
        self._refuse = refuse
        self._technology = technology
        self._place_demo_call = place_demo_call
        self._transfer_context = transfer_context
        self._sent = sent

    def give(self, order: Order) -> None:
        """Returns at once; the PBX is asked by a task of its own."""
        if isinstance(order, PlaceDemoCall):
            if self._place_demo_call is not None:
                self._place_demo_call(order.scenario)
            return
        self._spawn(self._carry_out(order))

    async def _carry_out(self, order: ToPbx) -> None:
        try:
            await self._perform(self._action(order))
        except (ActionRefused, PbxUnavailable, PbxTimeout, ValueError) as error:
            log.warning("call %s: %s was not done: %s", order.call_id, type(order).__name__, error)
            self._tell(order, str(error))
        else:
            if isinstance(order, Redirect):
                self._report(order, None)

    def _report(self, order: Redirect | HandOver, why_not: str | None) -> None:
        if self._sent is not None:
            self._sent(order, why_not)

    def _action(self, order: ToPbx) -> Action:
        match order:
            case HangUp():
                return actions.hang_up(order.channel)
            case Redirect():
                return actions.redirect(order.channel, order.context, order.exten)
            case Spy():
                return _SPYING[order.how](Extension(order.supervisor), order.channel, self._technology)
            case TakeOver():
                return actions.take_over(Extension(order.supervisor), order.channel, self._technology)
            case PickUp():
                return actions.pick_up(Extension(order.agent), order.channel, self._technology)
            case HandOver():
                return actions.hand_over(order.channel, self._transfer_context, order.to)

    def _tell(self, order: ToPbx, reason: str) -> None:
        match order:
            case Spy() | TakeOver():
                self._refuse(
                    order.supervisor, Refused(reply_to="join_call", reason=f"电话系统没有照办:{reason}")
                )
            case PickUp():
                self._refuse(order.agent, Refused(reply_to="pick_up", reason=f"电话系统没有照办:{reason}"))
            case HandOver():
                self._refuse(order.agent, Refused(reply_to="transfer", reason=f"电话系统没有照办:{reason}"))
                self._report(order, reason)
            case Redirect():
                self._report(order, reason)
            case HangUp():
                pass  # nobody in particular asked; the call's own state on the page shows that it goes on
