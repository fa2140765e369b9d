"""Ears on a test call of the line: one mono tap on each of its ends, for what that end receives from the network."""

import logging
from uuid import uuid4

from ami_bridge.events import ChannelName
from asr.events import LegId
from assistant.line_sound import Way
from assistant.taps import Ears, MakeTap, TapRefusedError

log = logging.getLogger(__name__)


class LineEars:
    def __init__(self, ears: Ears, make: MakeTap) -> None:
        self._ears = ears
        self._make = make
        self._taps: dict[str, Way] = {}
        self._legs: dict[LegId, Way] = {}

    async def listen(self, way: Way, channel: ChannelName) -> None:
        tap_id = str(uuid4())
        leg = LegId(f"{tap_id}/line")
        self._taps[tap_id], self._legs[leg] = way, way
        self._ears.expect(tap_id, (leg,))
        try:
            await self._make(tap_id, channel, stereo=False)
        except TapRefusedError as error:
            log.warning("line test: no tap: %s", error)

    def stop(self) -> None:
        for tap_id in self._taps:
            self._ears.drop(tap_id)
        self._taps.clear()
        self._legs.clear()

    def way_of_tap(self, tap_id: str) -> Way | None:
        return self._taps.get(tap_id)

    def way_of_leg(self, leg: LegId) -> Way | None:
        return self._legs.get(leg)
