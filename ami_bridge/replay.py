"""A recorded AMI log through the tracker: what `hotline replay FILE` prints. Pure, and stable in its forms.

In: JSON Lines, or one JSON array; each object is one AMI message, header -> value (a list for a repeated header). A number in
front of a line is its second; without one the message's own `Timestamp` counts, else it happens with the one before.
Out: one flat object an event: "at" (seconds), "event" (its name), then its fields; enumerations by value, absent as null.
This module must not know where the lines come from.
"""

import json
import math
from collections.abc import Iterable, Iterator
from dataclasses import fields

from ami_bridge.events import CallEvent
from ami_bridge.layout import LineLayout
from ami_bridge.messages import AmiMessage
from ami_bridge.tracker import CallTracker

JsonValue = str | float | int | bool | None


class RecordingError(ValueError):
    """The recording cannot be read; the text says where and why."""


def replay(lines: Iterable[str], line_layout: LineLayout | None = None) -> Iterator[dict[str, JsonValue]]:
    """Every event of the recording. Raises RecordingError at the first line that cannot be read."""
    tracker = CallTracker(line_layout or LineLayout())
    for at, message in read_recording(lines):
        for event in tracker.handle(message, at):
            yield as_json(event, at)


def as_json(event: CallEvent, at: float) -> dict[str, JsonValue]:
    values = {field.name: getattr(event, field.name) for field in fields(event)}
    rounded = {name: round(value, 3) if isinstance(value, float) else value for name, value in values.items()}
    return {"at": round(at, 3), "event": type(event).__name__, **rounded}


def read_recording(lines: Iterable[str]) -> Iterator[tuple[float, AmiMessage]]:
    """Each message with its second."""
    source = iter(enumerate(lines, start=1))
    first = next(((number, line) for number, line in source if line.strip()), None)
    if first is None:
        return
    clock = _Clock()
    if first[1].lstrip("\ufeff \t").startswith("["):
        yield from _read_array([first[1], *(line for _, line in source)], clock)
        return
    for number, line in (first, *source):
        text = line.strip("\ufeff \t\r\n")
        if text:
            at, body = _split_second(text)
            message = _message(_parse(body, number), f"line {number}")
            yield clock.at(at, message, f"line {number}"), message


class _Clock:
    """Seconds of a recording, never going back."""

    def __init__(self) -> None:
        self._now = 0.0
        self._first_timestamp: float | None = None

    def at(self, second: float | None, message: AmiMessage, where: str) -> float:
        found = self._stamp(message) if second is None else second
        if found is not None:
            if found < self._now and second is not None:
                raise RecordingError(f"{where}: second {found:g} is before the line above it ({self._now:g})")
            self._now = max(self._now, found)
        return self._now

    def _stamp(self, message: AmiMessage) -> float | None:
        try:
            stamp = float(message.get("Timestamp") or "")
        except ValueError:
            return None
        if self._first_timestamp is None:
            self._first_timestamp = stamp
        return stamp - self._first_timestamp


def _read_array(lines: list[str], clock: _Clock) -> Iterator[tuple[float, AmiMessage]]:
    try:
        items = json.loads("\n".join(line.strip("\ufeff\r\n") for line in lines))
    except ValueError as error:
        raise RecordingError(f"not a JSON array: {error}") from error
    except RecursionError as error:
        raise RecordingError("not a JSON array of flat objects: nested too deep") from error
    for number, item in enumerate(items, start=1):
        message = _message(item, f"item {number}")
        yield clock.at(None, message, f"item {number}"), message


def _split_second(text: str) -> tuple[float | None, str]:
    head, _, rest = text.partition("{")
    if not head.strip() or not rest:
        return None, text
    try:
        second = float(head)
    except ValueError:
        return None, text
    return (second, "{" + rest) if math.isfinite(second) else (None, text)


def _parse(body: str, number: int) -> object:
    try:
        parsed: object = json.loads(body)
    except ValueError as error:
        raise RecordingError(f"line {number}: not JSON: {error}") from error
    except RecursionError as error:
        raise RecordingError(f"line {number}: nested too deep") from error
    return parsed


def _message(item: object, where: str) -> AmiMessage:
    if not isinstance(item, dict):
        raise RecordingError(
            f"{where}: an AMI message is an object of header and value, not {type(item).__name__}"
        )
    try:
        return AmiMessage.from_json(item)
    except ValueError as error:
        raise RecordingError(f"{where}: {error}") from error
