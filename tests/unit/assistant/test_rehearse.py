"""Scenarios in virtual time, with the pack that ships: the seven situations of the first pack, to the second."""

from pathlib import Path

import pytest

from assistant.config import ScriptsSection
from assistant.rehearse import Line, ScenarioError, play, read_scenario
from assistant.rehearse.scenario import parse_scenario
from assistant.scripts import Shelf, load_shelf

SCENARIOS = Path(__file__).with_name("scenarios")


@pytest.fixture(scope="module")
def shelf() -> Shelf:
    return load_shelf(ScriptsSection())


def played(name: str, shelf: Shelf) -> list[Line]:
    return list(play(read_scenario(SCENARIOS / f"{name}.yaml"), shelf))


def cards(lines: list[Line], situation: str) -> list[tuple[float, str, int]]:
    """When and to whom each step of a situation was shown; a countdown that begins shows its card again."""
    shown = [
        (line["at"], line["who"], line["step"])
        for line in lines
        if line["event"] in ("card", "notice")
        and line["situation_id"] == situation
        and line["who"] != "supervisor"
    ]
    return [one for index, one in enumerate(shown) if index == 0 or one[1:] != shown[index - 1][1:]]


def gone(lines: list[Line], situation: str) -> list[tuple[float, str | None]]:
    return [
        (line["at"], line.get("why"))
        for line in lines
        if line["event"] in ("card_gone", "notice_gone")
        and line["card_id"].startswith(f"{situation}-")
        and line["who"] != "supervisor"
    ]


@pytest.mark.parametrize(
    ("name", "situation", "expected_cards", "expected_gone"),
    [
        ("greeting", "greeting", [(2.0, "agent 8001", 1)], [(8.0, "said")]),
        ("greeting", "answer_now", [(5.0, "agent 8001", 1)], [(6.0, "cancelled")]),
        (
            "silent_call",
            "silent_call",
            [(12.0, "agent 8001", 1), (20.0, "agent 8001", 2), (28.0, "agent 8001", 3)],
            [(40.0, "call_ended")],
        ),
        ("silent_then_speaks", "silent_call", [(12.0, "agent 8001", 1)], [(14.0, "cancelled")]),
        ("ring_past_three", "ringing_on", [(12.0, "everyone", 1)], [(15.0, None)]),
        ("ring_past_three", "ring_apology", [(15.0, "agent 8002", 1)], [(19.5, "said")]),
        ("ring_past_three", "greeting", [], []),
        ("dialect", "dialect", [(8.0, "agent 8001", 1)], [(17.0, "dismissed")]),
        ("hold", "hold_thanks", [(70.3, "agent 8001", 1)], [(74.0, "said")]),
        ("abuse", "abuse", [(8.0, "agent 8001", 1)], [(38.0, "expired")]),
        ("complaint", "attitude_complaint", [(8.0, "agent 8001", 1)], [(20.0, "call_ended")]),
    ],
)
def test_the_right_card_at_the_right_second(
    shelf: Shelf,
    name: str,
    situation: str,
    expected_cards: list[tuple[float, str, int]],
    expected_gone: list[tuple[float, str | None]],
) -> None:
    lines = played(name, shelf)
    assert cards(lines, situation) == expected_cards
    assert gone(lines, situation) == expected_gone


def test_a_long_hold_reminds_every_25_seconds(shelf: Shelf) -> None:
    reminders = [
        line["at"]
        for line in played("hold", shelf)
        if line["event"] == "card" and line["situation_id"] == "hold_too_long" and line["who"] == "agent 8001"
    ]
    assert reminders == [35.0, 60.0]


def test_supervisors_are_told_with_reason_and_excerpt(shelf: Shelf) -> None:
    told = [
        (line["at"], line["who"], line["state"], line["reason"], line["excerpt"])
        for line in played("abuse", shelf)
        if line["event"] == "escalation" and "state" in line and line["who"] == "supervisor"
    ]
    reason, words = "客户情绪激烈、言语辱骂", "你们这些骗子都是王八蛋"
    assert told == [
        (8.0, "supervisor", "open", reason, words),
        (12.0, "supervisor", "acknowledged", reason, words),
    ]


def test_the_same_scenario_gives_the_same_lines(shelf: Shelf) -> None:
    assert played("hold", shelf) == played("hold", shelf)


def test_without_audio_silence_proves_nothing(shelf: Shelf) -> None:
    scenario = parse_scenario("audio: false\nuntil: 60\nsteps:\n  - {at: 1, answer: 8001}\n", "s.yaml")
    lines = list(play(scenario, shelf))
    assert cards(lines, "silent_call") == []
    assert cards(lines, "greeting") == [(1.0, "agent 8001", 1)]


def test_every_verb_plays(shelf: Shelf) -> None:
    text = """
steps:
  - {ring: [8001, 8002]}
  - {after: 1, stop_ringing: 8002, why: busy}
  - {after: 1, answer: 8001}
  - {agent_speaks: 2}
  - {caller_sounds: noisy, measured: SNR 4 dB}
  - {agent_sounds: too_quiet}
  - {network: {loss: 0.1}}
  - {set_caller: {surname: 李}}
  - {call_up: abuse}
  - {press: next}
  - {escalate: 请帮忙}
  - {supervisor: close, note: 好}
  - {audio: lost}
  - {wait: 2}
  - {transfer: 8002, kind: attended}
  - {transfer_fails: 8002}
  - {pbx: lost}
  - {pbx: back}
  - {hang_up: agent}
"""
    lines = list(play(parse_scenario(text, "s.yaml"), shelf, trace=True))
    assert {line["who"] for line in lines} >= {
        "agent 8001",
        "supervisor",
        "everyone",
        "pbx",
        "outside",
        "trace",
    }
    assert {"at": 6.0, "who": "supervisor", "event": "call_gone"} in lines[-2:]


def test_all_mistakes_of_a_scenario_with_their_lines() -> None:
    with pytest.raises(ScenarioError) as caught:
        parse_scenario(
            "title: x\nsteps:\n  - {at: -1, ring: 8001}\n  - {ring: 8001, answer: 8001}\n  - {sing: 1}\n",
            "s.yaml",
        )
    lines = str(caught.value).splitlines()
    assert [line.split(": ")[0] for line in lines] == ["s.yaml:3", "s.yaml:4", "s.yaml:5"]
    assert "ring、answer" in lines[1]


@pytest.mark.parametrize("text", ["steps: [", "- 1", "steps: []", ""])
def test_what_is_no_scenario(text: str) -> None:
    with pytest.raises(ScenarioError, match=r"s\.yaml"):
        parse_scenario(text, "s.yaml")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="读不了"):
        read_scenario(tmp_path / "none.yaml")
