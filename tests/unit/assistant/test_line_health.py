"""A long quiet is put to the test; the test call is nobody's customer."""

import pytest

from ami_bridge.events import (
    AgentRinging,
    CallEnded,
    CallId,
    CallQueued,
    CallStarted,
    ChannelName,
    Direction,
    EndReason,
    Extension,
    QueueLength,
)
from assistant.line_health import EndTest, LineHealth, LineRules, LineTested, PlaceTest

CALL, CHANNEL, A1 = CallId("9.1"), ChannelName("PJSIP/trunk400-9"), Extension("8001")
RULES = LineRules(caller="01012345678", quiet_s=3600.0, arrive_s=20.0)
ARRIVES = CallStarted(CALL, Direction.INBOUND, CHANNEL, "01012345678", None, "4001234567", "trunk400")
CUSTOMER = CallStarted(
    CallId("8.1"), Direction.INBOUND, ChannelName("PJSIP/trunk400-8"), "138", None, "400", "trunk400"
)


@pytest.fixture
def health() -> LineHealth:
    return LineHealth(RULES, 0.0)


def test_a_long_quiet_in_office_hours_is_tested(health: LineHealth) -> None:
    assert health.on_timer(3599.0, True, None) == []
    assert health.on_timer(3600.0, True, None) == [PlaceTest()]
    assert health.on_timer(3601.0, True, None) == []


def test_a_call_ends_the_quiet_and_closing_time_does(health: LineHealth) -> None:
    assert health.on_call(CUSTOMER, 3000.0) is None
    assert health.on_timer(3600.0, True, None) == []
    assert health.on_timer(6000.0, False, None) == []
    assert health.on_timer(9599.0, True, None) == []
    assert health.on_timer(9600.0, True, None) == [PlaceTest()]


@pytest.mark.parametrize(
    ("usual", "limit"), [(None, 3600), (0.0, 3600), (2.0, 3600), (12.0, 2072), (60.0, 600), (600.0, 600)]
)
def test_where_many_calls_are_usual_a_shorter_quiet_is_strange(
    health: LineHealth, usual: float | None, limit: int
) -> None:
    assert round(health.limit(usual)) == limit


def test_the_test_passes_when_a_phone_rings(health: LineHealth) -> None:
    assert health.start("9001", 10.0) == [PlaceTest()]
    assert health.start("9001", 10.5) == []
    assert health.on_call(ARRIVES, 12.0) == []
    assert health.on_call(CallQueued(CALL, "line400", 1), 12.0) == []
    assert health.on_call(AgentRinging(CALL, A1), 12.5) == [
        EndTest(CALL, CHANNEL),
        LineTested(True, "9001", "测拨 2.5 秒后坐席话机振铃,线路正常。"),
    ]
    assert health.on_call(CallEnded(CALL, EndReason.NOT_ANSWERED, None), 12.6) == []
    assert health.on_call(CallEnded(CALL, EndReason.NOT_ANSWERED, None), 12.7) is None
    assert not health.testing


def test_nothing_arrives(health: LineHealth) -> None:
    health.start("9001", 10.0)
    assert health.on_timer(29.0, True, None) == []
    [tested] = health.on_timer(30.0, True, None)
    assert tested == LineTested(
        False, "9001", "从另一线路拨打 400 号码,20 秒内没有进来:请检查线路或联系运营商"
    )


def test_it_arrives_but_nobody_is_rung(health: LineHealth) -> None:
    health.start("9001", 10.0)
    health.on_call(ARRIVES, 12.0)
    failed = LineTested(False, "9001", "测拨已进来,但没有进入队列,也没有坐席话机振铃")
    assert health.on_timer(30.0, True, None) == [EndTest(CALL, CHANNEL), failed]


def test_everybody_is_busy_and_the_line_is_well(health: LineHealth) -> None:
    health.start("9001", 10.0)
    health.on_call(ARRIVES, 12.0)
    health.on_call(CallQueued(CALL, "line400", 1), 12.0)
    passed = LineTested(True, "9001", "测拨已进入队列(坐席都忙),线路正常。")
    assert health.on_timer(30.0, True, None) == [EndTest(CALL, CHANNEL), passed]


def test_it_is_cut_off_before_anybody_is_rung(health: LineHealth) -> None:
    health.start("9001", 10.0)
    health.on_call(ARRIVES, 12.0)
    cut = LineTested(False, "9001", "测拨已进来,但没有坐席话机振铃就断了")
    assert health.on_call(CallEnded(CALL, EndReason.NOT_ANSWERED, None), 13.0) == [cut]


def test_the_pbx_refuses(health: LineHealth) -> None:
    health.start("9001", 10.0)
    assert health.refused("no such context", 10.1) == [
        LineTested(False, "9001", "测拨没有打出去:no such context")
    ]
    assert health.refused("late", 10.2) == []


def test_the_test_line_is_nobodys_customer_even_when_nobody_tests(health: LineHealth) -> None:
    assert health.on_call(ARRIVES, 1.0) == []
    assert health.on_call(AgentRinging(CALL, A1), 2.0) == []
    assert health.on_call(QueueLength("line400", 1), 2.0) is None
