"""Live messages for those who work on calls without needing to know whose they are: the same, with numbers masked."""

from msgspec.structs import replace

from assistant.messages import (
    CallChanged,
    CallView,
    CardShown,
    CardView,
    EscalationChanged,
    EscalationView,
    LineOfText,
    NoteKept,
    NoteView,
    NoticeShown,
    ServerMessage,
    Snapshot,
    TaskDue,
    Transcript,
)
from assistant.store.masking import mask_line, mask_lines, mask_number, mask_text


def veiled(message: ServerMessage) -> ServerMessage:
    shown: ServerMessage = message
    match message:
        case CallChanged():
            shown = replace(message, call=_call(message.call))
        case CardShown():
            shown = replace(message, card=_card(message.card))
        case EscalationChanged():
            shown = replace(message, escalation=_escalation(message.escalation))
        case Transcript():
            line = message.line
            shown = replace(message, line=_line(line, mask_line(line.text)))
        case NoticeShown():
            shown = _notice(message)
        case TaskDue():
            shown = replace(message, text=mask_text(message.text))
        case NoteKept():
            shown = replace(message, note=_note(message.note))
        case Snapshot():
            shown = _snapshot(message)
        case _:
            pass  # nothing of a caller in it
    return shown


def _snapshot(snapshot: Snapshot) -> Snapshot:
    return replace(
        snapshot,
        calls=[_call(call) for call in snapshot.calls],
        cards=[_card(card) for card in snapshot.cards],
        transcript=_transcript(snapshot.transcript),
        escalations=[_escalation(one) for one in snapshot.escalations],
        notices=[_notice(notice) for notice in snapshot.notices],
        notes=[_note(note) for note in snapshot.notes],
    )


def _call(call: CallView) -> CallView:
    """Trunks repeat the number as the name."""
    number, name = mask_number(call.caller_number), call.caller_name
    if name is not None:
        name = number if name == call.caller_number else mask_text(name)
    return replace(call, caller_number=number, caller_name=name, crm_url=None)


def _card(card: CardView) -> CardView:
    return replace(card, evidence=[mask_text(words) for words in card.evidence], why=mask_text(card.why))


def _transcript(lines: list[LineOfText]) -> list[LineOfText]:
    """The lines of each party of each call are masked together: numbers are told in pieces."""
    told: dict[tuple[str, str], list[str]] = {}
    for line in lines:
        told.setdefault((line.call_id, line.party), []).append(line.text)
    masked = {whose: iter(mask_lines(texts)) for whose, texts in told.items()}
    return [_line(line, next(masked[line.call_id, line.party])) for line in lines]


def _line(line: LineOfText, text: str) -> LineOfText:
    """Only marks that are still to be read there."""
    marks = line.marks if text == line.text else [mark for mark in line.marks if mark in text]
    return replace(line, text=text, marks=marks)


def _note(note: NoteView) -> NoteView:
    return replace(note, text=mask_text(note.text))


def _escalation(escalation: EscalationView) -> EscalationView:
    return replace(
        escalation,
        caller_number=mask_number(escalation.caller_number),
        excerpt=mask_text(escalation.excerpt),
        reason=mask_text(escalation.reason),
        note=None if escalation.note is None else mask_text(escalation.note),
    )


def _notice(notice: NoticeShown) -> NoticeShown:
    return replace(notice, card=_card(notice.card), caller_number=mask_number(notice.caller_number))
