"""若仍不清: the caller who is too quiet is asked for another phone only when they have spoken again and are too quiet still."""

import pytest

from prompts.advice import CardButton
from prompts.facts import (
    AgentMove,
    AgentMoved,
    CardId,
    Held,
    Sound,
    SoundIs,
    Speaker,
    SpeechBegan,
    SpeechEnded,
)
from tests.unit.prompts.line import AGENT, CALLER, TALKING, Facts, Told, about, said

LOUDER = "对不起!请您大声一点,好吗?"
OTHER_PHONE = "对不起!您的电话声音太小,请您换一部电话再次打来,好吗?"


def speaks(who: Speaker, began: float, ended: float) -> Facts:
    return [(began, SpeechBegan(who)), (ended + 0.5, SpeechEnded(who, ago=0.5))]


ASKED_TO_SPEAK_UP: Facts = [
    (4.0, SoundIs(CALLER, Sound.TOO_QUIET, present=True)),
    (8.0, said(AGENT, 2, "对不起请您大声一点好吗")),
]
ASKED: list[Told] = [
    (6.0, "show", "too_quiet-2", 1, LOUDER),
    (8.0, "said", "too_quiet-2", 1),
    (8.0, "remove", "too_quiet-2", "said"),
]


def test_too_quiet_in_two_steps_then_five_seconds_and_the_agents_button() -> None:
    quiet: Facts = [
        *ASKED_TO_SPEAK_UP,
        *speaks(CALLER, 11.0, 13.5),
        (18.0, said(AGENT, 3, "对不起您的电话声音太小请您换一部电话再次打来好吗")),
    ]
    assert about("too_quiet", [*TALKING, *quiet], 24) == [
        *ASKED,
        (14.5, "show", "too_quiet-3", 2, OTHER_PHONE),
        (18.0, "said", "too_quiet-3", 2),
        (18.0, "show", "too_quiet-3", 2, OTHER_PHONE, 22.5),
        (22.5, "show", "too_quiet-3", 2, OTHER_PHONE, CardButton.HANG_UP),
    ]


@pytest.mark.parametrize(
    "then",
    [
        pytest.param([], id="nobody speaks"),
        pytest.param(speaks(AGENT, 12.0, 16.0), id="only the agent speaks"),
        pytest.param(
            [*speaks(CALLER, 10.0, 10.6), *speaks(CALLER, 20.0, 20.6)], id="too short to tell how it sounds"
        ),
        pytest.param(
            [*speaks(CALLER, 10.0, 14.0), (11.6, SoundIs(CALLER, Sound.TOO_QUIET, present=False))],
            id="speaks up",
        ),
        pytest.param([(9.0, Held(AGENT)), (11.0, SpeechBegan(CALLER))], id="speaks on hold"),
    ],
)
def test_the_second_step_waits_until_the_caller_has_spoken_again_and_is_still_too_quiet(then: Facts) -> None:
    facts = sorted([*TALKING, *ASKED_TO_SPEAK_UP, *then], key=lambda fact: fact[0])
    assert about("too_quiet", facts, 60) == ASKED


def test_what_the_caller_was_saying_when_the_agent_asked_is_no_answer_to_it() -> None:
    quiet = [*ASKED_TO_SPEAK_UP, *speaks(CALLER, 6.2, 12.0), *speaks(CALLER, 20.0, 23.0)]
    facts = sorted([*TALKING, *quiet], key=lambda fact: fact[0])
    assert about("too_quiet", facts, 24) == [*ASKED, (24.0, "show", "too_quiet-3", 2, OTHER_PHONE)]


def test_an_answer_that_begins_before_the_agent_is_quite_finished_counts() -> None:
    quiet = [*ASKED_TO_SPEAK_UP, *speaks(CALLER, 7.0, 10.0)]
    facts = sorted([*TALKING, *quiet], key=lambda fact: fact[0])
    assert about("too_quiet", facts, 24) == [*ASKED, (11.0, "show", "too_quiet-3", 2, OTHER_PHONE)]


def test_the_button_pressed_late_does_not_make_the_callers_answer_too_early() -> None:
    quiet: Facts = [
        (4.0, SoundIs(CALLER, Sound.TOO_QUIET, present=True)),
        *speaks(AGENT, 6.5, 8.0),
        *speaks(CALLER, 9.0, 12.0),
        (10.5, AgentMoved(CardId("too_quiet-2"), AgentMove.SAID)),
    ]
    facts = sorted([*TALKING, *quiet], key=lambda fact: fact[0])
    assert about("too_quiet", facts, 24) == [
        (6.0, "show", "too_quiet-2", 1, LOUDER),
        (10.5, "remove", "too_quiet-2", "said"),
        (13.0, "show", "too_quiet-3", 2, OTHER_PHONE),
    ]
