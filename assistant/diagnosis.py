"""What the doctor says of one part, and how it is said."""

from dataclasses import asdict, dataclass
from typing import Literal

Grade = Literal["ok", "warning", "fault"]
_MARKS: dict[Grade, str] = {"ok": "✓", "warning": "!", "fault": "✗"}


@dataclass(frozen=True, slots=True)
class Finding:
    part: str
    grade: Grade
    zh: str
    en: str

    @property
    def is_fault(self) -> bool:
        return self.grade == "fault"

    def as_text(self) -> str:
        return f"{_MARKS[self.grade]} {self.part:9} {self.zh}\n{'':12}{self.en}"

    def as_json(self) -> dict[str, str]:
        return asdict(self)
