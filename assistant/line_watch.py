"""Keeps an eye on the 400 line and tests it: asks `line_health` what is due, places the test call, tells how it went."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from ami_bridge import actions
from ami_bridge.client import ActionRefused, PbxTimeout, PbxUnavailable
from ami_bridge.events import CallEvent, TapAttached
from asr.events import LevelReading, SpeechEvent
from assistant.clock import Clock
from assistant.duty.calendar import SHANGHAI, OfficeCalendar, Span
from assistant.line_ears import LineEars
from assistant.line_health import (
    AnswerTest,
    EndTest,
    HearTest,
    LineHealth,
    LineRules,
    LineTested,
    PlaceTest,
    Step,
    Usual,
)
from assistant.orders import Perform
from assistant.store.rhythm import Rhythm

log = logging.getLogger(__name__)

TICK_S = 1.0
USUAL_FOR_S = 60.0
"""What is usual changes slowly, and the book has other work."""
_MORNING, _AFTERNOON = Span(time(9), time(12)), Span(time(13), time(17, 30))
USUAL_HOURS = OfficeCalendar(dict.fromkeys(range(5), (_MORNING, _AFTERNOON)))
"""S0-06, where no duty plan says otherwise."""


@dataclass(frozen=True, slots=True)
class RouteOfTest:
    """The way of the test call: dial `number` in `context`, which leads out by another line; `answer_context` answers it (at `s`)."""

    context: str
    number: str
    answer_context: str | None = None


AfterHours = Callable[[str | None, datetime], bool | None]
"""Whether the duty plan, with all that was changed by hand, sends a call to this number elsewhere than to the queue; None: no plan."""


class OpeningHours:
    """Of the number that is tested."""

    def __init__(self, number: str, clock: Clock, after_hours: AfterHours | None) -> None:
        self._number = number
        self._clock = clock
        self._after_hours = after_hours

    def is_open(self) -> bool:
        """By the usual hours where no plan says otherwise."""
        elsewhere = self._by_plan()
        return USUAL_HOURS.state(self._clock.wall()).open if elsewhere is None else not elsewhere

    def goes_elsewhere(self) -> bool:
        """A call now would ring a duty mobile."""
        return self._by_plan() is True

    def _by_plan(self) -> bool | None:
        return None if self._after_hours is None else self._after_hours(self._number, self._clock.wall())


@dataclass(frozen=True, slots=True)
class Habits:
    hours: OpeningHours
    usual: Callable[[], Awaitable[Usual]]
    """As the records know it."""


async def usual_calls(rhythm: Rhythm, wall: datetime) -> Usual:
    half_an_hour_ago = wall - timedelta(minutes=30)
    return Usual(await rhythm.usual_calls(wall), await rhythm.usual_calls(half_an_hour_ago))


class LineWatch:
    def __init__(
        self,
        rules: LineRules,
        route: RouteOfTest,
        clock: Clock,
        perform: Perform,
        ears: LineEars,
        habits: Habits,
        tell: Callable[[LineTested], None],
    ) -> None:
        self._health = LineHealth(rules, clock.now())
        self._route = route
        self._clock = clock
        self._perform = perform
        self._ears = ears
        self._habits = habits
        self._tell = tell
        self._tried = ""
        self._usual, self._ask_usual_at = Usual(), clock.now()
        self._steps: asyncio.Queue[Step] = asyncio.Queue()

    def test(self, by: str) -> str | None:
        """By hand. The sentence why not, if it is not to be now."""
        if self._health.testing:
            return "正在测拨,请稍候。"
        if self._habits.hours.goes_elsewhere():
            return "现在不是上班时间,测拨会打到值班手机:请在上班时间测拨。"
        self._queue(self._health.start(by, self._clock.now()))
        return None

    def on_call(self, event: CallEvent) -> bool:
        """True for what belongs to a test call: nobody else is to see it."""
        if isinstance(event, TapAttached):
            return self._attached(event)
        steps = self._health.on_call(event, self._clock.now())
        self._queue(steps or [])
        return steps is not None

    def on_speech(self, event: SpeechEvent) -> bool:
        """True for what is heard on a test call."""
        way = self._ears.way_of_leg(event.leg)
        if way is not None and isinstance(event, LevelReading):
            self._queue(self._health.on_level(way, event.level_dbfs, self._clock.now()))
        return way is not None

    def _attached(self, event: TapAttached) -> bool:
        way = self._ears.way_of_tap(event.tap_id)
        if way is not None:
            self._health.listens(way)
        return way is not None

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                async with asyncio.timeout(TICK_S):
                    await self._take(await self._steps.get())
            except TimeoutError:
                usual = await self._usual_by_now(self._clock.now())
                self._queue(self._health.on_timer(self._clock.now(), self._habits.hours.is_open(), usual))

    async def _usual_by_now(self, now: float) -> Usual:
        if self._health.testing or now < self._ask_usual_at:
            return self._usual
        self._usual, self._ask_usual_at = await self._habits.usual(), now + USUAL_FOR_S
        return self._usual

    def _queue(self, steps: list[Step]) -> None:
        """At most the few steps of one test: the queue cannot grow."""
        for step in steps:
            self._steps.put_nowait(step)

    async def _take(self, step: Step) -> None:
        match step:
            case PlaceTest():
                await self._place()
            case AnswerTest():
                assert self._route.answer_context is not None, "the rules say so"
                await self._ask(actions.redirect(step.channel, self._route.answer_context, "s"))
            case HearTest():
                await self._ears.listen(step.way, step.channel)
            case EndTest():
                self._ears.stop()
                for channel in step.channels:
                    await self._ask(actions.hang_up(channel))
            case LineTested():
                log.info("line test: %s", "passed" if step.ok else "FAILED")
                self._tell(replace(step, tried=self._tried))

    async def _place(self) -> None:
        here = self._clock.wall().astimezone(SHANGHAI)
        self._tried = f"{here:%m-%d %H:%M} 经 {self._route.context} 拨打 {self._route.number}"
        refused = await self._ask(actions.place_call(self._route.context, self._route.number))
        if refused is not None:
            self._queue(self._health.refused(refused, self._clock.now()))

    async def _ask(self, action: actions.Action) -> str | None:
        """None if it was done, else why not."""
        try:
            await self._perform(action)
        except (ActionRefused, PbxUnavailable, PbxTimeout, ValueError) as error:
            return str(error)
        return None
