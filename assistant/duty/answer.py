"""The decision as a dialplan can keep it: one line of safe characters for now, and the plan for the coming days. Pure.

A PBX that cannot reach us walks the plan by itself, so what it does then is exact to the second, holidays included. The line is
made of digits, letters and `+ / : _ ~ . -` alone: nothing in it means anything to a dialplan expression, to AstDB or to AGI.

    plan     = segment ~ segment ~ …          each good until its end, the first one from now on
    segment  = until : route : targets        until: seconds since 1970
    targets  = target _ target _ …            in the order they are called; none for `queue` and `message`
    target   = number / ring_s / who          who: the extension whose page shows the call, else the person's key
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from assistant.duty.decision import Decision, DutyPlan, decide, decisions
from assistant.duty.roster import DutyPerson

STRETCH = timedelta(days=7)
SEGMENTS = 12
"""Three working days, or a whole holiday week."""
CHARACTERS = 900
"""An AGI command line holds 2,048."""
SAFE = re.compile(r"[0-9A-Za-z+/:_~.-]*")


@dataclass(frozen=True, slots=True)
class Answer:
    route: str
    targets: str
    until: int
    plan: str


def answer(plan: DutyPlan, dialled: str | None, at: datetime) -> Answer:
    """What the PBX is told of a call that arrives at `at`. Raises ValueError for a naive `at`."""
    now = decide(plan, dialled, at)
    ahead = [_segment(decision) for decision in decisions(plan, dialled, at, STRETCH)[:SEGMENTS]]
    while len(ahead) > 1 and len("~".join(ahead)) > CHARACTERS:
        ahead.pop()
    return Answer(now.route.value, _targets(now.people), int(now.until.timestamp()), "~".join(ahead))


def _segment(decision: Decision) -> str:
    return f"{int(decision.until.timestamp())}:{decision.route.value}:{_targets(decision.people)}"


def _targets(people: tuple[DutyPerson, ...]) -> str:
    line = ""
    for person in people:
        longer = f"{line}_{_target(person)}" if line else _target(person)
        if len(longer) > CHARACTERS - 50:
            break
        line = longer
    return line


def _target(person: DutyPerson) -> str:
    return f"{person.number}/{person.ring_s}/{mark_of(person)}"


def mark_of(person: DutyPerson) -> str:
    """By what the PBX names this person's leg to us; kept to characters that carry no meaning there."""
    return re.sub(r"[^0-9A-Za-z.-]", "-", person.extension or person.key)[:16]
