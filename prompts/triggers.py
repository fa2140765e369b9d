"""What makes a situation begin: a closed union of triggers, each a few values in a pack.

A *timed* trigger says since when its condition holds (`since`) and fires `after` that long; a *sudden* one looks at one
fact (`met`); a *heard* one names a lexicon and is found by the matcher. Triggers know the call, never the engine.
"""

from typing import Annotated, ClassVar, Literal

from pydantic import Field, PositiveFloat, PositiveInt

from prompts.call import BACK_AFTER_S, CallSoFar
from prompts.facts import Answered, Consulting, Fact, HungUp, Said, Sound, Speaker, TransferFell, Transferred
from prompts.handing_on import OnConsulting, OnTransferFell, OnTransferred
from prompts.lexicon import Model
from prompts.occasion import NAMES, SOUND_NAMES, Cadence, Occasion, Rung

# -- timed ---------------------------------------------------------------------------------------------------------------


class Timed(Model):
    """Fires `after` seconds of its condition, then every `every` seconds while it lasts."""

    after: PositiveFloat
    every: PositiveFloat | None = None
    pauses: ClassVar[bool] = False
    """Its clock goes on while it cannot fire: a hold does not end a long call."""


class OnAgentSilentAfterAnswer(Timed):
    """Nobody greeted the caller (S1-10)."""

    kind: Literal["agent_silent_after_answer"]
    rung: Rung = Rung()

    def since(self, call: CallSoFar, cadence: Cadence) -> float | None:
        if not call.talking or call.staff.spoke or call.held_here or call.staff.heard_since is None:
            return None
        return call.answered_at if self.rung.holds(call.ring_s, cadence) else None

    def why(self, seconds: float) -> str:
        return f"接通 {seconds:g} 秒坐席尚未应答"


class OnBothSilent(Timed):
    """Neither side speaks. `caller_spoke`: whether the caller must, or must not, have spoken since the answer."""

    kind: Literal["both_silent"]
    caller_spoke: bool | None = None
    goodbye: bool = False
    """Only once the agent has said goodbye (S2-60)."""
    unannounced: bool = False
    """Not while the agent looks something up: having asked the caller to wait, or with a muted phone (S2-18)."""

    def since(self, call: CallSoFar, cadence: Cadence) -> float | None:
        if self.caller_spoke is not None and call.caller.spoke is not self.caller_spoke:
            return None
        if self.goodbye and not call.goodbye_said:
            return None
        return call.idle_since() if self.unannounced else call.quiet_since()

    def why(self, seconds: float) -> str:
        return f"双方静默 {seconds:g} 秒"


class OnNoResponse(Timed):
    """The agent leaves the caller without a word, not on hold; a muted phone counts (S1-11, S2-49)."""

    kind: Literal["no_response"]

    def since(self, call: CallSoFar, cadence: Cadence) -> float | None:
        if not call.talking or call.staff.heard_since is None or call.staff.speaking_since is not None:
            return None
        if not call.caller.spoke or call.caller.speaking_since is not None:
            return None
        ends = (call.answered_at, call.staff.heard_since, call.staff.ended_at, call.caller.ended_at)
        return max(end for end in ends if end is not None)

    def why(self, seconds: float) -> str:
        return f"坐席 {seconds:g} 秒没有回应客户"


class OnQuestionUnanswered(Timed):
    """The caller asked and nobody answers (S1-12)."""

    kind: Literal["question_unanswered"]

    def since(self, call: CallSoFar, cadence: Cadence) -> float | None:
        if not call.talking or call.caller.speaking_since is not None or call.staff.heard_since is None:
            return None
        if call.question_at is None or call.caller.ended_at is None:
            return call.question_at
        # Who goes on speaking is still asking; what was said is known a moment after the voice has ended.
        return max(call.question_at, call.caller.ended_at)

    def why(self, seconds: float) -> str:
        return f"客户提问 {seconds:g} 秒未得到回答"


class OnRingingOver(Timed):
    """The phone rings on (S0-02). Over all agents and rounds, from the first ring."""

    kind: Literal["ringing_over"]

    def since(self, call: CallSoFar, cadence: Cadence) -> float | None:
        return None if call.over else call.ringing_since

    def why(self, seconds: float) -> str:
        return f"已响铃 {seconds:g} 秒无人接听"


class OnHeldOver(Timed):
    """The agent keeps the caller on hold. `total` counts earlier holds of the call and a muted phone too (S3-16)."""

    kind: Literal["held_over"]
    total: bool = False

    def since(self, call: CallSoFar, cadence: Cadence) -> float | None:
        if call.over:
            return None
        if self.total and call.talking and call.muted_since is not None:
            return call.muted_since - call.held_before
        if call.held_since is None or call.held_by is not Speaker.AGENT:
            return None
        return call.held_since - (call.held_before if self.total else 0.0)

    def why(self, seconds: float) -> str:
        return f"客户已等候 {seconds:g} 秒"


class OnResumed(Timed):
    """The agent is back with the caller, whose hold lasted `held` seconds at least."""

    kind: Literal["resumed"]
    after: PositiveFloat = BACK_AFTER_S
    held: float = 0.0

    def since(self, call: CallSoFar, cadence: Cadence) -> float | None:
        return call.resumed_at if call.talking and call.last_hold_s >= self.held else None

    def why(self, seconds: float) -> str:
        return "从保持转回"


class OnMuted(Timed):
    """The agent's phone is muted; `told`: whether the caller was told before (S3-14)."""

    kind: Literal["muted"]
    told: bool | None = None

    def since(self, call: CallSoFar, cadence: Cadence) -> float | None:
        if not call.talking or (self.told is not None and call.wait_announced is not self.told):
            return None
        return call.muted_since

    def why(self, seconds: float) -> str:
        return f"坐席静音 {seconds:g} 秒" + (",事先未说明" if self.told is False else "")


class OnMusicMissing(Timed):
    """On hold, and the caller hears no music (S1-18)."""

    kind: Literal["music_missing"]

    def since(self, call: CallSoFar, cadence: Cadence) -> float | None:
        without = call.held_by is Speaker.AGENT and call.music_since is None
        return call.held_since if without and not call.over else None

    def why(self, seconds: float) -> str:
        return f"保持 {seconds:g} 秒,没有等待音乐"


class OnTalkingOver(Timed):
    """The call is long (S0-13)."""

    pauses: ClassVar[bool] = True
    kind: Literal["talking_over"]
    name_unknown: bool = False
    """Only while the caller's name is unknown (S0-23)."""

    def since(self, call: CallSoFar, cadence: Cadence) -> float | None:
        if not call.talking:
            return None
        if self.name_unknown and (call.surname or call.found_alive or not call.caller.spoke):
            return None
        return call.answered_at

    def why(self, seconds: float) -> str:
        return f"通话已 {seconds:g} 秒" + (",尚不知客户姓名" if self.name_unknown else "")


class OnNameUnused(Timed):
    """The surname is known, and the agent has not called the caller by it for so long (S1-25); never while the caller speaks."""

    kind: Literal["name_unused"]

    def since(self, call: CallSoFar, cadence: Cadence) -> float | None:
        if not call.talking or call.staff.heard_since is None or call.caller.speaking_since is not None:
            return None
        return None if call.named_at is None else max(call.named_at, call.answered_at or 0.0)

    def why(self, seconds: float) -> str:
        return f"知道客户姓氏,{seconds:g} 秒没有称呼"


class OnSound(Timed):
    """A voice sounds so for a while."""

    kind: Literal["sound"]
    speaker: Speaker
    sound: Sound
    anew: bool = False
    """So again with every turn of the speaker that is long enough to be judged by, and never while nobody speaks."""

    def since(self, call: CallSoFar, cadence: Cadence) -> float | None:
        # A broken-up voice measures as noise, and its speaker's room is not to blame (S4-28).
        lossy = self.sound is Sound.NOISY and (self.speaker, Sound.NETWORK_LOSS) in call.sounds
        silent = lossy or not call.talking
        return None if silent else call.sounds_since(self.speaker, self.sound, anew=self.anew)

    def why(self, seconds: float) -> str:
        return f"{NAMES[self.speaker]}{SOUND_NAMES[self.sound]},持续 {seconds:g} 秒"


class OnTalkOver(Timed):
    """Both speak at once (S2-16). `loud`: and both shout, which is a quarrel (S4-24)."""

    kind: Literal["talk_over"]
    loud: bool = False

    def since(self, call: CallSoFar, cadence: Cadence) -> float | None:
        shouting = [call.sounds_since(who, Sound.SHOUTING) for who in Speaker if self.loud]
        begun = [since for since in (call.overlap_since, *shouting) if since is not None]
        return max(begun) if call.talking and len(begun) == 1 + len(shouting) else None

    def why(self, seconds: float) -> str:
        return f"双方{'高声' if self.loud else ''}同时说话 {seconds:g} 秒"


class OnAgentExplained(Timed):
    """The agent pauses (`after`) behind a long explanation of `spoke_for` seconds (S0-43)."""

    kind: Literal["agent_explained"]
    spoke_for: PositiveFloat = 20.0

    def since(self, call: CallSoFar, cadence: Cadence) -> float | None:
        if call.agent_turn_s < self.spoke_for or call.caller.speaking_since is not None:
            return None
        return call.quiet_since()

    def why(self, seconds: float) -> str:
        return "坐席作了较长的解释"


TimedTrigger = (
    OnAgentSilentAfterAnswer
    | OnBothSilent
    | OnNoResponse
    | OnQuestionUnanswered
    | OnRingingOver
    | OnHeldOver
    | OnResumed
    | OnMusicMissing
    | OnMuted
    | OnTalkingOver
    | OnNameUnused
    | OnSound
    | OnTalkOver
    | OnAgentExplained
)


# -- sudden --------------------------------------------------------------------------------------------------------------


class OnAnswered(Model):
    kind: Literal["answered"]
    rung: Rung = Rung()
    again: bool = False
    """True: only when another agent takes the call over."""

    def met(self, fact: Fact, call: CallSoFar, cadence: Cadence) -> Occasion | None:
        if not isinstance(fact, Answered) or call.found_alive or fact.again is not self.again:
            return None
        if not self.rung.holds(fact.ring_s, cadence):
            return None
        return Occasion("电话接通" if self.rung.rings_over is None else f"响铃 {fact.ring_s:.0f} 秒后接通")


class OnHungUp(Model):
    """Who hung up. No card can follow; marks and escalations can (S2-16)."""

    kind: Literal["hung_up"]
    by: Speaker
    goodbye: bool | None = None
    """Whether the agent must, or must not, have said goodbye or come to a script's own hang-up; judged only where the agent
    can be heard."""

    def met(self, fact: Fact, call: CallSoFar, cadence: Cadence) -> Occasion | None:
        if not isinstance(fact, HungUp) or fact.by is not self.by or call.answered_at is None:
            return None
        parted = call.goodbye_said or call.may_hang_up
        if self.goodbye is not None and (call.staff.heard_since is None or parted is not self.goodbye):
            return None
        return Occasion(f"{NAMES[self.by]}先挂机")


class OnFastSpeech(Model):
    """The agent's last utterances were faster than a caller can write down (S0-27); Mandarin is 4 to 5 a second."""

    kind: Literal["fast_speech"]
    chars_per_s: PositiveFloat = 6.5

    def met(self, fact: Fact, call: CallSoFar, cadence: Cadence) -> Occasion | None:
        if not isinstance(fact, Said) or not fact.final or fact.who is not Speaker.AGENT or not call.talking:
            return None
        pace = call.pace.recent
        if pace is None or pace < self.chars_per_s:
            return None
        return Occasion(f"坐席语速 {pace:.1f} 字/秒")


SUDDEN_FACTS = (Answered, Consulting, Transferred, TransferFell, HungUp, Said)
"""The kinds of fact that sudden triggers look at."""
SuddenTrigger = OnAnswered | OnConsulting | OnTransferred | OnTransferFell | OnHungUp | OnFastSpeech


# -- heard ---------------------------------------------------------------------------------------------------------------


class OnHeard(Model):
    """Words of a lexicon were said."""

    kind: Literal["heard"]
    speaker: Speaker = Speaker.CALLER
    lexicon: str
    confidence: float = 0.0
    partial: bool = False
    """Whether a partial result may fire it: urgent words only. It must say so twice."""
    times: PositiveInt = 1
    """How many utterances of the call must have held them."""
    first: bool = False
    """Only the speaker's first utterance (S2-25)."""


class OnNamed(Model):
    """The caller's surname became known: told on the line, or written in the record form (S2-26, S3-08)."""

    kind: Literal["caller_named"]


class OnColleagueAsked(Model):
    """The caller asks for one of the other agents by name (S0-25)."""

    kind: Literal["colleague_asked"]


class OnNotUnderstood(Model):
    """Clear speech the recognizer cannot make sense of: a dialect, most likely (S0-21). What is understood makes up for what was not."""

    kind: Literal["not_understood"]
    speaker: Speaker = Speaker.CALLER
    confidence_below: float = 0.8
    enough: PositiveFloat | None = None
    """How much must be missing: seconds of utterances not shorter than `voiced`, counted by how far their confidence falls short."""
    in_row: PositiveInt = 1
    voiced: float = 1.0
    level_dbfs: float = -40.0
    snr_db: float = 10.0


class ByHand(Model):
    """Only the agent can know. Every situation can be called up by hand; this one has no other trigger."""

    kind: Literal["by_hand"]


Trigger = Annotated[
    TimedTrigger | SuddenTrigger | OnHeard | OnNamed | OnColleagueAsked | OnNotUnderstood | ByHand,
    Field(discriminator="kind"),
]
