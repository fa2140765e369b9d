"""Chinese text as it is compared: one spelling for everything that sounds or means the same on the telephone.

Knows nothing of rules, packs or calls. Every normalised character remembers where it stood, so that what matched can be
marked in the text as it was said.
"""

import functools
import unicodedata
from dataclasses import dataclass

from opencc import OpenCC

FILLERS = frozenset("嗯呃啊哎哦噢喔唔呀啦嘛呢哈诶欸哟")
"""Sounds between words. Recognizers write them or not, so neither side of a comparison keeps them."""
_DIGITS = dict(zip("0123456789", "零一二三四五六七八九", strict=True)) | {"幺": "一", "〇": "零"}


@dataclass(frozen=True, slots=True)
class Normal:
    """`text` is compared; `origin[i]` is the place of its i-th character in `raw`."""

    raw: str
    text: str
    origin: tuple[int, ...]

    def spoken(self, start: int, end: int) -> str:
        """The piece of the raw text that stands behind `text[start:end]`."""
        return self.raw[self.origin[start] : self.origin[end - 1] + 1]


def normalise(raw: str) -> Normal:
    """Spaces, punctuation and fillers go; width, script, case and digits become one."""
    letters: list[str] = []
    origin: list[int] = []
    for place, char in enumerate(raw):
        for letter in _plain(char):
            letters.append(letter)
            origin.append(place)
    return Normal(raw, "".join(letters), tuple(origin))


@functools.lru_cache(maxsize=30_000)
def _plain(char: str) -> str:
    folded = unicodedata.normalize("NFKC", char).casefold()
    return "".join(_DIGITS.get(letter, letter) for letter in map(_simplified, folded) if _counts(letter))


def _counts(letter: str) -> bool:
    return letter.isalnum() and letter not in FILLERS


def _simplified(letter: str) -> str:
    if not "\u3400" <= letter <= "\u9fff":
        return letter
    converted: str = _converter().convert(letter)
    return converted


@functools.cache
def _converter() -> OpenCC:
    return OpenCC("t2s")
