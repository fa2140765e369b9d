"""Greetings by the hour, wishes by the day."""

from datetime import UTC, datetime

import pytest

from assistant.duty.calendar import SHANGHAI
from assistant.moment import words_of


@pytest.mark.parametrize(
    ("at", "words"),
    [
        ("2025-03-04 08:30", {"hello": "早上好", "greeting_time": "早上好"}),
        ("2025-03-04 09:00", {"greeting_time": "上午好"}),
        ("2025-03-04 12:10", {"greeting_time": "中午好"}),
        ("2025-03-04 17:59", {"greeting_time": "下午好"}),
        ("2025-03-04 18:00", {"hello": "晚上好", "greeting_time": "晚上好"}),
        ("2025-03-04 02:00", {"hello": "晚上好", "greeting_time": "晚上好"}),
        ("2025-03-07 10:00", {"greeting_time": "上午好", "wish": "祝您周末愉快"}),
        ("2025-09-29 10:00", {"greeting_time": "上午好", "wish": "祝您国庆节快乐", "holiday": "国庆节"}),
        ("2025-01-26 10:00", {"greeting_time": "上午好", "wish": "祝您春节快乐", "holiday": "春节"}),
        ("2025-05-29 10:00", {"greeting_time": "上午好", "wish": "祝您端午节安康", "holiday": "端午节"}),
        ("2025-04-02 10:00", {"greeting_time": "上午好", "holiday": "清明节"}),
        ("2099-10-01 10:00", {"greeting_time": "上午好"}),
    ],
)
def test_what_is_said_at_a_moment(at: str, words: dict[str, str]) -> None:
    assert words_of(datetime.fromisoformat(at).replace(tzinfo=SHANGHAI)) == words


def test_the_hour_is_that_of_the_callers() -> None:
    assert words_of(datetime(2025, 3, 4, 0, 30, tzinfo=UTC))["hello"] == "早上好"
