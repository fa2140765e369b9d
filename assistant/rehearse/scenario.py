"""A rehearsal scenario: one call as a list of timed steps, read from YAML; every mistake at once with its line."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from ami_bridge.events import RingEnd, Way
from asr.events import AudioKind
from prompts.form_faults import sentence
from prompts.yaml_source import compose

PartyName = Literal["caller", "agent"]


class ScenarioError(Exception):
    """A scenario that cannot be played; the text names each mistake with file and line."""


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", coerce_numbers_to_str=True)


class Caller(Part):
    number: str | None = "13800138000"
    name: str | None = None
    dialled: str | None = "4001234567"
    queue: str | None = "line400"
    trunk: str | None = "trunk400"


class Heard(Part):
    """How something is said, where it matters."""

    confidence: float = 0.9
    level: float = -22.0
    snr: float | None = 25.0


class Network(Part):
    who: PartyName = "caller"
    loss: float
    jitter: float = 20.0
    way: Way = Way.FROM_PHONE


class SurnameAndTitle(Part):
    surname: str | None = None
    title: str | None = None


Move = Literal["said", "next", "dismiss", "understood", "consented", "attendant"]


class Step(Part):
    """One thing that happens. Exactly one of the verbs; `at` (absolute) or `after` (since the last step's end) says when."""

    at: float | None = Field(default=None, ge=0)
    after: float = Field(default=0.0, ge=0)

    ring: str | tuple[str, ...] | None = None
    stop_ringing: str | None = None
    answer: str | None = None
    hold: PartyName | None = None
    resume: PartyName | None = None
    music: bool | None = None
    transfer: str | None = None
    transfer_fails: str | None = None
    hang_up: PartyName | None = None

    caller_says: str | None = None
    agent_says: str | None = None
    caller_speaks: float | None = Field(default=None, gt=0)
    """Seconds of speech of which nothing is understood."""
    agent_speaks: float | None = Field(default=None, gt=0)
    consult: str | None = None
    """The agent's second call, which this colleague answers while the caller waits."""
    agent_tells_colleague: str | None = None
    caller_sounds: AudioKind | None = None
    agent_sounds: AudioKind | None = None
    network: Network | None = None
    audio: Literal["up", "lost", "impossible"] | None = None

    press: Move | None = None
    call_up: str | None = None
    escalate: str | None = None
    set_caller: SurnameAndTitle | None = None
    supervisor: Literal["acknowledge", "close"] | None = None
    pbx: Literal["lost", "back"] | None = None
    wait: float | None = Field(default=None, ge=0)

    takes: float | None = Field(default=None, gt=0)
    """How long saying it takes; by itself 0.22 s a character."""
    partials: bool = True
    recognized_after: float = Field(default=0.0, ge=0)
    """Seconds from the end of speech to its text."""
    heard: Heard = Heard()
    present: bool = True
    """For `…_sounds`: whether the judgement begins or ceases."""
    measured: str = ""
    why: RingEnd = RingEnd.NO_ANSWER
    kind: Literal["blind", "attended"] = "blind"
    note: str = ""

    @model_validator(mode="after")
    def _one_verb(self) -> Self:
        verbs = [name for name in VERBS if getattr(self, name) is not None]
        if len(verbs) != 1:
            found = "、".join(verbs) or "没有"
            raise ValueError(f"一步只能有一个动作,这里是:{found}(可用:{'、'.join(VERBS)})")
        return self


_HOW = {
    "at",
    "after",
    "takes",
    "partials",
    "recognized_after",
    "heard",
    "present",
    "measured",
    "why",
    "kind",
    "note",
}
VERBS = tuple(name for name in Step.model_fields if name not in _HOW)


class Scenario(Part):
    title: str = ""
    pack: str | None = None
    call: Caller = Caller()
    variables: Mapping[str, str] = Field(default_factory=dict)
    colleagues: Mapping[str, str] = Field(default_factory=dict)
    """Names of the agents by extension."""
    attendant: bool = False
    """Whether there is an automated attendant a caller can be sent to."""
    audio: bool = True
    """Whether the tap works; without it nothing is heard."""
    until: float | None = None
    """When to stop looking; by itself the end of the last step."""
    steps: tuple[Step, ...]

    @field_validator("steps", mode="before")
    @classmethod
    def _has_steps(cls, steps: object) -> object:
        if not steps:
            raise ValueError("至少要有一步")
        return steps


def read_scenario(file: Path) -> Scenario:
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ScenarioError(f"{file}: 读不了:{error}") from error
    return parse_scenario(text, str(file))


def parse_scenario(text: str, name: str) -> Scenario:
    try:
        node = compose(text)
        data = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ScenarioError(f"{name}: YAML 语法错误:{error}") from error
    if not isinstance(data, dict):
        raise ScenarioError(f"{name}: 应是一组「名称: 值」,其中有 steps")
    try:
        return Scenario.model_validate(data)
    except ValidationError as error:
        lines = dict(_lines(node, ()))
        mistakes = [
            _sentence(name, lines, one["loc"], sentence(one["type"], one.get("ctx")))
            for one in error.errors()
        ]
        raise ScenarioError("\n".join(mistakes)) from error


def _lines(
    node: yaml.Node | None, path: tuple[int | str, ...]
) -> Iterator[tuple[tuple[int | str, ...], int]]:
    if node is None:
        return
    yield path, node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield (*path, str(key.value)), key.start_mark.line + 1
            if not isinstance(value, yaml.ScalarNode):
                yield from _lines(value, (*path, str(key.value)))
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            yield from _lines(value, (*path, index))


def _sentence(
    name: str, lines: dict[tuple[int | str, ...], int], loc: tuple[int | str, ...], what: str
) -> str:
    line = next((lines[loc[:n]] for n in range(len(loc), -1, -1) if loc[:n] in lines), 1)
    where = ".".join(map(str, loc)) or "scenario"
    return f"{name}:{line}: {where}: {what}"
