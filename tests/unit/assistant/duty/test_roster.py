"""There is always someone, or an alarm."""

from datetime import datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from assistant.duty.calendar import SHANGHAI, Span
from assistant.duty.roster import DutyPerson, Gap, OnDuty, Roster, Shift, WeeklyShift

WANG = DutyPerson("wang", "王芳", "13800138000", 25)
LI = DutyPerson("li", "李娜", "13900139000", 20)
PEOPLE = {"wang": WANG, "li": LI}
EVERY_DAY = frozenset(range(7))


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI)


ROTA = (Shift(at(20, 18), at(21, 9), ("li", "wang")),)
NIGHTS = (
    WeeklyShift(EVERY_DAY, Span(time(18), None), ("wang",)),
    WeeklyShift(EVERY_DAY, Span(time(0), time(9)), ("wang",)),
)


def test_the_rota_is_stronger_than_the_week_and_hands_over_at_its_second() -> None:
    roster = Roster(PEOPLE, ROTA, NIGHTS)
    assert roster.at(at(20, 18)) == OnDuty((LI, WANG), at(21, 0), "值班表")
    assert roster.at(at(21, 9) - timedelta(seconds=1)).people == (LI, WANG)
    assert roster.at(at(21, 18)) == OnDuty((WANG,), at(22, 0), "每周值班")


def test_whoever_is_always_on_duty_comes_last_and_once() -> None:
    assert Roster(PEOPLE, ROTA, always=("wang",)).at(at(20, 20)).people == (LI, WANG)
    assert Roster(PEOPLE, always=("wang",)).at(at(25, 20)) == OnDuty(
        (WANG,), at(26, 0), "值班表没有安排人,转总值班"
    )


def test_gaps_are_found_and_joined() -> None:
    assert Roster(PEOPLE, ROTA, NIGHTS).gaps(at(20, 0), at(22, 0)) == [
        Gap(at(20, 9), at(20, 18)),
        Gap(at(21, 9), at(21, 18)),
    ]
    assert Roster(PEOPLE).gaps(at(20, 0), at(23, 0)) == [Gap(at(20, 0), at(23, 0))]


hours = st.integers(min_value=0, max_value=24 * 14)
shifts = st.lists(
    st.tuples(hours, st.integers(min_value=1, max_value=80), st.sampled_from(["wang", "li"])), max_size=6
).map(
    lambda drawn: tuple(
        Shift(at(10, 0) + timedelta(hours=h), at(10, 0) + timedelta(hours=h + n), (who,))
        for h, n, who in drawn
    )
)


@given(shifts, hours)
def test_someone_is_on_duty_exactly_outside_the_gaps(rota: tuple[Shift, ...], hour: int) -> None:
    roster = Roster(PEOPLE, rota)
    moment = at(10, 0) + timedelta(hours=hour)
    in_gap = any(
        gap.start <= moment < gap.end for gap in roster.gaps(at(10, 0), at(10, 0) + timedelta(hours=24 * 20))
    )
    assert bool(roster.at(moment).people) is not in_gap


@given(shifts, hours)
def test_with_an_always_there_is_always_someone(rota: tuple[Shift, ...], hour: int) -> None:
    assert Roster(PEOPLE, rota, always=("li",)).at(at(10, 0) + timedelta(hours=hour)).people


@given(shifts, hours)
def test_the_answer_holds_until_the_edge_it_names(rota: tuple[Shift, ...], hour: int) -> None:
    roster = Roster(PEOPLE, rota, NIGHTS)
    answer = roster.at(at(10, 0) + timedelta(hours=hour))
    assert roster.at(answer.until - timedelta(seconds=1)).people == answer.people
