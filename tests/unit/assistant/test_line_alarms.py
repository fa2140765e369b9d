"""The line, its trunk and the duty plan: on the page, to people, in the book; repeated until somebody takes it up or it is over."""

import pytest

from ami_bridge.events import TrunkLines, TrunkReach, TrunkReached
from assistant.core import Core, CoreSettings
from assistant.core.escalations import FromBook
from assistant.effects import CallOwnLine, Effect, Notify, Save, SaveFirst, ToAgent, ToEveryone
from assistant.messages import HandleEscalation, LineChanged, Part, Refused, TestLine
from assistant.people import Person
from assistant.records import Audited, EscalationHandled, EscalationRaised
from tests.support.engines import OneEngine

BOSS, AGENT = Person(3, "9001", "主管", "supervisor"), Person(1, "8001", "刘敏", "agent")
GONE, BACK = TrunkReached("trunk400", TrunkReach.NONE), TrunkReached("trunk400", TrunkReach.FULL)
UNMANNED = Part(name="duty", state="down", text="现在没有人值班,来电只能留言")
MANNED = Part(name="duty", state="ok", text="上班时间,到 12:00。")


def core(lines: int | None = None) -> Core:
    ids = iter(f"e{number}" for number in range(1, 100))
    return Core(OneEngine(), CoreSettings(lines=lines, alarm_repeats_after=600.0), lambda: next(ids))


def told(effects: list[Effect]) -> list[Effect]:
    return [e for e in effects if isinstance(e, Notify | Save)]


def notices(effects: list[Effect]) -> list[Notify]:
    return [e for e in effects if isinstance(e, Notify)]


def part(line: Core, name: str) -> Part:
    return next(part for part in line.parts() if part.name == name)


def test_a_line_that_does_not_ring_alarms_supervisors_and_administrators() -> None:
    line = core()
    effects = line.on_line_tested(False, "9001", "20 秒内没有进来", 5.0)
    assert told(effects) == [
        Save(Audited("9001", "line_tested", "line", "20 秒内没有进来"), 5.0),
        Save(EscalationRaised("e1", "line", None, None, "400 线路可能有故障", "20 秒内没有进来", True), 5.0),
        Notify("line", True, "400 线路可能有故障:20 秒内没有进来"),
    ]
    assert (part(line, "line").state, part(line, "line").text) == ("down", "最近一次测拨:20 秒内没有进来")
    assert line.next_deadline() == 605.0
    assert notices(line.on_line_tested(False, "auto", "20 秒内没有进来", 6.0)) == []


def test_whoever_mends_the_line_is_told_what_was_tried_and_when() -> None:
    line = core()
    [told_first] = notices(
        line.on_line_tested(False, "auto", "没有进来", 5.0, "11-22 10:31 经 out 拨打 4001")
    )
    assert told_first.text == "400 线路可能有故障:没有进来(11-22 10:31 经 out 拨打 4001)"
    assert part(line, "line").text == "最近一次测拨:没有进来(11-22 10:31 经 out 拨打 4001)"
    again = line.on_line_tested(False, "auto", "没有进来", 3605.0, "11-22 11:31 经 out 拨打 4001")
    assert notices(again) == []  # the same alarm, which repeats until somebody takes it up


def test_only_a_line_that_was_dead_is_worth_a_message_when_it_rings() -> None:
    line = core()
    passed = Save(Audited("auto", "line_tested", "line", "线路正常。"), 5.0)
    assert told(line.on_line_tested(True, "auto", "线路正常。", 5.0)) == [passed]
    line.on_line_tested(False, "auto", "没有进来", 6.0)
    assert told(line.on_line_tested(True, "auto", "线路正常。", 7.0)) == [
        Save(Audited("auto", "line_tested", "line", "线路正常。"), 7.0),
        Save(EscalationHandled("e1", "closed", "system", "400 线路恢复:线路正常。"), 7.0),
        Save(Audited("system", "escalation_close", "e1", "400 线路恢复:线路正常。"), 7.0),
        Notify("line", False, "400 线路恢复:线路正常。"),
    ]
    assert line.next_deadline() is None


def test_supervisors_may_test_the_line_by_hand() -> None:
    assert core().on_browser(BOSS, TestLine(), 1.0) == [
        CallOwnLine("9001"),
        Save(Audited("9001", "test_line", "line", ""), 1.0),
    ]
    [refused] = core().on_browser(AGENT, TestLine(), 1.0)
    assert refused == ToAgent("8001", Refused(reply_to="test_line", reason="只有主管可以这样做。"))


def test_a_trunk_that_is_gone_is_told_until_it_is_taken_up_and_when_it_is_back() -> None:
    line = core()
    text = "400 中继不通:trunk400 联系不上运营商,来电可能打不进来"
    assert notices(line.on_trunk(GONE, 1.0)) == [Notify("line", True, text)]
    assert part(line, "trunk").state == "down"
    assert notices(line.on_timer(600.0)) == []
    assert notices(line.on_timer(601.0)) == [Notify("line", True, f"{text}(第 2 次提醒)", 1)]
    acknowledged = line.on_browser(BOSS, HandleEscalation(escalation_id="e1", do="acknowledge"), 602.0)
    assert Save(Audited("9001", "escalation_acknowledge", "e1", ""), 602.0) in acknowledged
    [kept] = [e for e in acknowledged if isinstance(e, SaveFirst)]
    line.on_saved(kept.record, 602.1)
    assert line.next_deadline() is None
    assert notices(line.on_trunk(BACK, 700.0)) == [Notify("line", False, "400 中继恢复。")]
    assert part(line, "trunk").state == "ok"
    assert notices(line.on_trunk(BACK, 701.0)) == []


def test_all_lines_taken_is_told_once_in_a_busy_hour_and_shown_while_it_lasts() -> None:
    line = core(lines=2)
    full = [Notify("line", True, "400 线路占满:2 路全部占用,再打进来的客户会听到忙音。")]
    assert notices(line.on_trunk(TrunkLines(1), 1.0)) == []
    changed = line.on_trunk(TrunkLines(2), 2.0)
    assert notices(changed) == full
    [page] = [e.message for e in changed if isinstance(e, ToEveryone)]
    assert isinstance(page, LineChanged)
    assert (page.line.lines_in_use, page.line.lines) == (2, 2)
    assert part(line, "trunk").state == "degraded"
    assert notices(line.on_trunk(TrunkLines(1), 3.0)) == []
    assert part(line, "trunk").state == "ok"
    assert notices(line.on_trunk(TrunkLines(2), 300.0)) == []
    [again] = notices(line.on_timer(602.0))
    assert again.text.endswith("(第 2 次提醒)")
    line.on_trunk(TrunkLines(1), 610.0)
    assert line.next_deadline() == 910.0
    assert notices(line.on_timer(909.9)) == []
    assert notices(line.on_timer(910.0)) == [Notify("line", False, "400 线路不再占满。")]
    assert line.next_deadline() is None
    assert notices(line.on_trunk(TrunkLines(2), 911.0)) == full


def test_where_nobody_said_how_many_lines_there_are_none_is_the_last() -> None:
    line = core()
    assert notices(line.on_trunk(TrunkLines(500), 1.0)) == []
    assert part(line, "trunk").state == "ok"


def test_nobody_on_duty_is_told_until_somebody_takes_it_up() -> None:
    duty = core()
    urgent = Notify("duty", True, f"值班安排要处理:{UNMANNED.text}")
    assert notices(duty.on_part(UNMANNED, 1.0)) == [urgent]
    assert notices(duty.on_part(UNMANNED, 2.0)) == []
    [again] = notices(duty.on_timer(601.0))
    assert again.text.endswith("(第 2 次提醒)")
    later = Part(name="duty", state="degraded", text="11月28日 09:00 起没有人值班")
    assert notices(duty.on_part(later, 700.0)) == [Notify("duty", False, f"值班安排要处理:{later.text}")]
    assert notices(duty.on_part(MANNED, 800.0)) == [Notify("duty", False, f"值班安排恢复正常:{MANNED.text}")]
    assert duty.next_deadline() is None


@pytest.mark.parametrize(("age", "repeats"), [(5.0, 1), (70.0, 1), (130.0, 2), (3700.0, 61)])
def test_an_old_escalation_goes_on_reaching_more_people_after_a_restart(age: float, repeats: int) -> None:
    line = core()
    old = FromBook("c", "9.1", "8001", None, "辱骂", "", True, age, False, None, None, None)
    line.on_known_escalations([old], 10.0)
    [again] = notices(line.on_timer(10.0))
    assert again.repeats == repeats


def test_after_a_restart_what_is_seen_anew_is_closed_and_a_dead_line_is_not_forgotten() -> None:
    def of_book(escalation_id: str, call_id: str, reason: str) -> FromBook:
        return FromBook(escalation_id, call_id, None, None, reason, "", True, 5.0, False, None, None, None)

    line = core()
    effects = line.on_known_escalations(
        [
            of_book("a", "line", "400 中继不通"),
            of_book("b", "line", "400 线路可能有故障"),
            of_book("c", "9.1", "辱骂"),
            of_book("d", "phone", "8001 的话机打不进"),
            of_book("e", "pbx", "与电话系统的连接断开"),
        ],
        10.0,
    )
    closed = [
        e.record.escalation_id
        for e in effects
        if isinstance(e, Save) and isinstance(e.record, EscalationHandled)
    ]
    assert closed == ["a", "d", "e"]
    assert [n.kind for n in notices(line.on_timer(10.0))] == ["line", "escalation"]
