"""What phrases say because of the hour and the day: 早上好, 祝您周末愉快, 祝您国庆节快乐 (S1-16). Pure; the moment is an argument.

Absent where there is nothing to say, so that a phrase keeps its plain form. 清明节 is no day to wish anybody joy.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

import chinese_calendar

from assistant.duty.calendar import HOLIDAY_NAMES, SHANGHAI

EVE_DAYS = 3
"""So many days before a holiday it is wished for."""
FRIDAY = 4
_HELLO = ((time(5), "早上好"), (time(9), None), (time(18), "晚上好"))
_GREETING = (
    (time(5), "早上好"),
    (time(9), "上午好"),
    (time(12), "中午好"),
    (time(13), "下午好"),
    (time(18), "晚上好"),
)
_WISHES = {
    "元旦": "祝您元旦快乐",
    "春节": "祝您春节快乐",
    "劳动节": "祝您劳动节快乐",
    "端午节": "祝您端午节安康",
    "国庆节": "祝您国庆节快乐",
    "中秋节": "祝您中秋节快乐",
}


def words_of(at: datetime) -> dict[str, str]:
    """`hello` at early and late hours, `greeting_time` at any, `wish` before a weekend or a holiday, `holiday` its name."""
    here = at.astimezone(SHANGHAI)
    words = {
        "hello": _by_hour(here.time(), _HELLO),
        "greeting_time": _by_hour(here.time(), _GREETING),
        "wish": _wish(here.date()),
        "holiday": next(_coming(here.date()), None),
    }
    return {name: word for name, word in words.items() if word is not None}


def _by_hour(now: time, words: tuple[tuple[time, str | None], ...]) -> str | None:
    begun = [word for start, word in words if start <= now]
    return begun[-1] if begun else words[-1][1]


def _wish(today: date) -> str | None:
    wishes = (_WISHES[name] for name in _coming(today) if name in _WISHES)
    return next(wishes, "祝您周末愉快" if today.weekday() == FRIDAY else None)


def _coming(today: date) -> Iterator[str]:
    """Names of the holidays it is, or will be within a few days."""
    for ahead in range(EVE_DAYS + 1):
        name = _holiday(today + timedelta(days=ahead))
        if name is not None:
            yield name


def _holiday(day: date) -> str | None:
    """None too where the year's holidays are not announced yet."""
    try:
        free, name = chinese_calendar.get_holiday_detail(day)
    except NotImplementedError:
        return None
    return HOLIDAY_NAMES.get(name) if free and name is not None else None
