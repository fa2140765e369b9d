from prompts.call import CallSoFar
from prompts.facts import Answered, Held, Resumed
from prompts.timers import Timers
from tests.unit.prompts.line import AGENT, MUSIC, pack


def test_a_repeated_timer_counts_what_it_missed_once() -> None:
    call, timers = CallSoFar(), Timers(pack())
    call.apply(Answered("8001", 1, 1), 0.0)
    call.apply(MUSIC, 10.0)
    call.apply(Held(AGENT), 10.0)
    assert timers.due(call, 34.9) == []
    assert timers.next_due == 35.0
    late = [(name, occasion.why) for name, occasion in timers.due(call, 90.0) if name == "hold_too_long"]
    assert late == [("hold_too_long", "客户已等候 75 秒")]
    assert [name for name, _ in timers.due(call, 90.0)] == []
    assert timers.next_due == 110.0


def test_a_condition_that_ceased_takes_its_timer_with_it() -> None:
    call, timers = CallSoFar(), Timers(pack())
    call.apply(Answered("8001", 1, 1), 0.0)
    call.apply(MUSIC, 10.0)
    call.apply(Held(AGENT), 10.0)
    timers.due(call, 11.0)
    call.apply(Resumed(AGENT), 20.0)
    assert [name for name, _ in timers.due(call, 40.0)] == ["hold_thanks"]
    assert timers.next_due == 600.0
