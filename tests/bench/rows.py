"""One measured number, and the table of them."""

import statistics
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    name: str
    value: float
    unit: str
    aim: str = ""
    """What was asked for, such as `≤ 20`; empty where nothing was."""
    note: str = ""


def percentile(values: Sequence[float], share: float) -> float:
    """Nearest rank, so that it is a value that was measured."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]


def spread(name: str, values: Sequence[float], unit: str, aims: dict[str, str], note: str = "") -> list[Row]:
    """Median, p95, p99 and the largest, with how many were measured."""
    shares = {
        "p50": statistics.median(values),
        "p95": percentile(values, 0.95),
        "p99": percentile(values, 0.99),
    }
    shares["max"] = max(values)
    told = f"n={len(values)}" + (f"; {note}" if note else "")
    return [Row(f"{name}, {kind}", value, unit, aims.get(kind, ""), told) for kind, value in shares.items()]


def table(rows: Sequence[Row]) -> str:
    cells = [["what", "measured", "unit", "aim", "note"]]
    cells += [
        [
            row.name,
            f"{row.value:,.4g}" if row.value < 1000 else f"{row.value:,.0f}",
            row.unit,
            row.aim,
            row.note,
        ]
        for row in rows
    ]
    widths = [max(_width(line[column]) for line in cells) for column in range(5)]
    lines = [
        "| "
        + " | ".join(cell + " " * (width - _width(cell)) for cell, width in zip(line, widths, strict=True))
        + " |"
        for line in cells
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
