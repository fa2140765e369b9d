"""Events as short lines: what a replay test compares. Ids and times that another recording would have otherwise are made plain."""

from collections.abc import Iterable
from dataclasses import fields

from ami_bridge.events import CallEvent, MediaQuality, PhoneChanged

IDS = {"call_id": "call", "tap_id": "tap"}


Numbers = dict[str, dict[str, int]]


def story(events: Iterable[CallEvent], numbered: Numbers | None = None) -> list[str]:
    """One line an event, whole seconds, ids numbered as they come; without PhoneChanged, whose order is the phones' own,
    and MediaQuality, which tells of the network and not of the call."""
    numbered = {} if numbered is None else numbered
    lines = []
    for event in events:
        if isinstance(event, PhoneChanged | MediaQuality):
            continue
        words = [type(event).__name__]
        for field in fields(event):
            value = getattr(event, field.name)
            if field.name in IDS and value is not None:
                known = numbered.setdefault(field.name, {})
                words.append(f"{IDS[field.name]}-{known.setdefault(value, len(known) + 1)}")
            elif isinstance(value, float):
                words.append(f"{field.name}={round(value)}")
            elif value is not None:
                words.append(f"{field.name}={value}")
        lines.append(" ".join(words))
    return lines
