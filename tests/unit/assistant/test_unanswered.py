"""Who called after hours and was taken by nobody is told the same night, without the number."""

import pytest

from ami_bridge.events import (
    AgentRinging,
    CallAnswered,
    CallEnded,
    CallId,
    CallStarted,
    ChannelName,
    Direction,
    EndReason,
    Extension,
)
from assistant.core import Core, CoreSettings
from assistant.core.unanswered import TEXT
from assistant.effects import NoticeKind, Notify
from tests.support.engines import OneEngine

CALL, LINE, MOBILE = CallId("1.1"), ChannelName("PJSIP/trunk400-1"), ChannelName("PJSIP/trunk-duty-2")
LI = Extension("8002")
MISSED = [Notify(NoticeKind.MISSED, True, TEXT)]


def closed_from(closing: float) -> Core:
    """The second number has other hours."""
    settings = CoreSettings(after_hours=lambda dialled, at: dialled == "4001" and at >= closing)
    return Core(OneEngine(), settings, lambda: "e")


def notices(
    core: Core, *, dialled: str = "4001", answered: bool = False, reason: EndReason = EndReason.NOT_ANSWERED
) -> list[Notify]:
    core.on_call(CallStarted(CALL, Direction.INBOUND, LINE, "13800138000", None, dialled, "trunk400"), 0.0)
    core.on_call(AgentRinging(CALL, LI, MOBILE), 2.0)
    if answered:
        core.on_call(CallAnswered(CALL, LI, LINE, MOBILE, 5.0, 7.0, None), 7.0)
    ended = core.on_call(CallEnded(CALL, reason, None), 60.0)
    return [effect for effect in ended if isinstance(effect, Notify)]


@pytest.mark.parametrize("reason", [EndReason.NOT_ANSWERED, EndReason.ABANDONED, EndReason.HUNG_UP])
def test_it_is_told_without_the_number(reason: EndReason) -> None:
    assert notices(closed_from(0.0), reason=reason) == MISSED
    assert not any(digit in TEXT for digit in "0123456789")


def test_what_the_queue_gave_up_when_the_hours_ended_is_told_too() -> None:
    assert notices(closed_from(30.0)) == MISSED


def test_a_call_that_was_taken_or_came_in_office_hours_is_not() -> None:
    assert notices(closed_from(0.0), answered=True) == []
    assert notices(closed_from(100.0)) == []
    assert notices(closed_from(0.0), dialled="4002") == []


@pytest.mark.parametrize("reason", [EndReason.LOST, EndReason.PBX_RESTARTED, EndReason.MERGED])
def test_a_call_whose_end_was_not_seen_is_not(reason: EndReason) -> None:
    assert notices(closed_from(0.0), reason=reason) == []
