"""One AMI message, immutable: its headers in the order they came, repeated ones kept.

Header names are taken as Asterisk 16-22 writes them (`Uniqueid`, `ActionID`); an absent header is None, never "".
This module must not know what any header means, nor where a message comes from.
"""

from collections.abc import Iterable, Mapping

Header = tuple[str, str]


class AmiMessage:
    """An event or a response. `get` gives the first of repeated headers, `all` every one."""

    __slots__ = ("_first", "headers")

    headers: tuple[Header, ...]

    def __init__(self, headers: Iterable[Header]) -> None:
        pairs = tuple(headers)
        first = dict(pairs)
        if len(first) != len(pairs):  # the first of repeated headers counts
            first = dict(reversed(pairs))
        object.__setattr__(self, "headers", pairs)
        object.__setattr__(self, "_first", first)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{name}: an AmiMessage does not change")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AmiMessage) and other.headers == self.headers

    def __hash__(self) -> int:
        return hash(self.headers)

    def __repr__(self) -> str:
        return f"AmiMessage({list(self.headers)!r})"

    @classmethod
    def from_json(cls, fields: Mapping[str, object]) -> "AmiMessage":
        """From header -> value, where a list is a repeated header. Raises ValueError for anything nested."""
        pairs: list[Header] = []
        for name, value in fields.items():
            pairs.extend(
                (name, _text(name, item)) for item in (value if isinstance(value, list) else [value])
            )
        return cls(pairs)

    @property
    def event(self) -> str | None:
        return self.get("Event")

    @property
    def response(self) -> str | None:
        return self.get("Response")

    @property
    def action_id(self) -> str | None:
        return self.get("ActionID")

    def get(self, name: str) -> str | None:
        return self._value(name)

    def all(self, name: str) -> tuple[str, ...]:
        return tuple(value for header, value in self.headers if header == name)

    def number(self, name: str) -> int | None:
        """The header as a whole number; None where it is absent or none."""
        value = self._value(name)
        try:
            return None if value is None else int(value)
        except ValueError:
            return None

    def known(self, name: str) -> str | None:
        """The header's text; None where it is absent, empty, or one of Asterisk's words for "nothing"."""
        value = self._value(name)
        return None if value is None or value in NOTHING else value

    def _value(self, name: str) -> str | None:
        first: dict[str, str] = self._first  # type: ignore[attr-defined]
        return first.get(name)


NOTHING = frozenset({"", "<unknown>", "<null>", "(null)", "unknown", "anonymous"})
"""How Asterisk says that it does not know a number, a name or a channel."""


def _text(name: str, value: object) -> str:
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case int() | float():
            return str(value)
        case None:
            return ""
        case _:
            raise ValueError(f"header {name!r} must be text, a number or a list of them")
