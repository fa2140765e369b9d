"""The same as in tests/unit, at length: ten thousand calls through one core take half a minute of a processor."""

from tests.support.orders import core, played, still_tapped


def test_ten_thousand_orders_leave_no_call_behind() -> None:
    here = core()
    for number in range(10_000):
        assert still_tapped(played(here, number)) == 0
        assert here.live_calls() == []
