"""A call that lasts too long owes its caller a call back from another phone (S0-13): on both databases."""

from datetime import timedelta

from assistant.records import CardWasShown
from assistant.store.desk import TasksAsked
from tests.support.books import T0, answered, at, began, book, finished, write


def long_call(call_id: str, card_id: str, source: str = "S0-13") -> CardWasShown:
    return CardWasShown(
        call_id,
        card_id,
        "long_call",
        (source, "S0-38"),
        0,
        "对不起,请您原谅。",
        "已通话 10 分钟",
        "8001",
        "p",
        "1",
    )


async def test_a_long_call_is_a_task_for_another_phone_once_and_outlives_the_call(url: str) -> None:
    async with book(url) as store:
        await write(
            store,
            (began("1.1"), 0),
            (answered("1.1"), 4),
            (long_call("1.1", "a"), 604),
            (long_call("1.1", "b"), 900),
            (finished("1.1"), 1000),
            (began("1.2"), 0),
            (answered("1.2"), 4),
            (long_call("1.2", "a", "S3-06"), 604),
            (finished("1.2"), 1000),
        )
        tasks = [task for task in (await store.desk.tasks(TasksAsked("8001"))).tasks if task.due_at]
        [owed] = tasks
        assert (owed.task_id, owed.kind, owed.agent) == ("call_back_elsewhere:1.1", "call_back", "8001")
        assert (owed.created_at, owed.due_at, owed.caller_number) == (at(604), at(4204), "13800138000")
        assert "另一部电话" in owed.text
        await store.desk.finish_task(owed.task_id, "8001", at(1200))
        await write(store, (long_call("1.1", "c"), 1300), (finished("1.1"), 1400))
        assert [t for t in (await store.desk.tasks(TasksAsked("8001"))).tasks if t.due_at] == []
        assert await store.desk.due(at(9000), timedelta(hours=1)) == []


async def test_the_call_back_of_who_has_no_account_is_everybodys(url: str) -> None:
    async with book(url) as store:
        await store.accounts.add("8002", "王芳", "agent", "hash", T0)
        await write(store, (began("1.1"), 0), (answered("1.1"), 4), (long_call("1.1", "a"), 604))
        [owed] = (await store.desk.tasks(TasksAsked("8002"))).tasks
        assert (owed.task_id, owed.agent) == ("call_back_elsewhere:1.1", None)
