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
        "time_zone: 没有时区「Mars/Olympus」,请写 Asia/Shanghai",
        "days.2027-02-06: closed 和 open 要写其中一个,并写明原因",
        "hours.mon-fri: 时段 09:00-12:00 和 11:00-17:30 重叠",
        "hours.fri: 「9-12」不是时段,请写成 09:00-12:00",
        "hours.fri: 「fri」写了两次",
        "hours.sun-mon: 「10:00-25:00」里有不存在的时刻",
        "hours.sun-mon: 「sun-mon」前后颠倒,请分两项写",
        "people.wang.number: 「138-0013」拨不出去,只能是数字,前面可以有 +",
        "rota.1: 结束早于开始",
        "rota.1: people 里没有「zhao」",
        "weekly.0: 「18:00」不是时段,请写成 09:00-12:00",
        "always: people 里没有「qian」",
    ]


def test_wrong_shapes_are_named_by_their_place() -> None:
    with pytest.raises(PlanError) as caught:
        read_plan({"people": {"wang": {"name": "王芳", "number": 13800138000, "ring_s": 3}}, "rotas": []})
    assert caught.value.mistakes == [
        "people.wang.number: 请加引号,否则 YAML 会读成数",
        "people.wang.ring_s: 不能小于 5",
        "rotas: 不认识这一项",
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
        "days.2027-02-06.shut: 不认识这一项",
        "people.li.number: 请加引号,否则 YAML 会读成数",
        "rota.0.from: 应当是日期和时间,如 2026-12-31 17:30",
        "lunch: 不认识这一项",
        "days.2027-02-07: closed 和 open 要写其中一个,并写明原因",
        "hours.mon: 「9-12」不是时段,请写成 09:00-12:00",
        "people.wang.number: 「1」拨不出去,只能是数字,前面可以有 +",
        "rota.1: 结束早于开始",
        "rota.1: people 里没有「zhao」",
        "always: people 里没有「sun」",
    ]
