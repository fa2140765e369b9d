"""What happens to calls, told as it happens: begin, ring, answer, hold, merge, end.

A `Switchboard` is made for one message: it changes the `Book` and collects the events that follow from the change, in order.
This module must not know about messages.
"""

from ami_bridge.calls import Book, Call, Leg, PendingTransfer, other_calls
from ami_bridge.events import (
    AgentRinging,
    AgentStoppedRinging,
    CallAnswered,
    CallEnded,
    CallEvent,
    CallHeld,
    CallId,
    CallQueued,
    CallResumed,
    CallStarted,
    CallTransferred,
    Direction,
    EndReason,
    Extension,
    Party,
    PhoneLifted,
    RingEnd,
    TransferFailed,
    TransferKind,
    TrunkDialled,
)
from ami_bridge.layout import Role
from ami_bridge.ringing import dialled_legs, lifted_legs, why_silent
from ami_bridge.states import Move


class Switchboard:
    def __init__(self, book: Book, now: float, *, looks_back: bool = False) -> None:
        """`looks_back`: what is seen now happened while nobody looked."""
        self.book = book
        self.now = now
        self.looks_back = looks_back
        self.events: list[CallEvent] = []

    # -- beginning ---------------------------------------------------------------------------------------------------

    def begin(self, origin: Leg, target: Leg | None = None, dialled: str | None = None) -> Call | None:
        """A call begins with `origin`. One channel begins at most one call, so that a call id is never used twice."""
        if origin.has_begun or origin.spying:
            return None
        direction = direction_of(origin, target)
        outside = target if direction is Direction.OUTBOUND else origin
        call = Call(CallId(origin.uniqueid), direction, origin, origin.began, customer=outside)
        origin.has_begun = True
        self.book.open(call)
        trunk = outside.owner.name if outside is not None and direction is not Direction.INTERNAL else None
        self.events.append(
            CallStarted(
                call_id=call.call_id,
                direction=direction,
                channel=origin.channel,
                caller_number=origin.agent or origin.number,
                caller_name=origin.name,
                dialled=dialled or origin.dialled,
                trunk=trunk,
                age=self.now - origin.began if origin.was_found else 0.0,
            )
        )
        return call

    def dials(self, source: Leg, target: Leg, dialled: str | None = None) -> None:
        call = source.call or self._call_behind(source, target, dialled)
        if call is None:
            return
        if target.call is not call and (target.call is None or target.call.origin is not target):
            self.book.attach(target, call)
        is_outbound = call.direction is Direction.OUTBOUND and not call.answered
        if is_outbound and target.owner.role is Role.TRUNK:
            call.customer = target

    def goes_out(self, target: Leg) -> None:
        """A trunk is dialled, by whomever and for whatever."""
        if target.owner.role is not Role.TRUNK or target.dialled_out:
            return
        target.dialled_out = True
        call_id = None if target.call is None else target.call.call_id
        self.events.append(TrunkDialled(call_id, target.owner.name, target.channel))

    def _call_behind(self, source: Leg, target: Leg, dialled: str | None) -> Call | None:
        """The call a channel without one dials for: begun now, by the party behind the Local channel if it is one."""
        behind = source if source.is_party else self.book.legs.get(source.linkedid)
        if behind is None or target.owner.role is Role.LOCAL:  # too early: its other half will dial a phone
            return None
        return behind.call or self.begin(behind, target, dialled)

    # -- queue -------------------------------------------------------------------------------------------------------

    def queued(self, leg: Leg, queue: str, position: int) -> None:
        call = leg.call or self.begin(leg)
        if call is not None and call.queue != queue:
            call.queue = queue
            self.events.append(CallQueued(call.call_id, queue, position))

    def left_queue(self, call: Call) -> None:
        """A caller that leaves because a phone was lifted is still the queue's call."""
        if not call.answered and not lifted_legs(call):
            call.queue = None

    # -- ringing -----------------------------------------------------------------------------------------------------

    def rings(self, leg: Leg) -> None:
        call = leg.call
        if call is None or leg is call.origin or not leg.is_party:
            return
        if leg.up or leg.ringing or leg.given_up:
            return
        leg.ringing = True
        call.lifted = call.rang_until = None
        call.move(Move.RING)
        if call.rang_since is None:
            call.rang_since = self.now
        if leg.agent is not None:
            self.events.append(AgentRinging(call.call_id, leg.agent, leg.channel))

    def lifted(self, leg: Leg) -> None:
        rang = leg.ringing and not leg.on_duty
        leg.up, leg.ringing = True, leg.ringing and leg.on_duty
        call = leg.call
        if rang and call is not None and leg.agent is not None:
            call.lifted, call.rang_until = leg, self.now
            self.events.append(PhoneLifted(call.call_id, leg.agent))

    def stops_ringing(self, leg: Leg, why: RingEnd) -> None:
        leg.ringing, leg.given_up = False, True
        call = leg.call
        if call is None:
            return
        if not call.ringing:
            call.move(Move.FALL_SILENT)
        if leg.agent is not None:
            self.events.append(AgentStoppedRinging(call.call_id, leg.agent, why))

    def picks_up(self, picker: Leg, target: Leg) -> None:
        """`picker` takes the call that rings on `target`."""
        call = target.call
        if call is None or picker.call is not None:
            return
        if target.ringing:
            self.stops_ringing(target, RingEnd.ANSWERED_ELSEWHERE)
        self.book.attach(picker, call)

    def dial_failed(self, leg: Leg, status: str) -> None:
        call = leg.call
        if call is None:
            return
        leg.given_up = True
        if leg.ringing:
            self.stops_ringing(leg, why_silent(call, leg, status))
        still_dialled = [other for other in dialled_legs(call) if other is not leg]
        if call.queue is None and not still_dialled:
            self.transfer_failed(call)

    # -- talking -----------------------------------------------------------------------------------------------------

    def enters(self, leg: Leg, bridge: str) -> None:
        self.book.enter_bridge(leg, bridge)
        leg.up, leg.ringing, leg.swapped_out = True, False, False
        self.settle(leg)

    def leaves(self, leg: Leg) -> None:
        self.book.leave_bridge(leg)
        if leg.call is not None:
            self.settle_call(leg.call)

    def settle(self, leg: Leg) -> None:
        """Whoever is connected is in one call."""
        group = [other for other in self.book.connected(leg) if not other.spying]
        calls = list({other.call.call_id: other.call for other in group if other.call}.values())
        call = min(calls, key=lambda each: each.weight) if calls else self._begin_unseen(group)
        if call is None:
            return
        for other in other_calls(group, call):
            self._merge(call, other, group)
        for member in group:
            if member.call is None:
                self.book.attach(member, call)
        self.settle_call(call)

    def _begin_unseen(self, group: list[Leg]) -> Call | None:
        """Two parties were joined without a dial, as by the Bridge action."""
        parties = sorted((leg for leg in group if leg.is_party), key=lambda leg: (leg.began, leg.uniqueid))
        return self.begin(parties[0], parties[1]) if len(parties) > 1 else None

    def settle_call(self, call: Call) -> None:
        """Read from the bridges whom the outside end talks with, and tell it if that has changed."""
        if call.customer is None:
            return
        others = [leg for leg in self.book.connected(call.customer) if leg is not call.customer]
        partners = [leg for leg in others if leg.is_party and not leg.swapped_out]
        agents = [leg for leg in partners if leg.agent is not None]
        if call.with_agent in agents:
            return
        same_agent = next((leg for leg in agents if leg.agent == call.last_agent), None)
        if same_agent is not None and (call.with_agent is not None or same_agent is call.last_leg):
            self._goes_on(call, same_agent)
        elif agents:
            self._answered(call, call.customer, agents[-1])
        elif partners:
            call.with_agent = None
            call.move(Move.JOIN)
        elif call.move(Move.PART):
            call.with_agent = call.queue = None

    def _goes_on(self, call: Call, leg: Leg) -> None:
        """The same agent on another channel, or back after a moment (a Local channel optimised away, a consultation)."""
        call.with_agent = call.last_leg = leg
        call.move(Move.JOIN)
        if any(each.held for each in call.legs.values()):
            call.move(Move.HOLD)

    def _answered(self, call: Call, customer: Leg, leg: Leg) -> None:
        agent = leg.agent
        if agent is None:
            return
        before = call.last_leg
        if (
            before is not None
            and before.uniqueid in self.book.legs
            and not before.handed_on
            and call.last_agent
        ):
            self.transferred(
                call, TransferKind.ATTENDED, call.last_agent, agent
            )  # the PBX's own word comes later
        call.move(Move.JOIN)
        was_before = leg.was_found and self.looks_back
        self.events.append(
            CallAnswered(
                call_id=call.call_id,
                agent=agent,
                caller_channel=customer.channel,
                agent_channel=leg.channel,
                ring_s=call.rang_for(self.now),
                wait_s=max(0.0, leg.began - call.began) if was_before else self.now - call.began,
                queue=call.queue,
                age=self.now - leg.began if was_before else 0.0,
            )
        )
        call.with_agent = call.last_leg = leg
        call.last_agent = agent
        call.rang_since = call.rang_until = call.lifted = call.transfer = call.hung_up_by = None
        for each in call.legs.values():
            each.held = False

    def holds(self, leg: Leg) -> None:
        call = leg.call
        party = None if call is None else call.party_of(leg)
        if call is None or party is None or call.with_agent is None or call.last_agent is None or leg.held:
            return
        if call.move(Move.HOLD):
            leg.held = True
            self.events.append(CallHeld(call.call_id, party, call.last_agent))

    def resumes(self, leg: Leg) -> None:
        call = leg.call
        party = None if call is None else call.party_of(leg)
        if not leg.held or call is None or party is None or call.last_agent is None:
            return
        leg.held = False
        self.events.append(CallResumed(call.call_id, party, call.last_agent))
        if not any(other.held for other in call.legs.values()):
            call.move(Move.RESUME)

    # -- handing on --------------------------------------------------------------------------------------------------

    def transferred(self, call: Call, kind: TransferKind, from_agent: Extension, to: str) -> None:
        """Told once, whether the PBX's word or the bridges' comes first."""
        if call.last_leg is not None:
            call.last_leg.handed_on = True
        call.hung_up_by = None
        if kind is TransferKind.BLIND:
            call.transfer = PendingTransfer(from_agent, to)
        self.events.append(CallTransferred(call.call_id, kind, from_agent, to))

    def transfer_failed(self, call: Call) -> None:
        if call.transfer is None:
            return
        pending, call.transfer = call.transfer, None
        self.events.append(TransferFailed(call.call_id, TransferKind.BLIND, pending.from_agent, pending.to))

    def _merge(self, call: Call, other: Call, group: list[Leg]) -> None:
        """`other` becomes part of `call`: as a rule a consultation that its agent made in order to hand `call` on."""
        agent = call.last_agent
        told = call.last_leg is not None and call.last_leg.handed_on
        if agent is not None and other.origin.agent == agent and not told:
            to = next(
                (leg.agent for leg in group if leg.agent not in {None, agent} and leg.call is other), None
            )
            self.transferred(call, TransferKind.ATTENDED, agent, to or other.origin.dialled or "")
        other.origin.handed_on = True
        self.events.append(CallEnded(other.call_id, EndReason.MERGED, None))
        for leg in list(other.legs.values()):
            self.book.attach(leg, call)
            if leg.ringing and leg.agent is not None:
                self.events.append(AgentRinging(call.call_id, leg.agent, leg.channel))
        self.book.close(other)

    # -- ending ------------------------------------------------------------------------------------------------------

    def wants_to_hang_up(self, leg: Leg) -> None:
        leg.wants_to_hang_up = True
        call = leg.call
        if call is not None and call.hung_up_by is None and not leg.handed_on:
            call.hung_up_by = call.party_of(leg)

    def spies(self, leg: Leg) -> None:
        """A supervisor's channel: from now on it is nobody's party."""
        leg.spying = True
        call = leg.call
        if call is not None and leg in (call.origin, call.customer):
            self.end(call)
        self.book.detach(leg)

    def hangs_up(self, leg: Leg) -> None:
        call = leg.call
        if call is not None and leg.ringing:
            self.stops_ringing(leg, why_silent(call, leg))
        elif call is not None and leg is call.lifted:
            call.lifted = call.rang_until = None
            self.stops_ringing(leg, RingEnd.NO_ANSWER)
        if call is not None and self.ends_with(call, leg):
            self.end(call)
            call = None
        self.book.drop_leg(leg)
        if call is None:
            return
        if leg is call.customer:
            call.customer = None
        self.settle_call(call)

    def ends_with(self, call: Call, leg: Leg) -> bool:
        """An outbound call may try a second trunk, and may outlive the agent who began it."""
        if call.direction is not Direction.OUTBOUND or call.answered:
            return leg is call.customer
        other_end_gone = call.customer is None or call.origin.uniqueid not in self.book.legs
        return leg is call.origin or (leg is call.customer and other_end_gone)

    def end(self, call: Call, reason: EndReason | None = None) -> None:
        for leg in call.ringing:
            self.stops_ringing(leg, RingEnd.CALLER_GAVE_UP)
        self.transfer_failed(call)
        why = reason or (EndReason.HUNG_UP if call.answered else self._why_unanswered(call))
        self.events.append(CallEnded(call.call_id, why, call.hung_up_by))
        self.book.close(call)

    def _why_unanswered(self, call: Call) -> EndReason:
        caller = call.origin
        if caller.wants_to_hang_up:
            call.hung_up_by = Party.AGENT if call.direction is Direction.OUTBOUND else Party.CALLER
            return EndReason.ABANDONED
        return EndReason.NOT_ANSWERED


def direction_of(origin: Leg, target: Leg | None) -> Direction:
    if origin.owner.role is Role.TRUNK:
        return Direction.INBOUND
    goes_out = target is not None and target.owner.role is Role.TRUNK and origin.owner.role is Role.AGENT
    return Direction.OUTBOUND if goes_out else Direction.INTERNAL
