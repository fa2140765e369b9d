"""A report's file holds every number the server counts, under the words of the page."""

import csv
import re
from pathlib import Path

import pytest

from assistant.store.conduct_figures import COUNTS
from assistant.store.reports import CallFigures, CardFigures, ConductFigures
from assistant.web.api.columns import Columns
from assistant.web.api.report_file import CALLS, CARDS, CONDUCT, report_file
from assistant.web.api.reports import call_values, card_values, conduct_values

WORDS = Path(__file__).parents[5] / "assistant" / "web" / "ui" / "src" / "board" / "words.ts"
CALL_FIGURES = CallFigures("8001", *range(1, 13), 1.0, 2.0, 3.0, 4.0, 5.0)
CARD_FIGURES = CardFigures("greeting", *range(1, 8))
CONDUCT_FIGURES = ConductFigures("8001", dict.fromkeys(COUNTS, 1), 30.0, 10.0)


@pytest.mark.parametrize(
    ("columns", "values"),
    [
        (CALLS, call_values(CALL_FIGURES)),
        (CARDS, card_values(CARD_FIGURES)),
        (CONDUCT, conduct_values(CONDUCT_FIGURES)),
    ],
    ids=["calls", "cards", "conduct"],
)
def test_nothing_that_is_counted_is_missing(columns: Columns, values: dict[str, object]) -> None:
    assert columns.keys() == values.keys()


@pytest.mark.parametrize("columns", [CALLS, CARDS, CONDUCT], ids=["calls", "cards", "conduct"])
def test_a_number_is_called_as_on_the_page(columns: Columns) -> None:
    on_page = {
        name: (zh, en)
        for name, zh, en in re.findall(
            r"^  col_(\w+): \['(.*?)', '(.*?)'\],", WORDS.read_text(encoding="utf-8"), re.MULTILINE
        )
    }
    shown = {
        name: both
        for name, both in columns.items()
        if name in on_page and not name.endswith(("_s", "_share"))
    }
    assert shown
    assert shown == {name: on_page[name] for name in shown}


async def test_rows_with_their_titles_and_those_of_nobody() -> None:
    rows = [("greeting", card_values(CARD_FIGURES)), ("=x", card_values(CARD_FIGURES))]
    lines = list(csv.reader(await _text("situation", CARDS, rows, {"greeting": "首句问候"})))
    assert lines[0][:4] == ["情境", "显示", "说了", "说了占比"]
    assert [line[:4] for line in lines[1:]] == [["首句问候", "1", "2", "2.0"], ["'=x", "1", "2", "2.0"]]
    [_, nobody] = csv.reader(await _text("agent", CARDS, [("", card_values(CARD_FIGURES))], {}))
    assert nobody[0] == "无人"


async def _text(key: str, columns: Columns, rows: list, titles: dict[str, str]) -> list[str]:  # type: ignore[type-arg]
    parts = report_file(key, columns, rows, titles, "zh").body_iterator
    text = "".join([str(part) async for part in parts])
    assert text.startswith("\ufeff")
    return text.removeprefix("\ufeff").splitlines()
