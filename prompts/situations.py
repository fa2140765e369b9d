"""What a script pack says: situations, their steps and phrases. Data only; how it runs is the engine's business."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, NonNegativeFloat, PositiveFloat, PositiveInt, field_validator

from prompts.advice import Audience, CardButton, Mood
from prompts.lexicon import Lexicon, Model
from prompts.occasion import Cadence
from prompts.templates import Template, TemplateError
from prompts.topics import Topic
from prompts.triggers import Trigger

ASKING = ("?", "?", "吗", "请您", "麻烦您", "能否", "是否")
"""A phrase with one of these wants something of the caller."""
URGENT = 80
"""From this priority on a card comes in spite of the call's budget, and before what the agent called up earlier."""


class RowClass(StrEnum):
    """Class of the rule a situation comes from, as the acceptance list names them."""

    REAL_TIME = "R"
    PROCESS = "P"
    TELEPHONY = "T"
    KNOWLEDGE = "K"
    HUMAN = "H"
    QUALITY = "QA"


class HangUp(StrEnum):
    """What the end of the last wait means."""

    NONE = "none"
    AGENT_CONFIRMS = "agent_confirms"
    AFTER_WAIT = "after_wait"
    AFTER_CONSENT = "after_consent"


class Attendant(StrEnum):
    """Whether the last step may end with the caller at the automated attendant (S0-39)."""

    NEVER = "never"
    AGENT_CONFIRMS = "agent_confirms"
    AFTER_SCRIPT = "after_script"
    """By itself, once the last phrase was said."""


class CancelOn(StrEnum):
    """What makes a card pointless: it answers something that is no longer so."""

    CALLER_SPEAKS = "caller_speaks"
    AGENT_SPEAKS = "agent_speaks"
    AGENT_SPOKE = "agent_spoke"
    """As above, but a card that is read stays until the agent has finished: nobody reads on from an empty screen."""
    ANSWERED = "answered"
    HELD = "held"
    RESUMED = "resumed"
    SOUND_GONE = "sound_gone"
    NAME_USED = "name_used"
    """The agent has called the caller by name."""
    SAID_OTHERWISE = "said_otherwise"
    """The agent has said something to the caller that is neither (a part of) its phrase nor another card's."""
    CALLER_REPLIES = "caller_replies"
    """The agent has spoken since the card came, in its words or others, and the caller has answered: its moment is over."""


class EscalateWhen(StrEnum):
    FIRED = "fired"
    AGAIN = "again"
    """The same situation comes up once more while its script runs, or after it."""
    LAST_STEP = "last_step"


def _whole(source: str) -> str:
    try:
        Template.parse(source)
    except TemplateError as broken:
        raise ValueError(str(broken)) from broken
    return source


class ThenSilence(Model):
    """稍停五秒: neither side speaks for so long, counted from the end of the agent's phrase."""

    kind: Literal["silence"]
    seconds: PositiveFloat
    label: str = "稍停"


class ThenPause(Model):
    """So long after the phrase, whoever speaks (然后过5秒)."""

    kind: Literal["pause"]
    seconds: PositiveFloat
    label: str = "稍停"


class ThenAgain(Model):
    """Only if what began it is so again after the phrase was said (若仍不清, 继续讲方言)."""

    kind: Literal["again"]


class ThenSaid(Model):
    """As soon as the phrase was said."""

    kind: Literal["said"]


class ThenConsent(Model):
    """When the caller agreed: the agent says so by button (S2-49, S3-16)."""

    kind: Literal["consent"]


Then = Annotated[ThenSilence | ThenPause | ThenAgain | ThenSaid | ThenConsent, Field(discriminator="kind")]


class Step(Model):
    """One phrase to say. Several variants take turns from call to call."""

    say: str | Annotated[tuple[str, ...], Field(min_length=1)]
    verbatim: str | tuple[str, ...] | None = None
    """The document's own text, where `say` corrects or fills it; a list when each variant has its own."""
    plain: str | None = None
    """The form without variables, for when a value is unknown."""
    hint: str | None = None
    """What to do rather than say; variables as in `say`, without a form of its own for unknown ones."""
    then: Then | None = None
    """What leads to the next step, or to the end of the script; None: the phrase said is the end."""
    asks: bool | None = None
    """Whether it wants something of the caller; by itself: told from the words."""
    either: tuple[str, ...] = ()
    """Other wordings the document allows; any of them ticks the step off."""

    @property
    def variants(self) -> tuple[str, ...]:
        return (self.say,) if isinstance(self.say, str) else self.say

    def document_text(self, variant: int) -> str | None:
        """Of one variant, where it was written down; without variables the phrase is the document's own."""
        if isinstance(self.verbatim, tuple):
            return self.verbatim[variant % len(self.verbatim)]
        return self.verbatim

    @property
    def asking(self) -> bool:
        if self.asks is not None:
            return self.asks
        return any(sign in phrase for phrase in self.variants for sign in ASKING)

    @field_validator("say", "either")
    @classmethod
    def _say_whole(cls, value: str | tuple[str, ...]) -> str | tuple[str, ...]:
        for phrase in (value,) if isinstance(value, str) else value:
            _whole(phrase)
        return value

    @field_validator("plain", "hint")
    @classmethod
    def _plain_whole(cls, value: str | None) -> str | None:
        return value if value is None else _whole(value)


class Never(Model):
    """What must not be said (`say`, listened for) or done (`do`, only shown)."""

    say: str | None = None
    do: str | None = None
    whole: bool | None = None
    """Must be the whole utterance to count; by itself: for phrases of four characters and less, see `prompts.forbidden`."""


class Escalate(Model):
    when: Annotated[tuple[EscalateWhen, ...], Field(min_length=1)] = (EscalateWhen.FIRED,)
    reason: str
    sounded: str | None = None
    """The reason where only the voice was heard and no words; by itself: the same."""
    urgent: bool = False


class Addressee(StrEnum):
    """Whom the agent says a situation's phrases to."""

    CALLER = "caller"
    COLLEAGUE = "colleague"
    """Who is asked to take the caller, while the caller waits (S2-43)."""


class Situation(Model):
    """One row (or the same row of several documents) of the scripts."""

    title: str
    sources: Annotated[tuple[str, ...], Field(min_length=1)]
    row: RowClass = RowClass.REAL_TIME
    triggers: Annotated[tuple[Trigger, ...], Field(min_length=1)]
    to: Addressee = Addressee.CALLER
    steps: tuple[Step, ...] = ()
    never: tuple[Never, ...] = ()
    priority: Annotated[int, Field(ge=0, le=100)] = 50
    cooldown: NonNegativeFloat = 30.0
    """Seconds after its card went until it may come again."""
    max_per_call: PositiveInt | None = 1
    """How often it comes in a call; null: as often as it is so. What the agent calls up by hand always comes."""
    requires: tuple[str, ...] = ()
    """Situations one of which must have come up before in this call."""
    inhibits: tuple[str, ...] = ()
    """Situations that do not come up while this one's card is there, and whose cards it removes."""
    ends_talk: bool = False
    """The caller is about to go: cards that were read and are not urgent leave when it comes."""
    settles: tuple[str, ...] = ()
    """Situations that need not come up any more once this one's phrase was said, or its card understood."""
    cancel_on: tuple[CancelOn, ...] = ()
    hangup: HangUp = HangUp.NONE
    attendant: Attendant = Attendant.NEVER
    escalate: Escalate | None = None
    buttons: tuple[CardButton, ...] = ()
    audience: Audience = Audience.AGENT
    expires: PositiveFloat | None = None
    """Seconds on the screen without a word or move; by itself the pack's `card_life`."""
    renews: bool = False
    """Firing again while its card stands brings a new card in its place (every 25 s of hold)."""
    complaint: str | None = None
    """The type of complaint it is, by which the promised hours go (S0-35, X13)."""
    mood: Mood | None = None
    """Of the call from here on, on the supervisors' board."""
    mark: bool = False
    """The supervisor sees it as a thing that must not happen (S1-09)."""


class Titles(Model):
    """How a caller is addressed (X11)."""

    male: str = "先生"
    female: str = "女士"
    unknown: str = "先生/女士"


class Settings(Model):
    """Numbers of a pack."""

    ring_on: PositiveFloat = 1.0
    ring_off: NonNegativeFloat = 4.0
    """China's ring-back cadence: 1 s on, 4 s off; so the third ring ends at 11 s."""
    card_life: PositiveFloat = 30.0
    waiting_life: PositiveFloat = 20.0
    budget: PositiveInt = 30
    """Cards a call; what has priority 80 and above comes nevertheless."""
    trace: PositiveInt = 500

    @property
    def cadence(self) -> Cadence:
        return Cadence(self.ring_on, self.ring_off)


class PackDocument(Model):
    """A script pack as it is written, after `extends` was followed."""

    pack: str
    version: str
    title: str
    about: str = ""
    extends: tuple[str, ...] = ()
    variables: dict[str, str] = Field(default_factory=dict)
    may_know: tuple[str, ...] = ()
    """Variables a call may or may not bring, beside the built-in ones."""
    titles: Titles = Titles()
    topics: tuple[Topic, ...] = ()
    settings: Settings = Settings()
    lexicons: dict[str, Lexicon] = Field(default_factory=dict)
    situations: dict[str, Situation]
    phrases: dict[str, str] = Field(default_factory=dict)
    """Single phrases to put in place of others: `situation.step` → phrase."""
