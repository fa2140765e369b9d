"""What the last run left unfinished, as the core takes it up again."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ami_bridge.events import CallId
from assistant.core.escalations import KEPT, FromBook
from assistant.core.unread import KEPT_S, Written
from assistant.messages import NoteView, SupervisorSays
from assistant.store import Store


@dataclass(frozen=True, slots=True)
class Unfinished:
    escalations: list[FromBook] = field(default_factory=list)
    messages: list[Written] = field(default_factory=list)
    """To people's pages, not read yet."""
    notes: dict[CallId, list[NoteView]] = field(default_factory=dict)
    """Of calls that may go on."""


async def unfinished(store: Store, wall: datetime) -> Unfinished:
    return Unfinished(
        await _escalations(store, wall), await _messages(store, wall), await _notes_of_open_calls(store)
    )


async def _escalations(store: Store, wall: datetime) -> list[FromBook]:
    rows = await store.reading.unfinished_escalations(KEPT)
    return [
        FromBook(
            escalation_id=row.escalation_id,
            call_id=row.call_id,
            agent=row.agent,
            caller_number=row.caller_number,
            reason=row.reason,
            excerpt=row.excerpt,
            urgent=row.urgent,
            age_s=_age(row.raised_at, wall),
            acknowledged=row.state != "open",
            by=row.handled_by,
            note=row.note,
            assigned_to=row.assigned_to,
            times=row.times,
        )
        for row in rows
    ]


async def _messages(store: Store, wall: datetime) -> list[Written]:
    return [
        Written(
            to=row.agent,
            says=SupervisorSays(call_id=None, by=row.by, text=row.text, message_id=row.message_id),
            age_s=_age(row.written_at, wall),
        )
        for row in await store.reading.unread_messages(wall - timedelta(seconds=KEPT_S))
    ]


async def _notes_of_open_calls(store: Store) -> dict[CallId, list[NoteView]]:
    found: dict[CallId, list[NoteView]] = {}
    for call_id, agent, text in await store.reading.notes_of_open_calls():
        note = NoteView(call_id=call_id, agent=agent, text=text)
        found.setdefault(CallId(call_id), []).append(note)
    return found


def _age(moment: datetime, wall: datetime) -> float:
    return max(0.0, (wall - moment).total_seconds())
