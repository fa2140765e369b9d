"""The caller asks for one of the agents by name: 我找刘敏, 让刘敏接一下电话, 刘敏在吗 (S0-25, S2-35).

Names are the house's own and known only when the call begins, so no lexicon can hold them. By sound: recognizers write names
as they please. Knows nothing of calls.
"""

import re
from collections.abc import Iterable

from prompts import pinyin
from prompts.text import normalise

LEAST_CHARACTERS = 2
"""A surname alone is anybody."""
_BEFORE = re.compile(
    "(找一下|找下|找|请|喊一下|喊|让|叫一下|转一下|转给|转|接一下|接)(你们的|你们那个|你们|那个)?$"
)
_AFTER = re.compile("(在吗|在不在|在上班|上班了|接一下|接个|接电话|听电话)")


def asked_for(text: str, names: Iterable[str]) -> str | None:
    """The first of these colleagues the text asks for; None when it asks for none."""
    plain = normalise(text).text
    codes = pinyin.encode(plain)
    return next((name for name in names if _is_asked_for(normalise(name).text, plain, codes)), None)


def _is_asked_for(name: str, plain: str, codes: str) -> bool:
    if len(name) < LEAST_CHARACTERS:
        return False
    wanted = pinyin.encode(name)
    start = codes.find(wanted)
    while start >= 0:
        if _BEFORE.search(plain[:start]) or _AFTER.match(plain[start + len(name) :]):
            return True
        start = codes.find(wanted, start + 1)
    return False
