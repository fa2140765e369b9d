"""AMI messages in, the hotline's events out. Pure: time is an argument and nothing is asked back.

State is kept by Uniqueid (names change by masquerade, Linkedid when bridges merge); a call is named by the Uniqueid of the
channel that began it. A call begins when a trunk's channel comes in, or when an agent's dials. It is answered when its outside
end and an agent's phone share a bridge, not when a phone is lifted, and over when its outside end is gone.
When another agent takes a call over, `CallAnswered` comes again: holds of before are over with it, without a `CallResumed`,
and `ring_s` counts from the first ring for this answer.
Each message type has one function in `HANDLERS`; all other messages cost one dictionary look-up.
Unknown, doubled and out-of-place messages change nothing. This module must not know how messages arrive.
"""

from collections.abc import Callable

from ami_bridge.calls import Book, Leg
from ami_bridge.events import (
    AgentRinging,
    CallEvent,
    ChannelName,
    Extension,
    HoldMusic,
    MediaQuality,
    OutboundRefused,
    PbxBack,
    PbxLost,
    PhoneRefused,
    QueueLength,
    RingEnd,
    TapAttached,
    TapFailed,
    TapGone,
    Way,
)
from ami_bridge.layout import LineLayout, Role, is_passing, on_duty
from ami_bridge.messages import AmiMessage
from ami_bridge.readings import RING, RINGING, UP, caller_name, new_leg, phone_changed, refused_by_guard
from ami_bridge.rebuild import rebuild
from ami_bridge.ringing import why_silent
from ami_bridge.snapshot import PbxSnapshot
from ami_bridge.switchboard import Switchboard
from ami_bridge.transfers import on_attended_transfer, on_blind_transfer

UPTIME_SLACK_S = 2.0


class CallTracker:
    """One PBX's calls."""

    def __init__(self, line: LineLayout) -> None:
        self._line = line
        self._book = Book()
        self._lost_at: float | None = None
        self._booted_at: float | None = None
        self._was_up = False

    @property
    def empty(self) -> bool:
        """Nothing is remembered of any call or channel."""
        return self._book.empty

    def handle(self, message: AmiMessage, now: float) -> list[CallEvent]:
        event = message.event
        handler = HANDLERS.get(event) if event is not None else None
        if handler is None:
            return []
        board = Switchboard(self._book, now)
        handler(self._line, board, message)
        return board.events

    def lost(self, reason: str, now: float) -> list[CallEvent]:
        if self._lost_at is None and self._was_up:
            self._lost_at = now
        return [PbxLost(reason)]

    def rebuild(self, snapshot: PbxSnapshot, now: float) -> list[CallEvent]:
        """Live calls again, ghosts ended, `PbxBack` last."""
        booted_at = None if snapshot.uptime_s is None else now - snapshot.uptime_s
        survivors = any(channel.get("Uniqueid") in self._book.legs for channel in snapshot.channels)
        restarted = has_restarted(self._booted_at, booted_at) and not survivors
        events = rebuild(self._line, self._book, snapshot, now, restarted=restarted)
        away = 0.0 if self._lost_at is None else now - self._lost_at
        self._booted_at = self._booted_at if booted_at is None else booted_at
        self._lost_at, self._was_up = None, True
        return [*events, PbxBack(away, restarted, snapshot.version)]


def has_restarted(booted_before: float | None, booted_at: float | None) -> bool:
    """Uptime comes in whole seconds, so a little later is the same start. It follows the PBX's wall clock, which may be set back:
    therefore a channel that lives on outweighs it."""
    if booted_before is None or booted_at is None:
        return False
    return booted_at > booted_before + UPTIME_SLACK_S


Handler = Callable[[LineLayout, Switchboard, AmiMessage], None]


def on_new_channel(line: LineLayout, board: Switchboard, message: AmiMessage) -> None:
    uniqueid, channel = message.get("Uniqueid"), message.get("Channel")
    if uniqueid is None or channel is None or line.is_tap(channel) or uniqueid in board.book.legs:
        return
    leg = new_leg(line, message, uniqueid, channel, board.now)
    board.book.add_leg(leg)
    call = None if leg.linkedid == uniqueid else board.book.call_linked(leg.linkedid)
    if call is not None:
        board.book.attach(leg, call)
    elif leg.owner.role is Role.TRUNK and message.get("ChannelState") == RING:
        board.begin(leg)


def leg_of(board: Switchboard, message: AmiMessage, header: str = "Uniqueid") -> Leg | None:
    uniqueid = message.get(header)
    leg = None if uniqueid is None else board.book.legs.get(uniqueid)
    if leg is not None and header == "Uniqueid":
        leg.linkedid = message.get("Linkedid") or leg.linkedid
    return leg


def on_new_state(line: LineLayout, board: Switchboard, message: AmiMessage) -> None:
    leg = leg_of(board, message)
    if leg is None:
        return
    state = message.get("ChannelState")
    if state == UP:
        board.lifted(leg)
    elif state == RINGING:
        board.rings(leg)


def on_new_caller_id(line: LineLayout, board: Switchboard, message: AmiMessage) -> None:
    leg = leg_of(board, message)
    if leg is not None:
        leg.number = message.known("CallerIDNum") or leg.number
        leg.name = caller_name(message) or leg.name


def on_rename(line: LineLayout, board: Switchboard, message: AmiMessage) -> None:
    leg, name = leg_of(board, message), message.get("Newname")
    if leg is None or name is None:
        return
    owner = leg.owner if is_passing(name) or leg.on_duty else line.owner(name)
    if leg.ringing and owner != leg.owner:  # picked up: the call goes on, on another phone
        board.stops_ringing(leg, RingEnd.ANSWERED_ELSEWHERE)
    board.book.rename(leg, ChannelName(name), owner)
    if owner.role is Role.LOCAL:  # a transfer has put a Local channel in the transferer's place
        board.settle(leg)


def on_dial_begin(line: LineLayout, board: Switchboard, message: AmiMessage) -> None:
    source, target = leg_of(board, message), leg_of(board, message, "DestUniqueid")
    if source is not None and target is not None and not source.spying:
        rang_unnamed = target.marked(on_duty(message.known("DestAccountCode")))
        board.dials(source, target, message.known("Exten"))
        if rang_unnamed and target.call is not None and target.agent is not None:
            board.events.append(AgentRinging(target.call.call_id, target.agent, target.channel))
    if target is not None:
        board.goes_out(target)


def on_dial_state(line: LineLayout, board: Switchboard, message: AmiMessage) -> None:
    target = leg_of(board, message, "DestUniqueid")
    if target is not None and message.get("DialStatus") == "RINGING":
        board.rings(target)


def on_dial_end(line: LineLayout, board: Switchboard, message: AmiMessage) -> None:
    target = leg_of(board, message, "DestUniqueid")
    status = message.get("DialStatus")
    if target is not None and status is not None and status != "ANSWER":
        tell_refused(board, target, status)
        board.dial_failed(target, status)


def tell_refused(board: Switchboard, leg: Leg, status: str) -> None:
    """A handset that lies beside its phone answers "busy" at once; a mobile on duty is nobody's desk."""
    if leg.call is None or leg.agent is None or leg.on_duty or leg.up or leg.ringing or leg.given_up:
        return
    if why_silent(leg.call, leg, status) in (RingEnd.BUSY, RingEnd.UNAVAILABLE):
        board.events.append(PhoneRefused(leg.call.call_id, leg.agent))


def on_queue_join(line: LineLayout, board: Switchboard, message: AmiMessage) -> None:
    queue = message.known("Queue")
    leg = leg_of(board, message)
    if queue is not None and leg is not None:
        board.queued(leg, queue, message.number("Position") or 1)
    tell_length(board, message)


def on_queue_leave(line: LineLayout, board: Switchboard, message: AmiMessage) -> None:
    leg = leg_of(board, message)
    if leg is not None and leg.call is not None and leg.call.queue == message.known("Queue"):
        board.left_queue(leg.call)
    tell_length(board, message)


def tell_length(board: Switchboard, message: AmiMessage) -> None:
    queue, waiting = message.known("Queue"), message.number("Count")
    if queue is not None and waiting is not None:
        board.events.append(QueueLength(queue, waiting))


def on_queue_abandon(line: LineLayout, board: Switchboard, message: AmiMessage) -> None:
    leg = leg_of(board, message)
    if leg is not None:
        board.wants_to_hang_up(leg)


def on_pickup(line: LineLayout, board: Switchboard, message: AmiMessage) -> None:
    picker, target = leg_of(board, message), leg_of(board, message, "TargetUniqueid")
    if picker is not None and target is not None:
        board.picks_up(picker, target)


def on_hangup_request(line: LineLayout, board: Switchboard, message: AmiMessage) -> None:
    leg = leg_of(board, message)
    if leg is not None:
        leg.cause = message.number("Cause")
        board.wants_to_hang_up(leg)


def on_bridge_enter(line: LineLayout, board: Switchboard, message: AmiMessage) -> None:
    leg, bridge = leg_of(board, message), message.known("BridgeUniqueid")
    if leg is None or bridge is None:
        return
    if message.get("BridgeTechnology") == "holding_bridge":  # parked or waiting: strangers share it
        board.leaves(leg)
        return
    swapped = leg_of(board, message, "SwapUniqueid")
    if swapped is not None:
        swapped.swapped_out = True
    board.enters(leg, bridge)


def on_bridge_leave(line: LineLayout, board: Switchboard, message: AmiMessage) -> None:
    leg = leg_of(board, message)
    if leg is not None and leg.bridge == message.get("BridgeUniqueid"):
        board.leaves(leg)


def on_hold(line: LineLayout, board: Switchboard, message: AmiMessage) -> None:
    leg = leg_of(board, message)
    if leg is not None:
        board.holds(leg)


def on_unhold(line: LineLayout, board: Switchboard, message: AmiMessage) -> None:
    leg = leg_of(board, message)
    if leg is not None:
        board.resumes(leg)


def on_music_start(line: LineLayout, board: Switchboard, message: AmiMessage) -> None:
    tell_music(board, message, playing=True)


def on_music_stop(line: LineLayout, board: Switchboard, message: AmiMessage) -> None:
    tell_music(board, message, playing=False)


def tell_music(board: Switchboard, message: AmiMessage, *, playing: bool) -> None:
    leg = leg_of(board, message)
    call = None if leg is None else leg.call
    if call is not None and leg is call.customer and call.music != playing:
        call.music = playing
        board.events.append(HoldMusic(call.call_id, playing))


def on_spy_start(line: LineLayout, board: Switchboard, message: AmiMessage) -> None:
    spy = leg_of(board, message, "SpyerUniqueid")
    if spy is not None:
        board.spies(spy)
    tap = line.tap_id(message.get("SpyerChannel") or "")
    if tap is not None:
        board.events.append(TapAttached(tap))


def on_originate_response(line: LineLayout, board: Switchboard, message: AmiMessage) -> None:
    tap = line.tap_id(message.get("Channel") or "")
    if tap is not None and message.response == "Failure":
        board.events.append(TapFailed(tap, f"Originate failed, reason {message.get('Reason') or 'unknown'}"))


def on_hangup(line: LineLayout, board: Switchboard, message: AmiMessage) -> None:
    tap = line.tap_id(message.get("Channel") or "")
    if tap is not None:
        board.events.append(TapGone(tap))
        return
    leg = leg_of(board, message)
    if leg is not None:
        trunk = refused_by_guard(message)
        if trunk is not None:
            board.events.append(OutboundRefused(trunk, leg.channel, wanted_by(board, leg)))
        leg.cause = leg.cause or message.number("Cause")
        board.hangs_up(leg)


def wanted_by(board: Switchboard, leg: Leg) -> Extension | None:
    """The agent whose phone it was, or who handed the caller on: a transfer dials by the caller's channel or by a Local one."""
    behind = board.book.legs.get(leg.linkedid, leg)
    call = leg.call or behind.call
    return leg.agent or behind.agent or (None if call is None else call.last_agent)


def on_rtcp_sent(line: LineLayout, board: Switchboard, message: AmiMessage) -> None:
    """The PBX's report to this phone: of the packets that came from it."""
    tell_quality(board, message, Way.FROM_PHONE)


def on_rtcp_received(line: LineLayout, board: Switchboard, message: AmiMessage) -> None:
    """The phone's own report: of the packets that the PBX sent it."""
    tell_quality(board, message, Way.TO_PHONE)


def tell_quality(board: Switchboard, message: AmiMessage, way: Way) -> None:
    """Jitter comes in samples, 8 to the millisecond in telephony. A report about no packets yet has no `Report0…`."""
    leg = leg_of(board, message)
    lost, jitter = message.number("Report0FractionLost"), message.number("Report0IAJitter")
    if leg is None or leg.call is None or lost is None or jitter is None:
        return
    party = leg.call.party_of(leg)
    if party is not None:
        board.events.append(MediaQuality(leg.call.call_id, party, lost / 256, jitter / 8, way))


def on_device_state(line: LineLayout, board: Switchboard, message: AmiMessage) -> None:
    phone = phone_changed(line, message)
    if phone is not None:
        board.events.append(phone)


HANDLERS: dict[str, Handler] = {
    "Newchannel": on_new_channel,
    "Newstate": on_new_state,
    "NewCallerid": on_new_caller_id,
    "Rename": on_rename,
    "DialBegin": on_dial_begin,
    "DialState": on_dial_state,
    "DialEnd": on_dial_end,
    "QueueCallerJoin": on_queue_join,
    "QueueCallerLeave": on_queue_leave,
    "QueueCallerAbandon": on_queue_abandon,
    "BridgeEnter": on_bridge_enter,
    "BridgeLeave": on_bridge_leave,
    "Hold": on_hold,
    "Unhold": on_unhold,
    "MusicOnHoldStart": on_music_start,
    "MusicOnHoldStop": on_music_stop,
    "BlindTransfer": on_blind_transfer,
    "AttendedTransfer": on_attended_transfer,
    "ChanSpyStart": on_spy_start,
    "OriginateResponse": on_originate_response,
    "Pickup": on_pickup,
    "RTCPSent": on_rtcp_sent,
    "RTCPReceived": on_rtcp_received,
    "HangupRequest": on_hangup_request,
    "Hangup": on_hangup,
    "DeviceStateChange": on_device_state,
}
