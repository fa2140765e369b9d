"""The clocks of a call: which timed triggers are due, and which sudden ones a fact meets.

A timed trigger fires once for each beginning of its condition (`since`), or every so often when the pack says so. Nothing is
counted up: every due instant follows from the call as it is, so a condition that ceases takes its timer with it. One that came
near is told, for people who ask why nothing showed.
"""

from dataclasses import dataclass, field

from prompts.call import CallSoFar
from prompts.facts import Fact, SituationId
from prompts.occasion import Occasion
from prompts.pack import Pack
from prompts.triggers import SUDDEN_FACTS, OnSound, SuddenTrigger, TimedTrigger

NEAR = 0.7
"""A condition that lasted for this share of its wait came near."""
NEAR_TOLD = 3
"""So often in a call, for each clock: people pause in every sentence, and the trace is read by people."""


@dataclass(slots=True)
class _Clock:
    situation_id: SituationId
    trigger: TimedTrigger
    since: float | None = None
    """The beginning it fired for last."""
    fired: int = 0
    running: float | None = None
    """The beginning that was seen last and has not fired."""
    told: int = 0

    def look(self, since: float | None, call: CallSoFar, now: float) -> str | None:
        """Whether it ceased since the last look, and how near it came."""
        before = self.running
        goes_on = since is None and self.trigger.pauses and not call.over
        if before is None or since == before or goes_on:
            self.running = before if goes_on else self._unfired(since)
            return None
        self.running = self._unfired(since)
        lasted = round(now - before, 1)
        if not NEAR * self.trigger.after <= lasted < self.trigger.after or self.told >= NEAR_TOLD:
            return None
        self.told += 1
        return f"{self.trigger.why(lasted)};要 {self.trigger.after:g} 秒才提示"

    def _unfired(self, since: float | None) -> float | None:
        return None if since is None or (since == self.since and self.fired) else since

    def due(self, since: float) -> float | None:
        fired = self.fired if self.since == since else 0
        if fired == 0:
            return since + self.trigger.after
        return None if self.trigger.every is None else since + self.trigger.after + fired * self.trigger.every

    def fire(self, since: float, now: float) -> float:
        """Counts missed repetitions as fired; answers the seconds it stands for."""
        self.fired = self.fired if self.since == since else 0
        self.since, self.running = since, None
        seconds = self.trigger.after
        every = self.trigger.every
        if every is not None:
            passed = max(self.fired, int((now - since - self.trigger.after) // every))
            seconds += passed * every
            self.fired = passed
        self.fired += 1
        return seconds


@dataclass(slots=True)
class Timers:
    pack: Pack
    next_due: float | None = None
    near: list[tuple[SituationId, str]] = field(default_factory=list)
    """What ceased before its time, until somebody takes it."""
    _clocks: list[_Clock] = field(init=False)
    _sudden: list[tuple[SituationId, SuddenTrigger]] = field(init=False)

    def __post_init__(self) -> None:
        written = [
            (SituationId(name), trigger)
            for name, situation in self.pack.situations.items()
            for trigger in situation.triggers
        ]
        self._clocks = [
            _Clock(name, trigger) for name, trigger in written if isinstance(trigger, TimedTrigger)
        ]
        self._sudden = [(name, trigger) for name, trigger in written if isinstance(trigger, SuddenTrigger)]

    def due(self, call: CallSoFar, now: float) -> list[tuple[SituationId, Occasion]]:
        """What is due at `now`; `next_due` then tells when something is next, as long as no fact changes the call."""
        cadence = self.pack.settings.cadence
        fired: list[tuple[SituationId, Occasion]] = []
        self.next_due = None
        for clock in self._clocks:
            since = clock.trigger.since(call, cadence)
            ceased = clock.look(since, call, now)
            if ceased is not None:
                self.near.append((clock.situation_id, ceased))
            due = None if since is None else clock.due(since)
            if since is None or due is None:
                continue
            if due <= now:
                seconds = clock.fire(since, now)
                fired.append((clock.situation_id, _occasion(clock.trigger, seconds, since, call)))
            elif self.next_due is None or due < self.next_due:
                self.next_due = due
        return fired

    def take_near(self) -> list[tuple[SituationId, str]]:
        taken, self.near = self.near, []
        return taken

    def sudden(self, fact: Fact, call: CallSoFar) -> list[tuple[SituationId, Occasion]]:
        if not isinstance(fact, SUDDEN_FACTS):
            return []
        cadence = self.pack.settings.cadence
        met = ((name, trigger.met(fact, call, cadence)) for name, trigger in self._sudden)
        return [(name, occasion) for name, occasion in met if occasion is not None]


def _occasion(trigger: TimedTrigger, seconds: float, since: float, call: CallSoFar) -> Occasion:
    why = trigger.why(seconds)
    if not isinstance(trigger, OnSound):
        return Occasion(why)
    sounding = call.sounds.get((trigger.speaker, trigger.sound))
    measured = "" if sounding is None else sounding.measured
    return Occasion(why, sounded=True, measured=measured, began=since if trigger.anew else None)
