"""The plan that decides: a bad file changes nothing, changes by hand join it, and everybody is told what is wrong."""

from datetime import UTC, datetime, timedelta

import pytest

from assistant.duty.calendar import SHANGHAI
from assistant.duty.changes import Change, ChangeError, ChangeKind, check_change
from assistant.duty.decision import Route, decide
from assistant.duty.in_force import PlanInForce
from assistant.messages import Part

PLAN = """
people:
  wang: {name: 王芳, number: "13800138000"}
  li: {name: 李娜, number: "13900139000"}
always: [wang]
"""
WITH_EXTENSIONS = PLAN.replace('8000"}', '8000", extension: "8001"}').replace(
    '9000"}', '9000", extension: "8002"}'
)
FRIDAY = datetime(2026, 11, 20, 10, tzinfo=SHANGHAI)
NIGHT = datetime(2026, 11, 20, 20, tzinfo=SHANGHAI)


def change(kind: ChangeKind, **fields: object) -> Change:
    whole = {
        "change_id": "c1", "kind": kind, "start": FRIDAY, "end": FRIDAY + timedelta(hours=12),
        "by": "9001", "reason": "开会", "made_at": FRIDAY,
    }  # fmt: skip
    return Change(**{**whole, **fields})  # type: ignore[arg-type]


def in_force(text: str = PLAN) -> PlanInForce:
    force = PlanInForce()
    force.take_text(text)
    return force


def test_without_a_plan_there_is_no_answer_and_a_red_sentence() -> None:
    force = PlanInForce()
    assert force.answer("4001234567", FRIDAY) is None
    assert force.part(FRIDAY).state == "down"


def test_a_bad_file_leaves_the_old_plan_in_force_and_says_so() -> None:
    force = in_force()
    force.take_text("hours: {mon: ['9-12']}")
    told = force.answer("4001234567", NIGHT)
    assert told is not None
    assert told["targets"] == "13800138000/25/wang"
    assert force.part(NIGHT) == Part(
        name="duty",
        state="degraded",
        text="值班计划有错,旧的仍在使用:hours.mon: 「9-12」不是时段,请写成 09:00-12:00",
    )
    force.take_text(PLAN)
    assert force.part(NIGHT) == Part(name="duty", state="ok", text="非上班时间,值班:王芳。")


def test_office_hours_are_said_with_their_end() -> None:
    assert in_force().part(FRIDAY).text == "上班时间,到 12:00。"


def test_nobody_on_duty_now_or_later_is_an_alarm() -> None:
    empty = in_force("people: {}")
    now, later = empty.part(NIGHT), empty.part(FRIDAY)
    assert (now.state, now.text) == ("down", "现在没有人值班,来电只能留言")
    assert (later.state, later.text) == ("degraded", "11月20日 12:00 起没有人值班")


def test_the_year_without_holidays_is_warned_of_in_december() -> None:
    december = datetime(2026, 12, 1, 2, tzinfo=UTC)
    force = in_force(WITH_EXTENSIONS)
    [reminder] = force.reminders(december)
    assert reminder.startswith("2027 年的放假和调休安排还没有")
    assert force.warnings(december) == [reminder]
    assert force.part(december).state == "ok"  # nobody is woken for it


def test_one_date_entered_by_hand_does_not_make_a_year_known() -> None:
    december = datetime(2026, 12, 1, 2, tzinfo=UTC)
    one_date = WITH_EXTENSIONS + "days: {2027-02-11: {closed: 公司年会}}\n"
    assert len(in_force(one_date).reminders(december)) == 1
    assert in_force(one_date + "holidays_complete: [2027]\n").reminders(december) == []


def test_a_duty_person_whose_calls_nobody_would_see_is_named() -> None:
    force = in_force()
    assert force.reminders(FRIDAY) == [
        "值班人 王芳 没有写 extension:接的来电不会出现在本人的页面上",
        "值班人 李娜 没有写 extension:接的来电不会出现在本人的页面上",
    ]
    whole = in_force(WITH_EXTENSIONS)
    assert whole.reminders(FRIDAY) == []
    whole.accounts = {"8001"}
    assert whole.reminders(FRIDAY) == ["值班人 李娜 的 extension 8002 没有帐号,看不到接的来电"]


TWO_LINES = """
people: {li: {name: 李娜, number: "13900139000", extension: "8002"}}
lines: {"4002": {mon-fri: ["09:00-12:00"]}}
weekly:
  - {days: mon-sun, hours: "17:30-09:00", people: [li]}
  - {days: mon-fri, hours: "12:00-13:00", people: [li]}
  - {days: sat-sun, hours: "00:00-24:00", people: [li]}
"""


def test_a_line_with_hours_of_its_own_is_looked_after_too() -> None:
    force = in_force(TWO_LINES)
    afternoon = FRIDAY + timedelta(hours=4)
    assert force.part(FRIDAY) == Part(
        name="duty", state="degraded", text="线路 4002:11月20日 13:00 起没有人值班"
    )
    assert force.part(afternoon) == Part(
        name="duty", state="down", text="线路 4002:现在没有人值班,来电只能留言"
    )


def test_a_change_of_one_line_is_seen_though_the_plan_does_not_name_it() -> None:
    force = in_force(TWO_LINES.replace('"4002": {mon-fri: ["09:00-12:00"]}', ""))
    assert force.part(FRIDAY).state == "ok"
    until = FRIDAY + timedelta(hours=1)
    force.take_changes([change(ChangeKind.CLOSED, dialled="4009", end=until)])
    assert force.part(FRIDAY).text == "线路 4009:现在没有人值班,来电只能留言"


def test_changes_join_the_plan_and_survive_its_reading_again() -> None:
    force = in_force()
    force.take_changes([change(ChangeKind.FORWARD), change(ChangeKind.SWAP, leaves="wang", takes="li")])
    force.take_text(PLAN)
    assert force.plan is not None
    decision = decide(force.plan, None, FRIDAY)
    assert (decision.route, [one.key for one in decision.people]) == (Route.DUTY, ["li"])


def test_withdrawn_changes_and_swaps_of_strangers_do_nothing() -> None:
    force = in_force()
    force.take_changes(
        [
            change(ChangeKind.FORWARD, withdrawn_at=FRIDAY),
            change(ChangeKind.SWAP, leaves="wang", takes="zhao"),
        ]
    )
    assert force.plan is not None
    assert decide(force.plan, None, FRIDAY).route is Route.QUEUE
    assert [one.key for one in decide(force.plan, None, NIGHT).people] == ["wang"]


@pytest.mark.parametrize(
    ("wrong", "mistakes"),
    [
        ({"end": FRIDAY}, ["结束时间要晚于开始时间"]),
        ({"start": FRIDAY - timedelta(2), "end": FRIDAY - timedelta(1)}, ["结束时间已经过去"]),
        ({"end": FRIDAY + timedelta(40), "reason": " "}, ["最长 31 天,更久的请写进值班计划", "要写原因"]),
        (
            {"kind": ChangeKind.SWAP, "leaves": "wang", "takes": "zhao"},
            ["值班计划里没有 zhao,只有:wang、li"],
        ),
        ({"kind": ChangeKind.SWAP, "leaves": "wang", "takes": "wang"}, ["换班要有两个人"]),
    ],
)
def test_a_change_that_makes_no_sense_is_refused(wrong: dict[str, object], mistakes: list[str]) -> None:
    kind = wrong.pop("kind", ChangeKind.CLOSED)
    with pytest.raises(ChangeError) as caught:
        check_change(change(kind, **wrong), in_force().plan, FRIDAY)  # type: ignore[arg-type]
    assert caught.value.mistakes == mistakes


def test_an_answer_serves_many_calls_and_ends_to_the_second() -> None:
    force = in_force()
    boundary = datetime(2026, 11, 20, 12, tzinfo=SHANGHAI)
    before = force.answer("4001234567", boundary - timedelta(seconds=30))
    assert force.answer("4001234567", boundary - timedelta(seconds=1)) == before
    after = force.answer("4001234567", boundary)
    assert before is not None
    assert after is not None
    assert (before["route"], after["route"]) == ("queue", "duty")


def test_a_change_is_told_to_the_very_next_call() -> None:
    force = in_force()
    told = [force.answer("4001234567", FRIDAY)]
    force.take_changes([change(ChangeKind.FORWARD)])
    told.append(force.answer("4001234567", FRIDAY))
    force.take_changes([])
    told.append(force.answer("4001234567", FRIDAY))
    assert [one and one["route"] for one in told] == ["queue", "duty", "queue"]
