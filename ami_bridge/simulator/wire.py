"""AMI as the PBX's end speaks it: actions are read from bytes, messages are written to bytes. Knows no socket."""

from collections.abc import Iterable

Fields = list[tuple[str, str]]

MAX_ACTION_BYTES = 64 * 1024
MAX_LINE_BYTES = 1024
"""Asterisk's own limit: `Failed to parse message: line too long` (main/manager.c)."""


class ActionTooLongError(Exception):
    """The peer sent what no AMI client sends; its session ends."""


class Action:
    """One action as it arrived. Header names are compared without case, as Asterisk does."""

    def __init__(self, headers: Fields) -> None:
        self._headers = headers

    def get(self, name: str) -> str | None:
        wanted = name.lower()
        return next((value for key, value in self._headers if key.lower() == wanted), None)

    @property
    def name(self) -> str:
        return (self.get("Action") or "").lower()


class ActionReader:
    """Cuts a byte stream into actions."""

    def __init__(self) -> None:
        self._pending = b""

    def feed(self, data: bytes) -> list[Action]:
        """Raises ActionTooLongError."""
        self._pending += data
        *complete, self._pending = self._pending.replace(b"\r\n", b"\n").split(b"\n\n")
        if len(self._pending) > MAX_ACTION_BYTES:
            raise ActionTooLongError
        return [action for block in complete if (action := _parse(block)) is not None]


def _parse(block: bytes) -> Action | None:
    headers: Fields = []
    for line in block.split(b"\n"):
        if len(line) > MAX_LINE_BYTES:
            raise ActionTooLongError
        name, colon, value = line.decode("utf-8", "replace").partition(":")
        if colon:
            headers.append((name.strip(), value.strip()))
    return Action(headers) if headers else None


def encode(fields: Iterable[tuple[str, str]]) -> bytes:
    """One message. A line break inside a value would begin another header, so it becomes a space."""
    lines = (f"{name}: {value.translate(_NO_BREAKS)}\r\n" for name, value in fields)
    return ("".join(lines) + "\r\n").encode()


_NO_BREAKS = str.maketrans("\r\n\0", "   ")
