"""What the last run left unfinished, as the core takes it up again."""

from datetime import datetime

from ami_bridge.events import CallId
from assistant.core.escalations import KEPT, FromBook
from assistant.messages import NoteView
from assistant.store import Store


async def notes_of_open_calls(store: Store) -> dict[CallId, list[NoteView]]:
    found: dict[CallId, list[NoteView]] = {}
    for call_id, agent, text in await store.reading.notes_of_open_calls():
        note = NoteView(call_id=call_id, agent=agent, text=text)
        found.setdefault(CallId(call_id), []).append(note)
    return found


async def unfinished_escalations(store: Store, wall: datetime) -> list[FromBook]:
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
            age_s=max(0.0, (wall - row.raised_at).total_seconds()),
            acknowledged=row.state != "open",
            by=row.handled_by,
            note=row.note,
            assigned_to=row.assigned_to,
        )
        for row in rows
    ]
