"""Personal data made unreadable for those who need not see it. Pure.

A number keeps three digits in front and the last four (138****8000), enough to tell callers apart. Spoken numbers are masked
too: 幺三八零零… is as personal as 1380….
"""

import re
from collections.abc import Sequence
from typing import Final

NUMBERS: Final = frozenset({"caller_number", "number"})
"""Fields that hold a number and nothing else."""
WORDS: Final = frozenset(
    {
        "because",
        "caller_name",
        "detail",
        "excerpt",
        "note",
        "notes",
        "organisation",
        "purpose",
        "reason",
        "result",
        "said",
        "text",
    }
)
"""Fields in which a number may stand among other words, whatever the row."""

_SPOKEN = "零〇一二三四五六七八九幺壹贰叁肆伍陆柒捌玖两0-9０-９"
# Six digits and more, as people say or type them: a breath, a stop or a mark between the pieces.
_BETWEEN = r"[\s,,、.。;;::!!??·/|()()_…—~-]|[嗯啊呃哦诶]"
_DIGIT_RUN = re.compile(rf"[{_SPOKEN}](?:(?:{_BETWEEN}){{0,4}}[{_SPOKEN}]){{5,}}[xX]?")
# A piece of a number at the edge of a line, whose neighbours are not at hand.
_EDGE_RUN = re.compile(rf"^(?:{_BETWEEN})*[{_SPOKEN}]{{3,}}|[{_SPOKEN}]{{3,}}[xX]?(?:{_BETWEEN})*$")
_LINE_END = "\x1e"
"""Stands between lines that are masked together; no line has it."""

_SPOKEN_DIGIT = re.compile(f"[{_SPOKEN}]")


def mask_number(number: str | None) -> str | None:
    if number is None:
        return None
    if len(number) <= 4:
        return number
    if len(number) < 8:
        return "*" * (len(number) - 2) + number[-2:]
    return number[:3] + "*" * (len(number) - 7) + number[-4:]


def mask_text(text: str) -> str:
    """Every run of six or more digits, written or spoken, keeps its first and last two."""
    return _DIGIT_RUN.sub(_starred, text)


def mask_lines(lines: Sequence[str]) -> list[str]:
    """Lines one party said after another: a number told in pieces (一三八 / 零零一三 / 八零零零) is one number."""
    if not lines:
        return []
    return mask_text(_LINE_END.join(line.replace(_LINE_END, " ") for line in lines)).split(_LINE_END)


def mask_line(text: str) -> str:
    """One line as it is said, before its neighbours are known: what may be a piece of a number is hidden whole."""
    return _EDGE_RUN.sub(lambda run: "*" * len(run[0]), mask_text(text))


def _starred(run: re.Match[str]) -> str:
    hidden = "".join(_LINE_END if one == _LINE_END else "*" for one in run[0][2:-2])
    return run[0][:2] + hidden + run[0][-2:]


def hides(text: str) -> bool:
    """Whether any of it could be part of what is masked."""
    return _SPOKEN_DIGIT.search(text) is not None
