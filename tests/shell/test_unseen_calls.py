"""Calls the PBX served while nobody here saw them come into the book: from the messages and the notes it left."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from assistant.duty.messages_left import MessagesLeft, UnseenCall
from assistant.store.backfill import TEXT
from assistant.store.desk import TasksAsked
from assistant.unseen_calls import AS_OLD_AS, SETTLED_AFTER, UnseenCalls
from tests.support.books import began, book, write

CAME = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
"""A Friday evening in China."""
MORNING = CAME + timedelta(hours=13)
STAMP = int(CAME.timestamp())
MESSAGE, TAKEN, KNOWN = f"{STAMP}.1", f"pbx-{STAMP}.5", f"{STAMP}.7"


def leave(folder: Path, name: str, content: bytes = b"RIFF" + bytes(60), at: datetime = CAME) -> None:
    file = folder / name
    file.write_bytes(content)
    os.utime(file, (at.timestamp(), at.timestamp()))


def note(number: str = "13800138000", route: str = "duty") -> bytes:
    return f"{STAMP}:{number}:4001234567:{route}".encode()


def test_what_lies_there_is_read_and_nothing_else(tmp_path: Path) -> None:
    leave(tmp_path, f"{MESSAGE}.wav")
    leave(tmp_path, f"{MESSAGE}.unseen", note())
    leave(tmp_path, f"{TAKEN}.unseen", note("", "queue"))
    leave(tmp_path, f"{KNOWN}.wav", b"")
    leave(tmp_path, "notes.txt")
    leave(tmp_path, "evil; rm.wav")
    leave(tmp_path, f"{STAMP}.8.unseen", b"\xff\xfe;DROP TABLE calls")
    (tmp_path / f"{STAMP}.9.wav").symlink_to(tmp_path / "notes.txt")
    leave(tmp_path, f"{STAMP}.10.wav", at=MORNING)  # still being spoken
    found = MessagesLeft(tmp_path).unseen(CAME - AS_OLD_AS, MORNING - SETTLED_AFTER)
    assert found == [
        UnseenCall(MESSAGE, CAME, "13800138000", "4001234567", True),
        UnseenCall(KNOWN, CAME, None, None, True),
        UnseenCall(f"{STAMP}.8", CAME, None, None, False),
        UnseenCall(TAKEN, CAME, None, "4001234567", False),
    ]
    assert MessagesLeft(tmp_path).unseen(CAME + timedelta(seconds=1), MORNING) == []
    assert MessagesLeft(None).unseen(CAME - AS_OLD_AS, MORNING) == []
    assert MessagesLeft(tmp_path / "gone").unseen(CAME - AS_OLD_AS, MORNING) == []


async def test_each_gets_its_row_sheet_and_task_once(tmp_path: Path) -> None:
    folder = tmp_path / "spool"
    folder.mkdir()
    leave(folder, f"{MESSAGE}.wav")
    leave(folder, f"{MESSAGE}.unseen", note())
    leave(folder, f"{TAKEN}.unseen", note("13900139000"))
    leave(folder, f"{KNOWN}.wav")
    live = [f"{STAMP}.9"]
    leave(folder, f"{live[0]}.unseen", note())
    async with book(f"sqlite:///{tmp_path}/book.db") as store:
        await write(store, (began(KNOWN), 0))
        unseen = UnseenCalls(MessagesLeft(folder), store.backfill, lambda: live, 1095)
        assert await unseen.look(MORNING) == [MESSAGE, TAKEN]
        assert await unseen.look(MORNING) == []
        again = UnseenCalls(MessagesLeft(folder), store.backfill, lambda: live, 1095)
        assert await again.look(MORNING) == []
        tasks = {
            task.call_id: (task.kind, task.agent, task.caller_number, task.text)
            for task in (await store.desk.tasks(TasksAsked("8001"))).tasks
        }
        assert tasks == {
            MESSAGE: ("call_back", None, "13800138000", "未接来电,请回拨(不用400线路)"),
            TAKEN: ("fill_sheet", None, "13900139000", TEXT),
        }
        sheet = await store.desk.sheet(TAKEN)
        assert (sheet.came_at, sheet.number, sheet.region) == (CAME, "13900139000", "上海市")
        a_short_book = UnseenCalls(MessagesLeft(folder), store.backfill, list, 1)
        assert await a_short_book.look(MORNING + timedelta(days=2)) == []
        live.clear()
        assert await unseen.look(MORNING) == [f"{STAMP}.9"]
