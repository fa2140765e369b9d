"""Where a call goes, at every kind of instant, with the reasons that are shown to people."""

from datetime import datetime, time, timedelta

from assistant.duty.calendar import SHANGHAI, OfficeCalendar, Span
from assistant.duty.decision import Decision, DutyPlan, Override, OverrideKind, Route, decide, decisions
from assistant.duty.roster import DutyPerson, Roster

WANG = DutyPerson("wang", "王芳", "13800138000", 25)
WEEK = dict.fromkeys(range(5), (Span(time(9), time(12)), Span(time(13), time(17, 30))))
ROSTER = Roster({"wang": WANG}, always=("wang",))
PLAN = DutyPlan(OfficeCalendar(WEEK), ROSTER)


def at(day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, second, tzinfo=SHANGHAI)


def test_in_office_hours_the_queue() -> None:
    assert decide(PLAN, "4001234567", at(20, 9)) == Decision(
        Route.QUEUE, (), at(20, 12), ("星期五上班时间",), None
    )


def test_outside_the_duty_mobile() -> None:
    expected = Decision(
        Route.DUTY, (WANG,), at(20, 13), ("星期五非上班时间", "值班表没有安排人,转总值班"), None
    )
    assert decide(PLAN, "4001234567", at(20, 12)) == expected


def test_nobody_on_duty_is_an_alarm_and_a_message() -> None:
    plan = DutyPlan(OfficeCalendar(WEEK), Roster({}))
    decision = decide(plan, None, at(21, 3))
    assert (decision.route, decision.alarm) == (Route.MESSAGE, "没有人值班,来电只能留言")


def test_overrides_begin_and_end_to_the_second_and_only_on_their_line() -> None:
    override = Override(OverrideKind.FORWARD, at(20, 10), at(20, 11), "8001", "开会", "4001234567")
    plan = DutyPlan(PLAN.calendar, ROSTER, overrides=(override,))
    seen = [
        decide(plan, "4001234567", moment).route
        for moment in (at(20, 9, 59, 59), at(20, 10), at(20, 10, 59, 59), at(20, 11))
    ]
    assert seen == [Route.QUEUE, Route.DUTY, Route.DUTY, Route.QUEUE]
    assert decide(plan, "4007654321", at(20, 10)).route is Route.QUEUE
    assert decide(plan, "4001234567", at(20, 9, 30)).until == at(20, 10)


def test_open_by_hand_on_a_day_off_and_closed_by_hand_on_a_working_day() -> None:
    opened = Override(OverrideKind.OPEN, at(21, 9), at(21, 18), "9000", "加班")
    closed = Override(OverrideKind.CLOSED, at(20, 0), at(21, 0), "9000", "停电")
    plan = DutyPlan(PLAN.calendar, ROSTER, overrides=(opened, closed))
    assert [decide(plan, None, moment).route for moment in (at(21, 10), at(20, 10))] == [
        Route.QUEUE,
        Route.DUTY,
    ]
    assert decide(plan, None, at(20, 10)).because[1] == "人工设定“停电”(9000,到 11-21 00:00)"


def test_the_plan_ahead_joins_neighbours_and_covers_the_stretch() -> None:
    ahead = decisions(PLAN, None, at(20, 16), timedelta(days=4))
    assert [(one.route, one.until) for one in ahead] == [
        (Route.QUEUE, at(20, 17, 30)),
        (Route.DUTY, at(23, 9)),
        (Route.QUEUE, at(23, 12)),
        (Route.DUTY, at(23, 13)),
        (Route.QUEUE, at(23, 17, 30)),
        (Route.DUTY, at(24, 9)),
        (Route.QUEUE, at(24, 12)),
        (Route.DUTY, at(24, 13)),
        (Route.QUEUE, at(24, 17, 30)),
    ]
