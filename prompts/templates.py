"""Phrases with variables, and never a hole in a sentence.

`{name}` is filled, `{name|words}` has words of its own for when nothing is put in their place; `[…]` goes away as a whole when a
value in it is unknown. A phrase whose value may be unknown outside brackets needs a form without it, and the pack's check
insists on that.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_PIECE = re.compile(r"\[([^\[\]]*)\]|([^\[\]]+)")
_VARIABLE = re.compile(r"\{([a-z_]+)(?:\|([^\[\]{}|]+))?\}")
_BROKEN = re.compile(r"[\[\]{}]")


class TemplateError(ValueError):
    """The phrase is not well formed."""


@dataclass(frozen=True, slots=True)
class Template:
    """Pieces in order; `droppable` ones stood in brackets."""

    pieces: tuple[tuple[str, bool], ...]

    @classmethod
    def parse(cls, source: str) -> "Template":
        pieces: list[tuple[str, bool]] = []
        end = 0
        for match in _PIECE.finditer(source):
            if match.start() != end:
                raise TemplateError(f"方括号不成对:{source}")
            end = match.end()
            inner, plain = match.groups()
            pieces.append((plain, False) if inner is None else (inner, True))
        if end != len(source) or any(_BROKEN.search(_VARIABLE.sub("", text)) for text, _ in pieces):
            raise TemplateError(f"括号不成对或变量名不对:{source}")
        return cls(tuple(pieces))

    def variables(self) -> Iterator[tuple[str, bool]]:
        """Every variable, and whether the phrase is whole without it."""
        for text, droppable in self.pieces:
            for name, own in _VARIABLE.findall(text):
                yield name, droppable or bool(own)

    def fill(self, values: Mapping[str, str]) -> str | None:
        """None when a value the phrase cannot do without is unknown."""
        filled: list[str] = []
        for text, droppable in self.pieces:
            if all(own or name in values for name, own in _VARIABLE.findall(text)):
                filled.append(_VARIABLE.sub(lambda found: values.get(found[1], found[2]), text))
            elif not droppable:
                return None
        return "".join(filled)

    def as_written(self) -> str | None:
        """In its author's words; None where it has none of its own for something."""
        own = (words for text, _ in self.pieces for _, words in _VARIABLE.findall(text))
        return self.fill({}) if all(own) else None


def known_words(source: str, values: Mapping[str, str]) -> str:
    """A phrase for who reads it outside a call: what is known is filled in, what only a call can tell stands as `{name}`."""
    return _VARIABLE.sub(lambda found: values.get(found[1], found[2]) or found[0], source)
