"""A week in words."""

from datetime import date, datetime, timedelta

from assistant.duty.calendar import SHANGHAI
from assistant.duty.plan_text import plan_from_text
from assistant.duty.telling import Hole, told_days, unplanned

PLAN = plan_from_text('people: {wang: {name: 王芳, number: "13800138000"}}\nalways: [wang]\n')


def test_a_day_goes_from_midnight_to_midnight_without_a_hole() -> None:
    friday, saturday = told_days(PLAN, None, date(2026, 11, 20), 2)
    assert [(f"{one.start:%H:%M}", one.route) for one in friday.stretches] == [
        ("00:00", "duty"),
        ("09:00", "queue"),
        ("12:00", "duty"),
        ("13:00", "queue"),
        ("17:30", "duty"),
    ]
    assert all(one.end == two.start for one, two in zip(friday.stretches, friday.stretches[1:], strict=False))
    assert friday.stretches[0].people == [("王芳", "13800138000", 25)]
    assert [one.text for one in saturday.stretches] == ["转值班手机"]


def test_a_hole_of_the_roster_counts_only_outside_office_hours() -> None:
    people = 'people: {li: {name: 李娜, number: "13900139000"}}\n'
    weekly = 'weekly: [{days: mon-sun, hours: "17:30-09:00", people: [li]}]\n'
    plan = plan_from_text(people + weekly)
    friday, sunday = datetime(2026, 11, 20, 8, tzinfo=SHANGHAI), datetime(2026, 11, 22, 8, tzinfo=SHANGHAI)
    holes = [
        (datetime(2026, 11, 20, 12, tzinfo=SHANGHAI), datetime(2026, 11, 20, 13, tzinfo=SHANGHAI)),
        (datetime(2026, 11, 21, 9, tzinfo=SHANGHAI), datetime(2026, 11, 21, 17, 30, tzinfo=SHANGHAI)),
    ]
    assert unplanned(plan, friday, sunday) == [Hole(None, start, end) for start, end in holes]


def test_a_hole_of_one_line_alone_is_named() -> None:
    people = (
        'people: {li: {name: 李娜, number: "13900139000"}}\nlines: {"4002": {mon-fri: ["09:00-12:00"]}}\n'
    )
    weekly = 'weekly: [{days: mon-sun, hours: "17:30-09:00", people: [li]}]\n'
    friday = datetime(2026, 11, 20, 8, tzinfo=SHANGHAI)
    assert unplanned(plan_from_text(people + weekly), friday, friday + timedelta(hours=12)) == [
        Hole(None, friday.replace(hour=12), friday.replace(hour=13)),
        Hole("4002", friday.replace(hour=12), friday.replace(hour=17, minute=30)),
    ]
