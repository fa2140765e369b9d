"""What is known of one call so far: the record the triggers look at.

Only facts go in; nothing is decided here. Instants are the engine's monotonic seconds, counted from when a fact became
true and not from when it was noticed.
"""

from collections.abc import Set
from dataclasses import dataclass, field

from prompts.facts import (
    Answered,
    AudioAvailable,
    CallerKnown,
    Fact,
    Held,
    HoldMusicChanged,
    HungUp,
    Lifted,
    Resumed,
    Ringing,
    Said,
    Sound,
    SoundIs,
    Speaker,
    SpeechBegan,
    SpeechEnded,
    TransferFell,
    Transferred,
)
from prompts.pace import Pace
from prompts.text import normalise
from prompts.topics import Topic

TAP_GRACE_S = 2.5
"""A tap that runs this soon after the answer missed no silence worth speaking of."""
_MUTED = (Speaker.AGENT, Sound.DIGITAL_SILENCE)
GARBLING = (Sound.TOO_QUIET, Sound.NOISY, Sound.FAR, Sound.CLIPPED, Sound.NETWORK_LOSS)
"""What garbles speech for a recognizer as for a person."""
BACK_AFTER_S = 0.3
"""Until an agent who took the caller back counts as being back: an attended transfer takes the caller off hold in the instant
that hands the call on."""
WORDS_COME_S = 0.5
"""Until the words are there, once a voice is known to have ended."""
TALK_GOES_ON_CHARS = 14
"""An agent who says so much after a goodbye has taken the talk up again; 请问还有什么可以帮助您 has not."""
ENOUGH_TO_JUDGE_S = 1.5
"""A turn shorter than this says nothing about how a voice sounds now: a judgement takes so much of it to be taken back."""
FOUND_ALIVE_S = 3.0
"""An answer older than this was not seen: the call was found alive after a restart."""


@dataclass(slots=True)
class Voice:
    """One speaker: whether we hear it, and since when it speaks or is silent."""

    heard_since: float | None = None
    speaking_since: float | None = None
    ended_at: float | None = None
    last_turn: tuple[float, float] | None = None
    """Begin and end of what was said last."""
    judged_from: float | None = None
    """When the last turn began that was long enough to be judged by."""
    spoke: bool = False
    """Since the answer."""

    @property
    def turn_since(self) -> float | None:
        """When the turn began by which the voice is judged now: the running one, until it proves too short."""
        return self.judged_from if self.speaking_since is None else self.speaking_since

    def lose(self) -> None:
        self.heard_since = None
        self.speaking_since = None


@dataclass(frozen=True, slots=True)
class Sounding:
    """How a voice sounds now. `since`: never from before it was heard; `measured`: the numbers behind it."""

    since: float
    measured: str


@dataclass(slots=True)
class CallSoFar:
    """One record, ended with its engine."""

    ringing_since: float | None = None
    answered_at: float | None = None
    ring_s: float = 0.0
    agent: str | None = None
    answers: int = 0
    found_alive: bool = False
    held_since: float | None = None
    held_by: Speaker | None = None
    held_here: bool = False
    """This agent has put the caller on hold: the time for a greeting is past (S1-10), the thanks are due (S2-41)."""
    held_before: float = 0.0
    """Seconds of earlier holds, and of a muted phone."""
    last_hold_s: float = 0.0
    unmuted_at: float | None = None
    resumed_at: float | None = None
    """When this agent took the caller back, who has not been put on hold nor handed on since."""
    music_since: float | None = None
    overlap_since: float | None = None
    words_due: float | None = None
    """The caller has just stopped, and by then it is known what was said."""
    question_at: float | None = None
    """End of the caller's question that nobody has answered yet."""
    agent_turn_s: float = 0.0
    """For how long the agent has spoken since the caller last did."""
    sounds: dict[tuple[Speaker, Sound], Sounding] = field(default_factory=dict)
    transferring: bool = False
    """Handed on, and nobody has answered there yet."""
    transfer_announced: bool = False
    """This agent told the caller that the call will be handed on (S2-42)."""
    wait_announced: bool = False
    """The agent has asked the caller to wait; holds until the agent says something else (S3-14)."""
    goodbye_said: bool = False
    """This agent said goodbye: hanging up first is then no fault (S2-16, S2-60)."""
    may_hang_up: bool = False
    """A script has come to its end at which the agent hangs up (S0-17): doing so is then no fault either."""
    pace: Pace = field(default_factory=Pace)
    """How fast the agent speaks."""
    caller: Voice = field(default_factory=Voice)
    staff: Voice = field(default_factory=Voice)
    surname: str | None = None
    title: str | None = None
    name_written: bool = False
    """By hand: what is heard later does not replace it."""
    named_at: float | None = None
    """When the agent last called the caller by name; before that, since when the surname is known."""
    name_asked: bool = False
    """The agent has just asked who is calling: 李 alone is a name then."""
    names_used: int = 0
    topics: list[Topic] = field(default_factory=list)
    """What the caller has enquired about, in the order it was named."""
    complaint: str | None = None
    """The type of the caller's complaint."""
    colleague: str | None = None
    """Of the agents, whom the caller asked for."""
    over: bool = False

    @property
    def back_at(self) -> float | None:
        """When this agent is back with the caller from hold, for good."""
        return None if self.resumed_at is None else self.resumed_at + BACK_AFTER_S

    def voice(self, who: Speaker) -> Voice:
        return self.caller if who is Speaker.CALLER else self.staff

    @property
    def talking(self) -> bool:
        """Answered, not over, not on hold nor on its way to somebody else: the two can hear each other."""
        apart = self.held_since is not None or self.transferring or self.over
        return self.answered_at is not None and not apart

    @property
    def muted_since(self) -> float | None:
        """A phone's own mute key sends no signal: digital silence does."""
        return self.sounds_since(*_MUTED)

    def sounds_since(self, who: Speaker, sound: Sound, *, anew: bool = False) -> float | None:
        """`anew`: not from before the turn by which the voice is judged now."""
        found = self.sounds.get((who, sound))
        turn = self.voice(who).turn_since if anew else None
        return None if found is None else max(found.since, turn or found.since)

    def is_disturbed(self, who: Speaker) -> bool:
        """Something about the sound explains why this speaker is not understood."""
        return any((who, sound) in self.sounds for sound in GARBLING)

    def quiet_since(self) -> float | None:
        """Since when neither side speaks; None while somebody does or one of them cannot be heard."""
        if self.answered_at is None or not self.talking:
            return None
        since = self.answered_at
        for voice in (self.caller, self.staff):
            if voice.heard_since is None or voice.speaking_since is not None:
                return None
            since = max(since, voice.heard_since, voice.ended_at or since)
        return since

    def idle_since(self) -> float | None:
        """As above, but a wait the caller was asked for and a muted phone are no idleness: other clocks watch them."""
        quiet = self.quiet_since()
        if quiet is None or self.wait_announced or self.muted_since is not None:
            return None
        return max(quiet, self.unmuted_at or quiet)

    def apply(self, fact: Fact, now: float) -> None:
        match fact:
            case Ringing() | Lifted():
                self._ring(fact, now)
            case Answered():
                self._answer(fact, now)
            case SpeechBegan() | SpeechEnded() | AudioAvailable():
                self._hear(fact, now)
            case Held() | Resumed() | HoldMusicChanged():
                self._hold(fact, now)
            case SoundIs():
                self._sound(fact, now)
            case Said() if self.answered_at is not None:
                self._words(fact, now)
            case Transferred() | TransferFell():
                self._hand_on(fact, now)
            case CallerKnown():
                self._write_name(fact, now)
            case HungUp():
                self.over = True
            case _:
                pass

    def told(self, lexicons: Set[str], said: Said, at: float) -> None:
        """What an utterance that ended `at` said, by the names of the built-in lexicons."""
        if "question" in lexicons and self.staff.speaking_since is None:
            self.question_at = at
        self.transfer_announced = self.transfer_announced or "transfer_announced" in lexicons
        if said.who is Speaker.AGENT and said.final and said.text:
            self.wait_announced = "wait_announced" in lexicons
        if "goodbye_agent" in lexicons:
            self.goodbye_said = True
        elif said.final and said.who is Speaker.AGENT and len(said.text) >= TALK_GOES_ON_CHARS:
            self.goodbye_said = False

    def learn_name(self, surname: str | None, title: str | None, now: float) -> None:
        if surname is not None and self.surname != surname:
            self.named_at = now
        self.surname = surname or self.surname
        self.title = title or self.title

    def _write_name(self, form: CallerKnown, now: float) -> None:
        """The form says who calls: also that it is not known, where a name was misheard."""
        surname, title = form.surname, form.title
        written = form.confirmed or self.name_written or surname != self.surname
        self.name_written = surname is not None and written
        if surname != self.surname:
            self.named_at = None if surname is None else now
        self.surname, self.title = surname, title

    def called_by_name(self, said: Said, now: float) -> None:
        self.named_at = now - said.ago
        self.names_used += said.final

    def _ring(self, fact: Ringing | Lifted, now: float) -> None:
        match fact:
            case Ringing(rung_for=rung_for) if self.answered_at is None or self.transferring:
                began = now - rung_for
                self.ringing_since = began if self.ringing_since is None else min(began, self.ringing_since)
            case Lifted():
                self.ringing_since = None
            case _:
                pass

    def _answer(self, fact: Answered, now: float) -> None:
        self.answered_at = now - fact.age
        self.ring_s = fact.ring_s
        if fact.agent != self.agent:
            self._forget_sounds(Speaker.AGENT)
        self.agent = fact.agent
        self.answers += 1
        self.found_alive = fact.age > FOUND_ALIVE_S
        self.ringing_since = self.held_since = self.held_by = self.question_at = self.resumed_at = None
        self.held_here = self.may_hang_up = False
        self.transferring = self.transfer_announced = self.goodbye_said = self.wait_announced = False
        for voice in (self.caller, self.staff):
            voice.spoke = self.found_alive
            voice.ended_at = None

    def _hear(self, fact: SpeechBegan | SpeechEnded | AudioAvailable, now: float) -> None:
        voice = self.voice(fact.who)
        match fact:
            case AudioAvailable(available=False):
                voice.lose()
                self._forget_sounds(fact.who)
            case AudioAvailable():
                if voice.heard_since is None:
                    voice.heard_since = self._heard_from(now)
            case SpeechBegan(ago=ago):
                self._begin(fact.who, voice, now - ago)
            case SpeechEnded(ago=ago):
                self._end(fact.who, voice, now - ago)
                if fact.who is Speaker.CALLER:
                    self.words_due = now + WORDS_COME_S
        both = (self.caller.speaking_since, self.staff.speaking_since)
        self.overlap_since = None if None in both else max(since for since in both if since is not None)

    def _heard_from(self, now: float) -> float:
        at = self.answered_at
        return at if at is not None and now - at <= TAP_GRACE_S else now

    def _begin(self, who: Speaker, voice: Voice, at: float) -> None:
        if voice.heard_since is None:
            voice.heard_since = self._heard_from(at)
        voice.speaking_since = at
        voice.spoke = voice.spoke or self.answered_at is not None
        if who is Speaker.CALLER:
            self.agent_turn_s = 0.0
        else:
            self.question_at = None

    def _end(self, who: Speaker, voice: Voice, at: float) -> None:
        if voice.speaking_since is not None:
            voice.last_turn = (voice.speaking_since, at)
            if at - voice.speaking_since >= ENOUGH_TO_JUDGE_S:
                voice.judged_from = voice.speaking_since
            if who is Speaker.AGENT:
                self.agent_turn_s += at - voice.speaking_since
        voice.speaking_since = None
        voice.ended_at = at if voice.ended_at is None else max(at, voice.ended_at)

    def _hold(self, fact: Held | Resumed | HoldMusicChanged, now: float) -> None:
        match fact:
            case Held(by=by):
                self._unmute(now)
                self.question_at = None  # to be asked to wait is an answer
                self.resumed_at = None
                if self.held_since is None:
                    self.held_since, self.held_by = now, by
                self.held_here = self.held_here or by is Speaker.AGENT
                for voice in (self.caller, self.staff):
                    voice.speaking_since = None
                self.overlap_since = None
            case Resumed(by=by):
                self._resume(now)
                self.resumed_at = now if by is Speaker.AGENT else None
                self.wait_announced = self.wait_announced and by is not Speaker.AGENT
            case HoldMusicChanged(playing=playing):
                self.music_since = now if playing else None

    def _resume(self, now: float) -> None:
        if self.held_since is None:
            return
        self.last_hold_s = now - self.held_since
        self.held_before += self.last_hold_s
        self.held_since = self.held_by = None
        for voice in (self.caller, self.staff):
            if voice.heard_since is not None:
                voice.heard_since = now

    def _sound(self, fact: SoundIs, now: float) -> None:
        key = (fact.who, fact.sound)
        if fact.present:
            since = self.sounds_since(*key)
            if since is None:
                heard_since = self.voice(fact.who).heard_since
                since = now if heard_since is None else max(now - fact.ago, heard_since)
            self.sounds[key] = Sounding(since, fact.measured)
            return
        if key == _MUTED:
            self._unmute(now)
        self.sounds.pop(key, None)

    def _forget_sounds(self, who: Speaker) -> None:
        """How a voice sounded that is heard no more, or was another agent's, is no judgement of what comes."""
        for key in [key for key in self.sounds if key[0] is who]:
            del self.sounds[key]

    def _unmute(self, now: float) -> None:
        muted = self.sounds.pop(_MUTED, None)
        self.unmuted_at = self.unmuted_at if muted is None else now
        if muted is not None and self.talking:
            self.held_before += now - muted.since

    def _hand_on(self, fact: Transferred | TransferFell, now: float) -> None:
        if isinstance(fact, TransferFell) and not self.transferring:
            return  # an attempt that fell while the caller still waits on hold
        self._resume(now)
        self.transferring = isinstance(fact, Transferred)
        self.wait_announced = False
        self.ringing_since = self.resumed_at = None
        for voice in (self.caller, self.staff):
            voice.speaking_since = None
            if voice.heard_since is not None:
                voice.heard_since = now

    def _words(self, fact: Said, now: float) -> None:
        """Recognized words prove speech, whatever voice activity made of it."""
        voice = self.voice(fact.who)
        if fact.final and fact.who is Speaker.CALLER:
            self.words_due = None
        if not fact.text:
            return
        voice.spoke = True
        if fact.final and fact.who is Speaker.AGENT and fact.spoken_s is not None:
            self.pace.add(len(normalise(fact.text).text), fact.spoken_s)
        if fact.final and voice.speaking_since is None:
            at = now - fact.ago
            voice.ended_at = at if voice.ended_at is None else max(at, voice.ended_at)
