"""What people are told once the book has it: a kill afterwards takes nothing back that somebody was told."""

from collections.abc import Mapping
from typing import assert_never

from ami_bridge.events import CallId, Extension
from assistant.core.call import LiveCall
from assistant.core.desk import tell, tell_call
from assistant.core.escalations import Escalations
from assistant.effects import Effect, ToAgent, Told, ToSupervisors
from assistant.messages import EscalationChanged, NoteKept, NoteView
from assistant.records import EscalationHandled, EscalationRaised, NoteTaken

Calls = Mapping[CallId, LiveCall]


def told_when_saved(record: Told, calls: Calls, escalations: Escalations, now: float) -> list[Effect]:
    match record:
        case EscalationHandled():
            return _handled(record, escalations, now)
        case EscalationRaised():
            return _raised(record, calls.get(CallId(record.call_id)), escalations, now)
        case NoteTaken():
            return _noted(record, calls.get(CallId(record.call_id)))
        case _:
            assert_never(record)


def _handled(record: EscalationHandled, escalations: Escalations, now: float) -> list[Effect]:
    before = escalations.get(record.escalation_id)
    given_before = None if before is None else before.assigned_to
    escalation = escalations.saved(record)
    if escalation is None:
        return []
    changed = EscalationChanged(escalation=escalation.view(now))
    # Who had it until now sees it go to somebody else.
    concerned = (escalation.agent, escalation.assigned_to, given_before)
    whose = dict.fromkeys(who for who in concerned if who is not None)
    return [*(ToAgent(Extension(who), changed) for who in whose), ToSupervisors(changed)]


def _raised(
    record: EscalationRaised, call: LiveCall | None, escalations: Escalations, now: float
) -> list[Effect]:
    """The supervisors know already: a call for help does not wait for a disk."""
    effects: list[Effect] = []
    escalation = escalations.get(record.escalation_id)
    if escalation is not None and record.agent is not None:
        effects.append(ToAgent(Extension(record.agent), EscalationChanged(escalation=escalation.view(now))))
    if call is not None and not call.escalated:
        call.escalated = True
        effects += tell_call(call, now)
    return effects


def _noted(record: NoteTaken, call: LiveCall | None) -> list[Effect]:
    note = NoteView(call_id=record.call_id, agent=record.agent, text=record.text)
    if call is None:
        return [ToAgent(Extension(record.agent), NoteKept(note=note))]
    call.notes.append(note)
    return tell(call, NoteKept(note=note))
