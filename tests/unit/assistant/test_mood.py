"""The mood of a call on the supervisors' board: from the words that fired a rule, voices raised and what was escalated."""

from dataclasses import replace

from ami_bridge.events import (
    CallAnswered,
    CallId,
    CallStarted,
    ChannelName,
    Direction,
    Extension,
    Party,
)
from asr.events import AudioJudged, AudioKind, LegId
from assistant.core import Core, CoreSettings, TapChange
from assistant.effects import Effect, SaveFirst, ToSupervisors
from assistant.messages import CallChanged, Escalate, MoodName
from assistant.people import Person
from prompts.advice import Advice, Mood
from prompts.pack import load_pack
from tests.support.engines import OneEngine, a_card, show

CALL = CallId("1.1")
LEG = LegId("leg")
AGENT = Person(1, "8001", "刘敏", "agent")
BOSS = Person(3, "9001", "主管", "supervisor")


class Talk:
    """An answered call that is heard, and its mood as the board is told of it."""

    def __init__(self) -> None:
        self._cards = 0
        self.scripts = OneEngine()
        self.core = Core(self.scripts, CoreSettings(), lambda: "e1")
        trunk, phone = ChannelName("PJSIP/trunk400-1"), ChannelName("PJSIP/8001-2")
        started = CallStarted(CALL, Direction.INBOUND, trunk, "13800138000", None, "4001234567", "trunk400")
        self.core.on_call(started, 0.0)
        self.core.on_call(CallAnswered(CALL, Extension("8001"), trunk, phone, 4.0, 5.0, "line400"), 1.0)
        self.core.on_tap(CALL, TapChange.UP, (Party.CALLER, Party.AGENT), "", 1.0)

    @property
    def mood(self) -> MoodName:
        return self.core.snapshot(BOSS, 9.0).calls[0].mood

    def shouts(self, party: Party, present: bool) -> list[MoodName]:
        return _told(
            self.core.on_speech(CALL, party, AudioJudged(LEG, AudioKind.SHOUTING, present, "m"), 2.0)
        )

    def brings(self, mood: Mood | None) -> list[MoodName]:
        """The next thing that happens brings a card."""
        self._cards += 1
        card = replace(a_card(f"c{self._cards}", title=f"Card {self._cards}"), mood=mood)
        answers: list[list[Advice]] = [[show(card)]]
        self.scripts.noted.answer = lambda _fact, _now: answers.pop() if answers else []
        return _told(self.core.on_speech(CALL, Party.CALLER, AudioJudged(LEG, AudioKind.FAR, True, "m"), 3.0))


def _told(effects: list[Effect]) -> list[MoodName]:
    return [
        e.message.call.mood
        for e in effects
        if isinstance(e, ToSupervisors) and isinstance(e.message, CallChanged)
    ]


def test_a_raised_voice_is_told_at_once_and_only_while_it_lasts() -> None:
    talk = Talk()
    assert talk.mood == "calm"
    assert talk.shouts(Party.AGENT, True) == ["tense"]
    assert talk.shouts(Party.AGENT, True) == []
    assert talk.shouts(Party.CALLER, True) == ["angry"]
    assert talk.shouts(Party.CALLER, False) == ["tense"]
    assert talk.shouts(Party.AGENT, False) == ["calm"]


def test_a_call_that_is_heard_no_more_does_not_go_on_shouting() -> None:
    talk = Talk()
    talk.shouts(Party.CALLER, True)
    talk.core.on_tap(CALL, TapChange.LOST, (Party.CALLER, Party.AGENT), "gone", 3.0)
    talk.core.on_timer(60.0)
    assert talk.mood == "calm"


def test_what_was_said_makes_it_worse_and_never_better() -> None:
    talk = Talk()
    assert talk.brings(None) == ["calm"]
    assert talk.brings(Mood.TENSE) == ["tense"]
    assert talk.brings(Mood.ANGRY) == ["angry"]
    assert talk.brings(Mood.TENSE) == ["angry"]
    assert talk.brings(None) == ["angry"]


def test_an_escalated_call_is_not_calm() -> None:
    talk = Talk()
    asked = talk.core.on_browser(AGENT, Escalate(call_id=CALL), 4.0)
    [raised] = [effect.record for effect in asked if isinstance(effect, SaveFirst)]
    assert _told(talk.core.on_saved(raised, 4.1)) == ["tense"]


def test_the_shipped_scripts_say_which_situations_are_no_longer_calm() -> None:
    pack = load_pack("yixunwang400")
    moods = {name: one.mood for name, one in pack.document.situations.items() if one.mood is not None}
    assert moods == {
        "abuse": Mood.ANGRY,
        **dict.fromkeys(
            (
                "attitude_complaint",
                "complaint",
                "harassment",
                "mistake_complaint",
                "press",
                "quarrel",
                "swearing",
                "too_slow",
            ),
            Mood.TENSE,
        ),
    }
