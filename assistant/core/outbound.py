"""The 400 line takes calls and never makes one (S0-05, S2-05): whatever goes out by it is hung up, reported and written down.

The dialplan refuses such calls first (`asterisk_conf`); that is reported too, somebody tried. What gets past it is hung up: only the
way out, a caller who was to be handed on by it stays on the line.
"""

from collections.abc import Collection, Mapping

from ami_bridge.events import CallId, ChannelName, Direction, OutboundRefused, TrunkDialled
from assistant.core.alarms import Alarms
from assistant.core.call import LiveCall
from assistant.core.desk import Desk
from assistant.core.escalations import Report
from assistant.effects import Effect, HangUp, Save, ToAgent
from assistant.messages import SupervisorSays
from assistant.records import Audited

REASON = "400 线路被用来外拨,已自动挂断"
ADVICE = "400 线路只接来电,任何时候都不外拨,刚才的外拨已被挂断。要回电,请用另一部电话。"
REFUSED = "有人要用 400 线路外拨,已被电话系统拒绝"
REFUSED_ADVICE = "400 线路只接来电,任何时候都不外拨,刚才的外拨已被拒绝。要回电,请用另一部电话。"
SOURCES = ("S0-05", "S2-05")


class OutboundGuard:
    def __init__(
        self,
        trunks: Collection[str],
        calls: Mapping[CallId, LiveCall],
        desk: Desk,
        alarms: Alarms,
    ) -> None:
        """`trunks`: endpoint names of the 400 line's."""
        self._trunks = trunks
        self._calls = calls
        self._desk = desk
        self._alarms = alarms

    def on_call(self, event: TrunkDialled | OutboundRefused, now: float) -> list[Effect]:
        if isinstance(event, OutboundRefused):
            return self._refused(event, now)
        if event.trunk not in self._trunks:
            return []
        return self._hang_up(event.call_id, event.trunk, event.channel, now)

    def _refused(self, event: OutboundRefused, now: float) -> list[Effect]:
        """Whoever tries again before the first trial was looked at is written down, not reported anew."""
        about, who = CallId(event.channel), event.agent
        audited = Save(Audited(who or "pbx", "outbound_refused", about, event.trunk), now)
        if self._alarms.lasts(REFUSED, who):
            return [audited]
        report = Report(about, who, None, REFUSED, SOURCES, f"线路 {event.trunk}", True)
        told = SupervisorSays(call_id=None, by="系统", text=REFUSED_ADVICE)
        return [audited, *([] if who is None else [ToAgent(who, told)]), *self._alarms.raise_(report, now)]

    def _hang_up(self, call_id: CallId | None, trunk: str, channel: ChannelName, now: float) -> list[Effect]:
        call = None if call_id is None else self._calls.get(call_id)
        about = CallId(channel) if call_id is None else call_id
        who = self._who(call)
        report = Report(about, who, None, REASON, SOURCES, f"线路 {trunk}", True)
        told = SupervisorSays(call_id=None, by="系统", text=ADVICE)
        return [
            HangUp(about, channel, REASON),
            Save(Audited(who or "pbx", "outbound_hung_up", about, f"{trunk} {channel}"), now),
            *([] if who is None else [ToAgent(who, told)]),
            *(
                self._alarms.raise_(report, now)
                if call is None
                else self._desk.escalate(call, report, None, now)
            ),
        ]

    def _who(self, call: LiveCall | None) -> str | None:
        if call is None:
            return None
        calls_out = call.started.direction is Direction.OUTBOUND
        return call.started.caller_number if calls_out and call.agent is None else call.agent
