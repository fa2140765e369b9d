"""What happens in a simulated call, as a scenario file tells it. Knows no socket and no clock.

A scenario is read from top to bottom: phones ring in rounds until one is answered, then the steps follow one another. The
format is described in `scenarios/README.md`.
"""

from pathlib import Path
from typing import Literal

import msgspec
import yaml

PartyName = Literal["caller", "agent"]


class ScenarioError(Exception):
    """A scenario file that cannot be used, with the file and the place."""


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A value inside a scenario."""


class Caller(Part, frozen=True):
    number: str
    name: str = ""


class Round(Part, frozen=True):
    """Phones ring together for `seconds`; then one answers, or the caller leaves, or the next round begins."""

    agents: list[str]
    seconds: float
    answered_by: str | None = None
    caller_leaves: bool = False


class Step(Part, frozen=True, tag_field="do"):
    """One step of the conversation."""


class Say(Step, frozen=True, tag="say"):
    """`who` says a recording. The next step waits for its end unless `wait` is false."""

    who: PartyName
    sound: str
    gain_db: float = 0.0
    wait: bool = True


class Pause(Step, frozen=True, tag="pause"):
    seconds: float


class Hold(Step, frozen=True, tag="hold"):
    by: PartyName = "agent"


class Unhold(Step, frozen=True, tag="unhold"):
    by: PartyName = "agent"


class Background(Step, frozen=True, tag="background"):
    """What a phone sends from now on while its owner says nothing."""

    who: PartyName
    sound: str


class Transfer(Step, frozen=True, tag="transfer"):
    """The agent hands the caller on; the following steps' agent is `to`."""

    to: str
    kind: Literal["blind", "attended"] = "blind"
    answers_after: float = 3.0


class HangUp(Step, frozen=True, tag="hang_up"):
    by: PartyName = "caller"


AnyStep = Say | Pause | Hold | Unhold | Background | Transfer | HangUp


class Scenario(Part, frozen=True, kw_only=True):
    """One call from the first ring to the hang-up."""

    title: str
    caller: Caller
    dialled: str = "4001234567"
    caller_background: str = "comfort"
    """`comfort`, `digital`, `nothing` (the phone sends no frames) or a recording's name."""
    ring: list[Round]
    steps: list[AnyStep] = []


def load(path: Path) -> Scenario:
    """Raises ScenarioError."""
    try:
        raw = yaml.safe_load(path.read_text("utf-8"))
        scenario = msgspec.convert(raw, Scenario)
    except (OSError, yaml.YAMLError, msgspec.ValidationError) as error:
        raise ScenarioError(f"{path}: {error}") from error
    _check(scenario, path)
    return scenario


def _check(scenario: Scenario, path: Path) -> None:
    if not scenario.ring or any(not turn.agents for turn in scenario.ring):
        raise ScenarioError(f"{path}: every round needs at least one agent whose phone rings")
    for turn in scenario.ring:
        if turn.answered_by is not None and turn.answered_by not in turn.agents:
            raise ScenarioError(f"{path}: {turn.answered_by} answers, but its phone does not ring")


def load_all(folder: Path) -> dict[str, Scenario]:
    """Every `*.yaml` of a folder by its name without the ending, in order of the names. Raises ScenarioError."""
    scenarios = {path.stem: load(path) for path in sorted(folder.glob("*.yaml"))}
    if not scenarios:
        raise ScenarioError(f"{folder}: there is no scenario (*.yaml) here")
    return scenarios


def sounds_of(scenario: Scenario) -> set[str]:
    """Names of the recordings it plays."""
    names = {scenario.caller_background}
    names |= {step.sound for step in scenario.steps if isinstance(step, Say | Background)}
    return {name for name in names if name.endswith(".wav")}
