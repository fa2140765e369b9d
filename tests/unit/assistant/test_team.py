"""Time on calls counts from local midnight: it begins anew by itself, in the middle of a call too, and goes on after a restart."""

from datetime import UTC, datetime

from ami_bridge.events import CallId
from assistant.clock import VirtualClock
from assistant.core.team import Team, Workday
from assistant.workday import day_began

HOUR = 3600.0
DAY = 24 * HOUR
NINE = VirtualClock(start=5000.0, wall=datetime(2026, 1, 5, 1, 0, tzinfo=UTC))
"""09:00 in China."""
MIDNIGHT = 5000.0 - 9 * HOUR


def team(talked: dict[str, float] | None = None) -> Team:
    return Team(Workday(lambda now: day_began(NINE, now), talked or {}, day_began(NINE, 5000.0)))


def talk_s(team: Team, now: float) -> float:
    return team.member("8001").view(now).talk_s


def test_the_day_begins_at_midnight_in_china() -> None:
    assert day_began(NINE, 5000.0) == MIDNIGHT
    assert day_began(NINE, MIDNIGHT + DAY - 1) == MIDNIGHT
    assert day_began(NINE, MIDNIGHT + DAY) == MIDNIGHT + DAY


def test_calls_of_a_day_add_up_and_are_gone_the_next() -> None:
    agents = team()
    for start in (5000.0, 6000.0):
        agents.join("8001", CallId(f"c{start}"), start)
        agents.leave("8001", start + 60)
    assert talk_s(agents, 7000.0) == 120
    assert talk_s(agents, MIDNIGHT + DAY - 1) == 120
    assert talk_s(agents, MIDNIGHT + DAY) == 0


def test_of_a_call_over_midnight_each_day_counts_its_own() -> None:
    agents, midnight = team(), MIDNIGHT + DAY
    agents.join("8001", CallId("c1"), midnight - 100)
    assert talk_s(agents, midnight - 1) == 99
    assert talk_s(agents, midnight + 20) == 20
    agents.leave("8001", midnight + 30)
    assert talk_s(agents, midnight + 40) == 30
    assert talk_s(agents, midnight + DAY) == 0


def test_what_was_talked_before_the_start_counts_for_its_day_alone() -> None:
    agents = team({"8001": 500.0})
    assert talk_s(agents, 5000.0) == 500
    agents.join("8001", CallId("c1"), 5000.0)
    agents.leave("8001", 5010.0)
    assert talk_s(agents, 5020.0) == 510
    assert talk_s(team({"8001": 500.0}), MIDNIGHT + DAY) == 0


def test_a_clock_that_is_set_by_a_second_makes_no_new_day() -> None:
    clock = VirtualClock(start=5000.0, wall=datetime(2026, 1, 5, 1, 0, tzinfo=UTC))
    agents = Team(Workday(lambda now: day_began(clock, now), {"8001": 500.0}, MIDNIGHT))
    clock = VirtualClock(start=5000.0, wall=datetime(2026, 1, 5, 0, 59, 58, tzinfo=UTC))
    assert talk_s(agents, 5000.0) == 500


def test_the_page_is_told_after_how_much_talk_a_rest_is_due() -> None:
    assert Team(Workday(rest_after=4 * HOUR)).member("8001").view(0.0).rest_after_s == 4 * HOUR
    assert Team(Workday()).member("8001").view(0.0).rest_after_s is None
