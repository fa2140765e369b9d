"""Which tap listens to which call: ids, legs and the orders that make and end taps.

The core says "listen to this call"; here that becomes one stereo tap on the caller's channel or two mono ones, by what this
Asterisk can do. It never waits for a tap to go: one that cannot be removed is forgotten and ends with its channel.
"""

import logging
import re
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Literal, Protocol
from uuid import uuid4

from ami_bridge.events import ChannelName, Party
from asr.events import LegEnd, LegId
from assistant.core import TapChange
from assistant.effects import OpenAgentEar, StartTap, StopTap

log = logging.getLogger(__name__)

BOTH = (Party.CALLER, Party.AGENT)
Legs = tuple[LegId] | tuple[LegId, LegId]


class Ears(Protocol):
    """What is needed of `asr.listening_process.ListeningProcess`."""

    def expect(self, tap_id: str, legs: Legs) -> None: ...
    def gate(self, leg: LegId, open: bool) -> None: ...  # noqa: A002
    def drop(self, tap_id: str) -> None: ...


class MakeTap(Protocol):
    """Orders the PBX to make a tap; raises `TapRefusedError` with the reason."""

    def __call__(self, tap_id: str, channel: ChannelName, stereo: bool) -> Coroutine[None, None, None]: ...


class TapRefusedError(Exception):
    """The PBX would not or could not make the tap."""


Report = Callable[[str, TapChange, tuple[Party, ...], str], None]
"""(call id, what became of the tap, whose voices, why)"""


@dataclass(slots=True)
class _Tap:
    tap_id: str
    call_id: str
    legs: dict[LegId, Party]
    channel: ChannelName

    @property
    def parties(self) -> tuple[Party, ...]:
        return tuple(self.legs.values())


@dataclass(slots=True)
class _Tapped:
    """One call's taps, at most one a party."""

    taps: list[_Tap] = field(default_factory=list)
    agent_channel: ChannelName | None = None
    agent_ear_open: bool = True


class Taps:
    def __init__(
        self,
        ears: Ears,
        make: MakeTap,
        spawn: Callable[[Coroutine[None, None, None]], object],
        report: Report,
        stereo: Literal["auto", "on", "off"] = "auto",
    ) -> None:
        self._ears = ears
        self._make = make
        self._spawn = spawn
        self._report = report
        self._wish = stereo
        self._version: tuple[int, int] | None = None
        self._mono_came = False
        self._calls: dict[str, _Tapped] = {}
        self._taps: dict[str, _Tap] = {}
        self._legs: dict[LegId, _Tap] = {}

    # -- what this Asterisk can do ---------------------------------------------------------------------------------

    def learn_version(self, version: str) -> None:
        self._version = release_of(version)

    @property
    def possible(self) -> bool:
        """chan_audiosocket came with Asterisk 18."""
        return self._version is None or self._version >= (18, 0)

    @property
    def stereo(self) -> bool:
        if self._wish != "auto":
            return self._wish == "on"
        return not self._mono_came and (self._version is None or _has_stereo_spy(self._version))

    # -- orders from the core --------------------------------------------------------------------------------------

    def carry_out(self, order: StartTap | StopTap | OpenAgentEar) -> None:
        match order:
            case StartTap():
                self.start(order)
            case StopTap():
                self.stop(order.call_id)
            case OpenAgentEar():
                self.set_agent_ear(order.call_id, order.open)

    def start(self, order: StartTap) -> None:
        """Does what is missing, and makes anew what a change of agents spoils.

        A stereo tap outlives the change but may stay deaf on the agent's side for good: the audiohook drops every frame
        whose RTP timestamp lies below the old agent's (measured: docs/measurements.md, Taps).
        """
        if not self.possible:
            reason = "Asterisk 18 以下没有 AudioSocket"
            self._report(order.call_id, TapChange.IMPOSSIBLE, BOTH, reason)
            return
        tapped = self._calls.setdefault(order.call_id, _Tapped())
        same_agent = tapped.agent_channel == order.agent_channel
        tapped.agent_channel = order.agent_channel
        for tap in [tap for tap in tapped.taps if tap.parties == BOTH]:
            if same_agent:
                return
            self._drop(tap)
        if self.stereo and not tapped.taps:
            self._tap(tapped, order.call_id, order.caller_channel, BOTH)
            return
        for party, channel in ((Party.CALLER, order.caller_channel), (Party.AGENT, order.agent_channel)):
            present = [tap for tap in tapped.taps if tap.parties == (party,)]
            if party is Party.CALLER and present:
                continue  # it follows the caller's channel through every rename
            if all(tap.channel == channel for tap in present) and present:
                continue
            for tap in present:
                self._drop(tap)
            self._tap(tapped, order.call_id, channel, (party,))

    def stop(self, call_id: str) -> None:
        tapped = self._calls.pop(call_id, None)
        for tap in () if tapped is None else list(tapped.taps):
            self._drop(tap)

    def set_agent_ear(self, call_id: str, is_open: bool) -> None:
        tapped = self._calls.get(call_id)
        if tapped is None:
            return
        tapped.agent_ear_open = is_open
        for tap in tapped.taps:
            self._gate(tap, is_open)

    # -- what is seen of taps --------------------------------------------------------------------------------------

    def whose(self, leg: LegId) -> tuple[str, Party] | None:
        tap = self._legs.get(leg)
        return None if tap is None else (tap.call_id, tap.legs[leg])

    def leg_started(self, leg: LegId) -> None:
        """Only a connected leg can be gated, so the gate is set when its first frame has come."""
        tap = self._legs.get(leg)
        if tap is not None and tap.call_id in self._calls:
            self._gate(tap, self._calls[tap.call_id].agent_ear_open)

    def attached(self, tap_id: str) -> None:
        tap = self._taps.get(tap_id)
        if tap is not None:
            self._report(tap.call_id, TapChange.UP, tap.parties, "")

    def gone(self, tap_id: str, reason: str) -> None:
        tap = self._taps.get(tap_id)
        if tap is None:
            return
        self._drop(tap)
        self._report(tap.call_id, TapChange.LOST, tap.parties, reason)

    def leg_ended(self, leg: LegId, why: LegEnd) -> None:
        tap = self._legs.get(leg)
        if tap is None or why is LegEnd.STOPPED:
            return
        if why is LegEnd.PROTOCOL_ERROR and tap.parties == BOTH:
            log.warning("call %s: no stereo from this Asterisk, two mono taps from now on", tap.call_id)
            self._mono_came = True
        self.gone(tap.tap_id, _REASONS[why])

    def __len__(self) -> int:
        return len(self._taps)

    # -- inside ----------------------------------------------------------------------------------------------------

    def _tap(self, tapped: _Tapped, call_id: str, channel: ChannelName, parties: tuple[Party, ...]) -> None:
        tap_id = str(uuid4())
        legs = {LegId(f"{tap_id}/{party.value}"): party for party in parties}
        tap = _Tap(tap_id, call_id, legs, channel)
        tapped.taps.append(tap)
        self._taps[tap_id] = tap
        self._legs.update(dict.fromkeys(legs, tap))
        ids = list(legs)
        self._ears.expect(tap_id, (ids[0], ids[1]) if len(ids) > 1 else (ids[0],))
        self._spawn(self._order(tap))

    async def _order(self, tap: _Tap) -> None:
        try:
            await self._make(tap.tap_id, tap.channel, len(tap.legs) > 1)
        except TapRefusedError as error:
            log.warning("call %s: no tap: %s", tap.call_id, error)
            self.gone(tap.tap_id, str(error))

    def _drop(self, tap: _Tap) -> None:
        self._taps.pop(tap.tap_id, None)
        for leg in tap.legs:
            self._legs.pop(leg, None)
        tapped = self._calls.get(tap.call_id)
        if tapped is not None and tap in tapped.taps:
            tapped.taps.remove(tap)
        self._ears.drop(tap.tap_id)

    def _gate(self, tap: _Tap, is_open: bool) -> None:
        for leg, party in tap.legs.items():
            if party is Party.AGENT:
                self._ears.gate(leg, is_open)


_REASONS = {
    LegEnd.CLOSED_BY_PBX: "电话系统结束了监听",
    LegEnd.STOPPED: "我们结束了监听",
    LegEnd.PROTOCOL_ERROR: "声音数据不合格式",
    LegEnd.NEVER_CONNECTED: "电话系统没有送来声音",
    LegEnd.LISTENER_DIED: "监听程序中断,正在重新开始",
}


def release_of(version: str) -> tuple[int, int] | None:
    """Asterisk's major and minor number; where only AMI's is told, the major number follows from it (main/manager.h)."""
    found = re.search(r"(\d+)(?:\.(\d+))?", version)
    if found is None:
        return None
    if version.startswith("AMI"):
        return int(found[1]) + 11, _NEWEST_MINOR
    return int(found[1]), int(found[2] or 0)


_NEWEST_MINOR = 99
"""Hope for the best: a tap that brings no stereo is noticed and replaced by two."""


def _has_stereo_spy(version: tuple[int, int]) -> bool:
    """ChanSpy's option D came in these releases (tag scan of apps/app_chanspy.c)."""
    major, minor = version
    first = {18: 22, 20: 7, 21: 2}.get(major)
    return major >= 22 if first is None else minor >= first
