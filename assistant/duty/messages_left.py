"""What the PBX leaves of calls in its folder (`asterisk_conf`): the message of a caller, one WAV named by the call's id (Record), and a
note of each call whose way it decided without us (`<call>.unseen`: seconds since 1970, the caller's number, the dialled one, the route).

Nothing but a file of that very name in that very folder is ever given out, whatever is asked for.
"""

import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

CALL_ID = re.compile(r"(?:[A-Za-z0-9_]{1,40}-)?[0-9]{1,12}\.[0-9]{1,12}")
"""A Uniqueid as Asterisk makes it: `systemname-seconds.number`."""
ON_THE_PBX = "/var/spool/asterisk/hotline"
HEADER_BYTES = 44
"""A WAV of this size says nothing: the caller hung up at the tone."""
SAID = ".wav"
NOTED = ".unseen"
_NOTE = re.compile(r"\d{1,12}:(\+?\d{0,24}):(\+?\d{1,24}):[a-z]+\s*")


@dataclass(frozen=True, slots=True)
class UnseenCall:
    """`left_message`: then nobody took it. Number and line are not known of a call that left nothing but its message."""

    call_id: str
    came_at: datetime
    number: str | None
    dialled: str | None
    left_message: bool


def wav_of(folder: Path, call_id: str) -> Path | None:
    """The call's WAV in this very folder, if there is one that says something. Blocks for as long as a disk does."""
    if CALL_ID.fullmatch(call_id) is None:
        return None
    found = folder / f"{call_id}{SAID}"
    try:
        real, size = found.resolve(strict=True), found.stat().st_size
    except OSError:
        return None
    inside = real.parent == folder.resolve() and real.is_file()
    return real if inside and size > HEADER_BYTES else None


@dataclass(frozen=True, slots=True)
class MessagesLeft:
    """`folder`: where they lie for us; None where the PBX is another machine and keeps them, in `on_pbx`."""

    folder: Path | None = None
    on_pbx: str = ON_THE_PBX

    def file(self, call_id: str) -> Path | None:
        """Blocks for as long as a disk does."""
        return None if self.folder is None else wav_of(self.folder, call_id)

    def unseen(self, since: datetime, until: datetime) -> list[UnseenCall]:
        """Calls that came since then and have left something here that has not changed since `until`; the book may know them. Blocks."""
        if self.folder is None:
            return []
        try:
            with os.scandir(self.folder) as files:
                settled = [Path(file.path) for file in files if _settled(file, until.timestamp())]
        except OSError:
            return []
        messages = {file.stem for file in settled if file.suffix == SAID}
        notes = {file.stem: file for file in settled if file.suffix == NOTED}
        calls = (
            _unseen(call_id, notes.get(call_id), left_message=call_id in messages)
            for call_id in sorted(messages | notes.keys())
            if CALL_ID.fullmatch(call_id)
        )
        return [call for call in calls if since <= call.came_at <= until]

    def elsewhere(self, call_id: str) -> str | None:
        """Where it would lie on the PBX, for whoever may look there."""
        if self.folder is not None or CALL_ID.fullmatch(call_id) is None:
            return None
        return f"{self.on_pbx}/{call_id}{SAID}"


def _settled(file: os.DirEntry[str], until: float) -> bool:
    try:
        return file.is_file(follow_symlinks=False) and file.stat(follow_symlinks=False).st_mtime <= until
    except OSError:
        return False


def _unseen(call_id: str, note: Path | None, *, left_message: bool) -> UnseenCall:
    """A call's id tells when it came; who called and which line only the note does."""
    seconds = call_id.rpartition("-")[2].partition(".")[0]
    noted = None if note is None else _NOTE.fullmatch(_first(note))
    number, dialled = (None, None) if noted is None else noted.groups()
    came_at = datetime.fromtimestamp(int(seconds), UTC)
    return UnseenCall(call_id, came_at, number or None, dialled, left_message)


def _first(note: Path) -> str:
    try:
        with note.open(encoding="ascii", errors="replace") as opened:
            return opened.read(200)
    except OSError:
        return ""
