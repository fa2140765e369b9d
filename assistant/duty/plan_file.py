"""The plan's file as people edit it from the page: its text, what a text would mean, and a new text put in its place whole.

The file stays the one source: an editor and `hotline duty check` work on it as before. A text with mistakes is never written, nor one
that somebody's newer text stands against; the text before it is kept beside the file.
"""

import hashlib
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from assistant.duty.plan_text import plan_from_text


class PlanMovedError(Exception):
    """The file is no longer the one that was read."""


@dataclass(frozen=True, slots=True)
class PlanText:
    """`version` differs when the text does."""

    text: str
    version: str

    @classmethod
    def of(cls, text: str) -> "PlanText":
        return cls(text, hashlib.sha256(text.encode()).hexdigest()[:16])


def kept_before(file: Path) -> Path:
    """Where the text goes that was replaced."""
    return file.with_name(f"{file.name}.before")


def read_plan_file(file: Path) -> PlanText:
    """A file that is not there yet reads as empty. Raises OSError, UnicodeDecodeError."""
    try:
        return PlanText.of(file.read_text("utf-8"))
    except FileNotFoundError:
        return PlanText.of("")


def write_plan_file(file: Path, text: str, version: str) -> PlanText:
    """Raises PlanError with every mistake, PlanMovedError, OSError; then the file is as it was."""
    plan_from_text(text)
    if read_plan_file(file).version != version:
        raise PlanMovedError(f"{file.name} 已被别人改过,请重新读取后再改")
    new = file.with_name(f".{file.name}.{uuid4().hex}")
    try:
        with new.open("x", encoding="utf-8", newline="") as written:
            written.write(text)
            written.flush()
            os.fsync(written.fileno())
        if file.exists():
            shutil.copymode(file, new)
            shutil.copyfile(file, kept_before(file))
            shutil.copymode(file, kept_before(file))
        new.replace(file)
    finally:
        new.unlink(missing_ok=True)
    return PlanText.of(text)
