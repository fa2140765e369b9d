"""The answer to "where does this call go?" as it is told to a PBX: checked, then put into channel variables.

Both ways to ask (`hotline-agi` on the PBX's own machine, FastAGI from another) set the same variables. A value is told only if it
is wholly of characters that mean nothing to AGI and to a dialplan, whoever sent it. Kept small: a program starts with it for
every call. This module must not know about calendars, sockets or AGI libraries.
"""

import re
from collections.abc import Mapping

VARIABLES = (
    ("HOTLINE_ROUTE", "route", re.compile(r"queue|duty|message")),
    ("HOTLINE_TARGETS", "targets", re.compile(r"[0-9A-Za-z+/_.-]{0,900}")),
    ("HOTLINE_UNTIL", "until", re.compile(r"[0-9]{1,12}")),
    ("HOTLINE_PLAN", "plan", re.compile(r"[0-9A-Za-z+/:_~.-]{1,1000}")),
)
STATUS = "HOTLINE_STATUS"
"""Told last: `ok` means that all the others are there. The dialplan sets it to `failed` before it asks."""
DIALLED = re.compile(r"\+?[0-9]{1,24}")


class UnusableAnswerError(Exception):
    """What came is no answer that a PBX may be told."""


def variables_of(answer: object) -> list[tuple[str, str]]:
    """Name and value in the order they are to be set. Raises UnusableAnswerError."""
    if not isinstance(answer, Mapping):
        raise UnusableAnswerError("not an object")
    told = []
    for name, key, form in VARIABLES:
        value = answer.get(key)
        text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
        if not isinstance(text, str) or form.fullmatch(text) is None:
            raise UnusableAnswerError(key)
        told.append((name, text))
    return [*told, (STATUS, "ok")]
