"""A dialect is told by what the recognizer cannot make sense of, weighed against what it can."""

from dataclasses import replace

import pytest

from prompts.listening import Listening
from tests.unit.prompts.line import CALLER, pack, said

Heard = list[tuple[float, float]]
UNCLEAR, CLEAR = (0.66, 2.0), (0.95, 2.0)
"""Confidence and seconds: an utterance of dialect as the bundled model hears it, and one of Mandarin."""


def taken_for_dialect(heard: Heard) -> list[int]:
    """The utterances at which the rule fires."""
    listening = Listening(pack())
    fired = []
    for number, (confidence, voiced) in enumerate(heard, 1):
        one = replace(said(CALLER, number, "我想问一下这个事情", confidence=confidence), voiced_s=voiced)
        signs = listening.conclude(one).signs
        fired += [number for sign in signs if sign.situation_id == "dialect" and sign.barred is None]
    return fired


@pytest.mark.parametrize(
    ("heard", "fired"),
    [
        pytest.param([UNCLEAR, UNCLEAR], [2], id="unclear twice"),
        pytest.param([(0.3, 2.0)], [1], id="not understood at all"),
        pytest.param([UNCLEAR, CLEAR, UNCLEAR, CLEAR, UNCLEAR], [], id="every other one is understood"),
        pytest.param([CLEAR, UNCLEAR, UNCLEAR, UNCLEAR], [], id="somebody who was understood mumbles"),
        pytest.param([UNCLEAR, (0.0, 1.0), (0.0, 1.0)], [], id="short ones count neither way"),
        pytest.param([UNCLEAR] * 4, [2, 4], id="and from the beginning after it was told"),
        pytest.param([*[CLEAR] * 50, *[(0.4, 2.0)] * 2], [52], id="somebody else takes the phone"),
    ],
)
def test_what_is_understood_makes_up_for_what_is_not(heard: Heard, fired: list[int]) -> None:
    assert taken_for_dialect(heard) == fired


def test_why_it_did_not_fire_yet_is_told() -> None:
    signs = Listening(pack()).conclude(said(CALLER, 1, "我想问一下这个事情", confidence=0.66)).signs
    assert [sign.barred for sign in signs if sign.situation_id == "dialect"] == ["听不懂的累计 0.20,要 0.35"]
