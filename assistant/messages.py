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
    SendToAttendant,
    SetCaller,
    StartDemoCall,
    TellAgent,
    TestLine,
    TransferCall,
    decode,
)

__all__ = [
    "MAX_BROWSER_MESSAGE_BYTES",
    "BrowserMessage",
    "BrowserModel",
    "CallUpSituation",
    "CompleteTransfer",
    "Escalate",
    "HandleEscalation",
    "HangUpCall",
    "JoinCall",
    "Model",
    "MoveCard",
    "Note",
    "PickUp",
    "SendToAttendant",
    "SetCaller",
    "StartDemoCall",
    "TellAgent",
    "TestLine",
    "TransferCall",
    "decode",
]
"""What a browser sends, so that the protocol is found in one place."""

PROTOCOL_VERSION = 1

Role = Literal["agent", "supervisor", "quality", "admin"]
PartyName = Literal["caller", "agent"]
StageName = Literal["greeting", "need", "solve", "confirm", "close"]
PartState = Literal["ok", "degraded", "down"]


class Part(Model, frozen=True):
    """One part of the program as the page shows it; `text` says what is wrong and what still works."""

    name: Literal[
        "pbx", "trunk", "line", "audio", "recognizer", "records", "duty", "notices", "crm", "scripts", "program"
    ]
    state: PartState
    text: str


class LineView(Model, frozen=True):
    """State of the line: its parts, the pack in force, the model in use."""

    parts: list[Part]
    pack: str
    model: str
    model_is_demo: bool
    waiting: int
    """Callers waiting in queues."""
    lines_in_use: int = 0
    """Lines of the 400 number that are taken now."""
    lines: int | None = None
    """How many it has; None where nobody has said."""


class CountdownView(Model, frozen=True):
    label: str
    total_s: float
    remaining_s: float


class CardView(Model, frozen=True):
    """The card as it is read. See `prompts.advice.Card`."""

    card_id: str
    call_id: str
    situation_id: str
    sources: list[str]
    title: str
    phrase: str
    verbatim: str | None
    hint: str | None
    next_phrase: str | None
    never: list[str]
    step: int
    steps: int
    countdown: CountdownView | None
    why: str
    evidence: list[str]
    priority: int
    buttons: list[
        Literal["hang_up", "escalate", "understood", "consented", "transfer", "call_back", "attendant"]
    ]
    pack: str
    pack_version: str


class WaitingView(Model, frozen=True):
    card_id: str
    situation_id: str
    title: str
    priority: int


class CallView(Model, frozen=True):
    """A live call with its clocks. `state_s`: for how long it is in `state`."""

    call_id: str
    state: Literal["queued", "ringing", "talking", "held", "transferring", "ended"]
    state_s: float
    total_s: float
    ring_s: float | None
    caller_number: str | None
    caller_name: str | None
    region: str | None
    dialled: str | None
    queue: str | None
    direction: Literal["inbound", "outbound", "internal"]
    agent: str | None
    ringing_agents: list[str]
    held_by: PartyName | None
    surname: str | None
    title: str | None
    audio: PartState
    situation: str | None
    """Title of the primary card's situation."""
    escalated: bool
    silence_s: float | None
    """For how long neither side has spoken; None while somebody speaks or nothing can be heard."""
    stages: list[StageName] = msgspec.field(default_factory=list)
    """Which of greeting, need, solve, confirm and close were heard so far, in that order (S4-05)."""
    handing_to: str | None = None
    """Who was asked to take the caller; one more click leaves the caller with them (S0-03)."""
    crm_url: str | None = None
    """The caller in the company's own customer system; only of answered inbound calls, where one is set."""


class LineOfText(Model, frozen=True):
    """One transcript line. The same `utterance` of the same party replaces its partial."""

    call_id: str
    party: PartyName
    utterance: int
    text: str
    final: bool
    confidence: float | None
    marks: list[str]
    """Words in it that fired a rule."""
    at_s: float
    """Seconds since the call was answered."""


class EscalationView(Model, frozen=True):
    escalation_id: str
    call_id: str
    agent: str | None
    caller_number: str | None
    reason: str
    sources: list[str]
    excerpt: str
    urgent: bool
    age_s: float
    state: Literal["open", "acknowledged", "closed"]
    by: str | None
    note: str | None
    repeats: int
    assigned_to: str | None = None


class AgentView(Model, frozen=True):
    """An agent as supervisors see one."""

    extension: str
    name: str
    online: bool
    phone: Literal["idle", "ringing", "in_use", "busy", "on_hold", "unavailable", "unknown"]
    call_id: str | None
    talk_s: float
    """Time on calls today (S1-28)."""


class OwnerView(Model, frozen=True):
    """Who takes enquiries of a kind (S0-03, S0-04), and whether that phone is free."""

    number: str
    name: str
    topic: str
    situations: list[str]
    """Ids of the situations whose callers are handed to them."""
    phone: Literal["idle", "ringing", "in_use", "busy", "on_hold", "unavailable", "unknown"]


class SituationView(Model, frozen=True):
    """A situation that can be called up by hand."""

    situation_id: str
    title: str
    sources: list[str]
    initials: str
    """Pinyin initials of the title, for the search."""


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
    crm_opens: bool = False
    """The page opens `crm_url` by itself when its agent answers."""


class Snapshot(ServerModel, frozen=True, tag="snapshot"):
    """Everything this browser may see, as of now. Replaces what it had."""

    line: LineView
    calls: list[CallView]
    cards: list[CardView]
    """Primary cards of the calls it may see, at most one a call; and notices to everyone."""
    waiting: dict[str, list[WaitingView]]
    """By call id."""
    transcript: list[LineOfText]
    escalations: list[EscalationView]
    agents: list[AgentView]
    situations: list[SituationView]
    owners: list[OwnerView] = msgspec.field(default_factory=list)


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


class NoticeShown(ServerModel, frozen=True, tag="notice"):
    """A card for everyone on duty, such as a call that rings on (S0-02)."""

    card: CardView


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


class SupervisorSays(ServerModel, frozen=True, tag="supervisor_says"):
    call_id: str | None
    by: str
    text: str


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
    | Refused
    | Beat
)


def encode(message: ServerMessage) -> bytes:
    """One message as UTF-8 JSON."""
    return msgspec.json.encode(message)
