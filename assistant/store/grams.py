"""Words cut into what an index can find: every letter and every two neighbouring ones. Pure.

Chinese has no spaces between words, so nothing longer can be cut without a dictionary; what a search means is found by its pairs
and then looked at itself. Numbers are cut into threes and fours: two digits are in every number.
"""

from collections.abc import Iterable, Iterator

_OF_NUMBER = "№"
_OF_AGENT = "@"
NUMBER_PIECES = (3, 4)


def _is_letter(char: str) -> bool:
    """What the index takes for a letter: everything outside ASCII, and ASCII's letters and digits."""
    return char > "\x7f" or char.isalnum()


def _stretches(text: str) -> Iterator[str]:
    spaced = "".join(char if _is_letter(char) and not char.isspace() else " " for char in text.lower())
    yield from spaced.split(" ")


def of_text(text: str) -> set[str]:
    """Everything the text can be found by."""
    found: set[str] = set()
    for stretch in _stretches(text):
        found.update(stretch)
        found.update(stretch[at : at + 2] for at in range(len(stretch) - 1))
    return found


def of_number(number: str) -> set[str]:
    return {
        _OF_NUMBER + number[at : at + length]
        for length in NUMBER_PIECES
        for at in range(len(number) - length + 1)
        if number[at : at + length].isalnum()
    }


def of_agents(agents: Iterable[str]) -> set[str]:
    return {_OF_AGENT + agent for agent in agents if agent.isalnum()}


def wanted_in_text(term: str) -> set[str]:
    """What a text that holds `term` surely has."""
    found: set[str] = set()
    for stretch in _stretches(term):
        pairs = {stretch[at : at + 2] for at in range(len(stretch) - 1)}
        found |= pairs or set(stretch)
    return found


def wanted_in_number(term: str) -> set[str]:
    """What a number that holds `term` surely has; nothing for what is too short, or no part of a number."""
    longest = max((length for length in NUMBER_PIECES if length <= len(term)), default=None)
    if longest is None or not (term.isascii() and term.isdigit()):
        return set()
    return {_OF_NUMBER + term[at : at + longest] for at in range(len(term) - longest + 1)}
