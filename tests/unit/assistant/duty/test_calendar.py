"""Office hours against hand-written expectations: every boundary to the second, holidays, 调休, leap day, year end (S0-06)."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from assistant.duty.calendar import SHANGHAI, DayRule, OfficeCalendar, OpenState, Span, calendar_warning
from assistant.duty.decision import DutyPlan, Route, decide
from assistant.duty.roster import DutyPerson, Roster

OFFICE = (Span(time(9), time(12)), Span(time(13), time(17, 30)))
WEEK = dict.fromkeys(range(5), OFFICE)
CALENDAR = OfficeCalendar(WEEK)
PLAN = DutyPlan(CALENDAR, Roster({"wang": DutyPerson("wang", "王芳", "13800138000", 25)}, always=("wang",)))
"""What the PBX is told at the same instants."""

BOUNDARIES = [
    ("00:00:00", False), ("08:59:59", False), ("09:00:00", True), ("09:00:01", True), ("10:30:00", True),
    ("11:59:59", True), ("12:00:00", False), ("12:00:01", False), ("12:59:59", False), ("13:00:00", True),
    ("13:00:01", True), ("17:29:59", True), ("17:30:00", False), ("17:30:01", False), ("23:59:59", False),
]  # fmt: skip

# Written by hand from the State Council's notices on public holidays of 2025 and 2026, and from wall calendars.
WORKING_DAYS = [
    "2026-01-05", "2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10", "2026-02-13",
    "2026-02-24", "2026-10-08", "2026-09-24", "2026-04-07", "2026-05-06", "2026-06-18", "2026-06-22", "2026-12-31",
    "2025-01-26", "2025-02-08", "2025-04-27", "2025-09-28", "2025-10-11", "2024-02-29", "2025-12-31", "2026-11-20",
]  # fmt: skip
DAYS_OFF = [
    "2026-01-01", "2026-01-02", "2026-01-03", "2026-02-15", "2026-02-16", "2026-02-17", "2026-02-23", "2026-04-04",
    "2026-04-05", "2026-04-06", "2026-05-01", "2026-05-05", "2026-06-19", "2026-06-21", "2026-09-25", "2026-09-27",
    "2026-10-01", "2026-10-07", "2026-01-10", "2026-01-11", "2026-11-21", "2026-11-22", "2025-10-01", "2025-01-01",
]  # fmt: skip


def at(day: str, clock: str) -> datetime:
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=SHANGHAI)


INSTANTS = [(day, clock, is_open) for day in WORKING_DAYS for clock, is_open in BOUNDARIES]
INSTANTS += [(day, clock, False) for day in DAYS_OFF for clock, _ in BOUNDARIES]


def test_the_table_is_as_large_as_promised() -> None:
    assert len(INSTANTS) >= 500


@pytest.mark.parametrize(("day", "clock", "is_open"), INSTANTS, ids=lambda value: str(value))
def test_instant(day: str, clock: str, is_open: bool) -> None:
    assert CALENDAR.state(at(day, clock)).open is is_open
    assert decide(PLAN, "4001234567", at(day, clock)).route is (Route.QUEUE if is_open else Route.DUTY)


def test_the_same_instant_in_another_zone_is_the_same_answer() -> None:
    assert CALENDAR.state(datetime(2026, 11, 20, 1, 0, tzinfo=UTC)).open is True
    assert CALENDAR.state(datetime(2026, 11, 20, 0, 59, 59, tzinfo=UTC)).open is False


def test_state_says_until_when_and_why() -> None:
    assert CALENDAR.state(at("2026-10-01", "12:00:00")) == OpenState(
        False, at("2026-10-02", "00:00:00"), "国庆节放假", True
    )
    assert CALENDAR.state(at("2026-10-10", "09:00:00")) == OpenState(
        True, at("2026-10-10", "12:00:00"), "国庆节调休上班", True
    )


@pytest.mark.parametrize("start", ["2026-02-12", "2026-09-30", "2024-02-28", "2026-12-30"])
def test_nothing_changes_before_the_boundary_that_is_named(start: str) -> None:
    here = at(start, "00:00:00")
    for _ in range(30):
        state = CALENDAR.state(here)
        assert CALENDAR.state(state.until - timedelta(seconds=1)).open is state.open
        here = state.until


def test_a_year_that_is_not_announced_follows_the_weekday_and_says_so() -> None:
    state = CALENDAR.state(at("2027-01-01", "10:00:00"))
    assert state == OpenState(
        True, at("2027-01-01", "12:00:00"), "星期五,2027 年放假安排尚未录入,按平常星期处理", False
    )


def test_a_day_ruled_by_hand_is_stronger_than_the_table() -> None:
    days = {date(2027, 1, 1): DayRule(False, "元旦"), date(2027, 1, 2): DayRule(True, "盘点", like=0)}
    calendar = OfficeCalendar(WEEK, days)
    assert [
        calendar.state(at(day, "10:00:00")).open for day in ("2027-01-01", "2027-01-02", "2027-01-03")
    ] == [False, True, False]


def test_a_naive_instant_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        CALENDAR.state(datetime(2026, 11, 20, 10, 0))  # noqa: DTZ001


def test_the_administrator_is_warned_before_the_table_runs_out() -> None:
    assert calendar_warning(at("2026-11-30", "10:00:00"), ()) is None
    assert "2027" in (calendar_warning(at("2026-12-01", "10:00:00"), ()) or "")
    assert calendar_warning(at("2026-12-01", "10:00:00"), (2027,)) is None
    assert "2027" in (calendar_warning(at("2027-03-01", "10:00:00"), ()) or "")


def test_a_year_that_was_entered_whole_is_as_sure_as_an_announced_one() -> None:
    calendar = OfficeCalendar(WEEK, {date(2027, 1, 1): DayRule(False, "元旦")}, complete=frozenset({2027}))
    assert calendar.state(at("2027-01-04", "10:00:00")) == OpenState(
        True, at("2027-01-04", "12:00:00"), "星期一", True
    )
    assert calendar.state(at("2028-01-03", "10:00:00")).confirmed is False
