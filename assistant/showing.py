"""What a page shows of the line, of calls, cards, people and escalations: the shapes inside the messages of `assistant.messages`."""

from typing import Literal

import msgspec

from assistant.asking import Model

Role = Literal["agent", "supervisor", "quality", "admin"]
PartyName = Literal["caller", "agent"]
StageName = Literal["greeting", "need", "solve", "confirm", "close"]
MoodName = Literal["calm", "tense", "angry"]
PhoneTrouble = Literal["off_hook", "gone"]
PartState = Literal["ok", "degraded", "down"]


PartName = Literal[
    "pbx",
    "trunk",
    "line",
    "audio",
    "recognizer",
    "records",
    "duty",
    "notices",
    "crm",
    "scripts",
    "program",
]
"""In the order the page shows them."""


class Part(Model, frozen=True):
    """One part of the program as the page shows it; `text` says what is wrong and what still works."""

    name: PartName
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
    never_do: list[str] = msgspec.field(default_factory=list)
    """What must not be done; `never` is what must not be said."""


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
    talk_share: float | None = None
    """The agent's share of what has been spoken so far (S1-05); None while nothing was."""
    crm_url: str | None = None
    """The caller in the company's own customer system; only of answered inbound calls, where one is set."""
    mood: MoodName = "calm"
    """From the words that fired a rule, voices raised and what was escalated."""
    pack: str | None = None
    """The name of the pack it goes by; None until one was chosen, and for a call that has none."""


class NoteView(Model, frozen=True):
    """What an agent wrote down during the call, and the book has."""

    call_id: str
    agent: str
    text: str


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
    """Reminders sent since nobody took it up."""
    times: int = 1
    """How often the same came up on this call before somebody closed it; the excerpt holds the first words and the newest."""
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
    rest_after_s: float | None = None
    """So much of it and a rest is due; None: nobody has said."""
    role: Role = "agent"
    """Of the account; whoever answers calls without one is an agent."""
    trouble: PhoneTrouble | None = None
    """In use without any call for a minute, or gone from the PBX while somebody sits there (S0-11)."""


class OwnerView(Model, frozen=True):
    """Who takes enquiries of a kind (S0-03, S0-04), and whether that phone is free."""

    number: str
    name: str
    topic: str
    situations: list[str]
    """Ids of the situations whose callers are handed to them."""
    phone: Literal["idle", "ringing", "in_use", "busy", "on_hold", "unavailable", "unknown"]


class SituationView(Model, frozen=True):
    """A situation in calls of these packs; one id has as many rows as packs tell it differently."""

    situation_id: str
    title: str
    sources: list[str]
    initials: str
    """Pinyin initials of the title, for the search."""
    begins_with: str = ""
    """What it waits for, in words: 保持 25 秒."""
    packs: list[str] = msgspec.field(default_factory=list)
    """The names of the packs that have it so; empty: all that are in force."""
    phrased: bool = True
    """It can be called up by hand; False: it only marks and reports, there is nothing to say."""
