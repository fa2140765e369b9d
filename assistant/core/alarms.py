"""What supervisors must hear of although no call is behind it: reported, repeated and kept like any other escalation."""

from ami_bridge.events import CallId
from assistant.core.desk import notice_of
from assistant.core.escalations import Escalations, Report
from assistant.effects import Effect, Notify, Save, ToSupervisors
from assistant.messages import EscalationChanged, Part
from assistant.records import Audited, EscalationRaised

LINE = CallId("line")
"""Stands where a call's id would: the 400 line as a whole."""


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

    def line_tested(self, ok: bool, by: str, text: str, was_down: bool, now: float) -> list[Effect]:
        """How a test call of the 400 line went (S0-08); `by`: who asked for it, or why."""
        effects: list[Effect] = [Save(Audited(by, "line_tested", LINE, text), now)]
        if ok:
            return [*effects, Notify("line", False, f"400 线路恢复:{text}")] if was_down else effects
        failed = Notify("line", True, f"400 线路可能有故障({by}):{text}")
        report = Report(LINE, None, None, "400 线路可能有故障", ("S0-08",), text, True)
        return [*effects, failed, *self.raise_(report, now)]


def line_part(ok: bool, text: str) -> Part:
    return Part(name="line", state="ok" if ok else "down", text=f"最近一次测拨:{text}")
