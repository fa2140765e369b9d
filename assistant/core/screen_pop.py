"""The company's own customer system beside the desk: what an agent who answers a caller from outside is offered. Pure."""

from dataclasses import dataclass

from ami_bridge.events import CallAnswered, Direction
from assistant.core.call import LiveCall
from assistant.crm_address import Caller, CrmAddress
from assistant.effects import Effect, TellCrm


@dataclass(frozen=True, slots=True)
class CrmWishes:
    """`template`: address of a caller's page. `is_told`: the system wants to hear of every answer."""

    template: str | None = None
    is_told: bool = False


class ScreenPop:
    def __init__(self, wishes: CrmWishes) -> None:
        self._address = None if wishes.template is None else CrmAddress.of(wishes.template)
        self._is_told = wishes.is_told

    def answered(self, call: LiveCall, event: CallAnswered) -> list[Effect]:
        """Before the desk is told of the answer, so that the button comes with it."""
        if call.started.direction is not Direction.INBOUND:
            return []
        started, queue = call.started, event.queue or call.queue
        caller = Caller(started.caller_number, call.call_id, event.agent, queue, started.dialled, call.region)
        call.crm_url = None if self._address is None else self._address.of_caller(caller)
        told_before = event.age > 0 or call.agent == event.agent  # found alive after a reconnect
        return [TellCrm(caller, event.ring_s, event.wait_s)] if self._is_told and not told_before else []
