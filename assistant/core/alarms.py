"""What people must hear of although no call is behind it: the line, its trunk, the phones, the link to the PBX, the duty
plan. Reported, repeated until somebody takes
it up and kept, like any other escalation; told to whoever the kind of it concerns. Over as soon as its cause is.
"""

from collections.abc import Collection

from ami_bridge.events import CallId
from assistant.core.desk import notice_of
from assistant.core.escalations import ALARMS, DUTY, LINE, PBX, Escalation, Escalations, Report
from assistant.effects import Effect, Notify, Save, ToSupervisors
from assistant.messages import EscalationChanged, Part
from assistant.records import Audited, EscalationHandled, EscalationRaised

BY_ITSELF = "system"
"""Stands for whoever closed an alarm whose cause is gone."""
LINE_DEAD = "400 线路可能有故障"
"""Only a test tells it: the one cause that is not seen again from the start."""
LINES_FULL = "400 线路占满"
DUTY_WRONG = "值班安排要处理"
TRUNK_GONE = "400 中继不通"
PBX_GONE = "与电话系统的连接断开"


class Alarms:
    def __init__(self, escalations: Escalations) -> None:
        self._escalations = escalations

    def raise_(self, report: Report, now: float) -> list[Effect]:
        escalation = self._escalations.raise_(report, now)
        record = EscalationRaised(
            escalation.escalation_id,
            report.call_id,
            report.agent,
            None,
            report.reason,
            report.excerpt,
            report.urgent,
        )
        return [
            Save(record, now),
            ToSupervisors(EscalationChanged(escalation=escalation.view(now))),
            notice_of(escalation),
        ]

    def sound(
        self,
        about: CallId,
        reason: str,
        text: str,
        source: str,
        *,
        urgent: bool,
        now: float,
        detail: str = "",
    ) -> list[Effect]:
        """Once for each cause, however often it is seen; another `text` is another cause, another `detail` of it is not."""
        lasting = self._lasting(about, reason)
        if any(alarm.excerpt == text or (detail and alarm.excerpt.startswith(text)) for alarm in lasting):
            return []
        replaced = [effect for alarm in lasting for effect in self._close(alarm, text, now)]
        return [
            *replaced,
            *self.raise_(Report(about, None, None, reason, (source,), f"{text}{detail}", urgent), now),
        ]

    def over(self, about: CallId, reason: str, text: str, now: float) -> list[Effect]:
        """The cause is gone: nobody need be reminded of it, and whoever was told hears that too."""
        effects = [
            effect for alarm in self._lasting(about, reason) for effect in self._close(alarm, text, now)
        ]
        return [*effects, Notify(ALARMS[about], False, text)] if effects else []

    def lasts(self, reason: str, agent: str | None) -> bool:
        """Whether that was reported of this agent and nobody has closed it yet."""
        return any((one.reason, one.agent) == (reason, agent) for one in self._escalations)

    def line_tested(self, ok: bool, by: str, text: str, now: float, tried: str = "") -> list[Effect]:
        """How a test call of the 400 line went (S0-08); `by`: who asked for it, or why."""
        detail = attempt(tried)
        saved = Save(Audited(by, "line_tested", LINE, text + detail), now)
        if ok:
            return [saved, *self.over(LINE, LINE_DEAD, f"400 线路恢复:{text}{detail}", now)]
        return [saved, *self.sound(LINE, LINE_DEAD, text, "S0-08", urgent=True, now=now, detail=detail)]

    def duty(self, part: Part, now: float) -> list[Effect]:
        if part.state == "ok":
            return self.over(DUTY, DUTY_WRONG, f"值班安排恢复正常:{part.text}", now)
        return self.sound(DUTY, DUTY_WRONG, part.text, "S0-07", urgent=part.state == "down", now=now)

    def pbx_lost(self, now: float) -> list[Effect]:
        text = "正在重连。通话不受影响,期间的新情况看不到。"
        return self.sound(PBX, PBX_GONE, text, "S4-27", urgent=True, now=now)

    def pbx_back(self, now: float) -> list[Effect]:
        return self.over(PBX, PBX_GONE, "与电话系统的连接恢复。", now)

    def looked_at_anew(self, of_last_run: Collection[str], now: float) -> list[Effect]:
        """Everything but a dead line is seen again from the start: what still is wrong sounds again by itself."""
        again = [one for one in self._escalations if one.escalation_id in of_last_run]
        stale = [one for one in again if one.call_id in ALARMS and one.reason != LINE_DEAD]
        return [effect for alarm in stale for effect in self._close(alarm, "程序重新启动,重新检查。", now)]

    def _lasting(self, about: CallId, reason: str) -> list[Escalation]:
        """Also those somebody has taken up, and those of the last run."""
        return [one for one in self._escalations if (one.call_id, one.reason) == (about, reason)]

    def _close(self, alarm: Escalation, note: str, now: float) -> list[Effect]:
        record = EscalationHandled(alarm.escalation_id, "closed", BY_ITSELF, note)
        self._escalations.saved(record)
        return [
            Save(record, now),
            Save(Audited(BY_ITSELF, "escalation_close", alarm.escalation_id, note), now),
            ToSupervisors(EscalationChanged(escalation=alarm.view(now))),
        ]


def attempt(tried: str) -> str:
    """What was tried, to stand behind how it went."""
    return f"({tried})" if tried else ""


def line_part(ok: bool, text: str) -> Part:
    return Part(name="line", state="ok" if ok else "down", text=f"最近一次测拨:{text}")
