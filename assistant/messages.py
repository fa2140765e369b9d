"""What a browser receives and sends: the websocket protocol, version 1.

One JSON object a frame, `type` names the kind. The JSON Schema (`hotline schema`, `docs/protocol.schema.json`) is made from
these types. A browser that connects gets `Hello`, then a `Snapshot`; everything after is a change to it, in order. Durations
are seconds; `..._s` counts up from when the message was sent, `remaining_s` counts down. Text from callers is hostile: pages
show it as text only.
"""

from typing import Literal

import msgspec

from assistant.asking import (
    MAX_BROWSER_MESSAGE_BYTES,
    MOST_WRITTEN,
    BrowserMessage,
    BrowserModel,
    CallUpSituation,
    CompleteTransfer,
    Escalate,
    HandleEscalation,
    HangUpCall,
    JoinCall,
    Model,
    MoveCard,
    Note,
    PickUp,
    ReadMessage,
    SendToAttendant,
    SetCaller,
    StartDemoCall,
    TellAgent,
    TestLine,
    TransferCall,
    decode,
)
from assistant.showing import (
    AgentView,
    CallView,
    CardView,
    CountdownView,
    EscalationView,
    LineOfText,
    LineView,
    MoodName,
    NoteView,
    OwnerView,
    Part,
    PartState,
    PartyName,
    PhoneTrouble,
    Role,
    SituationView,
    StageName,
    WaitingView,
)

__all__ = [
    "MAX_BROWSER_MESSAGE_BYTES",
    "MOST_WRITTEN",
    "AgentView",
    "BrowserMessage",
    "BrowserModel",
    "CallUpSituation",
    "CallView",
    "CardView",
    "CompleteTransfer",
    "CountdownView",
    "Escalate",
    "EscalationView",
    "HandleEscalation",
    "HangUpCall",
    "JoinCall",
    "LineOfText",
    "LineView",
    "Model",
    "MoodName",
    "MoveCard",
    "Note",
    "NoteView",
    "OwnerView",
    "Part",
    "PartState",
    "PartyName",
    "PhoneTrouble",
    "PickUp",
    "ReadMessage",
    "Role",
    "SendToAttendant",
    "SetCaller",
    "SituationView",
    "StageName",
    "StartDemoCall",
    "TellAgent",
    "TestLine",
    "TransferCall",
    "WaitingView",
    "decode",
]
"""What a browser sends and what pages show, so that the protocol is found in one place."""

PROTOCOL_VERSION = 1

# -- what the server sends -------------------------------------------------------------------------------------------


class ServerModel(Model, frozen=True, tag_field="type"):
    """Base of everything the server sends."""


class Hello(ServerModel, frozen=True, tag="hello"):
    protocol: int
    program_version: str
    role: Role
    extension: str
    name: str
    demo: bool
    demo_scenarios: list[str]
    crm: Literal["none", "button", "window"] = "none"
    """How `crm_url` is reached: not at all, by a button, or the page also opens it by itself when its agent answers."""


class NoticeShown(ServerModel, frozen=True, tag="notice"):
    """A card for everyone on duty, such as a call that rings on (S0-02), and whose call it is."""

    card: CardView
    caller_number: str | None = None
    ring_s: float | None = None
    """For how long it has rung; None for a call that does not ring."""


class SupervisorSays(ServerModel, frozen=True, tag="supervisor_says"):
    call_id: str | None
    by: str
    text: str
    message_id: str | None = None
    """It stays on the page and in the snapshot until it was read (`read_message`); None: said in passing."""


class Snapshot(ServerModel, frozen=True, tag="snapshot"):
    """Everything this browser may see, as of now. Replaces what it had."""

    line: LineView
    calls: list[CallView]
    cards: list[CardView]
    """Primary cards of the calls it may see, at most one a call."""
    waiting: dict[str, list[WaitingView]]
    """By call id."""
    transcript: list[LineOfText]
    escalations: list[EscalationView]
    agents: list[AgentView]
    situations: list[SituationView]
    """Of all packs in force; `SituationView.packs` says whose, `CallView.pack` which holds for a call."""
    owners: list[OwnerView] = msgspec.field(default_factory=list)
    notices: list[NoticeShown] = msgspec.field(default_factory=list)
    """What everyone on duty was told and is not over."""
    notes: list[NoteView] = msgspec.field(default_factory=list)
    """Of the calls it may see, in order."""
    packs: list[str] = msgspec.field(default_factory=list)
    """The names of those in force; first the one for calls that neither number nor queue gives another."""
    unread: list[SupervisorSays] = msgspec.field(default_factory=list)
    """What was written to this person and not read yet, in order."""


class LineChanged(ServerModel, frozen=True, tag="line"):
    line: LineView


class CallChanged(ServerModel, frozen=True, tag="call"):
    call: CallView


class CallGone(ServerModel, frozen=True, tag="call_gone"):
    call_id: str


class CardShown(ServerModel, frozen=True, tag="card"):
    """The primary card of its call, new or advanced; it replaces the one there was."""

    card: CardView


class CardGone(ServerModel, frozen=True, tag="card_gone"):
    call_id: str
    card_id: str
    why: Literal["said", "done", "dismissed", "expired", "cancelled", "call_ended"]


class WaitingChanged(ServerModel, frozen=True, tag="waiting"):
    call_id: str
    waiting: list[WaitingView]


class NoticeGone(ServerModel, frozen=True, tag="notice_gone"):
    call_id: str
    card_id: str


class Transcript(ServerModel, frozen=True, tag="transcript"):
    line: LineOfText


class Levels(ServerModel, frozen=True, tag="levels"):
    """Level of one voice, for the meters; the only message that may be dropped for a slow browser."""

    call_id: str
    party: PartyName
    level_dbfs: float
    snr_db: float | None
    speaking: bool


class EscalationChanged(ServerModel, frozen=True, tag="escalation"):
    escalation: EscalationView


class AgentChanged(ServerModel, frozen=True, tag="agent"):
    agent: AgentView


class OwnersChanged(ServerModel, frozen=True, tag="owners"):
    owners: list[OwnerView]


class ForbiddenSaid(ServerModel, frozen=True, tag="forbidden"):
    """A phrase that must not be said was said; `instead` is the right one."""

    call_id: str
    phrase: str
    instead: str | None
    sources: list[str]


class TaskDue(ServerModel, frozen=True, tag="task_due"):
    """Something promised or owed is due soon, or overdue (`due_in_s` below zero); to its agent and the supervisors."""

    task_id: str
    kind: str
    call_id: str
    agent: str | None
    text: str
    due_in_s: float


class MessageRead(ServerModel, frozen=True, tag="message_read"):
    message_id: str


class NoteKept(ServerModel, frozen=True, tag="note_kept"):
    """The note is in the book."""

    note: NoteView


class Refused(ServerModel, frozen=True, tag="refused"):
    """A request could not be done; `reply_to` is its `type`."""

    reply_to: str
    reason: str


class Beat(ServerModel, frozen=True, tag="beat"):
    """Nothing new; sent when nothing else was for a while, so a page that hears nothing knows the line is dead."""


ServerMessage = (
    Hello
    | Snapshot
    | LineChanged
    | CallChanged
    | CallGone
    | CardShown
    | CardGone
    | WaitingChanged
    | NoticeShown
    | NoticeGone
    | Transcript
    | Levels
    | EscalationChanged
    | AgentChanged
    | OwnersChanged
    | ForbiddenSaid
    | TaskDue
    | SupervisorSays
    | MessageRead
    | NoteKept
    | Refused
    | Beat
)


def encode(message: ServerMessage) -> bytes:
    """One message as UTF-8 JSON."""
    return msgspec.json.encode(message)
