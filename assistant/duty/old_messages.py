"""What callers said after hours is not kept for ever: the files the PBX wrote are deleted once they are old enough."""

import logging
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from assistant.duty.messages_left import CALL_ID, NOTED, SAID

log = logging.getLogger(__name__)

OF_CALLS: Final = frozenset({SAID, NOTED})
"""A caller's message, and the PBX's note of a call it decided about alone: both are somebody's."""


def delete_older(folder: Path, before: datetime) -> int:
    """How many files of calls went; nothing else in the folder is touched. Blocks for as long as a disk does."""
    try:
        return sum(_delete(file, before) for file in sorted(folder.iterdir()) if _is_of_a_call(file))
    except OSError as error:
        log.error("old messages cannot be looked for: %s", error.strerror)  # noqa: TRY400
        return 0


def _is_of_a_call(file: Path) -> bool:
    return file.suffix in OF_CALLS and CALL_ID.fullmatch(file.stem) is not None and not file.is_symlink()


def _delete(file: Path, before: datetime) -> bool:
    try:
        old = datetime.fromtimestamp(file.stat().st_mtime, UTC) < before
        if old:
            file.unlink()
    except OSError as error:
        log.error("an old message cannot be deleted: %s", error.strerror)  # noqa: TRY400
        return False
    return old
