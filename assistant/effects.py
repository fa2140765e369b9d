"""What the core orders and the service performs. An effect is an order; it says what, never how."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from ami_bridge.events import ChannelName
from assistant.crm_address import Caller
from assistant.messages import ServerMessage
from assistant.records import EscalationHandled, EscalationRaised, NoteTaken, Record

Told = EscalationHandled | EscalationRaised | NoteTaken
"""What somebody asked for and is told once it cannot be lost."""


@dataclass(frozen=True, slots=True)
class ToAgent:
    """To every browser of this agent."""

    agent: str
    message: ServerMessage


@dataclass(frozen=True, slots=True)
class ToEveryone:
    """To every browser of every agent and supervisor."""

    message: ServerMessage


@dataclass(frozen=True, slots=True)
class ToSupervisors:
    message: ServerMessage


@dataclass(frozen=True, slots=True)
class Save:
    """`at`: monotonic time of the fact."""

    record: Record
    at: float


@dataclass(frozen=True, slots=True)
class SaveFirst:
    """Nobody is told before this is durable; then the core is (`Core.on_saved`). `asked_by` hears if it cannot be kept."""

    record: Told
    at: float
    asked_by: str


@dataclass(frozen=True, slots=True)
class StartTap:
    """Listen to the call on its caller's channel (and the agent's, where two mono taps are needed)."""

    call_id: str
    caller_channel: ChannelName
    agent_channel: ChannelName


@dataclass(frozen=True, slots=True)
class StopTap:
    call_id: str


@dataclass(frozen=True, slots=True)
class OpenAgentEar:
    """Whether what the caller hears is the agent (open) or ringing, music and prompts (shut)."""

    call_id: str
    open: bool


@dataclass(frozen=True, slots=True)
class ListenAside:
    """Listen to what the agent of this call says on `channel` to a colleague, and to nobody else there."""

    call_id: str
    channel: ChannelName


@dataclass(frozen=True, slots=True)
class StopAside:
    call_id: str


@dataclass(frozen=True, slots=True)
class HangUp:
    call_id: str
    channel: ChannelName
    reason: str


@dataclass(frozen=True, slots=True)
class Redirect:
    call_id: str
    channel: ChannelName
    context: str
    exten: str
    asked_by: str | None = None
    """The agent who asked; None where a script did."""


@dataclass(frozen=True, slots=True)
class Spy:
    """Ring the supervisor's extension and let it listen, whisper or step in."""

    call_id: str
    channel: ChannelName
    supervisor: str
    how: Literal["listen", "whisper", "barge"]


@dataclass(frozen=True, slots=True)
class TakeOver:
    """Ring the supervisor's extension and connect it with the caller; the agent is released."""

    call_id: str
    channel: ChannelName
    supervisor: str


@dataclass(frozen=True, slots=True)
class PickUp:
    """Bring the ringing call to this agent's phone."""

    call_id: str
    channel: ChannelName
    agent: str


@dataclass(frozen=True, slots=True)
class HandOver:
    """Let the agent ask `to` about the caller, who waits meanwhile; the agent's hanging up hands the caller over."""

    call_id: str
    channel: ChannelName
    agent: str
    to: str


@dataclass(frozen=True, slots=True)
class CallOwnLine:
    """Test the 400 line by a call from another one."""

    by: str


class NoticeKind(StrEnum):
    """What people outside the page are told of; by it the rules choose whom."""

    ESCALATION = "escalation"
    PBX_LOST = "pbx_lost"
    LINE = "line"
    """The 400 line seems dead, or works again."""
    PHONE = "phone"
    """A phone is off the hook or gone."""
    DUTY = "duty"
    PLAN = "plan"
    """What should be added to the duty plan, by day and without hurry."""
    MISSED = "missed"
    """Nobody took a caller after hours."""
    TASK_DUE = "task_due"
    """What somebody has promised to do is due soon, or overdue."""
    SUMMARY = "summary"


@dataclass(frozen=True, slots=True)
class Notify:
    """Tell people outside the page (supervisors, duty staff, administrators)."""

    kind: NoticeKind
    urgent: bool
    text: str
    repeats: int = 0
    """How often it was said before, and nobody has taken it up."""
    words: str = ""
    """What somebody wrote freely, perhaps about a caller: sent only where a rule says so."""


@dataclass(frozen=True, slots=True)
class TellCrm:
    """Tell the company's customer system that an agent has answered this caller."""

    caller: Caller
    ring_s: float
    wait_s: float


@dataclass(frozen=True, slots=True)
class PlaceDemoCall:
    scenario: str


Effect = (
    ToAgent
    | ToEveryone
    | ToSupervisors
    | Save
    | SaveFirst
    | StartTap
    | StopTap
    | OpenAgentEar
    | ListenAside
    | StopAside
    | HangUp
    | Redirect
    | Spy
    | TakeOver
    | PickUp
    | HandOver
    | CallOwnLine
    | Notify
    | TellCrm
    | PlaceDemoCall
)
