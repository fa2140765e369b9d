"""When the line is open: office hours per weekday, public holidays, 调休 working days. Pure; time is an argument.

S0-06: Monday to Friday 9:00-12:00 and 13:00-17:30. A span is open at its first second and closed at its last: a call at
12:00:00 is outside hours, one at 11:59:59 is inside. Public holidays and make-up days come from the State Council's table
(chinesecalendar), which knows a year only once it is announced: for other years the weekday rule holds and says so.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import chinese_calendar
from chinese_calendar import constants

SHANGHAI = ZoneInfo("Asia/Shanghai")
FIRST_KNOWN_YEAR = min(constants.holidays).year
LAST_KNOWN_YEAR = max(constants.holidays).year
WARN_FROM_MONTH = 12
"""From December on, a year that is not announced yet is worth a warning."""

HOLIDAY_NAMES = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "National Day": "国庆节",
    "Mid-autumn Festival": "中秋节",
    "Anti-Fascist 70th Day": "抗战胜利纪念日",
}
WEEKDAYS = ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日")


@dataclass(frozen=True, slots=True)
class Span:
    """Open from `start` (included) to `end` (excluded) of one day; `end` None is midnight."""

    start: time
    end: time | None

    def holds(self, moment: time) -> bool:
        return self.start <= moment and (self.end is None or moment < self.end)


@dataclass(frozen=True, slots=True)
class DayRule:
    """What a date is by hand, stronger than the table: closed, or open with the hours of `like` (0 is Monday)."""

    open: bool
    name: str
    like: int | None = None


@dataclass(frozen=True, slots=True)
class Day:
    """One date as the calendar sees it: its spans (none when closed) and the sentence that says why."""

    spans: tuple[Span, ...]
    why: str
    confirmed: bool
    """False where the year's holidays are not announced, so that only the weekday decided."""


@dataclass(frozen=True, slots=True)
class OpenState:
    open: bool
    until: datetime
    """The next boundary: the state may change then, not before."""
    why: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class OfficeCalendar:
    """Hours of one line. `week`: spans by weekday, 0 is Monday. `days`: dates ruled by hand. `complete`: years of which `days` holds all
    holidays and 调休, so that nobody need wait for the table."""

    week: dict[int, tuple[Span, ...]]
    days: dict[date, DayRule] = field(default_factory=dict)
    zone: ZoneInfo = SHANGHAI
    complete: frozenset[int] = frozenset()

    def day(self, on: date) -> Day:
        ruled = self.days.get(on)
        if ruled is not None:
            like = on.weekday() if ruled.like is None else ruled.like
            return Day(
                self.week.get(like, ()) if ruled.open else (), f"{ruled.name}(人工设定)", confirmed=True
            )
        if on.year in self.complete:
            return Day(self.week.get(on.weekday(), ()), WEEKDAYS[on.weekday()], confirmed=True)
        if not FIRST_KNOWN_YEAR <= on.year <= LAST_KNOWN_YEAR:
            why = f"{WEEKDAYS[on.weekday()]},{on.year} 年放假安排尚未录入,按平常星期处理"
            return Day(self.week.get(on.weekday(), ()), why, confirmed=False)
        return self._announced(on)

    def _announced(self, on: date) -> Day:
        off, festival = chinese_calendar.get_holiday_detail(on)
        name = HOLIDAY_NAMES.get(festival or "", festival or "")
        if off and festival:
            return Day((), f"{name}放假", confirmed=True)
        if not off and festival:
            # A 调休 day works the hours of an ordinary working day, whatever weekday it falls on.
            return Day(self.week.get(0, ()), f"{name}调休上班", confirmed=True)
        return Day(self.week.get(on.weekday(), ()), WEEKDAYS[on.weekday()], confirmed=True)

    def state(self, at: datetime) -> OpenState:
        """Raises ValueError for a naive `at`: an instant without a zone is a guess."""
        if at.tzinfo is None:
            raise ValueError("an instant needs its time zone")
        local = at.astimezone(self.zone)
        day = self.day(local.date())
        open_now = any(span.holds(local.time()) for span in day.spans)
        until = min(self._boundaries(local, day), default=self._midnight(local.date()))
        return OpenState(open_now, until, day.why, day.confirmed)

    def _boundaries(self, local: datetime, day: Day) -> list[datetime]:
        edges = {edge for span in day.spans for edge in (span.start, span.end) if edge is not None}
        return [datetime.combine(local.date(), edge, self.zone) for edge in edges if edge > local.time()]

    def _midnight(self, on: date) -> datetime:
        return datetime.combine(on + timedelta(days=1), time(0), self.zone)


def calendar_warning(at: datetime, complete: Collection[int]) -> str | None:
    """The sentence for the administrator when the holiday table runs out, else None."""
    for year in (at.year, at.year + 1):
        known = year <= LAST_KNOWN_YEAR or year in complete
        if not known and (year == at.year or at.month >= WARN_FROM_MONTH):
            entered = "在值班计划的 days 里录入国务院公布的日期并写 holidays_complete"
            return f"{year} 年的放假和调休安排还没有:请更新程序,或{entered}: [{year}]"
    return None
