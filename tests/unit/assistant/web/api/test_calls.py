from datetime import UTC, datetime

from assistant.messages import Role
from assistant.people import Person
from assistant.store.finding import CallFilter
from assistant.store.reading import Row
from assistant.web.api.calls import CallQuery, masked, zoned

ROW: Row = {
    "caller_number": "13800138000",
    "text": "打13800138000",
    "agent": "8001",
    "talk_s": 3.0,
    "title": None,
}


def person(role: Role) -> Person:
    return Person(1, "8001", "王", role)


def test_who_sees_numbers() -> None:
    assert masked(ROW, person("agent")) == masked(ROW, person("supervisor")) == ROW
    hidden = {**ROW, "caller_number": "138****8000", "text": "打13*******00"}
    assert masked(ROW, person("quality")) == masked(ROW, person("admin")) == hidden


def test_an_agent_asks_for_its_own_calls_whatever_it_says() -> None:
    query = CallQuery(agent="8002", text="投诉")
    assert query.as_filter(person("agent")) == CallFilter(agent="8001", text="投诉")
    assert query.as_filter(person("supervisor")) == CallFilter(agent="8002", text="投诉")


def test_a_moment_without_a_zone_is_utc() -> None:
    moment = datetime(2026, 1, 5, tzinfo=UTC)
    assert zoned(None) is None
    assert zoned(moment) is moment
    assert zoned(moment.replace(tzinfo=None)) == moment
