"""The one record of a live call: every fact the program keeps about it, and its clocks.

It knows nothing of screens; `views` reads it, the other modules of the core change it.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from ami_bridge.events import CallId, CallStarted, ChannelName, Direction, Extension, Party
from assistant.core.audio import CallAudio
from assistant.messages import LineOfText, NoteView, SituationView
from prompts.advice import Advice, Card, Mood, Waiting
from prompts.facts import CallContext, CardId, Fact, SituationId
from prompts.stages import Stage as ScriptStage

TRANSCRIPT_LINES = 200
"""Lines of one call kept for a browser that connects; the book has them all."""


class CallState(StrEnum):
    QUEUED = "queued"
    RINGING = "ringing"
    TALKING = "talking"
    HELD = "held"
    TRANSFERRING = "transferring"


class Engine(Protocol):
    """What the core needs of a `prompts.engine.SituationEngine`."""

    @property
    def pack(self) -> str:
        """The name of the pack it goes by."""

    def has(self, situation_id: SituationId) -> bool:
        """Whether that pack has the situation."""

    def on_fact(self, fact: Fact, now: float) -> list[Advice]: ...
    def next_deadline(self) -> float | None: ...
    def on_timer(self, now: float) -> list[Advice]: ...
    def instead_of(self, situation_id: SituationId) -> str | None:
        """What to say in place of what this situation forbids."""


class Scripts(Protocol):
    """The packs in force, as the core sees them."""

    def engine(self, context: CallContext) -> Engine:
        """An engine with the pack chosen by the dialled number or the queue."""

    def situations(self) -> Sequence[SituationView]: ...

    def names(self) -> list[str]:
        """Of the packs in force; first the one for calls that neither number nor queue gives another."""

    def describe(self) -> str: ...


class Stage:
    """Where the call stands and how long it has stood anywhere."""

    def __init__(self, began_at: float) -> None:
        self.began_at = began_at
        self.state = CallState.QUEUED
        self.since = began_at
        self._spent = dict.fromkeys(CallState, 0.0)

    def move(self, state: CallState, now: float) -> None:
        if state is not self.state:
            self._spent[self.state] += now - self.since
            self.state, self.since = state, now

    def spent(self, state: CallState, now: float) -> float:
        running = now - self.since if state is self.state else 0.0
        return self._spent[state] + running


@dataclass(slots=True)
class Leg:
    """The agent who answered, and since when. A call has one more with every agent who takes it over."""

    number: int
    agent: Extension
    caller_channel: ChannelName
    agent_channel: ChannelName
    answered_at: float
    talked_before: float
    held_before: float
    left: bool = False
    """The caller was sent on to where no agent is: the call goes on, this agent has nothing to do with it any more."""


class Voices:
    """Who is speaking, and how long nobody has been."""

    def __init__(self) -> None:
        self._speaking: set[Party] = set()
        self._silent_since: float | None = None
        self._silence_s = 0.0
        self._speaks_since: dict[Party, float] = {}
        self._spoken = dict.fromkeys(Party, 0.0)
        self.agent_first_spoke_at: float | None = None
        self.shouting: frozenset[Party] = frozenset()

    def shout(self, party: Party, present: bool) -> bool:
        """True if this changes who shouts."""
        before = self.shouting
        self.shouting = before | {party} if present else before - {party}
        return self.shouting != before

    def heard_from(self, at: float) -> None:
        """The call can be heard from now on; until somebody speaks, it is silent."""
        if self._silent_since is None and not self._speaking:
            self._silent_since = at

    def begin(self, party: Party, at: float) -> bool:
        """True if this ended a silence."""
        if party is Party.AGENT and self.agent_first_spoke_at is None:
            self.agent_first_spoke_at = at
        self._speaking.add(party)
        self._speaks_since.setdefault(party, at)
        return self._end_silence(at)

    def end(self, party: Party, at: float) -> bool:
        """True if this began a silence."""
        if party not in self._speaking:
            return False
        self._speaking.discard(party)
        self._count(party, at)
        if self._speaking:
            return False
        self._silent_since = at
        return True

    def deafen(self, at: float) -> None:
        """Nothing can be concluded from now on: no audio, or nobody to listen to."""
        for party in self._speaking:
            self._count(party, at)
        self._speaking.clear()
        self.shouting = frozenset()
        self._end_silence(at)

    def silent_for(self, now: float) -> float | None:
        return None if self._silent_since is None else max(0.0, now - self._silent_since)

    def total_silence(self, now: float) -> float:
        return self._silence_s + (self.silent_for(now) or 0.0)

    def spoken(self, now: float) -> tuple[float, float] | None:
        """Seconds the agent and the caller have spoken; None while nobody has."""
        running = {party: max(0.0, now - since) for party, since in self._speaks_since.items()}
        agent, caller = (
            round(self._spoken[party] + running.get(party, 0.0), 3) for party in (Party.AGENT, Party.CALLER)
        )
        return (agent, caller) if agent + caller > 0 else None

    def _count(self, party: Party, at: float) -> None:
        self._spoken[party] += max(0.0, at - self._speaks_since.pop(party, at))

    def _end_silence(self, at: float) -> bool:
        if self._silent_since is None:
            return False
        self._silence_s += max(0.0, at - self._silent_since)
        self._silent_since = None
        return True


@dataclass(slots=True)
class Script:
    """What the engine has put on the screens for this call."""

    engine: Engine | None = None
    abandoned: bool = False
    deadline: float | None = None
    card: Card | None = None
    notices: dict[CardId, Card] = field(default_factory=dict)
    waiting: tuple[Waiting, ...] = ()
    stages: tuple[ScriptStage, ...] = ()
    """How far the call has come (S4-05)."""
    fired: dict[str, None] = field(default_factory=dict)
    """Situations in the order they first fired."""
    mood: Mood | None = None
    """The worst any of them told of; who was abused is not calm because the voice has dropped."""
    complaint: str | None = None
    """The type of complaint it is."""

    @property
    def pack(self) -> str | None:
        return None if self.engine is None else self.engine.pack

    def has(self, situation_id: SituationId) -> bool:
        """Whether it can be called up in this call."""
        return self.engine is not None and self.engine.has(situation_id)


@dataclass(frozen=True, slots=True)
class Handing:
    """The agent is asking a colleague to take the caller."""

    to: Extension
    since: float


@dataclass(slots=True)
class LiveCall:
    started: CallStarted
    stage: Stage
    known_since: float
    """Later than the call's beginning for one found alive after a reconnect."""
    queue: str | None = None
    ringing: dict[Extension, ChannelName | None] = field(default_factory=dict)
    """The phones that ring, with the channels that do."""
    rang_at: float | None = None
    ring_s: float | None = None
    wait_s: float | None = None
    leg: Leg | None = None
    held_by: Party | None = None
    music: bool = False
    region: str | None = None
    crm_url: str | None = None
    """The caller in the company's own customer system."""
    surname: str | None = None
    title: str | None = None
    escalated: bool = False
    handing: "Handing | None" = None
    taken_by: Extension | None = None
    """The supervisor who asked for the caller last."""
    audio: CallAudio = field(default_factory=CallAudio)
    voices: Voices = field(default_factory=Voices)
    script: Script = field(default_factory=Script)
    notes: list[NoteView] = field(default_factory=list)
    """What its agents wrote down and the book has."""
    transcript: deque[LineOfText] = field(default_factory=lambda: deque(maxlen=TRANSCRIPT_LINES))

    @property
    def call_id(self) -> CallId:
        return self.started.call_id

    @property
    def agent(self) -> Extension | None:
        return None if self.leg is None or self.leg.left else self.leg.agent

    @property
    def assisted(self) -> bool:
        """Only callers from outside are helped with; our own calls out have no script."""
        return self.started.direction is Direction.INBOUND and not self.script.abandoned

    @property
    def caller_channel(self) -> ChannelName:
        return self.started.channel if self.leg is None else self.leg.caller_channel

    @property
    def agent_is_heard(self) -> bool:
        """Whether what the caller hears is the agent: neither ringing, nor music, nor a prompt."""
        talks = self.stage.state in (CallState.TALKING, CallState.HELD) and not self.held_by_agent
        return talks and not self.music

    @property
    def held_by_agent(self) -> bool:
        return self.stage.state is CallState.HELD and self.held_by is Party.AGENT

    def asks(self, colleague: str) -> bool:
        """Whether this colleague is being asked to take the caller."""
        return self.handing is not None and self.handing.to == colleague

    def next_deadline(self) -> float | None:
        script, audio = self.script.deadline, self.audio.suspected_at
        return audio if script is None else script if audio is None else min(script, audio)

    def watchers(self) -> list[Extension]:
        """The agents whose call this is: who talks, or every one whose phone rings for it."""
        ringing = [agent for agent in self.ringing if agent != self.agent]
        return ringing if self.agent is None else [self.agent, *ringing]

    def keep_line(self, line: LineOfText) -> None:
        """The same utterance of the same party replaces its earlier text."""
        for index in range(len(self.transcript) - 1, max(-1, len(self.transcript) - 5), -1):
            kept = self.transcript[index]
            if kept.party == line.party and kept.utterance == line.utterance and not kept.final:
                self.transcript[index] = line
                return
        self.transcript.append(line)

    def last_words(self, party: Party, lines: int = 2) -> str:
        said = [line.text for line in self.transcript if line.party == party.value and line.final]
        return " ".join(said[-lines:])
