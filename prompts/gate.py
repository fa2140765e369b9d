"""May this situation come now? Cooldowns, limits, what must have been before, what another one forbids, the call's budget.

Counts per call; every refusal is a sentence for the trace.
"""

from dataclasses import dataclass, field

from prompts.deck import Deck
from prompts.facts import SituationId
from prompts.occasion import Occasion
from prompts.pack import Pack
from prompts.situations import URGENT, Situation

SPEAKS_OVER_S = 1.0
"""Who begins to speak so shortly before the agent has finished is answering already."""


@dataclass(slots=True)
class _Past:
    begun: int = 0
    gone_at: float | None = None
    next_step: int = 0
    said_at: float = 0.0
    """When the phrase was said after which the next step may come."""
    settled: bool = False


@dataclass(slots=True)
class Gate:
    pack: Pack
    turn: int = 0
    """Of the call among all: which wording is the first."""
    _past: dict[SituationId, _Past] = field(default_factory=dict)
    _cards: int = 0

    def barred(self, situation_id: SituationId, occasion: Occasion, deck: Deck, now: float) -> str | None:
        """Why not; None when it may."""
        situation = self.pack.situations[situation_id]
        past = self._past.get(situation_id, _Past())
        if past.settled:
            return "本次通话已不需要"
        missing = situation.requires and not any(
            SituationId(other) in self._past for other in situation.requires
        )
        if missing:
            return f"须先有「{self._titles(situation.requires)}」"
        often = _too_early(occasion, past) if past.next_step > 0 else self._too_often(situation, past, now)
        return often or self._pushed_back(situation_id, deck)

    def _too_often(self, situation: Situation, past: _Past, now: float) -> str | None:
        if situation.max_per_call is not None and past.begun >= situation.max_per_call:
            return f"本次通话已提示 {past.begun} 次"
        if past.gone_at is not None and now - past.gone_at < situation.cooldown:
            return f"{now - past.gone_at:.0f} 秒前刚提示过"
        if self._cards >= self.pack.settings.budget and situation.priority < URGENT:
            return f"本次通话提示已满 {self._cards} 条"
        return None

    def _pushed_back(self, situation_id: SituationId, deck: Deck) -> str | None:
        for script in deck.scripts:
            if situation_id in script.situation.inhibits:
                return f"「{script.situation.title}」正在进行"
        return None

    def begin(self, situation_id: SituationId, now: float) -> int:
        """Count it; answers the step to begin with."""
        past = self._of(situation_id)
        step, past.next_step = past.next_step, 0
        past.gone_at = now
        if step == 0:
            past.begun += 1
            self._cards += 1
        return step

    def variant(self, situation_id: SituationId) -> int:
        """Which wording: they take turns, from call to call and within one."""
        return self.turn + self._of(situation_id).begun - 1

    def gone(self, situation_id: SituationId, now: float) -> None:
        self._of(situation_id).gone_at = now

    def go_on_from(self, situation_id: SituationId, step: int, said_at: float) -> None:
        """When it comes up again by what is spoken from then on, it goes on with this step."""
        situation = self.pack.situations[situation_id]
        if step < len(situation.steps):
            past = self._of(situation_id)
            past.next_step, past.said_at = step, said_at

    def said(self, situation_id: SituationId) -> None:
        for other in self.pack.situations[situation_id].settles:
            self._of(SituationId(other)).settled = True

    def understood(self, situation_id: SituationId) -> None:
        """听得懂: neither this one nor what it settles comes again in this call."""
        self._of(situation_id).settled = True
        self.said(situation_id)

    def _of(self, situation_id: SituationId) -> _Past:
        return self._past.setdefault(situation_id, _Past())

    def _titles(self, names: tuple[str, ...]) -> str:
        return "、".join(self.pack.situations[name].title for name in names)


def _too_early(occasion: Occasion, past: _Past) -> str | None:
    """若仍不清: what was being said when the agent asked is no answer to it."""
    if occasion.began is None or occasion.began >= past.said_at - SPEAKS_OVER_S:
        return None
    return "坐席说完那句话之后还没有再说"
