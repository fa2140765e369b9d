"""The clocks of a call: which timed triggers are due, and which sudden ones a fact meets.

A timed trigger fires once for each beginning of its condition (`since`), or every so often when the pack says so. Nothing is
counted up: every due instant follows from the call as it is, so a condition that ceases takes its timer with it.
"""

from dataclasses import dataclass, field

from prompts.call import CallSoFar
from prompts.facts import Fact, SituationId
from prompts.occasion import Occasion
from prompts.pack import Pack
from prompts.triggers import SUDDEN_FACTS, OnSound, SuddenTrigger, TimedTrigger


@dataclass(slots=True)
class _Clock:
    situation_id: SituationId
    trigger: TimedTrigger
    since: float | None = None
    """The beginning it fired for last."""
    fired: int = 0

    def due(self, since: float) -> float | None:
        fired = self.fired if self.since == since else 0
        if fired == 0:
            return since + self.trigger.after
        return None if self.trigger.every is None else since + self.trigger.after + fired * self.trigger.every

    def fire(self, since: float, now: float) -> float:
        """Counts missed repetitions as fired; answers the seconds it stands for."""
        self.fired = self.fired if self.since == since else 0
        self.since = since
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
            due = None if since is None else clock.due(since)
            if since is None or due is None:
                continue
            if due <= now:
                fired.append((clock.situation_id, _occasion(clock.trigger, clock.fire(since, now), call)))
            elif self.next_due is None or due < self.next_due:
                self.next_due = due
        return fired

    def sudden(self, fact: Fact, call: CallSoFar) -> list[tuple[SituationId, Occasion]]:
        if not isinstance(fact, SUDDEN_FACTS):
            return []
        cadence = self.pack.settings.cadence
        met = ((name, trigger.met(fact, call, cadence)) for name, trigger in self._sudden)
        return [(name, occasion) for name, occasion in met if occasion is not None]


def _occasion(trigger: TimedTrigger, seconds: float, call: CallSoFar) -> Occasion:
    why = trigger.why(seconds)
    if not isinstance(trigger, OnSound):
        return Occasion(why)
    measured = call.measured.get((trigger.speaker, trigger.sound), "")
    return Occasion(why, sounded=True, measured=measured)
