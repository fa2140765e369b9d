"""A sheet opened while its call goes on, and what the call tells afterwards: nothing of either is lost. On both databases."""

import pytest

from assistant.records import NoteTaken, Record
from assistant.store import ConflictError, NotFoundError, Store
from assistant.store.sheet import SheetEdit
from tests.support.books import answered, at, began, book, finished, write

END: list[tuple[Record, float]] = [
    (NoteTaken("1.1", "8002", "b1"), 25),
    (finished("1.1", categories=("refund",), surname="王", title="女士"), 30),
]
"""The colleague who has the call now notes something; then it ends."""
COMPLETE = SheetEdit(caller_name="王芳", gender="女", organisation="不详", purpose="退款", result="已转")


async def handed_over(store: Store) -> int:
    """The version of the sheet the first agent has opened."""
    await write(
        store,
        (began("1.1"), 0),
        (answered("1.1"), 4),
        (NoteTaken("1.1", "8001", "a1"), 10),
        (answered("1.1", "8002"), 15),
    )
    opened = await store.desk.open_sheet("1.1")
    assert (opened.notes, opened.version) == ("a1", 1)
    return opened.version


async def test_what_a_call_tells_after_its_sheet_was_saved_comes_to_what_was_written(url: str) -> None:
    async with book(url) as store:
        edit = SheetEdit(caller_name="王芳", notes="a1\nmine")
        saved = await store.desk.edit_sheet("1.1", edit, await handed_over(store), "8001", at(20))
        await write(store, *END)
        sheet = await store.desk.sheet("1.1")
        assert (sheet.notes, sheet.category, sheet.gender) == ("a1\nmine\nb1", "refund", "女")
        assert (sheet.caller_name, sheet.version, sheet.edited_by) == ("王芳", saved.version + 1, "8001")
        with pytest.raises(ConflictError, match="记录单已更新"):
            await store.desk.edit_sheet("1.1", edit, saved.version, "8001", at(40))
        with pytest.raises(ConflictError, match="8001"):
            await store.desk.edit_sheet("1.1", edit, saved.version, "8002", at(40))


async def test_a_call_that_ends_twice_tells_nothing_twice(url: str) -> None:
    async with book(url) as store:
        edit = SheetEdit(notes="a1", category="complaint")
        await store.desk.edit_sheet("1.1", edit, await handed_over(store), "8001", at(20))
        await write(store, *END)
        once = await store.desk.sheet("1.1")
        await write(store, END[1], (began("1.1"), 31))
        assert await store.close_open_calls(at(40)) == ["1.1"]
        assert await store.desk.sheet("1.1") == once
        assert (once.notes, once.category, once.version) == ("a1\nb1", "complaint", 3)


async def test_what_somebody_took_out_after_the_end_does_not_come_back_when_the_call_ends_again(
    url: str,
) -> None:
    async with book(url) as store:
        await store.desk.edit_sheet(
            "1.1", SheetEdit(purpose="退款"), await handed_over(store), "8001", at(20)
        )
        await write(store, *END)
        await store.desk.edit_sheet("1.1", SheetEdit(notes="b1 已办"), 3, "8002", at(50))
        await write(store, (began("1.1"), 60), (NoteTaken("1.1", "8002", "b2"), 61), (finished("1.1"), 70))
        assert (await store.desk.sheet("1.1")).notes == "b1 已办\nb2"


async def test_a_sheet_prefilled_anew_is_not_saved_over_by_who_opened_it_before(url: str) -> None:
    async with book(url) as store:
        seen = await handed_over(store)
        assert await store.desk.open_sheet("1.1") == await store.desk.sheet("1.1")
        await write(store, *END)
        with pytest.raises(ConflictError, match="记录单已更新"):
            await store.desk.edit_sheet("1.1", SheetEdit(notes="a1\nmine"), seen, "8001", at(40))
        sheet = await store.desk.sheet("1.1")
        assert (sheet.notes, sheet.category, sheet.version) == ("a1\nb1", "refund", seen + 1)
        await write(store, END[1])
        assert await store.desk.sheet("1.1") == sheet


async def test_a_sheet_the_call_itself_completes_is_owed_no_longer(url: str) -> None:
    async with book(url) as store:
        lacking = SheetEdit(organisation="不详", purpose="退款", result="已转")
        await store.desk.edit_sheet("1.1", lacking, await handed_over(store), "8001", at(20))
        await store.close_open_calls(at(28))
        assert (await store.desk.task("fill_sheet:1.1")).done_at is None
        await write(store, (began("1.1"), 29), *END)  # it had outlived a restart
        assert (await store.desk.sheet("1.1")).complete
        with pytest.raises(NotFoundError):
            await store.desk.task("fill_sheet:1.1")


async def test_a_complete_sheet_keeps_what_was_noted_later_too(url: str) -> None:
    async with book(url) as store:
        saved = await store.desk.edit_sheet("1.1", COMPLETE, await handed_over(store), "8001", at(20))
        assert saved.complete
        await write(store, *END)
        assert (await store.desk.sheet("1.1")).notes == "a1\nb1"
