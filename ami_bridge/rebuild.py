"""The live calls again from a snapshot, after the link was down or at the first connection.

Calls known before go on without a word, those whose outside end is gone are ended, new ones are told with their age.
What a snapshot cannot say (who is on hold, how long a phone rang before) is left out rather than guessed.
This module must not know how the snapshot was taken.
"""

from ami_bridge.calls import Book, Leg
from ami_bridge.events import CallEvent, Direction, EndReason, QueueLength
from ami_bridge.layout import LineLayout, Role
from ami_bridge.messages import AmiMessage
from ami_bridge.readings import RINGING, UP, new_leg, phone_changed
from ami_bridge.ringing import why_silent
from ami_bridge.snapshot import PbxSnapshot
from ami_bridge.switchboard import Switchboard

DIALLED = frozenset({"AppDial", "AppDial2", "AppQueue"})
"""What Asterisk writes as the application of a channel it has dialled ("(Outgoing Line)")."""


def rebuild(
    line: LineLayout, book: Book, snapshot: PbxSnapshot, now: float, *, restarted: bool
) -> list[CallEvent]:
    """Everything but `PbxBack`. After a restart nothing that was known can live on."""
    board = Switchboard(book, now, looks_back=True)
    channels = {
        uniqueid: channel
        for channel in snapshot.channels
        if (uniqueid := channel.get("Uniqueid")) is not None and not line.is_tap(channel.get("Channel") or "")
    }
    gone = [leg for leg in list(book.legs.values()) if restarted or leg.uniqueid not in channels]
    bury(board, gone, EndReason.PBX_RESTARTED if restarted else EndReason.LOST)
    add_legs(line, board, channels)
    place_in_bridges(board, channels, holding_bridges(snapshot))
    begin_calls(board, channels)
    tell_queues(board, snapshot)
    tell_ringing_and_talking(board, channels)
    tell_phones(line, board, snapshot)
    return board.events


def bury(board: Switchboard, gone: list[Leg], reason: EndReason) -> None:
    for leg in gone:
        if leg.call is not None and board.ends_with(leg.call, leg):
            leg.call.transfer = None
            board.end(leg.call, reason)
    for leg in gone:
        call = leg.call
        if call is not None and leg.ringing:
            board.stops_ringing(leg, why_silent(call, leg))
        board.book.drop_leg(leg)
        if call is not None and leg is call.customer:
            call.customer = None


def add_legs(line: LineLayout, board: Switchboard, channels: dict[str, AmiMessage]) -> None:
    for uniqueid, channel in channels.items():
        name = channel.get("Channel")
        if uniqueid in board.book.legs or name is None:
            continue
        leg = new_leg(line, channel, uniqueid, name, board.now - (channel.number("Seconds") or 0))
        leg.was_found = True
        leg.spying = channel.get("Application") == "ChanSpy"
        board.book.add_leg(leg)


def holding_bridges(snapshot: PbxSnapshot) -> frozenset[str]:
    """Strangers share these: parked callers, or callers waiting for something."""
    return frozenset(
        bridge.get("BridgeUniqueid") or ""
        for bridge in snapshot.bridges
        if bridge.get("BridgeTechnology") == "holding_bridge"
    )


def place_in_bridges(board: Switchboard, channels: dict[str, AmiMessage], holding: frozenset[str]) -> None:
    for uniqueid, channel in channels.items():
        leg = board.book.legs.get(uniqueid)
        bridge = channel.known("BridgeID")
        if leg is None:
            continue
        if bridge is None or bridge in holding:
            board.book.leave_bridge(leg)
        else:
            board.book.enter_bridge(leg, bridge)


def begin_calls(board: Switchboard, channels: dict[str, AmiMessage]) -> None:
    """Oldest first, so that a call is begun by the channel that began it."""
    legs = [board.book.legs[uniqueid] for uniqueid in channels if uniqueid in board.book.legs]
    found = sorted((leg for leg in legs if leg.call is None), key=lambda leg: (leg.began, leg.uniqueid))
    for leg in found:
        is_dialled = channels[leg.uniqueid].get("Application") in DIALLED
        if leg.linkedid == leg.uniqueid and leg.owner.role is Role.TRUNK and not is_dialled:
            board.begin(leg)
    for leg in found:
        source = board.book.legs.get(leg.linkedid)
        if leg.call is None and leg.is_party and source is not None and source is not leg:
            board.dials(source, leg)
    for leg in found:
        call = board.book.call_linked(leg.linkedid)
        if leg.call is None and call is not None and not leg.spying:
            board.book.attach(leg, call)
    for leg in found:
        if channels[leg.uniqueid].get("Application") in DIALLED and not is_caller(leg):
            board.goes_out(leg)


def is_caller(leg: Leg) -> bool:
    """Whoever called in is never taken for a way out, whatever he was made to run meanwhile."""
    call = leg.call
    return call is not None and call.direction is Direction.INBOUND and leg in (call.origin, call.customer)


def tell_queues(board: Switchboard, snapshot: PbxSnapshot) -> None:
    for item in snapshot.queues:
        queue = item.known("Queue")
        if queue is None:
            continue
        if item.event == "QueueParams":
            board.events.append(QueueLength(queue, item.number("Calls") or 0))
        elif item.event == "QueueEntry":
            leg = board.book.legs.get(item.get("Uniqueid") or "")
            if leg is not None:
                board.queued(leg, queue, item.number("Position") or 1)


def tell_ringing_and_talking(board: Switchboard, channels: dict[str, AmiMessage]) -> None:
    for uniqueid, channel in channels.items():
        leg = board.book.legs.get(uniqueid)
        if leg is None:
            continue
        state = channel.get("ChannelState")
        if state == UP:
            board.lifted(leg)
            remember_queue(leg, channel)
        elif state == RINGING:
            board.rings(leg)
            if leg.call is not None and leg.was_found:
                leg.call.rang_since = min(leg.began, leg.call.rang_since or leg.began)
    for uniqueid in channels:
        leg = board.book.legs.get(uniqueid)
        if leg is not None and leg.bridge is not None and not leg.spying:
            board.settle(leg)
    for call in list(board.book.calls.values()):
        board.settle_call(call)


def remember_queue(leg: Leg, channel: AmiMessage) -> None:
    """A caller who talks is still inside Queue(name,...): no queue event will say so again."""
    call = leg.call
    if (
        call is not None
        and leg is call.origin
        and call.queue is None
        and channel.get("Application") == "Queue"
    ):
        call.queue = (channel.get("Data") or "").partition(",")[0] or None


def tell_phones(line: LineLayout, board: Switchboard, snapshot: PbxSnapshot) -> None:
    phones = (phone_changed(line, device) for device in snapshot.devices)
    board.events.extend(phone for phone in phones if phone is not None)
