"""The 接听记录单 with its nine fields (S0-15), prefilled from what the call already told. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime

REQUIRED = ("caller_name", "gender", "region", "organisation", "purpose", "recorder", "result")
"""来电时间 is always known and 备注 may stay empty."""

_GENDERS = {"先生": "男", "小姐": "女", "女士": "女"}


@dataclass(frozen=True, slots=True)
class Sheet:
    """`version` grows with every edit; an edit names the version it saw."""

    call_id: str
    came_at: datetime
    """来电时间"""
    number: str | None
    caller_name: str
    """来电者姓名"""
    gender: str
    """性别"""
    region: str
    """所在地区"""
    organisation: str
    """所在单位、职务"""
    purpose: str
    """来电何人、为何事"""
    recorder: str
    """记录人(处理人)"""
    result: str
    """处理结果"""
    notes: str
    """备注"""
    category: str
    excerpt: str
    version: int = 1
    edited_at: datetime | None = None
    edited_by: str | None = None
    complaint: str = ""
    """投诉类别, and 客户类别 below: by them a promise is made (X13)."""
    customer: str = ""

    @property
    def missing(self) -> tuple[str, ...]:
        return tuple(name for name in REQUIRED if not str(getattr(self, name)).strip())

    @property
    def complete(self) -> bool:
        return not self.missing


@dataclass(frozen=True, slots=True)
class SheetEdit:
    """What a person may write; None leaves a field as it is."""

    caller_name: str | None = None
    gender: str | None = None
    region: str | None = None
    organisation: str | None = None
    purpose: str | None = None
    recorder: str | None = None
    result: str | None = None
    notes: str | None = None
    category: str | None = None
    complaint: str | None = None
    customer: str | None = None


@dataclass(frozen=True, slots=True)
class CallFacts:
    """What the book knows of a call when it ends."""

    call_id: str
    came_at: datetime
    number: str | None
    region: str | None
    agent: str | None
    surname: str | None
    title: str | None
    categories: tuple[str, ...]
    words: tuple[str, ...]
    """What the caller said, in order."""
    notes: tuple[str, ...] = ()
    """What the agent wrote down during the call."""


EXCERPT_CHARS = 200


def prefilled(facts: CallFacts) -> Sheet:
    return Sheet(
        call_id=facts.call_id,
        came_at=facts.came_at,
        number=facts.number,
        caller_name=f"{facts.surname or ''}{facts.title or ''}" if facts.surname else "",
        gender=_GENDERS.get(facts.title or "", ""),
        region=facts.region or "",
        organisation="",
        purpose="",
        recorder=facts.agent or "",
        result="",
        notes="\n".join(facts.notes),
        category="、".join(facts.categories),
        excerpt=excerpt(facts.words),
    )


_TOLD = ("caller_name", "gender", "region", "recorder", "category", "excerpt")
"""What the call itself tells, beside the notes taken in it."""


def caught_up(kept: Sheet, told: Sheet) -> Sheet:
    """What somebody has written, with what the call told besides: fields left empty, and noted lines that are not in it. `told`: as
    `prefilled`. Nothing written is changed, and to do it again changes nothing."""
    filled = {name: getattr(told, name) for name in _TOLD if not getattr(kept, name).strip()}
    there = {line.strip() for line in kept.notes.splitlines()}
    missing = (line for line in dict.fromkeys(told.notes.splitlines()) if line.strip() not in {"", *there})
    notes = "\n".join(part for part in (kept.notes, *missing) if part)
    return replace(kept, **filled, notes=notes)


def excerpt(words: tuple[str, ...]) -> str:
    joined = ";".join(word for word in words if word)
    return joined if len(joined) <= EXCERPT_CHARS else joined[: EXCERPT_CHARS - 1] + "…"


def edited(sheet: Sheet, edit: SheetEdit, by: str, at: datetime) -> Sheet:
    changes = {
        name: value.strip() for name in SheetEdit.__slots__ if (value := getattr(edit, name)) is not None
    }
    return replace(sheet, **changes, version=sheet.version + 1, edited_at=at, edited_by=by)
