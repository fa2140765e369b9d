"""A plan is read whole or refused with every mistake."""

import textwrap
from datetime import datetime, time

import pytest
import yaml

from assistant.duty import plan_document
from assistant.duty.calendar import SHANGHAI, Span
from assistant.duty.decision import Route, decide
from assistant.duty.plan_document import PlanError, read_plan
from assistant.duty.plan_text import plan_from_text
from assistant.duty.roster import WeeklyShift


def example() -> str:
    doc = plan_document.__doc__
    assert doc is not None
    return textwrap.dedent(doc.split("\n", 2)[2])


def at(year: int, month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=SHANGHAI)


def test_the_documented_example_is_a_plan() -> None:
    plan = read_plan(yaml.safe_load(example()))
    assert decide(plan, None, at(2026, 11, 20, 9)).route is Route.QUEUE
    assert [one.key for one in decide(plan, None, at(2027, 1, 1, 3)).people] == ["wang", "li"]
    assert decide(plan, "4001234567", at(2026, 11, 22, 8)).route is Route.QUEUE
    assert decide(plan, None, at(2027, 2, 6, 10)).route is Route.QUEUE
    assert decide(plan, None, at(2027, 2, 11, 10)).route is Route.DUTY


def test_a_weekly_shift_over_midnight_goes_on_into_the_next_morning() -> None:
    people = {"li": {"name": "李娜", "number": "13900139000"}}
    plan = read_plan(
        {"people": people, "weekly": [{"days": "sun", "hours": "17:30-09:00", "people": ["li"]}]}
    )
    assert plan.roster.weekly == (
        WeeklyShift(frozenset({6}), Span(time(17, 30), None), ("li",)),
        WeeklyShift(frozenset({0}), Span(time(0), time(9)), ("li",)),
    )


def test_an_empty_plan_has_the_hours_of_the_regulation() -> None:
    assert read_plan(None).calendar.week[0] == (Span(time(9), time(12)), Span(time(13), time(17, 30)))


def test_all_mistakes_at_once() -> None:
    document = {
        "time_zone": "Mars/Olympus",
        "hours": {"mon-fri": ["09:00-12:00", "11:00-17:30"], "fri": ["9-12"], "sun-mon": ["10:00-25:00"]},
        "days": {"2027-02-06": {"open": "调休", "closed": "休息"}},
        "people": {"wang": {"name": "王芳", "number": "138-0013"}},
        "rota": [
            {"from": "2026-12-31T17:30", "to": "2027-01-04T09:00", "people": ["wang"]},
            {"from": "2027-01-03T17:30", "to": "2027-01-01T09:00", "people": ["zhao"]},
        ],
        "weekly": [{"days": "mon", "hours": "18:00", "people": ["wang"]}],
        "always": ["qian"],
    }
    with pytest.raises(PlanError) as caught:
        read_plan(document)
    assert caught.value.mistakes == [
        "time_zone: 'Mars/Olympus' is no time zone; write Asia/Shanghai",
        "days.2027-02-06: write either closed: or open:, with the reason",
        "hours.mon-fri: the spans 09:00-12:00 and 11:00-17:30 overlap",
        "hours.fri: '9-12' is no span; write it as 09:00-12:00",
        "hours.fri: fri is given twice",
        "hours.sun-mon: '10:00-25:00' has an hour or minute that does not exist",
        "hours.sun-mon: 'sun-mon' runs backwards; write two entries",
        "people.wang.number: '138-0013' cannot be dialled; digits only, with or without +",
        "rota.1: ends before it begins",
        "rota.1: 'zhao' is not among people",
        "weekly.0: '18:00' is no span; write it as 09:00-12:00",
        "always: 'qian' is not among people",
    ]


def test_wrong_shapes_are_named_by_their_place() -> None:
    with pytest.raises(PlanError) as caught:
        read_plan({"people": {"wang": {"name": "王芳", "number": 13800138000, "ring_s": 3}}, "rotas": []})
    assert caught.value.mistakes == [
        "people.wang.number: put it in quotes, otherwise YAML reads a number",
        "people.wang.ring_s: Input should be greater than or equal to 5",
        "rotas: Extra inputs are not permitted",
    ]


MANY_MISTAKES = """
hours: {mon: ["9-12"]}
lunch: 1
days: {2027-02-06: {shut: x}, 2027-02-07: {}}
people:
  li: {name: 李娜, number: 13900139000}
  wang: {name: 王芳, number: "1"}
rota:
  - {from: never, to: 2026-12-01 09:00, people: [li]}
  - {from: 2026-12-02 09:00, to: 2026-12-01 09:00, people: [zhao]}
always: [li, sun]
"""


def test_mistakes_of_form_and_of_meaning_are_told_together() -> None:
    with pytest.raises(PlanError) as caught:
        plan_from_text(MANY_MISTAKES)
    assert caught.value.mistakes == [
        "days.2027-02-06.shut: Extra inputs are not permitted",
        "people.li.number: put it in quotes, otherwise YAML reads a number",
        "rota.0.from: Input should be a valid datetime or date, input is too short",
        "lunch: Extra inputs are not permitted",
        "days.2027-02-07: write either closed: or open:, with the reason",
        "hours.mon: '9-12' is no span; write it as 09:00-12:00",
        "people.wang.number: '1' cannot be dialled; digits only, with or without +",
        "rota.1: ends before it begins",
        "rota.1: 'zhao' is not among people",
        "always: 'sun' is not among people",
    ]
