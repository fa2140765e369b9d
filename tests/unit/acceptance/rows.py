"""docs/acceptance.yaml as values, and which of its rows a call can prove."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[3]
LIST = ROOT / "docs" / "acceptance.yaml"
TIMED_OF_TELEPHONY = ("S0-02", "S1-18")
"""Rows of class T that a timer of a call shows; the others are the line's, the calendar's and the phones' (proofs.py)."""
NO_CONTENT = ("S4-14", "S4-15")
"""Rows of class K that ask for a knowledge base and bring no words of their own."""


@dataclass(frozen=True)
class Phrase:
    """A text of the document; `slip`: the document misprints it, the agent sees it corrected."""

    text: str
    slip: bool


@dataclass(frozen=True)
class Row:
    row_id: str
    kind: str
    situation: str
    phrases: tuple[Phrase, ...]
    instructions: tuple[str, ...]
    forbidden: tuple[str, ...]

    @property
    def happens_on_a_call(self) -> bool:
        knowledge = self.kind == "K" and self.row_id not in NO_CONTENT
        return self.kind == "R" or knowledge or self.row_id in TIMED_OF_TELEPHONY


def _row(entry: dict[str, Any]) -> Row:
    phrases = (
        Phrase(one, False) if isinstance(one, str) else Phrase(one["text"], True)
        for one in entry.get("phrases", ())
    )
    return Row(
        entry["id"],
        entry["class"],
        entry["situation"],
        tuple(phrases),
        tuple(entry.get("instructions", ())),
        tuple(entry.get("forbidden", ())),
    )


@cache
def rows() -> dict[str, Row]:
    entries = yaml.safe_load(LIST.read_text(encoding="utf-8"))
    return {entry["id"]: _row(entry) for entry in entries}


def rows_of_calls() -> list[Row]:
    return [row for row in rows().values() if row.happens_on_a_call]
