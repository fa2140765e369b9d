"""What the engine makes of silence: no word, no answer, no sound, a mute."""

from dataclasses import replace

import pytest

from prompts.advice import CardButton, Traced
from prompts.facts import AudioAvailable, Fact, Held, Resumed, Sound, SoundIs, SpeechBegan, SpeechEnded
from tests.unit.prompts.greeted import (
    ANSWERED,
    GREETED,
    GREETED_TOLD,
    GREETING,
    HELP,
    NO_SOUND,
    ONE_MOMENT,
    QUESTION,
    speech,
    told,
)
from tests.unit.prompts.line import AGENT, CALLER, HEARING, MUSIC, Line, pack, said


def test_three_seconds_without_a_word_of_the_agent() -> None:
    facts = [ANSWERED, *HEARING, (4.0, SpeechBegan(AGENT))]
    assert told(facts, 4.5) == [
        (0.0, "show", "greeting-1", 1, GREETING),
        (3.0, "show", "answer_now-2", 1, GREETING),
        (3.0, "waiting", "greeting-1"),
        (4.0, "remove", "answer_now-2", "cancelled"),
        (4.0, "show", "greeting-1", 1, GREETING),
        (4.0, "waiting"),
    ]


def test_silent_call_through_all_its_steps() -> None:
    facts = [*GREETED, *speech(9, 11, ago=0.3), *speech(18, 20), *speech(26, 30)]
    assert told(facts, 60) == [
        *GREETED_TOLD,
        (8.0, "show", "silent_call-2", 1, HELP),
        (11.3, "show", "silent_call-2", 1, HELP, 16.0),
        (16.0, "show", "silent_call-2", 2, HELP),
        (20.0, "show", "silent_call-2", 2, HELP, 25.0),
        (25.0, "show", "silent_call-2", 3, NO_SOUND),
        (30.0, "show", "silent_call-2", 3, NO_SOUND, 35.0),
        (35.0, "show", "silent_call-2", 3, NO_SOUND, CardButton.HANG_UP),
    ]


def test_a_caller_who_never_spoke_is_not_asked_a_second_time_whether_he_is_there() -> None:
    goodbye = (30.5, said(AGENT, 2, "对不起您的电话没有声音请您换一部电话再打来好吗再见"))
    facts = [*GREETED, *speech(9, 11), *speech(18, 20), *speech(26, 30), goodbye]
    assert "still_there" not in str(told(facts, 90))


def test_the_caller_who_talks_at_once_with_the_agent_is_not_hidden_behind_a_greeting_in_other_words() -> None:
    answered = [*speech(1, 3), (3.5, SpeechBegan(CALLER)), (5.0, SpeechEnded(CALLER))]
    both = [(6.0, SpeechBegan(CALLER)), (6.5, SpeechBegan(AGENT))]
    assert told([ANSWERED, *HEARING, *answered, *both], 9) == [
        (0.0, "show", "greeting-1", 1, GREETING),
        (5.0, "remove", "greeting-1", "expired"),
        (8.5, "show", "talking_over_caller-2", 1, "您请说。"),
    ]


def test_five_seconds_without_an_answer_to_a_question() -> None:
    facts = [*GREETED, (4.0, SpeechBegan(CALLER)), (6.0, SpeechEnded(CALLER)), (6.5, QUESTION)]
    assert told(facts, 12) == [*GREETED_TOLD, (11.0, "show", "answer_delay_question-2", 1, ONE_MOMENT)]


def test_who_says_goodbye_waits_for_no_answer() -> None:
    asks = [(4.0, SpeechBegan(CALLER)), (6.0, SpeechEnded(CALLER)), (6.5, QUESTION)]
    leaves = [
        (8.0, SpeechBegan(CALLER)),
        (9.0, SpeechEnded(CALLER)),
        (9.5, said(CALLER, 2, "没有了谢谢再见")),
    ]
    assert told([*GREETED, *asks, *leaves], 18)[3:] == [
        (9.5, "show", "closing-2", 1, "请问还有什么可以帮助您?"),
    ]


def test_silent_call_counts_from_the_answer_when_the_agent_says_nothing() -> None:
    assert told([ANSWERED, *HEARING], 30) == [
        (0.0, "show", "greeting-1", 1, GREETING),
        (3.0, "show", "answer_now-2", 1, GREETING),
        (3.0, "waiting", "greeting-1"),
        (5.0, "remove", "greeting-1", "cancelled"),
        (5.0, "remove", "answer_now-2", "cancelled"),
        (5.0, "show", "silent_call-3", 1, HELP),
        (5.0, "waiting"),
    ]


@pytest.mark.parametrize("at", [8.5, 12.0, 15.9, 21.0, 33.0])
def test_any_word_of_the_caller_cancels_the_silent_call(at: float) -> None:
    facts = [*GREETED, *speech(9, 11), *speech(18, 20), *speech(26, 30)]
    before = [(when, fact) for when, fact in facts if when <= at]
    line = Line(pack()).play([*before, (at, SpeechBegan(CALLER))], until=at + 60)
    mine = [entry for entry in line.told() if "silent_call-2" in entry]
    assert mine[-1] == (at, "remove", "silent_call-2", "cancelled")
    assert not any("hang up" in entry for entry in line.told())


def test_hold_stops_the_silence_from_being_counted() -> None:
    facts = [*GREETED, *speech(9, 11), (13.0, MUSIC), (13.0, Held(AGENT)), (23.0, Resumed(AGENT))]
    silent = [entry for entry in told(facts, 40.0) if "silent_call-2" in entry and entry[1] == "show"]
    assert silent == [
        (8.0, "show", "silent_call-2", 1, HELP),
        (11.0, "show", "silent_call-2", 1, HELP, 16.0),
        (13.0, "show", "silent_call-2", 1, HELP),
        (23.0, "show", "silent_call-2", 1, HELP, 28.0),
        # The thank-you comes first (S2-41); behind it the five seconds run on, so that step 2 follows when it is over.
        (35.3, "show", "silent_call-2", 2, HELP),
    ]


def test_nothing_is_concluded_from_silence_that_cannot_be_heard() -> None:
    assert told([ANSWERED], 100) == [
        (0.0, "show", "greeting-1", 1, GREETING),
        (12.0, "remove", "greeting-1", "expired"),
    ]
    lost = (5.0, AudioAvailable(CALLER, False))
    assert told([*GREETED, lost], 100) == GREETED_TOLD


def test_a_late_tap_counts_silence_from_when_it_hears() -> None:
    late = [
        (10.0, AudioAvailable(CALLER, True)),
        (10.0, AudioAvailable(AGENT, True)),
        (10.5, SpeechBegan(AGENT)),
    ]
    ended = (11.0, SpeechEnded(AGENT))
    shown = [entry for entry in told([ANSWERED, *late, ended], 20) if entry[1] == "show"]
    assert shown[-1] == (16.0, "show", "silent_call-3", 1, HELP)


def test_a_mute_counts_from_its_beginning_but_never_from_before_the_agent_was_heard() -> None:
    def fired_at(*facts: tuple[float, Fact]) -> list[float]:
        line = Line(pack("chint800")).play([*GREETED, *facts], 40)
        traced = [(at, one) for at, one in line.advised if isinstance(one, Traced)]
        return [at for at, one in traced if one.fired and one.situation_id == "muted_untold"]

    muted = SoundIs(AGENT, Sound.DIGITAL_SILENCE, present=True, ago=5.0)
    assert fired_at((15.0, muted)) == [15.0]
    assert fired_at((12.9, replace(muted, ago=2.9))) == [13.0]
    held = [(10.0, Held(AGENT)), (20.0, Resumed(AGENT))]
    assert fired_at(*held, (21.0, muted)) == [23.0]
