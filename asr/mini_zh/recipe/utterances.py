"""The synthetic speech of the work folder: NAME.SHARD.jsonl lists what NAME.SHARD.raw (24 kHz, 16 bit) holds."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, TextIO

import numpy as np


@dataclass(frozen=True)
class Utterance:
    key: str
    pinyin: list[str]
    durations: list[tuple[str, int]]  # (phone, samples) as FastSpeech2 spoke them; espeak-ng tells none
    is_espeak: bool
    recording: np.ndarray
    start: int
    length: int

    @property
    def audio(self) -> np.ndarray:
        return np.asarray(self.recording[self.start : self.start + self.length])


def complete_entries(path: Path) -> Iterator[dict[str, Any]]:
    """The last line may be cut short where a synthesis was stopped."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            try:
                entry = json.loads(line)
            except ValueError:
                continue
            yield entry


def load_utterances(work: Path, names: list[str]) -> list[Utterance]:
    utterances = []
    for name in names:
        for index in sorted(work.glob(f"{name}.*.jsonl")):
            recording = np.memmap(index.with_suffix(".raw"), np.int16, "r")
            utterances += [
                Utterance(
                    key=f"{index.name}:{entry['off']}",
                    pinyin=entry["pys"],
                    durations=entry.get("ali", []),
                    is_espeak=name.startswith("esp"),
                    recording=recording,
                    start=entry["off"],
                    length=entry["n"],
                )
                for entry in complete_entries(index)
                if entry["off"] + entry["n"] <= len(recording)
            ]
    return utterances


def read_texts(path: Path) -> list[tuple[str, str]]:
    """(kind, text) of lines to speak; the kind may be missing."""
    with path.open(encoding="utf-8") as lines:
        split = [line.rstrip("\n").rpartition("\t") for line in lines]
    return [(kind, text) for kind, _, text in split]


class UtteranceWriter:
    def __init__(self, recording: BinaryIO, index: TextIO) -> None:
        self.recording = recording
        self.index = index
        self.written = 0

    def add(self, entry: dict[str, Any], audio: np.ndarray, more: dict[str, Any] | None = None) -> None:
        """The entry gets the place of its audio."""
        self.recording.write(audio.tobytes())
        placed = entry | {"off": self.written, "n": len(audio)} | (more or {})
        self.index.write(json.dumps(placed, ensure_ascii=False) + "\n")
        self.index.flush()
        self.written += len(audio)


@contextmanager
def writing_utterances(prefix: str) -> Iterator[UtteranceWriter]:
    recording, index = Path(f"{prefix}.raw"), Path(f"{prefix}.jsonl")
    with recording.open("wb") as audio, index.open("w", encoding="utf-8") as lines:
        yield UtteranceWriter(audio, lines)
