"""The day's and the week's numbers for people outside the page: when they are due (pure), the sentence they make, the task that sends them."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.exc import DBAPIError

from assistant.clock import Clock
from assistant.effects import NoticeKind, Notify
from assistant.store.reports import CallFigures, Period, Reports

log = logging.getLogger(__name__)


WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LONGEST_SLEEP = 60.0
"""The wall clock may be set while we sleep."""


@dataclass(frozen=True, slots=True)
class SummaryTimes:
    """`daily`: at this time, about the day so far; `weekly`: on this weekday (0 is Monday) at this time, about the seven days before."""

    daily: time | None = None
    weekly: tuple[int, time] | None = None

    @classmethod
    def of(cls, daily: str | None, weekly: str | None) -> "SummaryTimes":
        """`18:00` and `mon 08:30`."""
        day, _, clock = (weekly or "").partition(" ")
        return cls(
            None if daily is None else time.fromisoformat(daily),
            None if weekly is None else (WEEKDAYS.index(day), time.fromisoformat(clock)),
        )


@dataclass(frozen=True, slots=True)
class Due:
    at: datetime
    title: str
    since: str
    until: str
    """Local days, both included."""


def next_due(times: SummaryTimes, after: datetime) -> Due | None:
    """The first summary later than the local instant `after`."""
    found = []
    for ahead in range(8):
        day = after + timedelta(days=ahead)
        if times.daily is not None:
            at = datetime.combine(day, times.daily, after.tzinfo)
            found.append(Due(at, "今日小结", f"{at:%Y-%m-%d}", f"{at:%Y-%m-%d}"))
        if times.weekly is not None and day.weekday() == times.weekly[0]:
            at = datetime.combine(day, times.weekly[1], after.tzinfo)
            first, last = at - timedelta(days=7), at - timedelta(days=1)
            found.append(Due(at, "一周小结", f"{first:%Y-%m-%d}", f"{last:%Y-%m-%d}"))
    return min((due for due in found if due.at > after), key=lambda due: due.at, default=None)


def sentence(due: Due, figures: CallFigures | None) -> str:
    when = due.since if due.since == due.until else f"{due.since} 至 {due.until}"
    if figures is None or not figures.offered:
        return f"{due.title}({when}):没有来电。"
    rate = figures.answered / figures.offered
    return (
        f"{due.title}({when}):来电 {figures.offered},接通 {figures.answered}({rate:.0%}),未接 {figures.missed};"
        f"振铃超过三声 {figures.over_three_rings},上报 {figures.escalated},禁语 {figures.forbidden};"
        f"记录单 {figures.sheets_complete}/{figures.sheets} 已填完。"
    )


async def send_summaries(
    times: SummaryTimes, reports: Reports, clock: Clock, zone: ZoneInfo, tell: Callable[[Notify], None]
) -> None:
    """Until cancelled. One that fell due while the program was not running is not made up for."""
    after = clock.wall().astimezone(zone)
    while (due := next_due(times, after)) is not None:
        await _until(due.at, clock)
        try:
            figures = await reports.calls(Period(due.since, due.until), "all")
        except (DBAPIError, OSError) as error:
            log.warning("no %s: the records do not answer (%s)", due.title, type(error).__name__)
        else:
            tell(Notify(NoticeKind.SUMMARY, False, sentence(due, next(iter(figures), None))))
        after = due.at


async def _until(at: datetime, clock: Clock) -> None:
    while True:
        ahead = (at - clock.wall()).total_seconds()
        if ahead <= 0:
            return
        await asyncio.sleep(min(ahead, LONGEST_SLEEP))
