"""What was said on calls of queues the PBX records: one WAV a call, named by its id (`asterisk_conf`, MixMonitor). Off unless set."""

from dataclasses import dataclass
from pathlib import Path

from assistant.duty.messages_left import wav_of


@dataclass(frozen=True, slots=True)
class Recordings:
    """`folder`: where they lie for us; None where nothing is recorded, or not to be heard here."""

    folder: Path | None = None

    def file(self, call_id: str) -> Path | None:
        """Blocks for as long as a disk does."""
        return None if self.folder is None else wav_of(self.folder, call_id)
