import pytest

from prompts.call import CallSoFar
from prompts.facts import (
    Answered,
    AudioAvailable,
    Fact,
    Held,
    Resumed,
    Said,
    Sound,
    SoundIs,
    Speaker,
    SpeechBegan,
    SpeechEnded,
    Transferred,
)
from tests.unit.prompts.line import AGENT, CALLER

ANSWERED = (10.0, Answered("8001", 3, 5))
HEARD = [(10.3, AudioAvailable(CALLER, True)), (10.3, AudioAvailable(AGENT, True))]


def so_far(*facts: tuple[float, Fact]) -> CallSoFar:
    call = CallSoFar()
    for at, fact in facts:
        call.apply(fact, at)
    return call


@pytest.mark.parametrize(
    ("facts", "since"),
    [
        ([], 10.0),
        ([(12.0, SpeechBegan(AGENT))], None),
        ([(12.0, SpeechBegan(AGENT)), (14.5, SpeechEnded(AGENT, ago=0.5))], 14.0),
        ([(13.0, Said(CALLER, 1, "喂", 0.9, True, 0.5, -20, None, ago=1.0))], 12.0),
        ([(12.0, Held(AGENT))], None),
        ([(12.0, Held(AGENT)), (20.0, Resumed(AGENT))], 20.0),
        ([(12.0, Transferred("8002", blind=True))], None),
        ([(12.0, AudioAvailable(CALLER, False))], None),
        ([(12.0, AudioAvailable(CALLER, False)), (15.0, AudioAvailable(CALLER, True))], 15.0),
    ],
)
def test_since_when_neither_side_speaks(facts: list[tuple[float, Fact]], since: float | None) -> None:
    assert so_far(ANSWERED, *HEARD, *facts).quiet_since() == since


def test_silence_nobody_can_hear_is_unknown() -> None:
    assert so_far(ANSWERED).quiet_since() is None
    assert so_far(ANSWERED, HEARD[0]).quiet_since() is None


def test_holds_add_up() -> None:
    call = so_far(
        ANSWERED, (20.0, Held(AGENT)), (25.0, Resumed(AGENT)), (30.0, Held(AGENT)), (32.0, Resumed(AGENT))
    )
    assert (call.held_before, call.last_hold_s, call.held_since) == (7.0, 2.0, None)


@pytest.mark.parametrize(
    ("fact", "left"),
    [
        (AudioAvailable(AGENT, False), {(CALLER, Sound.NOISY)}),
        (AudioAvailable(CALLER, False), {(AGENT, Sound.NOISY)}),
        (Answered("8002", 1, 5), {(CALLER, Sound.NOISY)}),
        (Answered("8001", 3, 5), {(AGENT, Sound.NOISY), (CALLER, Sound.NOISY)}),
    ],
)
def test_a_voice_that_is_gone_or_another_agents_is_not_judged_by_how_it_sounded(
    fact: Fact, left: set[tuple[Speaker, Sound]]
) -> None:
    noisy = [(12.0, SoundIs(who, Sound.NOISY, True, "SNR 4 dB")) for who in (AGENT, CALLER)]
    call = so_far(ANSWERED, *HEARD, *noisy, (20.0, fact))
    assert set(call.sounds) == left


def test_both_speaking_is_an_overlap() -> None:
    call = so_far(ANSWERED, (11.0, SpeechBegan(CALLER)), (12.0, SpeechBegan(AGENT, ago=0.2)))
    assert call.overlap_since == 11.8
    call.apply(SpeechEnded(CALLER), 13.0)
    assert call.overlap_since is None
