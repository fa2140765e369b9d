"""Did the agent say it? Compares what was heard with a prescribed phrase, by sound.

The order of the clauses, fillers and small words are forgiven; each clause counts by its length. Used on the few phrases on
the screen, never on a whole pack.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from prompts import pinyin
from prompts.text import normalise

SAID_SHARE = 0.72
"""Share of a phrase that must have been said. 您好,医讯网客服中心,请问有什么需要帮助的吗 passes for the greeting of S0-16."""
HARDLY_SAID_CHARS = 6
"""喂您好, 嗯好的 say nothing yet."""
_COURTESY = re.compile(
    "您好|你好|先生|女士|小姐|还在吗|真的|非常|十分|实在|不好意思|对不起|很?抱歉|谢谢您?|感谢您?|让您久等了?"
)
_CLAUSE_ENDS = re.compile(r"[,,。.!!??;;::、…()()/]+")
_CLEAR_CLAUSE = 60.0
"""Below this likeness a clause was not said at all; chance makes up to a half."""


@dataclass(frozen=True, slots=True)
class Prescribed:
    """A phrase ready to be listened for."""

    clauses: tuple[str, ...]

    @classmethod
    def of(cls, phrase: str) -> "Prescribed":
        parts = (pinyin.encode(normalise(part).text) for part in _CLAUSE_ENDS.split(phrase))
        return cls(tuple(part for part in parts if part))

    def share_in(self, heard: str) -> float:
        """0…1 of this phrase that stands in the text."""
        total = sum(map(len, self.clauses))
        if not total:
            return 0.0
        codes = pinyin.encode(normalise(heard).text)
        return sum(_likeness(clause, codes) * len(clause) for clause in self.clauses) / total

    def is_in(self, heard: str) -> bool:
        return self.share_in(heard) >= SAID_SHARE


def goes_beyond(said: str, phrases: Sequence[str]) -> bool:
    """Whether it is more than courtesy, and neither one of these phrases nor a part of them, of two in one breath either."""
    told = _COURTESY.sub("", normalise(said).text)
    if len(told) <= HARDLY_SAID_CHARS:
        return False
    heard = (Prescribed.of(said), Prescribed.of(told))
    return not any(one.is_in(phrase) for one in heard for phrase in (*phrases, "".join(phrases)))


def _likeness(clause: str, codes: str) -> float:
    if clause in codes:
        return 1.0
    if len(codes) * 2 < len(clause):
        return 0.0
    likeness = fuzz.partial_ratio(clause, codes, score_cutoff=_CLEAR_CLAUSE)
    return likeness / 100 * min(1.0, len(codes) / len(clause))
