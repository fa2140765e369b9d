"""What the doctor says of the duty plan."""

from datetime import UTC, datetime
from pathlib import Path

from assistant.clock import VirtualClock
from assistant.config import DutySection, PbxSection
from assistant.doctor import check_duty, check_duty_trunk

NOON = VirtualClock(wall=datetime(2026, 11, 20, 3, tzinfo=UTC))


def grades(plan: str | None, folder: Path) -> list[tuple[str, str]]:
    file = folder / "duty.yaml"
    if plan is not None:
        file.write_text(plan, "utf-8")
    return [(one.grade, one.zh) for one in check_duty(DutySection(plan=file), NOON)]


def test_no_plan_is_no_fault() -> None:
    assert [one.grade for one in check_duty(DutySection(), NOON)] == ["ok"]


def test_a_plan_that_cannot_be_used_is_a_fault_with_its_mistakes(tmp_path: Path) -> None:
    assert [grade for grade, _ in grades(None, tmp_path)] == ["fault"]
    ((grade, text),) = grades("hours: {mon: ['9-12']}", tmp_path)
    assert (grade, text.splitlines()[1]) == ("fault", "hours.mon: 「9-12」不是时段,请写成 09:00-12:00")


def test_a_plan_without_people_is_a_warning_and_one_with_them_is_well(tmp_path: Path) -> None:
    assert grades("people: {}", tmp_path) == [("warning", "11月20日 12:00 起没有人值班。")]
    whole = 'people: {li: {name: 李娜, number: "13900139000", extension: "8002"}}\nalways: [li]\n'
    assert grades(whole, tmp_path) == [("ok", "上班时间,到 12:00。")]


def test_a_duty_person_without_an_account_is_a_warning(tmp_path: Path) -> None:
    file = tmp_path / "duty.yaml"
    file.write_text(
        'people: {li: {name: 李娜, number: "13900139000", extension: "8002"}}\nalways: [li]\n', "utf-8"
    )
    [found] = check_duty(DutySection(plan=file), NOON, frozenset({"8001"}))
    assert (found.grade, found.zh) == ("warning", "值班人 李娜 的 extension 8002 没有帐号,看不到接的来电。")


def test_a_forward_by_the_400_trunk_is_a_fault_and_by_an_unexpected_one_a_warning() -> None:
    duty, pbx = DutySection(), PbxSection(trunks=("trunk400", "trunk401"))
    assert check_duty_trunk("trunk-duty", duty, pbx) == []
    (fault,) = check_duty_trunk("trunk401", duty, pbx)
    assert fault.is_fault
    assert "HOTLINE_DUTY_TRUNK" in fault.zh
    (warning,) = check_duty_trunk("trunk-mobile", duty, pbx)
    assert warning.grade == "warning"
