"""Personal data made unreadable for those who need not see it. Pure.

A number keeps three digits in front and the last four (138****8000), enough to tell callers apart. Spoken numbers are masked
too: 幺三八零零… is as personal as 1380….
"""

import re

_SPOKEN = "零〇一二三四五六七八九幺壹贰叁肆伍陆柒捌玖两0-9０-９"
# Six digits and more, as people say or type them: with spaces, hyphens or commas between.
_DIGIT_RUN = re.compile(rf"[{_SPOKEN}](?:[\s,,、.-]?[{_SPOKEN}]){{5,}}[xX]?")


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
    return _DIGIT_RUN.sub(lambda run: run[0][:2] + "*" * (len(run[0]) - 4) + run[0][-2:], text)


def hides(text: str) -> bool:
    """Whether any of it could be part of what is masked."""
    return _SPOKEN_DIGIT.search(text) is not None
