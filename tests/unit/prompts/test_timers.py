from collections import Counter

from prompts.call import CallSoFar
from prompts.facts import Answered, Fact, Held, HungUp, Resumed, SpeechBegan, SpeechEnded
from prompts.timers import NEAR_TOLD, Timers
from tests.unit.prompts.line import AGENT, CALLER, HEARING, MUSIC, Line, pack, said


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


def near(facts: list[tuple[float, Fact]], until: float) -> list[tuple[float, str, str]]:
    """Lines of the trace about clocks that ceased before their time."""
    line = Line(pack()).play(facts, until)
    told = ((at, one) for at, one in line.engine.trace if "才提示" in one.because)
    return [(at, str(one.situation_id), one.because) for at, one in told if not one.fired]


ANSWERED: list[tuple[float, Fact]] = [(0.0, Answered("8001", 1, 1)), *HEARING, (1.0, MUSIC)]


def test_a_clock_that_ceased_shortly_before_its_time_is_told() -> None:
    """24 s of hold: why did the card of 25 s not come?"""
    held = [*ANSWERED, (10.0, Held(AGENT)), (34.0, Resumed(AGENT))]
    assert ("hold_too_long", "客户已等候 24 秒;要 25 秒才提示") in [one[1:] for one in near(held, 35)]
    early = [*ANSWERED, (10.0, Held(AGENT)), (20.0, Resumed(AGENT))]
    assert "hold_too_long" not in [one[1] for one in near(early, 21)]
    late = [*ANSWERED, (10.0, Held(AGENT)), (54.0, Resumed(AGENT))]
    assert "hold_too_long" not in [one[1] for one in near(late, 55)]


def test_a_hold_does_not_end_a_long_call_and_its_end_does() -> None:
    talk: list[tuple[float, Fact]] = [*ANSWERED, (480.0, Held(AGENT)), (500.0, Resumed(AGENT))]
    assert "long_call" not in [one[1] for one in near(talk, 520)]
    ended = near([*talk, (590.0, HungUp(CALLER))], 590)
    assert (590.0, "long_call", "通话已 590 秒;要 600 秒才提示") in ended


def test_people_who_pause_in_every_sentence_do_not_flood_the_trace() -> None:
    talk: list[tuple[float, Fact]] = [*ANSWERED, (1.5, said(CALLER, 1, "我想问一下"))]
    for turn in range(50):
        talk += [(2.0 + 20 * turn, SpeechBegan(CALLER)), (13.5 + 20 * turn, SpeechEnded(CALLER))]
    counts = Counter(name for _, name, _ in near(talk, 1000))
    assert counts
    assert max(counts.values()) <= NEAR_TOLD * 2  # two clocks of one situation at most
