"""Calls whose events come in any order: none stays behind, and the same call tells the same trace again."""

from tests.support.orders import core, played, still_tapped, traces


def test_no_order_leaves_a_call_behind() -> None:
    here = core()
    for number in range(300):
        assert still_tapped(played(here, number)) == 0
        assert here.live_calls() == []


def test_the_same_call_tells_the_same_trace_again() -> None:
    told = [traces(number) for number in range(40)]
    assert told == [traces(number) for number in range(40)]
    assert sum(map(len, told)) > 20
