"""From what a leg sounds like to the card, and the stages and counts of the agent's conduct, through the core."""

import pytest

from ami_bridge.events import (
    CallAnswered,
    CallEnded,
    CallId,
    CallStarted,
    ChannelName,
    Direction,
    EndReason,
    Extension,
    MediaQuality,
    Party,
)
from asr.events import AudioJudged, AudioKind, Heard, LegId, SpeechEvent, SpeechStarted, SpeechStopped, Word
from assistant.core import Core, CoreSettings, TapChange
from assistant.effects import Effect, Save, ToAgent, ToSupervisors
from assistant.messages import CallChanged, CardShown
from assistant.records import ConductSeen
from assistant.scripts import Shelf
from prompts.advice import ConductSummed, StagesReached
from prompts.facts import Said, Speaker
from prompts.pack import load_pack
from prompts.stages import Stage
from tests.support.engines import NotedEngine, OneEngine

CALL = CallId("1.1")
TRUNK, PHONE = ChannelName("PJSIP/trunk400-1"), ChannelName("PJSIP/8001-2")
BOTH = (Party.CALLER, Party.AGENT)
LEG = LegId("leg")


def heard(utterance: int, text: str, *words: Word) -> Heard:
    return Heard(LEG, utterance, text, 0.97, words, True, 2.0, -20.0, 30.0, 0.5)


class Talk:
    """A talk on a core with the default pack; every timer in between is served."""

    def __init__(self) -> None:
        self.core = Core(Shelf(load_pack("yixunwang400"), {}, {}), CoreSettings(), lambda: "e1")
        self.effects: list[tuple[float, Effect]] = []
        started = CallStarted(CALL, Direction.INBOUND, TRUNK, "13800138000", None, "4001234567", "trunk400")
        answered = CallAnswered(CALL, Extension("8001"), TRUNK, PHONE, 4.0, 5.0, "line400")
        self._take(0.0, self.core.on_call(started, 0.0))
        self._take(0.0, self.core.on_call(answered, 0.0))
        self._take(0.1, self.core.on_tap(CALL, TapChange.UP, BOTH, "", 0.1))
        self.say(1.0, Party.AGENT, heard(100, "您好医讯网请问有什么可以帮助您的"))
        self.say(2.0, Party.CALLER, heard(100, "我想了解一下报名的时间"))

    def say(self, at: float, party: Party, event: SpeechEvent) -> "Talk":
        self.wait(at)
        self._take(at, self.core.on_speech(CALL, party, event, at))
        return self

    def lose(self, at: float, party: Party, share: float) -> "Talk":
        self.wait(at)
        self._take(at, self.core.on_call(MediaQuality(CALL, party, share, 5.0), at))
        return self

    def end(self, at: float) -> "Talk":
        self.wait(at)
        self._take(at, self.core.on_call(CallEnded(CALL, EndReason.HUNG_UP, Party.CALLER), at))
        return self

    def wait(self, until: float) -> "Talk":
        while (due := self.core.next_deadline()) is not None and due <= until:
            self._take(due, self.core.on_timer(due))
        return self

    def cards(self) -> list[str]:
        """Situations as the agent saw them after the greeting."""
        told = [
            e.message.card
            for _, e in self.effects
            if isinstance(e, ToAgent) and isinstance(e.message, CardShown)
        ]
        return [card.situation_id for card in told if card.situation_id != "greeting"]

    def _take(self, at: float, effects: list[Effect]) -> None:
        self.effects += [(at, effect) for effect in effects]


@pytest.mark.parametrize(
    ("party", "kind", "card"),
    [
        (Party.CALLER, AudioKind.TOO_QUIET, "too_quiet"),
        (Party.CALLER, AudioKind.NOISY, "noisy"),
        (Party.CALLER, AudioKind.FAR, "speakerphone"),
        (Party.CALLER, AudioKind.SHOUTING, "abuse"),
        (Party.AGENT, AudioKind.TOO_QUIET, "agent_too_soft"),
        (Party.AGENT, AudioKind.NOISY, "noisy_seat"),
        (Party.AGENT, AudioKind.CLIPPED, "agent_loud"),
        (Party.AGENT, AudioKind.SHOUTING, "agent_loud"),
    ],
)
def test_how_a_leg_sounds_brings_its_card_and_only_that(party: Party, kind: AudioKind, card: str) -> None:
    talk = (
        Talk()
        .say(3.0, Party.AGENT, SpeechStarted(LEG, 0.2))
        .say(4.0, party, AudioJudged(LEG, kind, True, "m"))
    )
    assert talk.wait(13.5).cards()[:1] == [card]
    assert set(talk.cards()) == {card}


def test_both_at_once_for_two_seconds_is_talking_over() -> None:
    talk = (
        Talk().say(4.0, Party.CALLER, SpeechStarted(LEG, 0.0)).say(5.0, Party.AGENT, SpeechStarted(LEG, 0.0))
    )
    talk.say(8.0, Party.CALLER, SpeechStopped(LEG, 0.2, 4.0))
    assert talk.cards() == ["talking_over_caller"]


def test_a_muted_phone_counts_as_waiting() -> None:
    talk = (
        Talk()
        .say(4.0, Party.AGENT, SpeechStarted(LEG, 0.0))
        .say(6.0, Party.AGENT, SpeechStopped(LEG, 0.0, 2.0))
    )
    talk.say(11.5, Party.AGENT, AudioJudged(LEG, AudioKind.DIGITAL_SILENCE, True, "only zeros for 5.0 s"))
    talk.say(15.5, Party.CALLER, SpeechStarted(LEG, 0.0)).say(
        16.0, Party.CALLER, SpeechStopped(LEG, 0.0, 0.5)
    )
    shown = [
        (at, e.message.card.situation_id)
        for at, e in talk.wait(45.0).effects
        if isinstance(e, ToAgent) and isinstance(e.message, CardShown)
    ]
    assert [(at, name) for at, name in shown if name == "no_response"][:1] == [(41.0, "no_response")]


def test_loss_begins_at_three_percent_ends_at_half_and_keeps_the_room_out_of_it() -> None:
    talk = Talk().lose(3.0, Party.CALLER, 0.02).lose(4.0, Party.CALLER, 0.05).lose(5.0, Party.CALLER, 0.02)
    talk.say(5.0, Party.CALLER, AudioJudged(LEG, AudioKind.NOISY, True, "SNR 4 dB"))
    assert set(talk.wait(12.0).cards()) == {"network_loss"}
    talk.lose(12.5, Party.CALLER, 0.01)
    assert "noisy" in talk.wait(20.0).cards()


def test_words_with_times_tell_the_engine_how_long_was_spoken() -> None:
    scripts = OneEngine()
    core = Core(scripts, CoreSettings(), lambda: "e1")
    _answer(core)
    words = (Word("您好", 1.2, 1.6, 1.0), Word("请讲", 1.9, 2.4, 0.9))
    core.on_speech(CALL, Party.AGENT, heard(1, "您好请讲", *words), 3.0)
    core.on_speech(CALL, Party.AGENT, heard(2, "您好"), 4.0)
    told = [
        fact.spoken_s for fact in scripts.noted.facts if isinstance(fact, Said) and fact.who is Speaker.AGENT
    ]
    assert told == [1.2, None]


def test_stages_are_on_the_call_and_the_conduct_is_in_the_book() -> None:
    summed = ConductSummed((Stage.CONFIRM, Stage.CLOSE), 4, 1, 0, 0, 30, 4.5)
    advised = [[StagesReached((Stage.GREETING, Stage.NEED))], [summed]]
    scripts = OneEngine(NotedEngine(lambda _fact, _now: []))
    core = Core(scripts, CoreSettings(), lambda: "e1")
    _answer(core)
    scripts.noted.answer = lambda _fact, _now: advised.pop(0)  # type: ignore[return-value]
    reached = core.on_speech(CALL, Party.CALLER, heard(1, ""), 3.0)
    views = [
        e.message.call.stages
        for e in reached
        if isinstance(e, ToSupervisors) and isinstance(e.message, CallChanged)
    ]
    ended = core.on_call(CallEnded(CALL, EndReason.HUNG_UP, Party.CALLER), 9.0)
    assert views == [["greeting", "need"]]
    assert [e for e in ended if isinstance(e, Save) and isinstance(e.record, ConductSeen)] == [
        Save(ConductSeen(CALL, ("confirm", "close"), 4, 1, 0, 0, 30, 4.5), 9.0)
    ]


def test_who_has_talked_how_much_is_on_the_call_and_in_the_book() -> None:
    scripts = OneEngine()
    core = Core(scripts, CoreSettings(), lambda: "e1")
    _answer(core)
    shares: list[float | None] = []

    def say(at: float, party: Party, event: SpeechStarted | SpeechStopped) -> None:
        told = core.on_speech(CALL, party, event, at)
        shares.extend(
            e.message.call.talk_share
            for e in told
            if isinstance(e, ToSupervisors) and isinstance(e.message, CallChanged)
        )

    say(1.0, Party.AGENT, SpeechStarted(LEG, 0.0))
    say(4.5, Party.AGENT, SpeechStopped(LEG, 0.5, 3.0))
    say(5.0, Party.CALLER, SpeechStarted(LEG, 0.0))
    say(6.0, Party.CALLER, SpeechStopped(LEG, 0.0, 1.0))
    assert shares == [1.0, 1.0, 0.75]
    say(7.0, Party.CALLER, SpeechStarted(LEG, 0.0))
    scripts.noted.answer = lambda _fact, _now: [ConductSummed((), 0, 0, 0, 0, 0, None, 2)]
    ended = core.on_call(CallEnded(CALL, EndReason.HUNG_UP, Party.CALLER), 9.0)
    assert [e.record for e in ended if isinstance(e, Save) and isinstance(e.record, ConductSeen)] == [
        ConductSeen(CALL, (), 0, 0, 0, 0, 0, None, 2, 3.0, 3.0)
    ]


def _answer(core: Core) -> None:
    core.on_call(CallStarted(CALL, Direction.INBOUND, TRUNK, None, None, None, "trunk400"), 0.0)
    core.on_call(CallAnswered(CALL, Extension("8001"), TRUNK, PHONE, 4.0, 5.0, None), 0.0)
