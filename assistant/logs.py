"""What the program writes to its log, and what it must never write there: numbers that belong to people.

Phone, ID and card numbers are masked, also as they are spoken (幺三八…). Call ids, tap ids, dates and addresses stay, or nobody
could follow a call through the log.
"""

import logging
import re
import sys
from pathlib import Path

from assistant.store.masking import mask_text

_NOT_PERSONAL = re.compile(
    r"\b\d{10}\.\d+\b"  # Uniqueid: seconds since 1970 and a counter
    r"|\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b"
    r"|\b\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}:\d{2}(?:[.,]\d+)?)?\b"
    r"|\b(?:\d{1,3}\.){3}\d{1,3}(?::\d{1,5})?\b"
    r"|\b\d{1,5}\.\d{1,6}\b"
)


def mask(text: str) -> str:
    """The text without anybody's numbers."""
    pieces: list[str] = []
    end = 0
    for kept in _NOT_PERSONAL.finditer(text):
        pieces += [mask_text(text[end : kept.start()]), kept[0]]
        end = kept.end()
    return "".join([*pieces, mask_text(text[end:])])


class Masking(logging.Formatter):
    """Masks the finished line, so that arguments and tracebacks are covered too."""

    def format(self, record: logging.LogRecord) -> str:
        return mask(super().format(record))


def set_up(level: str, file: Path | None) -> None:
    handler: logging.Handler = (
        logging.StreamHandler(sys.stderr) if file is None else logging.FileHandler(file, encoding="utf-8")
    )
    handler.setFormatter(Masking("%(asctime)s %(levelname)-7s %(name)s: %(message)s"))
    root = logging.getLogger()
    for old in list(root.handlers):
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(level.upper())
    for wordy in ("asyncio", "alembic"):
        logging.getLogger(wordy).setLevel(max(logging.WARNING, root.level))
