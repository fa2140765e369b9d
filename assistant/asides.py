"""Ears on agents who talk to a colleague while their caller waits: one mono tap each, on what the agent says.

A call has one at most. What cannot be tapped is not heard, and nothing is concluded from it.
"""

import logging
from collections.abc import Callable, Coroutine
from uuid import uuid4

from asr.events import LegId
from assistant.effects import ListenAside, StopAside
from assistant.taps import Ears, MakeTap, TapRefusedError

log = logging.getLogger(__name__)


class Asides:
    def __init__(
        self,
        ears: Ears,
        make: MakeTap,
        spawn: Callable[[Coroutine[None, None, None]], object],
    ) -> None:
        self._ears = ears
        self._make = make
        self._spawn = spawn
        self._taps: dict[str, str] = {}
        """By the call: the tap's id."""

    def carry_out(self, order: ListenAside | StopAside) -> None:
        self._stop(order.call_id)
        if isinstance(order, ListenAside):
            self._listen(order)

    def whose(self, leg: LegId) -> str | None:
        """The call whose agent is heard on this leg."""
        return next((call_id for call_id, tap_id in self._taps.items() if _leg(tap_id) == leg), None)

    def _listen(self, order: ListenAside) -> None:
        tap_id = str(uuid4())
        self._taps[order.call_id] = tap_id
        self._ears.expect(tap_id, (_leg(tap_id),))
        self._spawn(self._order(tap_id, order))

    def _stop(self, call_id: str) -> None:
        tap_id = self._taps.pop(call_id, None)
        if tap_id is not None:
            self._ears.drop(tap_id)

    async def _order(self, tap_id: str, order: ListenAside) -> None:
        try:
            await self._make(tap_id, order.channel, stereo=False)
        except TapRefusedError as error:
            log.warning("call %s: its agent's talk with a colleague is not heard: %s", order.call_id, error)
            if self._taps.get(order.call_id) == tap_id:
                self._stop(order.call_id)


def _leg(tap_id: str) -> LegId:
    return LegId(f"{tap_id}/aside")
