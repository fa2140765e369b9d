"""Whether the 400 line still brings callers (S0-08): a long quiet in office hours, or an hour with far fewer calls than usual, is put to
the test by a call from another line.

The call passes when a phone rings, or it waits in the queue; where the dialplan can answer it (`answers`), also its sound is heard, both
ways. Pure; time is an argument. A test call comes in from a number of its own and is nobody's customer: `on_call` says which events
are its, and the rest of the program never sees them.
"""

import math
from collections import deque
from dataclasses import dataclass

from ami_bridge.events import (
    AgentRinging,
    CallAnswered,
    CallEnded,
    CallEvent,
    CallId,
    CallQueued,
    CallStarted,
    ChannelName,
    Direction,
    PbxBack,
    TrunkDialled,
)
from assistant.line_sound import SoundCheck, Way

UNLIKELY = 0.001
"""What would come by chance once in a thousand times does not: a quiet of -ln(0.001)/n hours where `n` calls an hour are usual, or an
hour of so few calls."""
SHORTEST_QUIET = 600.0
HOUR = 3600.0
FEW_CALLS = "来电比平时这个钟点少得反常"


@dataclass(frozen=True, slots=True)
class Usual:
    """Calls in an hour as the book knows them: an hour like the one around now, and like the one that has just gone by."""

    now: float | None = None
    last_hour: float | None = None


@dataclass(frozen=True, slots=True)
class LineRules:
    caller: str
    """The number the test call shows when it comes in."""
    placed_as: str
    """How the name of the channel begins that it is placed on."""
    quiet_s: float
    """A quiet this long is tested whatever is usual."""
    arrive_s: float
    """A test call rings an agent's phone, or waits in the queue, within so many seconds."""
    answers: bool = False
    """Whether the dialplan has a place that answers a test call and sends a tone."""
    sound_s: float = 6.0


@dataclass(frozen=True, slots=True)
class PlaceTest:
    """Call the 400 number by another line."""


@dataclass(frozen=True, slots=True)
class AnswerTest:
    """Take the call from the queue to where it is answered with a tone."""

    channel: ChannelName


@dataclass(frozen=True, slots=True)
class HearTest:
    way: Way
    channel: ChannelName


@dataclass(frozen=True, slots=True)
class EndTest:
    """Both ends: a network that lost one of them would keep the other."""

    channels: tuple[ChannelName, ...]


@dataclass(frozen=True, slots=True)
class LineTested:
    ok: bool
    by: str
    text: str
    tried: str = ""
    """When, by which way and which number: whoever mends the line must know."""


Step = PlaceTest | AnswerTest | HearTest | EndTest | LineTested


@dataclass(slots=True)
class _Test:
    by: str
    began: float
    arrived: CallId | None = None
    queued: bool = False
    placed: CallId | None = None
    """The same call where it goes out: to the PBX it is another."""
    went_out: ChannelName | None = None
    signalled: str = ""
    """What the call has proved before its sound is heard."""
    sound: SoundCheck | None = None


def chance_of_at_most(calls: int, usual: float) -> float:
    """That an hour in which `usual` calls come on average has `calls` or fewer (Poisson)."""
    if usual <= 0 or calls >= usual:
        return 1.0  # more than half of such hours; nobody needs it closer
    return sum(math.exp(n * math.log(usual) - usual - math.lgamma(n + 1)) for n in range(calls + 1))


class LineHealth:
    def __init__(self, rules: LineRules, now: float) -> None:
        self._rules = rules
        self._quiet_since = now
        self._counted_since = now
        self._arrivals: deque[float] = deque()
        """Of the last hour."""
        self._test: _Test | None = None
        self._test_calls: dict[CallId, ChannelName] = {}

    @property
    def testing(self) -> bool:
        return self._test is not None

    def start(self, by: str, now: float) -> list[Step]:
        """`by`: who asked for it, or why."""
        if self._test is not None:
            return []
        self._test = _Test(by, now)
        self._begin_to_count(now)
        return [PlaceTest()]

    def refused(self, reason: str, now: float) -> list[Step]:
        """The PBX would not even place the call."""
        return self._over(ok=False, text=f"测拨没有打出去:{reason}")

    def on_call(self, event: CallEvent, now: float) -> list[Step] | None:
        """None for what is not a test call's; everybody else may see that."""
        if isinstance(event, CallStarted):
            return self._began(event, now)
        if isinstance(event, PbxBack):
            self._begin_to_count(now)  # what came meanwhile was not seen
        if isinstance(event, TrunkDialled) and event.call_id is not None:
            self._goes_out(event)
        call_id = getattr(event, "call_id", None)
        return None if call_id not in self._test_calls else self._of_test(event, now)

    def _of_test(self, event: CallEvent, now: float) -> list[Step]:
        match event:
            case AgentRinging() | CallAnswered():
                return self._rang(event.call_id, now)
            case CallQueued() if self._test is not None:
                self._test.queued = True
            case CallEnded():
                del self._test_calls[event.call_id]
                return self._gone(event.call_id)
            case _:
                pass
        return []

    def on_timer(self, now: float, is_open: bool, usual: Usual) -> list[Step]:
        if self._test is not None:
            return self._expired(self._test, now)
        if not is_open:
            self._begin_to_count(now)
            return []
        if now - self._quiet_since >= self.limit(usual.now):
            return self.start("长时间没有来电", now)
        return self.start(FEW_CALLS, now) if self._so_few(now, usual.last_hour) else []

    def _begin_to_count(self, now: float) -> None:
        self._quiet_since = self._counted_since = now
        self._arrivals.clear()

    def _so_few(self, now: float, usual: float | None) -> bool:
        """In a whole hour that was open and looked at."""
        while self._arrivals and self._arrivals[0] < now - HOUR:
            self._arrivals.popleft()
        if usual is None or now - self._counted_since < HOUR:
            return False
        return chance_of_at_most(len(self._arrivals), usual) < UNLIKELY

    def limit(self, usual_per_hour: float | None) -> float:
        """How long a quiet may last where so many calls an hour are usual."""
        if not usual_per_hour:
            return self._rules.quiet_s
        by_chance = -math.log(UNLIKELY) / usual_per_hour * 3600
        return min(self._rules.quiet_s, max(SHORTEST_QUIET, by_chance))

    def _began(self, event: CallStarted, now: float) -> list[Step] | None:
        if event.direction is not Direction.INBOUND:
            if self._test is not None and event.channel.startswith(self._rules.placed_as):
                self._test.placed = event.call_id
            return None
        if event.caller_number != self._rules.caller:
            self._quiet_since = now
            self._arrivals.append(now)
            return None
        self._test_calls[event.call_id] = event.channel
        if self._test is not None and self._test.arrived is None:
            self._test.arrived = event.call_id
        return []

    def _goes_out(self, event: TrunkDialled) -> None:
        """That a trunk is dialled is everybody's to see, though this way out is ours."""
        if self._test is not None and self._test.placed == event.call_id:
            self._test.went_out = event.channel

    def listens(self, way: Way) -> None:
        if self._test is not None and self._test.sound is not None:
            self._test.sound.listens(way)

    def on_level(self, way: Way, dbfs: float, now: float) -> list[Step]:
        if self._test is None or self._test.sound is None:
            return []
        self._test.sound.level(way, dbfs)
        return self._heard(self._test, now)

    def _rang(self, call_id: CallId, now: float) -> list[Step]:
        test = self._test
        if test is None or test.arrived != call_id or test.sound is not None:
            return []
        return self._arrived(test, call_id, f" {now - test.began:.1f} 秒后坐席话机振铃", now)

    def _arrived(self, test: _Test, call_id: CallId, signalled: str, now: float) -> list[Step]:
        channel = self._test_calls[call_id]
        if not self._rules.answers or test.went_out is None:
            return self._over(ok=True, text=f"测拨{signalled},线路正常(声音没有测)。")
        test.signalled, test.sound = signalled, SoundCheck(now, self._rules.sound_s)
        return [AnswerTest(channel), HearTest(Way.IN, channel), HearTest(Way.OUT, test.went_out)]

    def _heard(self, test: _Test, now: float) -> list[Step]:
        found = None if test.sound is None else test.sound.verdict(now)
        if found is None:
            return []
        good = ",线路正常" if found.ok else ":请检查线路或联系运营商"
        return self._over(ok=found.ok, text=f"测拨{test.signalled},{found.text}{good}。")

    def _gone(self, call_id: CallId) -> list[Step]:
        test = self._test
        if test is None or test.arrived != call_id:
            return []
        if test.sound is not None:
            return self._over(ok=False, text=f"测拨{test.signalled},接听时断了:请检查 test_answer_context")
        return self._over(ok=False, text="测拨已进来,但没有坐席话机振铃就断了")

    def _expired(self, test: _Test, now: float) -> list[Step]:
        if test.sound is not None:
            return self._heard(test, now)
        if now - test.began < self._rules.arrive_s:
            return []
        if test.arrived is None:
            within = f"{self._rules.arrive_s:.0f} 秒内没有进来"
            return self._over(ok=False, text=f"从另一线路拨打 400 号码,{within}:请检查线路或联系运营商")
        if test.queued:
            return self._arrived(test, test.arrived, "已进入队列(坐席都忙)", now)
        return self._over(ok=False, text="测拨已进来,但没有进入队列,也没有坐席话机振铃")

    def _over(self, *, ok: bool, text: str) -> list[Step]:
        test, self._test = self._test, None
        if test is None:
            return []
        arrived = None if test.arrived is None else self._test_calls.get(test.arrived)
        left = tuple(channel for channel in (arrived, test.went_out) if channel is not None)
        return [*([EndTest(left)] if left else []), LineTested(ok, test.by, text)]
