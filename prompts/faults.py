"""What is wrong in a pack, by the trail of the value it is about."""

from dataclasses import dataclass

from prompts.yaml_source import Trail


@dataclass(frozen=True, slots=True)
class Fault:
    """`fatal`: the pack cannot be used; else an author would look at it again."""

    trail: Trail
    text: str
    fatal: bool
