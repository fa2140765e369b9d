"""Scenario files: the shipped ones are sound, wrong ones are refused with the place."""

from pathlib import Path

import pytest

from ami_bridge.simulator.__main__ import SCENARIOS
from ami_bridge.simulator.scenario import (
    Caller,
    HangUp,
    Round,
    Say,
    Scenario,
    ScenarioError,
    Transfer,
    load,
    load_all,
    sounds_of,
)

SPEECH = Path(__file__).parents[4] / "asr" / "mini_zh" / "speech"
ANSWERED = 'caller: {number: "1"}\nring: [{agents: ["8001"], seconds: 1, answered_by: "8001"}]\n'


def write(folder: Path, text: str) -> Path:
    file = folder / "call.yaml"
    file.write_text(text, "utf-8")
    return file


def test_a_scenario_is_read_whole(tmp_path: Path) -> None:
    steps = "steps:\n  - {do: say, who: caller, sound: a.wav, gain_db: -6}\n  - {do: transfer, to: '8002'}\n  - {do: hang_up}\n"
    assert load(write(tmp_path, "title: 试\n" + ANSWERED + steps)) == Scenario(
        title="试",
        caller=Caller("1"),
        ring=[Round(["8001"], 1, answered_by="8001")],
        steps=[Say("caller", "a.wav", gain_db=-6), Transfer("8002"), HangUp()],
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("title: [", "while parsing"),
        ("title: x\n" + ANSWERED + "steps: [{do: dance}]", "Invalid value 'dance' - at `$.steps[0].do`"),
        (
            "title: x\n" + ANSWERED + "steps: [{do: pause}]",
            "missing required field `seconds` - at `$.steps[0]`",
        ),
        ("title: x\n" + ANSWERED + "colour: red", "unknown field `colour`"),
        ('title: x\ncaller: {number: "1"}\nring: []', "at least one agent"),
        (
            'title: x\ncaller: {number: "1"}\nring: [{agents: ["1"], seconds: 1, answered_by: "2"}]',
            "2 answers, but its phone does not ring",
        ),
    ],
)
def test_a_mistake_is_named_with_file_and_place(tmp_path: Path, text: str, words: str) -> None:
    file = write(tmp_path, text)
    with pytest.raises(ScenarioError) as refused:
        load(file)
    assert str(refused.value).startswith(f"{file}: ")
    assert words in str(refused.value)


def test_a_folder_without_scenarios_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="there is no scenario"):
        load_all(tmp_path)


def test_every_shipped_scenario_finds_its_recordings() -> None:
    scenarios = load_all(SCENARIOS)
    assert list(scenarios)[:3] == ["01-price", "02-silent", "03-rang-long"]
    wanted = set().union(*map(sounds_of, scenarios.values()))
    assert {name for name in wanted if not (SPEECH / name).is_file()} == set()
