"""The record of one call and of its channels (legs), and who is connected with whom.

Everything known of a call is in its `Call`; the `Book` holds the calls, finds legs by Uniqueid, and forgets a call in one place.
Who talks with whom is read from bridges alone: two legs are connected when they share a bridge, or when a Local channel
joins their bridges. This module must not know about messages.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from ami_bridge.events import CallId, ChannelName, Direction, Extension, Party
from ami_bridge.layout import Owner, Role, other_half
from ami_bridge.states import ANSWERED, CallState, Move, after


@dataclass(slots=True, eq=False)
class Leg:
    """One channel, from Newchannel to Hangup. Its Uniqueid stays, its name may change."""

    uniqueid: str
    channel: ChannelName
    owner: Owner
    linkedid: str
    began: float
    number: str | None = None
    name: str | None = None
    dialled: str | None = None
    call: "Call | None" = None
    bridge: str | None = None
    up: bool = False
    ringing: bool = False
    given_up: bool = False
    """The PBX has stopped dialling it: what still rings in a snapshot rings no more."""
    held: bool = False
    spying: bool = False
    on_duty: bool = False
    """A duty mobile, called by a trunk: lifting it is not taking the call yet, a mailbox lifts too."""
    swapped_out: bool = False
    """Another channel is taking its place in the bridge."""
    handed_on: bool = False
    """Its transfer has been told already."""
    wants_to_hang_up: bool = False
    cause: int | None = None
    """The Q.850 cause its hangup was asked for with."""
    dialled_out: bool = False
    """It is a trunk's, and that it is dialled has been told."""
    has_begun: bool = False
    """A call bears its Uniqueid as call id."""
    was_found: bool = False
    """Found alive after a reconnect: it was not seen to begin."""

    def marked(self, who: Extension | None) -> bool:
        """The PBX has named the person this leg rings. True if it rang before: a quick phone overtakes its DialBegin."""
        if who is None:
            return False
        rang_unnamed = self.ringing and self.agent is None
        self.owner, self.on_duty = Owner(Role.AGENT, who), True
        return rang_unnamed

    @property
    def agent(self) -> Extension | None:
        return Extension(self.owner.name) if self.owner.role is Role.AGENT else None

    @property
    def is_party(self) -> bool:
        return not self.spying and self.owner.role in {Role.AGENT, Role.TRUNK}


@dataclass(slots=True, eq=False)
class Call:
    call_id: CallId
    direction: Direction
    origin: Leg
    began: float
    customer: Leg | None
    """The outside end: who called in, or whom an agent called. None while an outbound call has not reached anyone."""
    state: CallState = CallState.WAITING
    legs: dict[str, Leg] = field(default_factory=dict)
    queue: str | None = None
    rang_since: float | None = None
    """When the first phone began to ring for an answer that has not come yet."""
    lifted: Leg | None = None
    """The phone that was picked up for it and does not talk yet; ringing ended then (`rang_until`)."""
    rang_until: float | None = None
    with_agent: Leg | None = None
    last_leg: Leg | None = None
    """The agent's channel that talks, or talked last."""
    last_agent: Extension | None = None
    hung_up_by: Party | None = None
    music: bool = False
    transfer: "PendingTransfer | None" = None

    def move(self, move: Move) -> bool:
        """Whether the move is legal now; if so it is made."""
        state = after(self.state, move)
        if state is not None:
            self.state = state
        return state is not None

    @property
    def answered(self) -> bool:
        return self.state in ANSWERED

    @property
    def ringing(self) -> list[Leg]:
        return [leg for leg in self.legs.values() if leg.ringing]

    def party_of(self, leg: Leg) -> Party | None:
        if leg is self.customer:
            return Party.CALLER
        calls_out = self.direction is Direction.OUTBOUND and leg is self.origin
        return Party.AGENT if calls_out or (leg is self.last_leg and leg.agent is not None) else None

    def rang_for(self, now: float) -> float:
        if self.rang_since is None:
            return 0.0
        return (now if self.rang_until is None else self.rang_until) - self.rang_since

    @property
    def weight(self) -> tuple[int, float, str]:
        """Which of two calls survives when they become one: the customer's, then the older."""
        rank = {Direction.INBOUND: 0, Direction.OUTBOUND: 1, Direction.INTERNAL: 2}[self.direction]
        return rank, self.began, self.call_id


@dataclass(frozen=True, slots=True)
class PendingTransfer:
    """A blind transfer whose target has not answered yet."""

    from_agent: Extension
    to: str


class Book:
    """All live calls and legs."""

    def __init__(self) -> None:
        self.calls: dict[CallId, Call] = {}
        self.legs: dict[str, Leg] = {}
        self._bridges: dict[str, dict[str, Leg]] = {}
        self._local_halves: dict[str, Leg] = {}

    @property
    def empty(self) -> bool:
        return not (self.calls or self.legs or self._bridges or self._local_halves)

    def add_leg(self, leg: Leg) -> None:
        self.legs[leg.uniqueid] = leg
        if leg.owner.role is Role.LOCAL:
            self._local_halves[leg.channel] = leg

    def rename(self, leg: Leg, channel: ChannelName, owner: Owner) -> None:
        if self._local_halves.get(leg.channel) is leg:
            del self._local_halves[leg.channel]
        leg.channel, leg.owner = channel, owner
        if owner.role is Role.LOCAL:
            self._local_halves[channel] = leg

    def drop_leg(self, leg: Leg) -> None:
        self.leave_bridge(leg)
        del self.legs[leg.uniqueid]
        if self._local_halves.get(leg.channel) is leg:
            del self._local_halves[leg.channel]
        self.detach(leg)

    def attach(self, leg: Leg, call: Call) -> None:
        self.detach(leg)
        leg.call = call
        call.legs[leg.uniqueid] = leg

    def detach(self, leg: Leg) -> None:
        if leg.call is not None:
            leg.call.legs.pop(leg.uniqueid, None)
            leg.call = None

    def open(self, call: Call) -> None:
        self.calls[call.call_id] = call
        self.attach(call.origin, call)

    def close(self, call: Call) -> None:
        """The one place a call is forgotten. Legs still up belong to no call until their own Hangup."""
        for leg in call.legs.values():
            leg.call = None
            leg.ringing = leg.held = False
        del self.calls[call.call_id]

    def enter_bridge(self, leg: Leg, bridge: str) -> None:
        self.leave_bridge(leg)
        leg.bridge = bridge
        self._bridges.setdefault(bridge, {})[leg.uniqueid] = leg

    def leave_bridge(self, leg: Leg) -> None:
        if leg.bridge is None:
            return
        members = self._bridges[leg.bridge]
        del members[leg.uniqueid]
        if not members:
            del self._bridges[leg.bridge]
        leg.bridge = None

    def call_linked(self, linkedid: str) -> Call | None:
        """The call a new leg is said to belong to. A hint only: Asterisk rewrites Linkedid when bridges merge."""
        leg = self.legs.get(linkedid)
        if leg is not None:
            return leg.call
        return next((leg.call for leg in self.legs.values() if leg.linkedid == linkedid and leg.call), None)

    def twin(self, leg: Leg) -> Leg | None:
        """The other half of a Local channel."""
        half = other_half(leg.channel) if leg.owner.role is Role.LOCAL else None
        return None if half is None else self._local_halves.get(half)

    def connected(self, start: Leg) -> list[Leg]:
        """Everyone `start` is connected with, itself first, through bridges and Local channels."""
        found = {start.uniqueid: start}
        waiting = [start]
        while waiting:
            for leg in self._next_to(waiting.pop()):
                if leg.uniqueid not in found:
                    found[leg.uniqueid] = leg
                    waiting.append(leg)
        return list(found.values())

    def _next_to(self, leg: Leg) -> Iterator[Leg]:
        if leg.bridge is not None:
            yield from self._bridges[leg.bridge].values()
        twin = self.twin(leg)
        if twin is not None:
            yield twin


def other_calls(legs: Iterable[Leg], call: Call) -> list[Call]:
    """The calls of these legs that are not `call`, each once, in their order."""
    return list({leg.call.call_id: leg.call for leg in legs if leg.call and leg.call is not call}.values())
