import pytest

from prompts.pace import Pace


def test_pace_is_unknown_until_enough_was_said() -> None:
    pace = Pace()
    pace.add(12, 3.0)
    assert (pace.overall, pace.recent) == (None, None)
    pace.add(12, 3.0)
    assert (pace.overall, pace.recent) == (4.0, 4.0)


def test_recent_forgets_and_overall_does_not() -> None:
    pace = Pace()
    for _ in range(5):
        pace.add(20, 5.0)
    for _ in range(3):
        pace.add(21, 3.0)
    assert pace.recent == pytest.approx(7.0)
    assert pace.overall == pytest.approx(163 / 34)


def test_nothing_said_in_no_time_is_left_out() -> None:
    pace = Pace()
    pace.add(0, 1.0)
    pace.add(30, 0.0)
    assert pace == Pace()
