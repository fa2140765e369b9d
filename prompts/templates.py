"""Phrases with variables, and never a hole in a sentence.

`{name}` is filled; `[…]` goes away as a whole when a value in it is unknown. A phrase whose value may be unknown outside
brackets needs a form without it, and the pack's check insists on that.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_PIECE = re.compile(r"\[([^\[\]]*)\]|([^\[\]]+)")
_VARIABLE = re.compile(r"\{([a-z_]+)\}")
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
            for name in _VARIABLE.findall(text):
                yield name, droppable

    def fill(self, values: Mapping[str, str]) -> str | None:
        """None when a value the phrase cannot do without is unknown."""
        filled: list[str] = []
        for text, droppable in self.pieces:
            known = all(name in values for name in _VARIABLE.findall(text))
            if known:
                filled.append(_VARIABLE.sub(lambda found: values[found.group(1)], text))
            elif not droppable:
                return None
        return "".join(filled)
