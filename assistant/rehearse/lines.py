"""Effects as the lines `hotline rehearse` prints: who sees what, flat, without what only repeats or counts up."""

from collections.abc import Iterator
from typing import Any

import msgspec

from assistant.effects import (
    Effect,
    HangUp,
    Notify,
    OpenAgentEar,
    Redirect,
    Save,
    StartTap,
    StopTap,
    ToAgent,
    ToEveryone,
    ToSupervisors,
)
from assistant.messages import CallChanged, Levels, ServerMessage
from assistant.records import TraceLine

Line = dict[str, Any]

CALL_FIELDS = (
    "state",
    "agent",
    "ringing_agents",
    "held_by",
    "surname",
    "title",
    "audio",
    "situation",
    "escalated",
)
"""Of a call: what changes by itself with time is left out, or every line would differ."""
_LEFT_OUT = {"call_id", "pack", "pack_version"}


class Printer:
    def __init__(self, *, trace: bool) -> None:
        self._trace = trace
        self._last_call: dict[str, Line] = {}

    def lines(self, at: float, effects: list[Effect]) -> Iterator[Line]:
        for effect in effects:
            for who, event, told in self._told(effect):
                yield {"at": round(at, 3), "who": who, "event": event, **told}

    def _told(self, effect: Effect) -> Iterator[tuple[str, str, Line]]:
        match effect:
            case ToAgent():
                yield from self._message(f"agent {effect.agent}", effect.message)
            case ToSupervisors():
                yield from self._message("supervisor", effect.message)
            case ToEveryone():
                yield from self._message("everyone", effect.message)
            case Save(record=TraceLine() as trace) if self._trace:
                yield "trace", "fired" if trace.fired else "not_fired", _trace(trace)
            case Notify():
                yield "outside", effect.kind, {"text": effect.text, "urgent": effect.urgent}
            case _:
                yield from _ordered(effect)

    def _message(self, who: str, message: ServerMessage) -> Iterator[tuple[str, str, Line]]:
        if isinstance(message, Levels):
            return
        if isinstance(message, CallChanged):
            call = {name: getattr(message.call, name) for name in CALL_FIELDS}
            if self._last_call.get(who) != call:
                self._last_call[who] = call
                yield who, "call", call
            return
        data = msgspec.to_builtins(message)
        event = data.pop("type")
        yield who, event, _flat(data)


def _ordered(effect: Effect) -> Iterator[tuple[str, str, Line]]:
    """Of the PBX, and of the taps."""
    match effect:
        case HangUp():
            yield "pbx", "hang_up", {"reason": effect.reason}
        case Redirect():
            yield "pbx", "redirect", {"to": f"{effect.exten}@{effect.context}"}
        case StartTap():
            yield "pbx", "start_tap", {}
        case StopTap():
            yield "pbx", "stop_tap", {}
        case OpenAgentEar():
            yield "pbx", "agent_ear", {"open": effect.open}
        case _:
            return


def _flat(data: Line) -> Line:
    """The one thing a message carries (`card`, `line`, `escalation`) comes without its wrapping."""
    inner = [value for value in data.values() if isinstance(value, dict)]
    beside = {name: value for name, value in data.items() if not isinstance(value, dict)}
    fields = {**inner[0], **beside} if len(inner) == 1 else data
    return {name: value for name, value in fields.items() if name not in _LEFT_OUT}


def _trace(trace: TraceLine) -> Line:
    return {"situation_id": trace.situation_id, "because": trace.because}
