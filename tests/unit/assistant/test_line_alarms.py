"""How a test call of the line went: on the page, to people, in the book; and repeated until somebody takes it up."""

from assistant.core import Core, CoreSettings
from assistant.effects import CallOwnLine, Effect, Notify, Save, ToAgent
from assistant.messages import Refused, TestLine
from assistant.people import Person
from assistant.records import Audited, EscalationRaised
from tests.support.engines import OneEngine

BOSS, AGENT = Person(3, "9001", "主管", "supervisor"), Person(1, "8001", "刘敏", "agent")


def core() -> Core:
    return Core(OneEngine(), CoreSettings(), lambda: "e1")


def told(effects: list[Effect]) -> list[Effect]:
    return [e for e in effects if isinstance(e, Notify | Save)]


def test_a_line_that_does_not_ring_alarms_supervisors_and_administrators() -> None:
    line = core()
    effects = line.on_line_tested(False, "9001", "20 秒内没有进来", 5.0)
    assert told(effects) == [
        Save(Audited("9001", "line_tested", "line", "20 秒内没有进来"), 5.0),
        Notify("line", True, "400 线路可能有故障(9001):20 秒内没有进来"),
        Save(EscalationRaised("e1", "line", None, None, "400 线路可能有故障", "20 秒内没有进来", True), 5.0),
        Notify("escalation", True, "400 线路可能有故障"),
    ]
    [part] = [part for part in line.parts() if part.name == "line"]
    assert (part.state, part.text) == ("down", "最近一次测拨:20 秒内没有进来")
    assert line.next_deadline() == 65.0


def test_only_a_line_that_was_dead_is_worth_a_message_when_it_rings() -> None:
    line = core()
    passed = Save(Audited("auto", "line_tested", "line", "线路正常。"), 5.0)
    assert told(line.on_line_tested(True, "auto", "线路正常。", 5.0)) == [passed]
    line.on_line_tested(False, "auto", "没有进来", 6.0)
    assert Notify("line", False, "400 线路恢复:线路正常。") in line.on_line_tested(
        True, "auto", "线路正常。", 7.0
    )


def test_supervisors_may_test_the_line_by_hand() -> None:
    assert core().on_browser(BOSS, TestLine(), 1.0) == [
        CallOwnLine("9001"),
        Save(Audited("9001", "test_line", "line", ""), 1.0),
    ]
    [refused] = core().on_browser(AGENT, TestLine(), 1.0)
    assert refused == ToAgent("8001", Refused(reply_to="test_line", reason="只有主管可以这样做。"))
