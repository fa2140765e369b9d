"""The parts of the line as pages show them: every one the protocol knows has its place."""

from typing import get_args, get_type_hints

from assistant.core.line import Line
from assistant.messages import Part


def test_every_part_there_can_be_is_shown_in_a_place_of_its_own() -> None:
    line = Line("mini", model_is_demo=True)
    names = get_args(get_type_hints(Part)["name"])
    for name in reversed(names):
        line.set_part(Part(name=name, state="degraded", text="x"))
    shown = [part.name for part in line.view("").parts]
    assert sorted(shown) == sorted(names)
    assert (shown[0], shown[-1]) == ("pbx", "program")
