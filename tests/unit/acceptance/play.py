"""Scenarios of the acceptance suite: read compactly, played through the real core and engine, and what was shown for a row.

A file holds the scenarios of one section of a document. Each says what happens on the line and which rows it proves; by
itself it begins with a call answered and greeted.
"""

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from assistant.config import ScriptsSection
from assistant.rehearse import Line, play
from assistant.rehearse.scenario import Scenario
from assistant.scripts import Shelf, load_shelf
from tests.unit.acceptance.rows import ROOT, Row

SCENARIOS = ROOT / "tests" / "unit" / "acceptance" / "scenarios"
GREETINGS = {
    "yixunwang400": "您好医讯网请问有什么可以帮助您的",
    "service_center": "您好这里是客户服务中心请问有什么可以帮助您",
    "chint800": "您好八零零一号为您服务请讲",
    "addon_telecom10000": "您好请问有什么可以帮到您",
    "addon_handbook": "您好这里是客服中心很高兴为您服务",
}
HANDS = ("press", "call_up", "set_caller")


@dataclass(frozen=True, eq=False)
class Case:
    """One scenario and what it promises. `absent`: rows or situations that must not be shown."""

    name: str
    pack: str
    scenario: Scenario
    rows: tuple[str, ...]
    cards: dict[str, tuple[float, ...]]
    gone: dict[str, str]
    says: dict[str, str]
    hints: dict[str, str]
    absent: tuple[str, ...]
    escalates: str | None
    marks: tuple[str, ...]
    hangs_up: bool | None
    redirects: str | None

    @property
    def hands(self) -> frozenset[str]:
        """What the agent does by hand in it."""
        return frozenset(
            verb for step in self.scenario.steps for verb in HANDS if getattr(step, verb) is not None
        )


@dataclass
class Shown:
    """What agents and supervisors saw. Every card in the order it came, with the second."""

    cards: list[Line] = field(default_factory=list)
    gone: list[Line] = field(default_factory=list)
    escalations: list[Line] = field(default_factory=list)
    forbidden: list[Line] = field(default_factory=list)
    hang_ups: list[Line] = field(default_factory=list)
    redirects: list[Line] = field(default_factory=list)

    def cards_of(self, row_or_situation: str) -> list[Line]:
        wanted = row_or_situation
        return [card for card in self.cards if wanted in card["sources"] or wanted == card["situation_id"]]

    def steps_of(self, situation: str) -> tuple[float, ...]:
        """The second each step first came up, in order."""
        first: dict[tuple[str, int], float] = {}
        for card in self.cards_of(situation):
            first.setdefault((card["card_id"], card["step"]), card["at"])
        return tuple(first.values())

    def proves(self, row: str) -> bool:
        others = [*self.escalations, *self.forbidden]
        return bool(self.cards_of(row)) or any(row in (one.get("sources") or ()) for one in others)


def phrase_is_on(card: Line, row: Row, text: str) -> bool:
    return any(text in (card[place] or "") for place in ("phrase", "verbatim", "hint"))


def instruction_is_on(card: Line, text: str) -> bool:
    label = "" if card["countdown"] is None else card["countdown"]["label"]
    return any(text in (one or "") for one in (card["phrase"], card["verbatim"], card["hint"], label))


@cache
def shelf(pack: str) -> Shelf:
    return load_shelf(ScriptsSection(default=pack))


@cache
def cases() -> tuple[Case, ...]:
    return tuple(case for file in sorted(SCENARIOS.glob("*/*.yaml")) for case in _read(file))


def _read(file: Path) -> list[Case]:
    pack = file.parent.name
    entries = yaml.safe_load(file.read_text(encoding="utf-8"))
    return [_case(f"{pack}/{file.stem}/{entry['title']}", pack, entry) for entry in entries]


def _case(name: str, pack: str, entry: dict[str, Any]) -> Case:
    begin: list[dict[str, Any]] = [
        {"at": 0, "ring": "8001"},
        {"at": 2, "answer": "8001"},
        {"at": 2.5, "agent_says": GREETINGS[pack], "takes": 2},
    ]
    steps = [*(begin if entry.get("begin", True) else []), *entry["steps"]]
    told = {
        key: entry[key]
        for key in ("until", "audio", "variables", "colleagues", "attendant", "call")
        if key in entry
    }
    return Case(
        name,
        pack,
        Scenario.model_validate({"title": entry["title"], "steps": steps, **told}),
        tuple(entry.get("rows", ())),
        {situation: tuple(map(float, seconds)) for situation, seconds in entry.get("cards", {}).items()},
        entry.get("gone", {}),
        entry.get("says", {}),
        entry.get("hints", {}),
        tuple(entry.get("absent", ())),
        entry.get("escalates"),
        tuple(entry.get("marks", ())),
        entry.get("hangs_up"),
        entry.get("redirects"),
    )


@cache
def shown(case: Case) -> Shown:
    seen = Shown()
    places = {
        "card": seen.cards,
        "notice": seen.cards,
        "card_gone": seen.gone,
        "escalation": seen.escalations,
        "forbidden": seen.forbidden,
        "hang_up": seen.hang_ups,
        "redirect": seen.redirects,
    }
    for line in play(case.scenario, shelf(case.pack)):
        if line["who"] != "supervisor" and line["event"] in places and not _is_outside(line):
            places[line["event"]].append(line)
    return seen


def _is_outside(line: Line) -> bool:
    return bool(line["who"] == "outside")
