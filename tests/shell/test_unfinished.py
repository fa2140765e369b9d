"""What a restart takes up again stands in the book, on both databases: notes of open calls, and messages nobody has read."""

from assistant.core.unread import KEPT_S, Written
from assistant.messages import NoteView, SupervisorSays
from assistant.records import DeskMessageRead, DeskMessageWritten, NoteTaken
from assistant.unfinished import unfinished
from tests.support.books import answered, at, began, book, finished, write


async def test_notes_of_calls_that_go_on_are_found_again(url: str) -> None:
    async with book(url) as store:
        for call_id in ("1.1", "1.2"):
            await write(
                store, (began(call_id), 0), (answered(call_id), 4), (NoteTaken(call_id, "8001", "要发票"), 5)
            )
        await write(store, (finished("1.1"), 30))
    async with book(url) as store:
        note = NoteView(call_id="1.2", agent="8001", text="要发票")
        assert (await unfinished(store, at(60))).notes == {"1.2": [note]}


async def test_messages_nobody_has_read_are_found_again_for_a_shift(url: str) -> None:
    def written(number: int) -> DeskMessageWritten:
        return DeskMessageWritten(f"m{number}", "8001", "主管", f"第 {number} 条")

    def left(number: int, age_s: float) -> Written:
        says = SupervisorSays(call_id=None, by="主管", text=f"第 {number} 条", message_id=f"m{number}")
        return Written("8001", says, age_s)

    async with book(url) as store:
        await write(store, (written(1), 0), (written(2), 10), (written(3), 20), (DeskMessageRead("m2"), 30))
    async with book(url) as store:
        assert (await unfinished(store, at(60))).messages == [left(1, 60.0), left(3, 40.0)]
        assert (await unfinished(store, at(KEPT_S + 15))).messages == [left(3, KEPT_S - 5)]
