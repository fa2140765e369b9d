"""For how long what is kept is kept, as the settings say."""

from datetime import datetime, timedelta
from pathlib import Path

from assistant.duty.old_messages import delete_older
from assistant.sections import RecordsSection
from assistant.store.retention import Keep


def keep_of(records: RecordsSection, messages: Path | None) -> Keep:
    """`messages`: the folder of what callers said after hours, where it lies for us."""
    days = records.keep_messages_days

    def delete_messages(wall: datetime) -> int:
        return 0 if messages is None else delete_older(messages, wall - timedelta(days=days))

    return Keep(
        calls=records.keep_calls_days or None,
        words=records.keep_words_days or None,
        traces=records.keep_traces_days or None,
        audit=records.keep_audit_days or None,
        files=delete_messages if days else None,
    )
