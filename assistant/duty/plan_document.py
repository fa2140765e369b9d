"""The duty plan as people write it (YAML), and its reading: every mistake at once, each with its place. Pure.

time_zone: Asia/Shanghai
hours: {mon-fri: ["09:00-12:00", "13:00-17:30"]}
lines: {"4001234567": {mon-sun: ["08:00-20:00"]}}
days:
  2027-02-06: {open: 春节调休, like: mon}
  2027-02-11: {closed: 公司年会}
holidays_complete: [2027]
people:
  wang: {name: 王芳, number: "13800138000", ring_s: 25, extension: "8001"}
  li: {name: 李娜, number: "13900139000"}
rota:
  - {from: 2026-12-31 17:30, to: 2027-01-04 09:00, people: [wang, li]}
weekly:
  - {days: mon-fri, hours: "17:30-09:00", people: [li]}
  - {days: sat-sun, hours: "00:00-24:00", people: [wang]}
always: [wang]
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import pairwise
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from assistant.duty.calendar import DayRule, OfficeCalendar, Span
from assistant.duty.decision import DutyPlan
from assistant.duty.roster import DutyPerson, Roster, Shift, WeeklyShift
from assistant.refused import faults_of

WEEKDAY_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
NUMBER = re.compile(r"\+?\d{5,15}")
SPAN = re.compile(r"(\d{2}):(\d{2})-(\d{2}):(\d{2})")
MIN_RING_S, MAX_RING_S = 5, 120


class PlanError(Exception):
    """The plan cannot be used. `mistakes`: one sentence each, with where it stands."""

    def __init__(self, mistakes: list[str]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


def _as_text(value: object) -> object:
    """YAML reads 13800138000 as a number and 09:30 as sixty-based; only quoted text is what was meant."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        raise ValueError("请加引号,否则 YAML 会读成数")  # noqa: TRY004 - pydantic wants ValueError
    return value


Text = Annotated[str, BeforeValidator(_as_text)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class _DayDocument(_Strict):
    closed: str | None = None
    open: str | None = None
    like: str | None = None


class _PersonDocument(_Strict):
    name: str = Field(min_length=1)
    number: Text
    ring_s: int = Field(default=25, ge=MIN_RING_S, le=MAX_RING_S)
    extension: Text | None = None


class _ShiftDocument(_Strict):
    start: datetime = Field(alias="from")
    end: datetime = Field(alias="to")
    people: list[str] = Field(min_length=1)


class _WeeklyDocument(_Strict):
    days: str
    hours: Text
    people: list[str] = Field(min_length=1)


class _Document(_Strict):
    time_zone: str = "Asia/Shanghai"
    hours: dict[str, list[Text]] = Field(default_factory=lambda: {"mon-fri": ["09:00-12:00", "13:00-17:30"]})
    lines: dict[Text, dict[str, list[Text]]] = Field(default_factory=dict)
    days: dict[date, _DayDocument] = Field(default_factory=dict)
    holidays_complete: list[int] = Field(default_factory=list)
    people: dict[str, _PersonDocument] = Field(default_factory=dict)
    rota: list[_ShiftDocument] = Field(default_factory=list)
    weekly: list[_WeeklyDocument] = Field(default_factory=list)
    always: list[str] = Field(default_factory=list)


def read_plan(document: object) -> DutyPlan:
    """A plan from parsed YAML. Raises PlanError with every mistake."""
    return _Reader(_form(_with_written_days(document if document is not None else {}))).plan()


def _with_written_days(document: object) -> object:
    """Dates as they are written, so that a mistake names them so."""
    days = document.get("days") if isinstance(document, dict) else None
    if not isinstance(document, dict) or not isinstance(days, dict):
        return document
    written = {on.isoformat() if isinstance(on, date) else on: rule for on, rule in days.items()}
    return {**document, "days": written}


@dataclass(frozen=True, slots=True)
class _Form:
    """What of a plan is well-formed, so that its meaning can be looked at too. `numbers`: where the entries of a list stood."""

    document: _Document
    people: frozenset[str]
    """Everybody who is named, those with a mistake included."""
    numbers: dict[str, list[int]]
    mistakes: list[str]


def _form(document: object) -> _Form:
    """Raises PlanError where nothing is left to look at."""
    try:
        whole = _Document.model_validate(document)
    except ValidationError as error:
        mistakes = [f"{where or 'plan'}: {what}" for where, what in faults_of(error.errors())]
        bad = {tuple(map(str, one["loc"][:2])) for one in error.errors()}
    else:
        return _Form(whole, frozenset(whole.people), _numbers(document, set()), [])
    if not isinstance(document, dict):
        raise PlanError(mistakes)
    rest = {key: _without(value, str(key), bad) for key, value in document.items() if (str(key),) not in bad}
    try:
        parsed = _Document.model_validate(rest)
    except ValidationError:
        raise PlanError(mistakes) from None
    people = document.get("people")
    named = frozenset(map(str, people)) if isinstance(people, dict) else frozenset()
    return _Form(parsed, named, _numbers(document, bad), mistakes)


def _numbers(document: object, bad: set[tuple[str, ...]]) -> dict[str, list[int]]:
    lists = document if isinstance(document, dict) else {}
    return {key: _places(lists.get(key), key, bad) for key in ("rota", "weekly")}


def _without(value: object, key: str, bad: set[tuple[str, ...]]) -> object:
    if isinstance(value, dict):
        return {name: one for name, one in value.items() if (key, str(name)) not in bad}
    if isinstance(value, list):
        return [value[place] for place in _places(value, key, bad)]
    return value


def _places(entries: object, key: str, bad: set[tuple[str, ...]]) -> list[int]:
    count = len(entries) if isinstance(entries, list) else 0
    return [place for place in range(count) if (key, str(place)) not in bad]


class _Reader:
    """Turns a document into a plan, collecting what is wrong with its meaning beside what is wrong with its form."""

    def __init__(self, form: _Form) -> None:
        self._document = form.document
        self._form = form
        self._mistakes = list(form.mistakes)
        self._zone = self._read_zone()

    def plan(self) -> DutyPlan:
        document = self._document
        days = {on: self._day(on, rule) for on, rule in document.days.items()}
        complete = frozenset(document.holidays_complete)
        calendar = OfficeCalendar(self._week("hours", document.hours), days, self._zone, complete)
        lines = {
            number: OfficeCalendar(self._week(f"lines.{number}", week), days, self._zone, complete)
            for number, week in document.lines.items()
        }
        roster = Roster(self._people(), self._rota(), self._weekly(), tuple(document.always), self._zone)
        self._check_names("always", document.always)
        if self._mistakes:
            raise PlanError(self._mistakes)
        return DutyPlan(calendar, roster, lines)

    def _wrong(self, where: str, what: str) -> None:
        self._mistakes.append(f"{where}: {what}")

    def _read_zone(self) -> ZoneInfo:
        try:
            return ZoneInfo(self._document.time_zone)
        except (ZoneInfoNotFoundError, ValueError):
            self._wrong("time_zone", f"没有时区「{self._document.time_zone}」,请写 Asia/Shanghai")
            return ZoneInfo("Asia/Shanghai")

    def _week(self, where: str, hours: dict[str, list[str]]) -> dict[int, tuple[Span, ...]]:
        week: dict[int, tuple[Span, ...]] = {}
        for names, spans in hours.items():
            read = self._spans(f"{where}.{names}", spans)
            for weekday in self._weekdays(f"{where}.{names}", names):
                if weekday in week:
                    self._wrong(f"{where}.{names}", f"「{WEEKDAY_NAMES[weekday]}」写了两次")
                week[weekday] = read
        return week

    def _weekdays(self, where: str, names: str) -> list[int]:
        first, _, last = names.partition("-")
        if first not in WEEKDAY_NAMES or (last or first) not in WEEKDAY_NAMES:
            self._wrong(
                where, f"「{names}」不是星期,请写 {' '.join(WEEKDAY_NAMES)} 之一,或 mon-fri 这样的范围"
            )
            return []
        start, end = WEEKDAY_NAMES.index(first), WEEKDAY_NAMES.index(last or first)
        if end < start:
            self._wrong(where, f"「{names}」前后颠倒,请分两项写")
        return list(range(start, end + 1))

    def _spans(self, where: str, texts: list[str]) -> tuple[Span, ...]:
        spans = sorted(
            (span for text in texts for span in self._span(where, text)), key=lambda span: span.start
        )
        for before, after in pairwise(spans):
            if before.end is None or before.end > after.start:
                self._wrong(where, f"时段 {_written(before)} 和 {_written(after)} 重叠")
        return tuple(spans)

    def _span(self, where: str, text: str, *, over_midnight: bool = False) -> list[Span]:
        """One span; two where it may run over midnight and does: the evening's, then the next morning's."""
        found = SPAN.fullmatch(text)
        if not found:
            self._wrong(where, f"「{text}」不是时段,请写成 09:00-12:00")
            return []
        hour, minute, end_hour, end_minute = (int(part) for part in found.groups())
        try:
            start = time(hour, minute)
            end = None if (end_hour, end_minute) == (24, 0) else time(end_hour, end_minute)
        except ValueError:
            self._wrong(where, f"「{text}」里有不存在的时刻")
            return []
        if end is None or start < end:
            return [Span(start, end)]
        if over_midnight:
            return [Span(start, None), Span(time(0), end)]
        self._wrong(where, f"「{text}」结束早于开始,跨零点的上班时间请分两段写")
        return []

    def _day(self, on: date, rule: _DayDocument) -> DayRule:
        where = f"days.{on.isoformat()}"
        if (rule.closed is None) == (rule.open is None):
            self._wrong(where, "closed 和 open 要写其中一个,并写明原因")
        if rule.like is not None and rule.like not in WEEKDAY_NAMES:
            self._wrong(where, f"like 里的「{rule.like}」不是星期")
            return DayRule(open=False, name="")
        like = None if rule.like is None else WEEKDAY_NAMES.index(rule.like)
        if rule.open is not None:
            return DayRule(open=True, name=rule.open, like=0 if like is None else like)
        return DayRule(open=False, name=rule.closed or "")

    def _people(self) -> dict[str, DutyPerson]:
        people = {}
        for key, one in self._document.people.items():
            if not NUMBER.fullmatch(one.number):
                self._wrong(f"people.{key}.number", f"「{one.number}」拨不出去,只能是数字,前面可以有 +")
            people[key] = DutyPerson(key, one.name, one.number, one.ring_s, one.extension)
        return people

    def _rota(self) -> tuple[Shift, ...]:
        shifts: list[Shift] = []
        numbers = self._form.numbers["rota"]
        for index, one in zip(numbers, self._document.rota, strict=True):
            where = f"rota.{index}"
            shift = Shift(self._instant(one.start), self._instant(one.end), tuple(one.people))
            if shift.end <= shift.start:
                self._wrong(where, "结束早于开始")
            for number, other in zip(numbers, shifts, strict=False):
                if shift.start < min(other.end, shift.end) and other.start < shift.end:
                    self._wrong(where, f"与 rota.{number} 重叠,同一班的人请写在一起,按拨打的先后")
            self._check_names(where, one.people)
            shifts.append(shift)
        return tuple(shifts)

    def _instant(self, moment: datetime) -> datetime:
        return moment.replace(tzinfo=self._zone) if moment.tzinfo is None else moment

    def _weekly(self) -> tuple[WeeklyShift, ...]:
        shifts = []
        for index, one in zip(self._form.numbers["weekly"], self._document.weekly, strict=True):
            where = f"weekly.{index}"
            self._check_names(where, one.people)
            tonight = frozenset(self._weekdays(where, one.days))
            tomorrow = frozenset((weekday + 1) % 7 for weekday in tonight)
            spans = self._span(where, one.hours, over_midnight=True)
            people = tuple(one.people)
            shifts += [
                WeeklyShift(days, span, people)
                for days, span in zip((tonight, tomorrow), spans, strict=False)
            ]
        return tuple(shifts)

    def _check_names(self, where: str, keys: list[str]) -> None:
        for key in keys:
            if key not in self._form.people:
                self._wrong(where, f"people 里没有「{key}」")


def _written(span: Span) -> str:
    return f"{span.start:%H:%M}-{span.end:%H:%M}" if span.end else f"{span.start:%H:%M}-24:00"
