"""A caller after hours whom nobody took: every mobile on duty failed, or the caller did not wait. People are told the same night."""

from collections.abc import Callable

from ami_bridge.events import CallEnded, Direction, EndReason
from assistant.core.call import LiveCall
from assistant.effects import Effect, NoticeKind, Notify

AfterHours = Callable[[str | None, float], bool]
"""Whether the duty plan sends a call for this number to somebody's mobile at this instant."""
_UNSEEN = (EndReason.MERGED, EndReason.PBX_RESTARTED, EndReason.LOST)
TEXT = "下班时间的来电没有人接到(值班手机都没有接起,或来电人先挂断):请尽快回电,有留言的请到页面听。"


def never_after_hours(dialled: str | None, at: float) -> bool:
    """For a house without a duty plan."""
    return False


class Unanswered:
    def __init__(self, after_hours: AfterHours) -> None:
        self._after_hours = after_hours

    def ended(self, call: LiveCall, event: CallEnded, now: float) -> list[Effect]:
        """Never whose: the page says it."""
        is_inbound = call.started.direction is Direction.INBOUND
        if not is_inbound or call.leg is not None or event.reason in _UNSEEN:
            return []
        dialled = call.started.dialled
        came_late = self._after_hours(dialled, call.stage.began_at) or self._after_hours(dialled, now)
        return [Notify(NoticeKind.MISSED, True, TEXT)] if came_late else []
