"""How far a call has come: greeting → need → solve → confirm → close (S4-05), and what is still missing (S1-24).

Pure; it is told what was said and what that amounted to by the names of the built-in lexicons, and remembers which stages were
seen. A later stage does not stand for an earlier one: 有头无尾 and 虎头蛇尾 are both to be seen. It knows no cards and no time.
"""

from collections.abc import Set
from enum import StrEnum

from prompts.facts import Said, Speaker
from prompts.text import normalise

NEED_CHARS = 4
"""A caller who said so much beyond a greeting has said something about why they call."""
SOLVE_CHARS = 12
"""An agent who said so much after that, beyond greetings and 请稍等, has gone into it."""
_NO_NEED = frozenset({"caller_greets", "closing", "thanks", "sorry"})
_NO_SOLUTION = frozenset({"agent_greets", "goodbye_agent", "asks_more", "wait_please"})


class Stage(StrEnum):
    GREETING = "greeting"
    NEED = "need"
    SOLVE = "solve"
    CONFIRM = "confirm"
    CLOSE = "close"


class StageTracker:
    def __init__(self) -> None:
        self._reached: set[Stage] = set()
        self._explained = 0

    @property
    def reached(self) -> tuple[Stage, ...]:
        """In the order of the script."""
        return tuple(stage for stage in Stage if stage in self._reached)

    @property
    def missing(self) -> tuple[Stage, ...]:
        return tuple(stage for stage in Stage if stage not in self._reached)

    def reach(self, *stages: Stage) -> bool:
        """Whether that is new."""
        new = set(stages) - self._reached
        self._reached |= new
        return bool(new)

    def on_said(self, said: Said, heard: Set[str]) -> bool:
        """`heard`: the lexicons of its speaker that a final result said. True if a stage was reached by it."""
        if not said.final or not said.text:
            return False
        length = len(normalise(said.text).text)
        return self.reach(
            *(self._by_caller(length, heard) if said.who is Speaker.CALLER else self._by_agent(length, heard))
        )

    def _by_caller(self, length: int, heard: Set[str]) -> list[Stage]:
        return [Stage.NEED] if length >= NEED_CHARS and not heard & _NO_NEED else []

    def _by_agent(self, length: int, heard: Set[str]) -> list[Stage]:
        stages = []
        if "agent_greets" in heard and Stage.NEED not in self._reached:
            stages.append(Stage.GREETING)
        if Stage.NEED in self._reached:
            self._explained += 0 if heard & _NO_SOLUTION else length
            if self._explained >= SOLVE_CHARS or "transfer_announced" in heard:
                stages.append(Stage.SOLVE)
            if "asks_more" in heard:
                stages.append(Stage.CONFIRM)
        if "goodbye_agent" in heard:
            stages.append(Stage.CLOSE)
        return stages
