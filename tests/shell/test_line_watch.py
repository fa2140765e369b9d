"""When the 400 line is tested: in the hours of the tested number, with everything that was changed by hand."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from ami_bridge.actions import Action
from ami_bridge.client import PbxUnavailable
from ami_bridge.events import ChannelName
from ami_bridge.messages import AmiMessage
from asr.events import LegId
from assistant.clock import VirtualClock
from assistant.duty.calendar import SHANGHAI
from assistant.duty.changes import Change, ChangeKind
from assistant.duty.decision import Route, decide
from assistant.duty.in_force import PlanInForce
from assistant.line_ears import LineEars
from assistant.line_health import LineRules, LineTested, Usual
from assistant.line_watch import Habits, LineWatch, OpeningHours, RouteOfTest

NUMBER = "4002"
PLAN = 'lines: {"4002": {mon-sun: ["08:00-20:00"]}}\npeople: {}\n'
SUNDAY_NOON = datetime(2026, 11, 22, 12, 30, tzinfo=SHANGHAI)


def plan_in_force(*changes: Change) -> PlanInForce:
    force = PlanInForce()
    force.take_text(PLAN)
    force.take_changes(changes)
    return force


def hours(clock: VirtualClock, force: PlanInForce | None) -> OpeningHours:
    def after_hours(dialled: str | None, moment: datetime) -> bool | None:
        return force and force.plan and decide(force.plan, dialled, moment).route is not Route.QUEUE

    return OpeningHours(NUMBER, clock, None if force is None else after_hours)


def closed_today() -> Change:
    start, end = SUNDAY_NOON - timedelta(hours=1), SUNDAY_NOON + timedelta(hours=1)
    return Change("c1", ChangeKind.FORWARD, start, end, "9001", "开会", start)


@pytest.mark.parametrize(
    ("force", "is_open", "goes_elsewhere"),
    [
        (
            None,
            False,
            False,
        ),  # without a plan the usual hours say when to test by itself, and nobody is in the way of a test by hand
        (plan_in_force(), True, False),
        (plan_in_force(closed_today()), False, True),
    ],
)
def test_the_tested_numbers_own_hours_and_changes_count(
    force: PlanInForce | None, is_open: bool, goes_elsewhere: bool
) -> None:
    found = hours(VirtualClock(wall=SUNDAY_NOON.astimezone(UTC)), force)
    assert (found.is_open(), found.goes_elsewhere()) == (is_open, goes_elsewhere)


class NoEars:
    """Nothing is heard before a call is placed."""

    def expect(self, tap_id: str, legs: tuple[LegId, ...]) -> None:
        raise AssertionError("nobody listens")

    def gate(self, leg: LegId, open: bool) -> None:  # noqa: A002
        raise AssertionError("nobody listens")

    def drop(self, tap_id: str) -> None:
        raise AssertionError("nobody listens")


async def no_tap(tap_id: str, channel: ChannelName, *, stereo: bool) -> None:
    raise AssertionError("nobody listens")


async def no_habit() -> Usual:
    return Usual()


async def nothing_is_asked(_: Action) -> AmiMessage:
    raise AssertionError("nobody is called")


async def test_a_result_says_when_and_what_was_dialled() -> None:
    clock = VirtualClock(wall=SUNDAY_NOON.astimezone(UTC))
    told: asyncio.Queue[LineTested] = asyncio.Queue()

    async def refused(_: Action) -> AmiMessage:
        raise PbxUnavailable("no such context")

    watch = LineWatch(
        LineRules("010", "Local/4002@test-", 3600.0, 20.0),
        RouteOfTest("test", NUMBER),
        clock,
        refused,
        LineEars(NoEars(), no_tap),
        Habits(hours(clock, None), no_habit),
        told.put_nowait,
    )
    async with asyncio.timeout(10), asyncio.TaskGroup() as group:
        running = group.create_task(watch.run())
        assert watch.test("9001") is None
        tested = await told.get()
        running.cancel()
    assert tested == LineTested(
        False, "9001", "测拨没有打出去:no such context", "11-22 12:30 经 test 拨打 4002"
    )


def test_a_test_by_hand_does_not_ring_the_duty_mobile() -> None:
    clock = VirtualClock(wall=SUNDAY_NOON.astimezone(UTC))

    def watch(force: PlanInForce) -> LineWatch:
        return LineWatch(
            LineRules("010", "Local/4002@test-", 3600.0, 20.0),
            RouteOfTest("test", NUMBER),
            clock,
            nothing_is_asked,
            LineEars(NoEars(), no_tap),
            Habits(hours(clock, force), no_habit),
            lambda _: None,
        )

    closed = watch(plan_in_force(closed_today()))
    assert closed.test("9001") == "现在不是上班时间,测拨会打到值班手机:请在上班时间测拨。"
    open_now = watch(plan_in_force())
    assert open_now.test("9001") is None
    assert open_now.test("9001") == "正在测拨,请稍候。"
