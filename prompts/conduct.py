"""How the agent conducts a call, counted: polite and hesitant words, talking over, pace, and the stages of the script.

Feeds reports and the progress on the agent's page (S1-24, S1-26, S1-14, S2-16, S3-07, S4-05); begins no situation. One a call.
"""

import re
from collections.abc import Callable, Iterable, Set

from prompts.advice import Advice, ConductSummed, GoneWhy, PhraseSaid, RemoveCard, StagesReached
from prompts.call import CallSoFar
from prompts.facts import Answered, Fact, Said, SituationId, Sound, SoundIs, Speaker
from prompts.pack import Pack
from prompts.stages import Stage, StageTracker
from prompts.text import normalise
from prompts.triggers import OnAgentSilentAfterAnswer, OnAnswered, OnHeard, Trigger

TALKED_OVER_S = 1.0
"""Both at once for so long is talking over; shorter is 嗯 and 对."""


class Conduct:
    def __init__(self, pack: Pack) -> None:
        lexicons = pack.document.lexicons
        self._polite_words = _any_of(lexicons["polite"].words if "polite" in lexicons else ())
        self._unsure_words = _any_of(lexicons["unsure"].words if "unsure" in lexicons else ())
        self._greetings, self._closings = _openings(pack), _closings(pack)
        self._stages = StageTracker()
        self._polite = self._unsure = self._talk_overs = self._raised = self._agent_chars = 0
        self._overlap_since: float | None = None
        self._heard_throughout = False

    def on_fact(self, fact: Fact, call: CallSoFar, now: float) -> None:
        """After the call took it."""
        match fact:
            case Answered():
                self._heard_throughout = not call.found_alive
            case SoundIs(who=Speaker.AGENT, sound=Sound.SHOUTING, present=True):
                self._raised += 1
            case _:
                pass
        if self._overlap_since is not None and call.overlap_since is None:
            self._talk_overs += now - self._overlap_since >= TALKED_OVER_S
        self._overlap_since = call.overlap_since

    def on_said(self, said: Said, heard: Set[str]) -> list[StagesReached]:
        if said.final and said.who is Speaker.AGENT:
            text = normalise(said.text).text
            self._agent_chars += len(text)
            self._polite += len(self._polite_words.findall(text))
            self._unsure += len(self._unsure_words.findall(text))
        return self._told(self._stages.on_said(said, heard))

    def on_advice(self, advice: Iterable[Advice]) -> list[StagesReached]:
        """A prescribed phrase counts as said when it was recognized, or when the agent's button says so."""
        changed = False
        for one in advice:
            match one:
                case PhraseSaid(situation_id=situation_id, step=1):
                    changed |= self._stages.reach(*self._stages_of(situation_id)[:1])
                case RemoveCard(situation_id=situation_id, why=GoneWhy.SAID):
                    changed |= self._stages.reach(*self._stages_of(situation_id))
                case _:
                    pass
        return self._told(changed)

    def _stages_of(self, situation_id: SituationId) -> tuple[Stage, ...]:
        """What a whole script stands for, its first step first."""
        if situation_id in self._greetings:
            return (Stage.GREETING,)
        return (Stage.CONFIRM, Stage.CLOSE) if situation_id in self._closings else ()

    def summed(self, call: CallSoFar) -> list[ConductSummed]:
        """At the end. Nothing of a call nobody answered; no stage is missing where the agent was not heard all along."""
        if call.answered_at is None:
            return []
        judged = self._heard_throughout and call.staff.heard_since is not None
        pace = call.pace.overall
        return [
            ConductSummed(
                missing=self._stages.missing if judged else (),
                polite=self._polite,
                unsure=self._unsure,
                talk_overs=self._talk_overs,
                raised_voice=self._raised,
                agent_chars=self._agent_chars,
                chars_per_s=None if pace is None else round(pace, 2),
                names_used=None if call.surname is None else call.names_used,
            )
        ]

    def _told(self, changed: bool) -> list[StagesReached]:
        return [StagesReached(self._stages.reached)] if changed else []


def _any_of(words: Iterable[str]) -> re.Pattern[str]:
    """Longest first, so that 请您谅解 counts once and not as 请 and 您 too."""
    keys = sorted({normalise(word).text for word in words} - {""}, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, keys)) or r"(?!)")


def _openings(pack: Pack) -> frozenset[SituationId]:
    kinds = (OnAnswered, OnAgentSilentAfterAnswer)
    return _with(pack, lambda trigger: isinstance(trigger, kinds))


def _closings(pack: Pack) -> frozenset[SituationId]:
    return _with(pack, lambda trigger: isinstance(trigger, OnHeard) and trigger.lexicon == "closing")


def _with(pack: Pack, wanted: Callable[[Trigger], bool]) -> frozenset[SituationId]:
    return frozenset(
        SituationId(name)
        for name, situation in pack.situations.items()
        if any(wanted(trigger) for trigger in situation.triggers)
    )
