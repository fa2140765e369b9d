"""The 400 line as the PBX sees it: how many of its lines are taken, and whether the provider can be reached (S0-08, S0-11).

All lines taken means that the next caller hears a busy tone and nobody here sees it: told at once, and over once no call has taken the
last line for a while, so that a busy hour is one alarm. A trunk that is gone is told while it is.
"""

from ami_bridge.events import TrunkEvent, TrunkLines, TrunkReach, TrunkReached
from assistant.core.alarms import LINES_FULL, TRUNK_GONE, Alarms
from assistant.core.escalations import LINE
from assistant.effects import Effect
from assistant.messages import Part

FREE_FOR = 300.0
"""So long no call has taken the last line: the rush is over."""


class Trunks:
    def __init__(self, lines: int | None, alarms: Alarms) -> None:
        """`lines`: how many calls the provider lets in at once; None where nobody has said."""
        self.lines = lines
        self.in_use = 0
        self._alarms = alarms
        self._reach: dict[str, TrunkReach] = {}
        self._free_since: float | None = None
        """While the alarm of full lines lasts although one is free."""

    def on_event(self, event: TrunkEvent, now: float) -> list[Effect]:
        match event:
            case TrunkLines():
                self.in_use = event.in_use
                return self._full(now)
            case TrunkReached():
                self._reach[event.name] = event.reach
                return self._gone(now)

    @property
    def part(self) -> Part:
        gone, weak = self._named(TrunkReach.NONE), self._named(TrunkReach.WEAK)
        if gone:
            text = f"400 中继 {gone} 联系不上运营商:来电可能打不进来。请检查网络,或联系运营商。"
            return Part(name="trunk", state="down", text=text)
        if weak:
            text = f"400 中继 {weak} 有地址没有回应:来电走其余地址。"
            return Part(name="trunk", state="degraded", text=text)
        if self._is_full:
            text = f"400 线路 {self.lines} 路全部占用:再打进来的客户会听到忙音。"
            return Part(name="trunk", state="degraded", text=text)
        return Part(name="trunk", state="ok", text="400 中继正常。")

    @property
    def _is_full(self) -> bool:
        return self.lines is not None and self.in_use >= self.lines

    def _named(self, reach: TrunkReach) -> str:
        return "、".join(sorted(name for name, known in self._reach.items() if known is reach))

    def next_deadline(self) -> float | None:
        return None if self._free_since is None else self._free_since + FREE_FOR

    def due(self, now: float) -> list[Effect]:
        deadline = self.next_deadline()
        if deadline is None or now < deadline:
            return []
        self._free_since = None
        return self._alarms.over(LINE, LINES_FULL, "400 线路不再占满。", now)

    def _full(self, now: float) -> list[Effect]:
        if not self._is_full:
            if self._free_since is None and self._alarms.lasts(LINES_FULL, None):
                self._free_since = now
            return []
        self._free_since = None
        text = f"{self.lines} 路全部占用,再打进来的客户会听到忙音。"
        return self._alarms.sound(LINE, LINES_FULL, text, "S0-08", urgent=True, now=now)

    def _gone(self, now: float) -> list[Effect]:
        gone = self._named(TrunkReach.NONE)
        if not gone:
            return self._alarms.over(LINE, TRUNK_GONE, "400 中继恢复。", now)
        text = f"{gone} 联系不上运营商,来电可能打不进来"
        return self._alarms.sound(LINE, TRUNK_GONE, text, "S0-08", urgent=True, now=now)
