"""What the PBX is told: short, safe, exact."""

from datetime import UTC, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from assistant.duty.answer import CHARACTERS, SAFE, SEGMENTS, Answer, answer
from assistant.duty.calendar import SHANGHAI, OfficeCalendar, Span
from assistant.duty.decision import DutyPlan, Route, Swap, decide
from assistant.duty.roster import DutyPerson, Roster, Shift

WANG = DutyPerson("wang", "王芳", "13800138000", 25, "8001")
LI = DutyPerson("li", "李娜", "+8613900139000", 20)
WEEK = dict.fromkeys(range(5), (Span(time(9), time(12)), Span(time(13), time(17, 30))))
PLAN = DutyPlan(OfficeCalendar(WEEK), Roster({"wang": WANG, "li": LI}, always=("wang", "li")))


def at(day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, second, tzinfo=SHANGHAI)


def stamp(moment: datetime) -> int:
    return int(moment.timestamp())


def walk(plan: str, now: datetime) -> tuple[str, str] | None:
    """What the dialplan does with a plan it kept."""
    for segment in plan.split("~"):
        until, route, targets = segment.split(":")
        if int(until) > now.timestamp():
            return route, targets
    return None


def test_after_hours_names_who_is_called_in_order() -> None:
    night = "13800138000/25/8001_+8613900139000/20/li"
    told = answer(PLAN, "4001234567", at(20, 18))
    assert told == Answer("duty", night, stamp(at(21, 0)), told.plan)
    assert told.plan.split("~")[:3] == [
        f"{stamp(at(23, 9))}:duty:{night}",
        f"{stamp(at(23, 12))}:queue:",
        f"{stamp(at(23, 13))}:duty:{night}",
    ]


def test_in_hours_nobody_is_named() -> None:
    told = answer(PLAN, None, at(20, 9))
    assert (told.route, told.targets, told.until) == ("queue", "", stamp(at(20, 12)))


def test_nobody_on_duty_is_a_message() -> None:
    told = answer(DutyPlan(OfficeCalendar({}), Roster({})), None, at(20, 3))
    assert (told.route, told.targets) == ("message", "")


def test_many_people_never_make_the_line_longer_than_agi_takes() -> None:
    people = {f"p{n}": DutyPerson(f"p{n}", "某", f"1380013{n:04}", 25) for n in range(60)}
    told = answer(DutyPlan(OfficeCalendar({}), Roster(people, always=tuple(people))), None, at(20, 3))
    assert len(told.plan) <= CHARACTERS
    assert told.targets.startswith("13800130000/25/p0_13800130001/25/p1_")


def test_names_of_any_kind_become_safe() -> None:
    people = {'王"芳\n,${SHELL(id)};': DutyPerson('王"芳\n,${SHELL(id)};', "王芳", "13800138000", 25)}
    told = answer(DutyPlan(OfficeCalendar({}), Roster(people, always=tuple(people))), None, at(20, 3))
    assert told.targets == "13800138000/25/-------SHELL-id-"


def test_a_swap_names_the_one_who_stands_in_for_its_time_only() -> None:
    swap = Swap(at(20, 20), at(20, 22), "wang", "li", "9001")
    shift = Shift(at(20, 17, 30), at(21, 9), ("wang",))
    plan = DutyPlan(OfficeCalendar({}), Roster({"wang": WANG, "li": LI}, rota=(shift,)), swaps=(swap,))
    moments = (at(20, 19, 59, 59), at(20, 20), at(20, 21, 59, 59), at(20, 22))
    assert [decide(plan, None, moment).people for moment in moments] == [(WANG,), (LI,), (LI,), (WANG,)]
    assert decide(plan, None, at(20, 20)).because[-1] == "值班表,李娜替王芳(9001换班)"
    assert decide(plan, None, at(20, 18)).until == at(20, 20)


@given(
    st.integers(0, 400 * 86_400),
    st.integers(0, 2 * 86_400),
)
def test_the_kept_plan_says_what_the_program_would_have_said(start: int, later: int) -> None:
    asked = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=start)
    told = answer(PLAN, None, asked)
    assert SAFE.fullmatch(told.plan)
    assert len(told.plan) <= CHARACTERS
    assert told.plan.count("~") < SEGMENTS
    moment = asked + timedelta(seconds=later)
    decision = decide(PLAN, None, moment)
    assert walk(told.plan, moment) == (
        decision.route.value,
        "" if decision.route is Route.QUEUE else "13800138000/25/8001_+8613900139000/20/li",
    )
