"""Waits, held against the facts themselves: never before `after` of the pack is over, never on hold, never once cancelled."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prompts.advice import Card, CardButton, HangUpCall, RemoveCard, ShowCard, Traced
from prompts.facts import (
    AgentMove,
    AgentMoved,
    Answered,
    AudioAvailable,
    CalledUp,
    Fact,
    Held,
    Resumed,
    Ringing,
    SituationId,
    Sound,
    SoundIs,
    Speaker,
    SpeechBegan,
    SpeechEnded,
    Transferred,
)
from prompts.pack import shipped_packs
from prompts.situations import CancelOn, Situation, ThenPause, ThenSilence
from prompts.triggers import (
    OnAgentExplained,
    OnAgentSilentAfterAnswer,
    OnBothSilent,
    OnHeldOver,
    OnMusicMissing,
    OnMuted,
    OnNoResponse,
    OnResumed,
    OnRingingOver,
    OnSound,
    OnTalkingOver,
    TimedTrigger,
)
from tests.unit.prompts.any_call import at_instants, calls
from tests.unit.prompts.line import AGENT, CALLER, Line, pack, said

Timed = list[tuple[float, Fact]]
SLACK_S = 1e-6


# -- not before its time -------------------------------------------------------------------------------------------------


def since_the(timed: Timed, *kinds: type[Fact]) -> Timed:
    """What came after the last fact of these kinds, that one included."""
    last = max((place for place, (_, fact) in enumerate(timed) if isinstance(fact, kinds)), default=0)
    return timed[last:]


def begun(trigger: TimedTrigger, timed: Timed) -> float | None:
    """The earliest instant this wait can have begun at, told from the facts alone; None where nothing bounds it so simply."""
    answered = since_the(timed, Answered)
    match trigger:
        case OnBothSilent() | OnNoResponse() | OnAgentExplained():
            ends = [at - fact.ago for at, fact in answered if isinstance(fact, SpeechEnded)]
            return max(ends, default=None)
        case OnAgentSilentAfterAnswer() | OnTalkingOver():
            return next((at - fact.age for at, fact in answered if isinstance(fact, Answered)), None)
        case OnSound(speaker=speaker, sound=sound):
            return sounds_since(timed, speaker, sound)
        case OnMuted():
            return sounds_since(timed, AGENT, Sound.DIGITAL_SILENCE)
        case _:
            return first_of_the_line(trigger, timed)


def first_of_the_line(trigger: TimedTrigger, timed: Timed) -> float | None:
    match trigger:
        case OnRingingOver():
            return min((at - fact.rung_for for at, fact in timed if isinstance(fact, Ringing)), default=None)
        case OnMusicMissing() | OnHeldOver(total=False):
            here = since_the(timed, Resumed, Answered, Transferred)
            return min((at for at, fact in here if isinstance(fact, Held)), default=None)
        case OnResumed():
            return max((at for at, fact in timed if isinstance(fact, Resumed)), default=None)
        case _:
            return None


def sounds_since(timed: Timed, speaker: Speaker, sound: Sound) -> float | None:
    since: float | None = None
    for at, fact in timed:
        if isinstance(fact, SoundIs) and (fact.who, fact.sound) == (speaker, sound):
            since = None if not fact.present else at - fact.ago if since is None else since
    return since


def fired_by(traced: Traced, triggers: Sequence[TimedTrigger]) -> Iterator[TimedTrigger]:
    """The timed triggers that give this reason, each for its first `after`."""
    return (one for one in triggers if traced.because.startswith(one.why(one.after)))


@settings(max_examples=80)
@given(name=st.sampled_from(shipped_packs()), steps=calls)
def test_nothing_timed_comes_before_its_wait_is_over(name: str, steps: list[tuple[float, Fact]]) -> None:
    timed = at_instants(steps)
    line = Line(pack(name)).play(timed, (timed[-1][0] if timed else 0.0) + 130)
    for at, advice in line.advised:
        if not isinstance(advice, Traced) or not advice.fired:
            continue
        situation = pack(name).situations[advice.situation_id]
        clocks = [trigger for trigger in situation.triggers if isinstance(trigger, TimedTrigger)]
        before = [(when, fact) for when, fact in timed if when <= at]
        for trigger in fired_by(advice, clocks):
            since = begun(trigger, before)
            assert since is None or at - since >= trigger.after - SLACK_S, (at, since, advice)


# -- scripts that wait ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Wait:
    """A step of a shipped script that waits once its phrase was said."""

    name: str
    situation_id: SituationId
    step: int

    @property
    def situation(self) -> Situation:
        return pack(self.name).situations[self.situation_id]

    def __str__(self) -> str:
        return f"{self.name}-{self.situation_id}-{self.step + 1}"


WAITS = [
    Wait(name, SituationId(situation_id), step)
    for name in shipped_packs()
    for situation_id, situation in pack(name).situations.items()
    for step, one in enumerate(situation.steps)
    if isinstance(one.then, ThenSilence | ThenPause)
]
SAID_AT = 3.0


class Waiting:
    """A script at a step whose phrase has just been said: its wait runs from `SAID_AT`."""

    def __init__(self, wait: Wait, *, by_button: bool) -> None:
        then = wait.situation.steps[wait.step].then
        assert isinstance(then, ThenSilence | ThenPause)
        self.seconds, self.silence = then.seconds, isinstance(then, ThenSilence)
        heard: Timed = [(0.1, AudioAvailable(who, True)) for who in Speaker]
        spoken: Timed = [(0.2, fact) for who in Speaker for fact in (SpeechBegan(who), SpeechEnded(who))]
        self.line = Line(pack(wait.name)).play([(0.0, Answered("8001", 1, 1)), *heard, *spoken])
        self.line.play([(0.3, CalledUp(wait.situation_id))])
        card_id = self.card.card_id
        self.line.play([(0.4, AgentMoved(card_id, AgentMove.NEXT)) for _ in range(wait.step)])
        assert self.card.step == wait.step + 1
        if by_button:
            self.line.play([(SAID_AT, AgentMoved(card_id, AgentMove.SAID))])
        else:
            words = said(AGENT, 2, self.card.phrase)
            said_now: Timed = [
                (1.0, SpeechBegan(AGENT)),
                (SAID_AT, SpeechEnded(AGENT)),
                (SAID_AT + words.ago, words),
            ]
            self.line.play(said_now)
        self.card_id, self.step = card_id, wait.step + 1
        self._seen = len(self.line.advised)

    @property
    def card(self) -> Card:
        return [one.card for _, one in self.line.advised if isinstance(one, ShowCard)][-1]

    def went_on_at(self) -> list[float]:
        """When the next step came, or the way to hang up was opened."""
        new = self.line.advised[self._seen :]
        return [
            at
            for at, one in new
            if isinstance(one, HangUpCall) or (isinstance(one, ShowCard) and self._is_on(one.card))
        ]

    def _is_on(self, card: Card) -> bool:
        return card.card_id == self.card_id and (card.step > self.step or CardButton.HANG_UP in card.buttons)

    @property
    def removed_at(self) -> float | None:
        removed = [
            at for at, one in self.line.advised if isinstance(one, RemoveCard) and one.card_id == self.card_id
        ]
        return removed[0] if removed else None


@pytest.mark.parametrize("wait", WAITS, ids=str)
@pytest.mark.parametrize("by_button", [True, False])
def test_a_script_goes_on_when_its_wait_is_over(wait: Wait, by_button: bool) -> None:
    script = Waiting(wait, by_button=by_button)
    script.line.wait(SAID_AT + 20)
    assert script.went_on_at()[0] == pytest.approx(SAID_AT + script.seconds)


@settings(max_examples=60)
@given(
    wait=st.sampled_from(WAITS),
    by_button=st.booleans(),
    spoke_after=st.floats(0.6, 4.9),
    spoke_for=st.floats(0.1, 3),
)
def test_a_caller_who_speaks_ends_the_script_or_its_silence(
    wait: Wait, by_button: bool, spoke_after: float, spoke_for: float
) -> None:
    script = Waiting(wait, by_button=by_button)
    began, ended = SAID_AT + spoke_after, SAID_AT + spoke_after + spoke_for
    spoken: Timed = [
        (began, SpeechBegan(CALLER)),
        (ended, said(CALLER, 1, "喂")),
        (ended, SpeechEnded(CALLER)),
    ]
    script.line.play(spoken, ended + 200)
    if CancelOn.CALLER_SPEAKS in wait.situation.cancel_on:
        assert (script.removed_at, script.went_on_at()) == (began, [])
    else:
        earliest = ended + script.seconds if script.silence else SAID_AT + script.seconds
        assert all(at >= earliest - SLACK_S for at in script.went_on_at())


@settings(max_examples=60)
@given(
    wait=st.sampled_from(WAITS),
    by=st.sampled_from(Speaker),
    by_button=st.booleans(),
    held_after=st.floats(0.6, 4.9),
    held_for=st.floats(0.5, 100),
)
def test_no_script_goes_on_while_the_caller_is_held(
    wait: Wait,
    by: Speaker,
    by_button: bool,
    held_after: float,
    held_for: float,
) -> None:
    script = Waiting(wait, by_button=by_button)
    held, resumed = SAID_AT + held_after, SAID_AT + held_after + held_for
    script.line.play([(held, Held(by)), (resumed, Resumed(by))], resumed + 30)
    earliest = resumed + script.seconds if script.silence else resumed
    assert all(at >= earliest - SLACK_S for at in script.went_on_at())


HELD_ONLY = (OnHeldOver, OnMusicMissing)


@settings(max_examples=60)
@given(calls, st.floats(0.5, 100))
def test_no_clock_of_a_talk_fires_while_held(steps: list[tuple[float, Fact]], held_for: float) -> None:
    """Only the clocks of the hold itself run: whatever is heard, nobody is silent, late, loud or far to a caller on hold."""
    ends = (Resumed, Answered, Transferred)
    timed = [(at, fact) for at, fact in at_instants(steps) if not isinstance(fact, ends)]
    start: Timed = [(0.0, Answered("8001", 1, 1)), (0.0, Held(AGENT))]
    line = Line(pack()).play([*start, *timed], (timed[-1][0] if timed else 0) + held_for)
    for _, advice in line.advised:
        if not isinstance(advice, Traced) or not advice.fired:
            continue
        triggers = pack().situations[advice.situation_id].triggers
        clocks = [one for one in triggers if isinstance(one, TimedTrigger) and not isinstance(one, HELD_ONLY)]
        assert list(fired_by(advice, clocks)) == [], advice
