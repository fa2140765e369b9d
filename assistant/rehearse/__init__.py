"""`hotline rehearse`: a scenario played in virtual time through the very core and engine that serve real calls.

`scenario` reads the file, `stage` turns its steps into what the PBX, the listening side and browsers would tell the core,
`lines` turns effects into what is printed. The formats are documented in docs/operate.md and stable.
"""

from collections.abc import Iterator
from pathlib import Path

from assistant.config import ScriptsSection
from assistant.core import Core, CoreSettings
from assistant.core.desk import Attendant
from assistant.rehearse.lines import Line, Printer
from assistant.rehearse.scenario import Scenario, ScenarioError, read_scenario
from assistant.rehearse.stage import Stage
from assistant.scripts import Shelf, load_shelf

__all__ = ["Line", "Scenario", "ScenarioError", "play", "read_scenario", "rehearse"]


def rehearse(file: Path, pack: str | None = None, trace: bool = False) -> Iterator[Line]:
    """Raises ScenarioError or PackError with every mistake."""
    scenario = read_scenario(file)
    section = ScriptsSection(default=pack or scenario.pack or ScriptsSection().default)
    yield from play(scenario, load_shelf(section), trace=trace)


def play(scenario: Scenario, shelf: Shelf, *, trace: bool = False) -> Iterator[Line]:
    """What happens, in order, without reading any file: a pack is loaded once for many scenarios."""
    numbers = iter(range(1, 1_000_000))
    settings = CoreSettings(
        variables=dict(scenario.variables),
        attendant=Attendant("hotline-attendant", "s") if scenario.attendant else None,
    )
    core = Core(shelf, settings, lambda: f"escalation-{next(numbers)}")
    printer = Printer(trace=trace)
    stage = Stage(scenario, core)
    for at, effects in stage.play():
        yield from printer.lines(at, effects)
