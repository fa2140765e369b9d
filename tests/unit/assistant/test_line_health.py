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
    PbxBack,
    QueueLength,
    TrunkDialled,
)
from assistant.line_health import (
    FEW_CALLS,
    AnswerTest,
    EndTest,
    HearTest,
    LineHealth,
    LineRules,
    LineTested,
    PlaceTest,
    Usual,
    chance_of_at_most,
)
from assistant.line_sound import SoundCheck, Way

CALL, CHANNEL, A1 = CallId("9.1"), ChannelName("PJSIP/trunk400-9"), Extension("8001")
PLACED = "Local/4001234567@hotline-line-test-"
RULES = LineRules(caller="01012345678", placed_as=PLACED, quiet_s=3600.0, arrive_s=20.0)
ARRIVES = CallStarted(CALL, Direction.INBOUND, CHANNEL, "01012345678", None, "4001234567", "trunk400")
CUSTOMER = CallStarted(
    CallId("8.1"), Direction.INBOUND, ChannelName("PJSIP/trunk400-8"), "138", None, "400", "trunk400"
)


@pytest.fixture
def health() -> LineHealth:
    return LineHealth(RULES, 0.0)


def test_a_long_quiet_in_office_hours_is_tested(health: LineHealth) -> None:
    assert health.on_timer(3599.0, True, Usual()) == []
    assert health.on_timer(3600.0, True, Usual()) == [PlaceTest()]
    assert health.on_timer(3601.0, True, Usual()) == []


def test_a_call_ends_the_quiet_and_closing_time_does(health: LineHealth) -> None:
    assert health.on_call(CUSTOMER, 3000.0) is None
    assert health.on_timer(3600.0, True, Usual()) == []
    assert health.on_timer(6000.0, False, Usual()) == []
    assert health.on_timer(9599.0, True, Usual()) == []
    assert health.on_timer(9600.0, True, Usual()) == [PlaceTest()]


@pytest.mark.parametrize(
    ("usual", "limit"), [(None, 3600), (0.0, 3600), (2.0, 3600), (12.0, 2072), (60.0, 600), (600.0, 600)]
)
def test_where_many_calls_are_usual_a_shorter_quiet_is_strange(
    health: LineHealth, usual: float | None, limit: int
) -> None:
    assert round(health.limit(usual)) == limit


def calls_come(health: LineHealth, first: float, every: float, until: float) -> None:
    instant = first
    while instant < until:
        assert health.on_call(CUSTOMER, instant) is None
        instant += every


SIXTY = Usual(now=60.0, last_hour=60.0)


def test_an_hour_with_far_fewer_calls_than_usual_is_tested_once(health: LineHealth) -> None:
    calls_come(health, 0.0, 599.0, 3600.0)  # every one of them ends the quiet
    assert health.on_timer(3599.0, True, SIXTY) == []
    assert health.on_timer(3600.0, True, SIXTY) == [PlaceTest()]
    [tested] = health.on_timer(3620.0, True, SIXTY)
    assert isinstance(tested, LineTested)
    assert tested.by == FEW_CALLS
    calls_come(health, 3630.0, 599.0, 7199.0)
    assert health.on_timer(7199.0, True, SIXTY) == []
    assert health.on_timer(7200.0, True, SIXTY) == [PlaceTest()]


@pytest.mark.parametrize(("every", "usual"), [(80.0, SIXTY), (599.0, Usual(2.0, 2.0)), (599.0, Usual())])
def test_an_hour_like_others_is_not_tested(health: LineHealth, every: float, usual: Usual) -> None:
    calls_come(health, 0.0, every, 7200.0)
    assert health.on_timer(7200.0, True, usual) == []


def test_hours_that_were_closed_or_not_seen_do_not_count(health: LineHealth) -> None:
    calls_come(health, 0.0, 599.0, 3600.0)
    health.on_timer(3500.0, False, SIXTY)
    calls_come(health, 3500.0, 400.0, 4000.0)
    assert health.on_timer(4000.0, True, SIXTY) == []
    assert health.on_call(PbxBack(9.0, False, "22"), 6900.0) is None
    calls_come(health, 6900.0, 599.0, 8000.0)
    assert health.on_timer(8000.0, True, SIXTY) == []


@pytest.mark.parametrize(
    ("calls", "usual", "chance"),
    [
        (0, 7.0, 0.000912),
        (6, 60.0, 6.292e-19),
        (40, 60.0, 0.003983),
        (60, 60.0, 1.0),
        (1900, 2000.0, 0.01255),
        (3, 0.0, 1.0),
    ],
)
def test_chances_are_those_of_poisson(calls: int, usual: float, chance: float) -> None:
    assert chance_of_at_most(calls, usual) == pytest.approx(chance, rel=0.001)


def test_the_test_passes_when_a_phone_rings(health: LineHealth) -> None:
    assert health.start("9001", 10.0) == [PlaceTest()]
    assert health.start("9001", 10.5) == []
    assert health.on_call(ARRIVES, 12.0) == []
    assert health.on_call(CallQueued(CALL, "line400", 1), 12.0) == []
    assert health.on_call(AgentRinging(CALL, A1), 12.5) == [
        EndTest((CHANNEL,)),
        LineTested(True, "9001", "测拨 2.5 秒后坐席话机振铃,线路正常(声音没有测)。"),
    ]
    assert health.on_call(CallEnded(CALL, EndReason.NOT_ANSWERED, None), 12.6) == []
    assert health.on_call(CallEnded(CALL, EndReason.NOT_ANSWERED, None), 12.7) is None
    assert not health.testing


def test_nothing_arrives(health: LineHealth) -> None:
    health.start("9001", 10.0)
    assert health.on_timer(29.0, True, Usual()) == []
    [tested] = health.on_timer(30.0, True, Usual())
    assert tested == LineTested(
        False, "9001", "从另一线路拨打 400 号码,20 秒内没有进来:请检查线路或联系运营商"
    )


def test_it_arrives_but_nobody_is_rung(health: LineHealth) -> None:
    health.start("9001", 10.0)
    health.on_call(ARRIVES, 12.0)
    failed = LineTested(False, "9001", "测拨已进来,但没有进入队列,也没有坐席话机振铃")
    assert health.on_timer(30.0, True, Usual()) == [EndTest((CHANNEL,)), failed]


def test_everybody_is_busy_and_the_line_is_well(health: LineHealth) -> None:
    health.start("9001", 10.0)
    health.on_call(ARRIVES, 12.0)
    health.on_call(CallQueued(CALL, "line400", 1), 12.0)
    passed = LineTested(True, "9001", "测拨已进入队列(坐席都忙),线路正常(声音没有测)。")
    assert health.on_timer(30.0, True, Usual()) == [EndTest((CHANNEL,)), passed]


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


OUT = ChannelName("PJSIP/trunk-office-1")
TONE, QUIET = -17.0, -70.0
OWN = CallStarted(
    CallId("7.5"), Direction.INTERNAL, ChannelName(PLACED + "0000;1"), None, None, "4001234567", None
)


@pytest.fixture
def listening() -> LineHealth:
    """A test call that has just rung, and is answered to be heard."""
    health = LineHealth(LineRules("01012345678", PLACED, 3600.0, 20.0, answers=True), 0.0)
    health.start("9001", 10.0)
    assert (
        health.on_call(TrunkDialled(CallId("7.1"), "trunk-office", ChannelName("PJSIP/trunk-office-0")), 10.1)
        is None
    )
    assert health.on_call(OWN, 10.1) is None
    assert health.on_call(TrunkDialled(OWN.call_id, "trunk-office", OUT), 10.2) is None
    health.on_call(ARRIVES, 12.0)
    assert health.on_call(AgentRinging(CALL, A1), 12.5) == [
        AnswerTest(CHANNEL),
        HearTest(Way.IN, CHANNEL),
        HearTest(Way.OUT, OUT),
    ]
    for way in Way:
        health.listens(way)
    return health


def hears(health: LineHealth, *ways: Way, dbfs: float = TONE) -> list[object]:
    return [step for _ in range(2) for way in ways for step in health.on_level(way, dbfs, 14.0)]


def test_sound_both_ways_is_heard_and_the_call_ended_at_both_ends(listening: LineHealth) -> None:
    assert listening.on_call(AgentRinging(CALL, A1), 12.6) == []
    assert hears(listening, Way.IN, Way.OUT) == [
        EndTest((CHANNEL, OUT)),
        LineTested(True, "9001", "测拨 2.5 秒后坐席话机振铃,双向声音正常,线路正常。"),
    ]
    assert hears(listening, Way.IN, Way.OUT) == []


@pytest.mark.parametrize(
    ("heard", "said"),
    [
        ((Way.IN,), "听不到声音的方向:坐席到客户"),
        ((Way.OUT,), "听不到声音的方向:客户到坐席"),
        ((), "听不到声音的方向:客户到坐席、坐席到客户"),
    ],
)
def test_a_failure_names_the_silent_direction(
    listening: LineHealth, heard: tuple[Way, ...], said: str
) -> None:
    assert hears(listening, *heard) == []
    assert hears(listening, *Way, dbfs=QUIET) == []
    assert listening.on_timer(18.4, True, Usual()) == []
    assert listening.on_timer(18.5, True, Usual()) == [
        EndTest((CHANNEL, OUT)),
        LineTested(False, "9001", f"测拨 2.5 秒后坐席话机振铃,{said}:请检查线路或联系运营商。"),
    ]


def test_a_direction_nobody_could_listen_to_is_not_called_silent() -> None:
    check = SoundCheck(0.0, 8.0)
    check.listens(Way.IN)
    assert check.verdict(7.9) is None
    for _ in range(2):
        check.level(Way.IN, TONE)
    found = check.verdict(8.0)
    assert found is not None
    assert (found.ok, found.text) == (True, "没能监听,声音没有测")


def test_a_dialplan_that_cannot_answer_is_named(listening: LineHealth) -> None:
    assert listening.on_call(CallEnded(CALL, EndReason.NOT_ANSWERED, None), 12.6) == [
        EndTest((OUT,)),
        LineTested(False, "9001", "测拨 2.5 秒后坐席话机振铃,接听时断了:请检查 test_answer_context"),
    ]


def test_a_call_that_waits_in_the_queue_is_heard_too() -> None:
    health = LineHealth(LineRules("01012345678", PLACED, 3600.0, 20.0, answers=True), 0.0)
    health.start("9001", 10.0)
    health.on_call(OWN, 10.1)
    health.on_call(TrunkDialled(OWN.call_id, "trunk-office", OUT), 10.2)
    health.on_call(ARRIVES, 12.0)
    health.on_call(CallQueued(CALL, "line400", 1), 12.0)
    assert health.on_timer(30.0, True, Usual())[0] == AnswerTest(CHANNEL)
    passed = LineTested(True, "9001", "测拨已进入队列(坐席都忙),双向声音正常,线路正常。")
    assert hears(health, Way.IN, Way.OUT)[-1] == passed
