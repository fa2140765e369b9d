"""What people change about the plan by hand, each with an end: an override of the hours, or a swap of duties. Pure.

Changes are kept beside the plan, never written into it: the file stays its author's, and a change that ended leaves it as it was.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from assistant.duty.decision import DutyPlan, Override, OverrideKind, Swap

LONGEST = timedelta(days=31)
"""What lasts longer belongs into the plan."""


class ChangeKind(StrEnum):
    CLOSED = "closed"
    OPEN = "open"
    FORWARD = "forward"
    SWAP = "swap"


@dataclass(frozen=True, slots=True)
class Change:
    """`dialled`: of an override, the one line it is for. `leaves`, `takes`: of a swap, two people's keys in the plan."""

    change_id: str
    kind: ChangeKind
    start: datetime
    end: datetime
    by: str
    reason: str
    made_at: datetime
    dialled: str | None = None
    leaves: str | None = None
    takes: str | None = None
    withdrawn_at: datetime | None = None
    withdrawn_by: str | None = None


class ChangeError(Exception):
    """The change makes no sense. `mistakes`: one sentence each."""

    def __init__(self, mistakes: list[str]) -> None:
        super().__init__(";".join(mistakes))
        self.mistakes = mistakes


def check_change(change: Change, plan: DutyPlan | None, now: datetime) -> None:
    """Raises ChangeError with every mistake."""
    mistakes = []
    if change.end <= change.start:
        mistakes.append("结束时间要晚于开始时间")
    elif change.end <= now:
        mistakes.append("结束时间已经过去")
    elif change.end - change.start > LONGEST:
        mistakes.append(f"最长 {LONGEST.days} 天,更久的请写进值班计划")
    if not change.reason.strip():
        mistakes.append("要写原因")
    if change.kind is ChangeKind.SWAP:
        mistakes += _swap_mistakes(change, plan)
    if mistakes:
        raise ChangeError(mistakes)


def _swap_mistakes(change: Change, plan: DutyPlan | None) -> list[str]:
    if plan is None:
        return ["值班计划读不了,不能换班"]
    people = plan.roster.people
    known = "、".join(people) or "(没有人)"
    pair = (change.leaves, change.takes)
    mistakes = [f"值班计划里没有 {key or '(空)'},只有:{known}" for key in pair if key not in people]
    return mistakes or (["换班要有两个人"] if change.leaves == change.takes else [])


def changed(plan: DutyPlan, changes: Iterable[Change]) -> DutyPlan:
    """The plan with what is not withdrawn, in the order it was made: of two overrides at once the later holds."""
    overrides, swaps = [], []
    for change in changes:
        if change.withdrawn_at is not None:
            continue
        if change.kind is not ChangeKind.SWAP:
            kind = OverrideKind(change.kind.value)
            overrides.append(
                Override(kind, change.start, change.end, change.by, change.reason, change.dialled)
            )
        elif change.leaves in plan.roster.people and change.takes in plan.roster.people:
            swaps.append(Swap(change.start, change.end, change.leaves, change.takes, change.by))
    return replace(plan, overrides=tuple(overrides), swaps=tuple(swaps))
