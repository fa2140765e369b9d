"""Keeps an eye on the 400 line and tests it: asks `line_health` what is due, places the test call, tells how it went."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import time

from ami_bridge import actions
from ami_bridge.client import ActionRefused, PbxTimeout, PbxUnavailable
from ami_bridge.events import CallEvent
from assistant.clock import Clock
from assistant.duty.calendar import OfficeCalendar, Span
from assistant.line_health import EndTest, LineHealth, LineRules, LineTested, PlaceTest, Step
from assistant.orders import Perform

log = logging.getLogger(__name__)

TICK_S = 1.0
_MORNING, _AFTERNOON = Span(time(9), time(12)), Span(time(13), time(17, 30))
USUAL_HOURS = OfficeCalendar(dict.fromkeys(range(5), (_MORNING, _AFTERNOON)))
"""S0-06, where no duty plan says otherwise."""


@dataclass(frozen=True, slots=True)
class RouteOfTest:
    """The way of the test call: dial `number` in `context`, which leads out by another line."""

    context: str
    number: str


class LineWatch:
    def __init__(
        self,
        rules: LineRules,
        route: RouteOfTest,
        clock: Clock,
        perform: Perform,
        is_open: Callable[[], bool],
        usual_now: Callable[[], Awaitable[float | None]],
        tell: Callable[[LineTested], None],
    ) -> None:
        """`usual_now`: calls in an hour like this one, as the records know it."""
        self._health = LineHealth(rules, clock.now())
        self._route = route
        self._clock = clock
        self._perform = perform
        self._is_open = is_open
        self._usual_now = usual_now
        self._tell = tell
        self._steps: asyncio.Queue[Step] = asyncio.Queue()

    def test(self, by: str) -> bool:
        """By hand. False while one is under way."""
        if self._health.testing:
            return False
        self._queue(self._health.start(by, self._clock.now()))
        return True

    def on_call(self, event: CallEvent) -> bool:
        """True for what belongs to a test call: nobody else is to see it."""
        steps = self._health.on_call(event, self._clock.now())
        self._queue(steps or [])
        return steps is not None

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                async with asyncio.timeout(TICK_S):
                    await self._take(await self._steps.get())
            except TimeoutError:
                usual = None if self._health.testing else await self._usual_now()
                self._queue(self._health.on_timer(self._clock.now(), self._is_open(), usual))

    def _queue(self, steps: list[Step]) -> None:
        """At most the few steps of one test: the queue cannot grow."""
        for step in steps:
            self._steps.put_nowait(step)

    async def _take(self, step: Step) -> None:
        match step:
            case PlaceTest():
                await self._place()
            case EndTest():
                await self._ask(actions.hang_up(step.channel))
            case LineTested():
                log.info("line test: %s", "passed" if step.ok else "FAILED")
                self._tell(step)

    async def _place(self) -> None:
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
