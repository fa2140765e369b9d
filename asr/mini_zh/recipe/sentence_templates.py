"""Templates of sentences: (a|b) is a choice, {slot} is filled by a function or by a template of its own."""

import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path

INNERMOST_CHOICE = re.compile(r"\(([^()]*)\)")
SLOT = re.compile(r"\{([^{}]*)\}")


def content_lines(path: Path) -> Iterator[str]:
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line


def read_slots(path: Path) -> dict[str, str]:
    """`name template` lines; the template may be empty."""
    named = (line.partition(" ") for line in content_lines(path))
    return {name: template for name, _, template in named}


def read_templates(path: Path) -> Iterator[tuple[str, str]]:
    """(heading, template) in the order of the file."""
    heading = ""
    for line in content_lines(path):
        if line.startswith("["):
            heading = line.strip("[]")
        else:
            yield heading, line


class TemplateFiller:
    def __init__(
        self, rng: random.Random, templates: dict[str, str], made: dict[str, Callable[[], str]]
    ) -> None:
        self.rng = rng
        self.templates = templates
        self.made = made

    def fill(self, template: str) -> str:
        """Choices are drawn first, the innermost and leftmost before the others; then slots from left to right."""
        while choice := INNERMOST_CHOICE.search(template):
            chosen = self.rng.choice(choice[1].split("|"))
            template = template[: choice.start()] + chosen + template[choice.end() :]
        return SLOT.sub(lambda slot: self.say(slot[1]), template)

    def say(self, slot: str) -> str:
        return self.made[slot]() if slot in self.made else self.fill(self.templates[slot])
