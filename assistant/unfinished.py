"""What the last run left unfinished, as the core takes it up again."""

from datetime import datetime

from assistant.core.escalations import KEPT, FromBook
from assistant.store import Store


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
