"""What happened on the PBX, in the hotline's words: the events a `CallTracker` gives out.

Every event is a past fact and immutable. Times are seconds. `call_id` is the Uniqueid of the channel that began the call:
minted once, never changed by a Linkedid rewrite, and the same again when the tracker rebuilds the call after a restart.
This module must not know how messages arrive, nor what anyone does about an event.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

CallId = NewType("CallId", str)
"""Uniqueid of the channel that began the call."""
ChannelName = NewType("ChannelName", str)
"""An Asterisk channel name as it is now, such as `PJSIP/8001-00000003`."""
Extension = NewType("Extension", str)
"""An agent's extension, such as `8001`; it is also the agent's number (S0-36)."""
TapId = NewType("TapId", str)
"""The UUID of one audio tap."""


class Party(StrEnum):
    """One end of a call as the hotline sees it."""

    CALLER = "caller"
    AGENT = "agent"


class Direction(StrEnum):
    """Where a call goes: in by a trunk, out by a trunk, or between two extensions."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"
    INTERNAL = "internal"


class RingEnd(StrEnum):
    """Why a phone stopped ringing without answering."""

    NO_ANSWER = "no_answer"
    BUSY = "busy"
    UNAVAILABLE = "unavailable"
    ANSWERED_ELSEWHERE = "answered_elsewhere"
    CALLER_GAVE_UP = "caller_gave_up"


class TransferKind(StrEnum):
    BLIND = "blind"
    ATTENDED = "attended"


class EndReason(StrEnum):
    """How a call ended."""

    HUNG_UP = "hung_up"
    """Answered, then one side hung up."""
    ABANDONED = "abandoned"
    """The caller left before anyone answered."""
    NOT_ANSWERED = "not_answered"
    """Nobody answered and the PBX gave up."""
    MERGED = "merged"
    """A consultation call that became part of the call it was made for."""
    PBX_RESTARTED = "pbx_restarted"
    LOST = "lost"
    """The call was gone when the PBX could be asked again; its end was not seen."""


class PhoneState(StrEnum):
    """State of an extension's phone, from Asterisk's device state."""

    IDLE = "idle"
    RINGING = "ringing"
    IN_USE = "in_use"
    BUSY = "busy"
    ON_HOLD = "on_hold"
    UNAVAILABLE = "unavailable"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class CallStarted:
    """A call exists. `age` is above 0 only for a call found alive after a reconnect."""

    call_id: CallId
    direction: Direction
    channel: ChannelName
    caller_number: str | None
    caller_name: str | None
    dialled: str | None
    trunk: str | None
    """Endpoint name of the trunk (`trunk400` of `PJSIP/trunk400-0000001a`); None for an internal call."""
    age: float = 0.0


@dataclass(frozen=True, slots=True)
class TrunkDialled:
    """A call goes out by a trunk: this channel of it has just begun to be dialled."""

    call_id: CallId | None
    """None where nobody's call is behind it, as for a call file or an Originate."""
    trunk: str
    channel: ChannelName
    """The trunk's channel, not the caller's: hanging it up ends the way out and nothing else."""


@dataclass(frozen=True, slots=True)
class OutboundRefused:
    """The dialplan's guard (`asterisk_conf`) has let nobody out by this trunk: the channel that tried has ended there."""

    trunk: str
    channel: ChannelName
    agent: Extension | None
    """Whose phone it was; None for a call file or another program."""


class TrunkReach(StrEnum):
    """Whether the far end of a trunk can be reached."""

    FULL = "full"
    WEAK = "weak"
    """Some of its addresses do not answer."""
    NONE = "none"


@dataclass(frozen=True, slots=True)
class TrunkLines:
    """How many lines of the trunks callers come in by are taken, by whatever call."""

    in_use: int


@dataclass(frozen=True, slots=True)
class TrunkReached:
    """The far end was lost, or is back. `name`: the trunk's endpoint, or the account of a registration."""

    name: str
    reach: TrunkReach


TrunkEvent = TrunkLines | TrunkReached


@dataclass(frozen=True, slots=True)
class CallQueued:
    call_id: CallId
    queue: str
    position: int


@dataclass(frozen=True, slots=True)
class QueueLength:
    """How many callers wait in a queue now."""

    queue: str
    waiting: int


@dataclass(frozen=True, slots=True)
class AgentRinging:
    """A phone really rings (not merely: is being dialled)."""

    call_id: CallId
    agent: Extension
    channel: ChannelName | None = None
    """The ringing channel, which `pick_up` needs."""


@dataclass(frozen=True, slots=True)
class AgentStoppedRinging:
    """A phone stopped ringing without answering this call."""

    call_id: CallId
    agent: Extension
    why: RingEnd


@dataclass(frozen=True, slots=True)
class PhoneLifted:
    """The agent has picked the call up: ringing is over. Caller and agent may not hear each other yet, while an announcement is played
    (Dial's A, a queue's `announce`); who hangs up before the two talk has stopped ringing, unanswered."""

    call_id: CallId
    agent: Extension


@dataclass(frozen=True, slots=True)
class PhoneRefused:
    """A phone was dialled for this call and turned it down before it rang."""

    call_id: CallId
    agent: Extension


@dataclass(frozen=True, slots=True)
class CallAnswered:
    """Caller and agent are joined and can talk. Comes again when another agent takes the call over.

    `ring_s`: from when the first phone of this call began to ring until one was lifted, over all agents and rounds.
    `wait_s`: since the call began. `age`: above 0 only for a call found alive after a reconnect.
    """

    call_id: CallId
    agent: Extension
    caller_channel: ChannelName
    agent_channel: ChannelName
    ring_s: float
    wait_s: float
    queue: str | None
    age: float = 0.0


@dataclass(frozen=True, slots=True)
class CallHeld:
    """`by` pressed hold, so the other side waits."""

    call_id: CallId
    by: Party
    agent: Extension


@dataclass(frozen=True, slots=True)
class CallResumed:
    call_id: CallId
    by: Party
    agent: Extension


@dataclass(frozen=True, slots=True)
class HoldMusic:
    """The caller began or ceased to hear music on hold."""

    call_id: CallId
    playing: bool


@dataclass(frozen=True, slots=True)
class CallTransferred:
    """The agent handed the call on. When `to` answers, a `CallAnswered` follows."""

    call_id: CallId
    kind: TransferKind
    from_agent: Extension
    to: str


@dataclass(frozen=True, slots=True)
class TransferFailed:
    call_id: CallId
    kind: TransferKind
    from_agent: Extension
    to: str | None


@dataclass(frozen=True, slots=True)
class CallEnded:
    """The call is over; nothing about it follows. `by`: who hung up, where the PBX says it."""

    call_id: CallId
    reason: EndReason
    by: Party | None


@dataclass(frozen=True, slots=True)
class PhoneChanged:
    agent: Extension
    state: PhoneState


class Way(StrEnum):
    """Between a party's phone and the PBX."""

    FROM_PHONE = "from_phone"
    """Its own voice, on the way in: what the PBX itself has counted."""
    TO_PHONE = "to_phone"
    """What it hears, on the way out: what the phone has told the PBX."""


@dataclass(frozen=True, slots=True)
class MediaQuality:
    """RTCP of one side's phone: what the network did to the voices. Needs `read=reporting`, which is optional."""

    call_id: CallId
    party: Party
    loss_share: float
    jitter_ms: float
    way: Way = Way.FROM_PHONE


@dataclass(frozen=True, slots=True)
class TapAttached:
    """ChanSpy listens on the tapped channel (ChanSpyStart)."""

    tap_id: TapId


@dataclass(frozen=True, slots=True)
class TapFailed:
    """The PBX could not make the tap (OriginateResponse Failure)."""

    tap_id: TapId
    reason: str


@dataclass(frozen=True, slots=True)
class TapGone:
    """The tap's channel hung up."""

    tap_id: TapId


@dataclass(frozen=True, slots=True)
class PbxLost:
    """The AMI link is down. Calls go on; we are blind to them."""

    reason: str


@dataclass(frozen=True, slots=True)
class PbxBack:
    """The AMI link is up and live calls have been rebuilt. `away` is 0 at the first connection."""

    away: float
    restarted: bool
    version: str


CallEvent = (
    CallStarted
    | TrunkDialled
    | OutboundRefused
    | CallQueued
    | QueueLength
    | AgentRinging
    | AgentStoppedRinging
    | PhoneRefused
    | PhoneLifted
    | CallAnswered
    | CallHeld
    | CallResumed
    | HoldMusic
    | CallTransferred
    | TransferFailed
    | CallEnded
    | PhoneChanged
    | MediaQuality
    | TapAttached
    | TapFailed
    | TapGone
    | PbxLost
    | PbxBack
)
