"""For how long what is kept is kept, as the settings say."""

from datetime import datetime, timedelta
from pathlib import Path

from assistant.duty.old_messages import delete_older
from assistant.sections import RecordingSection, RecordsSection
from assistant.store.retention import Keep


def keep_of(records: RecordsSection, messages: Path | None, recording: RecordingSection) -> Keep:
    """`messages`: the folder of what callers said after hours, where it lies for us."""
    folders = ((messages, records.keep_messages_days), (recording.folder, recording.keep_days))

    def delete_files(wall: datetime) -> int:
        return sum(
            delete_older(folder, wall - timedelta(days=days))
            for folder, days in folders
            if folder is not None and days
        )

    return Keep(
        calls=records.keep_calls_days or None,
        words=records.keep_words_days or None,
        traces=records.keep_traces_days or None,
        audit=records.keep_audit_days or None,
        files=delete_files,
    )
