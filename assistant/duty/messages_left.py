"""The messages callers leave after hours: one WAV a call, named by the call's id, written by the PBX (`asterisk_conf`, Record).

Nothing but a file of that very name in that very folder is ever given out, whatever is asked for.
"""

import re
from dataclasses import dataclass
from pathlib import Path

CALL_ID = re.compile(r"(?:[A-Za-z0-9_]{1,40}-)?[0-9]{1,12}\.[0-9]{1,12}")
"""A Uniqueid as Asterisk makes it: `systemname-seconds.number`."""
ON_THE_PBX = "/var/spool/asterisk/hotline"
HEADER_BYTES = 44
"""A WAV of this size says nothing: the caller hung up at the tone."""


@dataclass(frozen=True, slots=True)
class MessagesLeft:
    """`folder`: where they lie for us; None where the PBX is another machine and keeps them, in `on_pbx`."""

    folder: Path | None = None
    on_pbx: str = ON_THE_PBX

    def file(self, call_id: str) -> Path | None:
        """Blocks for as long as a disk does."""
        if self.folder is None or CALL_ID.fullmatch(call_id) is None:
            return None
        found = self.folder / f"{call_id}.wav"
        try:
            real, size = found.resolve(strict=True), found.stat().st_size
        except OSError:
            return None
        inside = real.parent == self.folder.resolve() and real.is_file()
        return real if inside and size > HEADER_BYTES else None

    def elsewhere(self, call_id: str) -> str | None:
        """Where it would lie on the PBX, for whoever may look there."""
        if self.folder is not None or CALL_ID.fullmatch(call_id) is None:
            return None
        return f"{self.on_pbx}/{call_id}.wav"
