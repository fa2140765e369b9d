"""The page names every deed the audit keeps, and none that nobody does."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

from assistant.asking import HandleEscalation, JoinCall
from assistant.duty.changes import ChangeKind

ASSISTANT = Path(__file__).resolve().parents[4] / "assistant"
NAMED = re.compile(r"^  (\w+): \['[^']+', '[^']+'\],$", re.MULTILINE)
PLACE = {"Audited": 1, "_audited": 1, "_audit": 2, "self._audit": 1, "put_out": 5}
"""Where the deed stands among the arguments."""
BEGUN = {
    "escalation_": get_args(HandleEscalation.__annotations__["do"]),
    "duty_": tuple(ChangeKind),
    "": get_args(JoinCall.__annotations__["how"]),
}
"""What the deeds end with that are put together."""


def deeds_of(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        place = PLACE.get(ast.unparse(node.func)) if isinstance(node, ast.Call) else None
        if place is None or not isinstance(node, ast.Call) or len(node.args) <= place:
            continue
        match node.args[place]:
            case ast.Constant(value=str(deed)):
                yield deed
            case ast.JoinedStr(values=[ast.Constant(value=str(begin)), *_]):
                yield from (f"{begin}{end}" for end in BEGUN[begin])


def test_every_deed_has_its_words() -> None:
    done = {deed for file in ASSISTANT.rglob("*.py") for deed in deeds_of(file.read_text(encoding="utf-8"))}
    named = NAMED.findall(
        (ASSISTANT / "web" / "ui" / "src" / "board" / "deeds.ts").read_text(encoding="utf-8")
    )
    assert sorted(named) == sorted(done | set(BEGUN[""]))
