"""A week in words."""

from datetime import date

from assistant.duty.plan_text import plan_from_text
from assistant.duty.telling import told_days

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
