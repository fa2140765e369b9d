from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from assistant.store.reading import Row, Value
from assistant.web.api.columns import CALLS, headings
from assistant.web.api.export import at_most, cell, csv_file


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, ""),
        (3.5, "3.5"),
        ("王", "王"),
        ("=1+1", "'=1+1"),
        ("@x", "'@x"),
        ("+8613800138000", "'+8613800138000"),
        (datetime(2026, 1, 5, 1, 0, tzinfo=UTC), "2026-01-05 09:00:00"),
    ],
)
def test_cells(value: Value, shown: str) -> None:
    assert cell(value) == shown


@pytest.mark.parametrize(
    ("most", "shown"), [(2, ["4", "3", "…"]), (3, ["4", "3", "2", "…"]), (4, ["4", "3", "2", "1"])]
)
async def test_a_file_that_does_not_hold_all_says_so_in_its_last_line(most: int, shown: list[str]) -> None:
    async def pages() -> AsyncIterator[list[Row]]:
        for numbers in (["4", "3"], ["2", "1"], []):
            yield [{"call_id": number} for number in numbers]

    found = [row["call_id"] async for rows in at_most(most, pages(), {"call_id": "…"}) for row in rows]
    assert found == shown


async def test_a_row_has_every_column_and_quotes_what_needs_it() -> None:
    async def pages() -> AsyncIterator[list[Row]]:
        yield [{"call_id": "1.1", "caller_name": 'a,"b"\r\nc'}]

    columns = headings(CALLS, "zh")
    heading, line = [part async for part in csv_file(columns, pages())]
    assert heading == f"\ufeff{','.join(columns.values())}\r\n"
    assert line.count(",") == len(columns)
    assert '"a,""b""\r\nc"' in line
    assert line.endswith("1.1\r\n")
