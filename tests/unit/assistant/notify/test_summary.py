"""When a summary is due, of which days, and what it says."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest

from assistant.notify.summary import Due, SummaryTimes, next_due, sentence
from assistant.store.reports import CallFigures

ZONE = ZoneInfo("Asia/Shanghai")
BOTH = SummaryTimes(time(18), (0, time(8, 30)))


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """In March 2026, whose second day is a Monday."""
    return datetime(2026, 3, day, hour, minute, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("times", "after", "due"),
    [
        (BOTH, at(2, 8), Due(at(2, 8, 30), "一周小结", "2026-02-23", "2026-03-01")),
        (BOTH, at(2, 8, 30), Due(at(2, 18), "今日小结", "2026-03-02", "2026-03-02")),
        (BOTH, at(2, 18), Due(at(3, 18), "今日小结", "2026-03-03", "2026-03-03")),
        (
            SummaryTimes(weekly=(0, time(8, 30))),
            at(2, 9),
            Due(at(9, 8, 30), "一周小结", "2026-03-02", "2026-03-08"),
        ),
        (SummaryTimes(), at(2, 9), None),
    ],
)
def test_what_is_due_next(times: SummaryTimes, after: datetime, due: Due | None) -> None:
    assert next_due(times, after) == due


def test_times_as_they_are_written() -> None:
    assert SummaryTimes.of("18:00", "mon 08:30") == BOTH
    assert SummaryTimes.of(None, None) == SummaryTimes()


def test_the_sentence() -> None:
    due = Due(at(2, 18), "今日小结", "2026-03-02", "2026-03-02")
    figures = CallFigures("all", 40, 38, 2, 40, 5, 38, 36, 3, 1, 0, 38, 30, 1.0, 1.0, 1.0, 1.0, 1.0)
    assert sentence(due, figures) == (
        "今日小结(2026-03-02):来电 40,接通 38(95%),未接 2;振铃超过三声 5,上报 3,禁语 1;记录单 30/38 已填完。"
    )
    assert sentence(due, None) == "今日小结(2026-03-02):没有来电。"
