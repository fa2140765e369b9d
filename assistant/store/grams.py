"""Words cut into what an index can find: every letter and every two neighbouring ones. Pure.

Chinese has no spaces between words, so nothing longer can be cut without a dictionary; what a search means is found by its pairs
and then looked at itself. Numbers are cut into threes and fours: two digits are in every number.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise

OF_NUMBER = "№"
OF_AGENT = "@"
NUMBER_PIECES = (3, 4)


# What the index takes for a letter: everything outside ASCII but spaces, and ASCII's letters and digits.
_STRETCH = re.compile(r"[^\x00-/:-@\[-`{-\x7f\s]+")


def _stretches(text: str) -> list[str]:
    return _STRETCH.findall(text.lower())


@lru_cache(maxsize=4096)
def of_text(text: str) -> frozenset[str]:
    """Everything the text can be found by. Kept for a while: regions and greetings come again and again."""
    found: set[str] = set()
    for stretch in _stretches(text):
        found.update(stretch)
        found.update(first + second for first, second in pairwise(stretch))
    return frozenset(found)


def of_number(number: str) -> set[str]:
    return {
        OF_NUMBER + number[at : at + length]
        for length in NUMBER_PIECES
        for at in range(len(number) - length + 1)
        if number[at : at + length].isalnum()
    }


def of_agents(agents: Iterable[str]) -> set[str]:
    return {OF_AGENT + agent for agent in agents if agent.isalnum()}


def wanted_in_text(term: str) -> set[str]:
    """What a text that holds `term` surely has."""
    found: set[str] = set()
    for stretch in _stretches(term):
        pairs = {first + second for first, second in pairwise(stretch)}
        found |= pairs or set(stretch)
    return found


def wanted_in_number(term: str) -> set[str]:
    """What a number that holds `term` surely has; nothing for what is too short, or no part of a number."""
    longest = max((length for length in NUMBER_PIECES if length <= len(term)), default=None)
    if longest is None or not (term.isascii() and term.isdigit()):
        return set()
    return {OF_NUMBER + term[at : at + longest] for at in range(len(term) - longest + 1)}
