"""What the book counts of how agents conduct their calls: each count a condition, so that the report and the call list agree.

A call belongs to the agent who had it last. Only answered calls have a row of conduct (`prompts.advice.ConductSummed`).
"""

import sqlalchemy as sa

from assistant.store import tables

STAGES = ("greeting", "need", "solve", "confirm", "close")
MARKED = (
    "passing_buck",
    "running_down",
    "quarrel",
    "swearing",
    "agent_hung_up_first",
    "transfer_unannounced",
)
"""Situations of shared/conduct.yaml that must not happen: they stand among the forbidden phrases of a call."""
MOST = 0.5
"""An agent who talks more than this share of the talk does most of it (S1-05)."""

_conduct, _forbidden = tables.conduct, tables.forbidden
_speech = _conduct.c.agent_speech_s + _conduct.c.caller_speech_s

OF_CONDUCT: dict[str, sa.ColumnElement[bool]] = {
    "impolite": _conduct.c.polite == 0,
    "unsure": _conduct.c.unsure > 0,
    "talk_overs": _conduct.c.talk_overs > 0,
    "raised_voice": _conduct.c.raised_voice > 0,
    "named": _conduct.c.names_used > 0,
    "unnamed": _conduct.c.names_used == 0,
    "talks_most": sa.and_(_speech > 0, _conduct.c.agent_speech_s > MOST * _speech),
    **{f"no_{stage}": sa.cast(_conduct.c.missing, sa.Text).like(f'%"{stage}"%') for stage in STAGES},
}
"""What a row of conduct says of its call, by the name of the column."""
JUDGED = "judged"


def of_conduct(name: str) -> list[sa.ColumnElement[bool]]:
    """Raises KeyError for a name nobody counts by."""
    return [] if name == JUDGED else [OF_CONDUCT[name]]


def of_forbidden(name: str) -> list[sa.ColumnElement[bool]]:
    """`forbidden`: anything that must not be said or done."""
    return [] if name == "forbidden" else [_forbidden.c.situation_id == name]


SUMS = ("agent_speech_s", "caller_speech_s")
FORBIDDEN = ("forbidden", *MARKED)
COUNTS = (JUDGED, *OF_CONDUCT, *FORBIDDEN)
