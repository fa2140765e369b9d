"""The book on real databases: every test runs on a SQLite file and on a PostgreSQL server alike."""

from dataclasses import replace
from datetime import timedelta

import pytest

from assistant.people import Person
from assistant.records import Audited, CallBegan, EscalationHandled, SessionUsed, TextWasSaid
from assistant.store import ConflictError, NotFoundError
from assistant.store.desk import TasksAsked
from assistant.store.finding import CallFilter
from assistant.store.sheet import SheetEdit
from assistant.store.writer import WriterState
from tests.support.books import T0, a_whole_call, answered, at, began, book, finished, write


async def test_a_call_is_read_back_whole(url: str) -> None:
    async with book(url) as store:
        await a_whole_call(store)
        whole = await store.reading.whole_call("1.1")
    assert whole.call["began_at"] == T0
    assert whole.call["answered_at"] == at(4)
    assert whole.call["ended_at"] == at(30)
    assert (whole.call["region"], whole.call["carrier"], whole.call["agent"]) == (
        "北京市",
        "中国移动",
        "8001",
    )
    assert whole.categories == ["投诉"]
    assert [(leg["agent"], leg["talk_s"], leg["ended_at"]) for leg in whole.legs] == [("8001", 26.0, at(30))]
    assert [(card["sources"], card["step"], card["gone_why"]) for card in whole.cards] == [
        (["S0-17", "S2-27"], 2, "said")
    ]
    assert [line["text"] for line in whole.transcript] == ["我要投诉"]
    assert [line["said"] for line in whole.forbidden] == ["喂说话呀"]
    assert [(line["state"], line["urgent"]) for line in whole.escalations] == [("open", True)]
    assert [(line["fired"], line["because"]) for line in whole.trace] == [(True, "5 s")]


async def test_a_finished_call_has_a_prefilled_sheet_and_a_task(url: str) -> None:
    async with book(url) as store:
        await a_whole_call(store)
        sheet = await store.desk.sheet("1.1")
        tasks = (await store.desk.tasks(TasksAsked("8001"))).tasks
    assert (sheet.came_at, sheet.number, sheet.region, sheet.recorder) == (
        T0,
        "13800138000",
        "北京市",
        "8001",
    )
    assert (sheet.caller_name, sheet.gender, sheet.category, sheet.excerpt) == (
        "王先生",
        "男",
        "投诉",
        "我要投诉",
    )
    assert sheet.missing == ("organisation", "purpose", "result")
    assert [(task.task_id, task.agent) for task in tasks] == [("fill_sheet:1.1", "8001")]


@pytest.mark.parametrize("agent", ["li", "8005"])
async def test_the_sheet_of_who_has_no_account_is_everybodys(url: str, agent: str) -> None:
    async with book(url) as store:
        await store.accounts.add("8001", "王", "agent", "hash", T0)
        await write(store, (began("1.1"), 0), (answered("1.1", agent), 4), (finished("1.1"), 30))
        [task] = (await store.desk.tasks(TasksAsked("8001"))).tasks
        assert (task.task_id, task.agent) == ("fill_sheet:1.1", None)


async def test_the_task_ends_when_the_sheet_is_filled_and_not_before(url: str) -> None:
    async with book(url) as store:
        await a_whole_call(store)
        with pytest.raises(NotFoundError):
            await store.desk.finish_task("fill_sheet:1.1", "8001", at(40))
        some = await store.desk.edit_sheet("1.1", SheetEdit(purpose="本人,投诉"), 1, "8001", at(50))
        assert not some.complete
        with pytest.raises(ConflictError):
            await store.desk.edit_sheet("1.1", SheetEdit(result="x"), 1, "8002", at(51))
        full = SheetEdit(organisation="不详", result="已转主管")
        done = await store.desk.edit_sheet("1.1", full, some.version, "8001", at(60))
        assert (done.complete, done.version, done.edited_by) == (True, 3, "8001")
        assert (await store.desk.tasks(TasksAsked("8001"))).tasks == []
        task = await store.desk.task("fill_sheet:1.1")
    assert (task.done_at, task.done_by) == (at(60), "8001")


async def test_a_call_nobody_answered_is_a_task_to_call_back(url: str) -> None:
    async with book(url) as store:
        await write(store, (began("1.2", "02112345678"), 0), (finished("1.2", "abandoned"), 20))
        tasks = (await store.desk.tasks(TasksAsked("8001"))).tasks
        assert [(task.task_id, task.caller_number, task.region) for task in tasks] == [
            ("call_back:1.2", "02112345678", "上海市")
        ]
        assert (await store.desk.finish_task("call_back:1.2", "8001", at(90))).done_by == "8001"
        assert not (await store.desk.sheet("1.2")).complete


async def test_internal_and_merged_calls_have_no_sheet(url: str) -> None:
    async with book(url) as store:
        await write(
            store,
            (CallBegan("1.3", "internal", "8001", None, "8002", None), 0),
            (finished("1.3"), 5),
            (began("1.4"), 0),
            (finished("1.4", "merged"), 5),
        )
        assert (await store.desk.tasks(TasksAsked(done=True))).tasks == []
        with pytest.raises(NotFoundError):
            await store.desk.sheet("1.3")


async def test_hostile_words_are_kept_and_stop_nothing(url: str) -> None:
    hostile = "<img src=x onerror=alert(1)>\0\ud800\u202e'); DROP TABLE calls;--😀\r\nAction: Originate"
    async with book(url) as store:
        await write(
            store,
            (CallBegan("1.1", "inbound", hostile, hostile, None, None), 0),
            (TextWasSaid("1.1", "caller", 1, hostile * 50, 0.5, 1.0), 1),
            (Audited(hostile, "x", hostile, hostile), 2),
        )
        whole = await store.reading.whole_call("1.1")
        assert store.state == WriterState(behind=False, waiting=0, refused=0, dropped=0, problem=None)
    assert whole.call["caller_name"] == hostile.replace("\0", "").replace("\ud800", "?")
    assert len(whole.transcript) == 1


async def test_calls_are_found_by_everything(url: str) -> None:
    async with book(url) as store:
        await a_whole_call(store, "1.1")
        await write(store, (began("1.2", "02112345678"), 100), (finished("1.2", "abandoned"), 110))
        await write(store, (began("1.3", None), 200))

        async def found(**wanted: object) -> list[object]:
            page = await store.reading.calls(CallFilter(**wanted))  # type: ignore[arg-type]
            return [row["call_id"] for row in page.calls]

        assert await found() == ["1.3", "1.2", "1.1"]
        assert await found(since=at(100)) == ["1.3", "1.2"]
        assert await found(until=at(100)) == ["1.1"]
        assert await found(agent="8001") == ["1.1"]
        assert await found(number="02112345678") == ["1.2"]
        assert await found(queue="hotline") == ["1.1"]
        assert await found(category="投诉") == ["1.1"]
        assert await found(situation="silent") == ["1.1"]
        assert await found(outcome="answered") == ["1.1"]
        assert await found(outcome="missed") == ["1.2"]
        assert await found(outcome="open") == ["1.3"]
        assert await found(text="要投诉") == ["1.1"]
        assert await found(text="上海") == ["1.2"]
        assert await found(text="%") == []
        assert await store.reading.took_part("1.1", "8001")
        assert not await store.reading.took_part("1.1", "8002")


async def test_pages_follow_each_other_without_gap_or_repeat(url: str) -> None:
    async with book(url) as store:
        await write(store, *((began(f"1.{number}"), number // 3) for number in range(10)))
        seen: list[object] = []
        cursor: str | None = None
        while True:
            page = await store.reading.calls(CallFilter(), cursor, limit=3)
            seen += [row["call_id"] for row in page.calls]
            cursor = page.next_cursor
            if cursor is None:
                break
        assert seen == [f"1.{number}" for number in reversed(range(10))]
        with pytest.raises(ValueError, match="isoformat"):
            await store.reading.calls(CallFilter(), "nonsense")


async def test_escalations_keep_who_did_what(url: str) -> None:
    async with book(url) as store:
        await a_whole_call(store)
        await write(
            store,
            (EscalationHandled("e1.1", "acknowledged", "9001", ""), 20),
            (EscalationHandled("e1.1", "closed", "9001", "已回电"), 60),
        )
        listed = (await store.reading.escalations()).rows
        assert [(row["state"], row["handled_by"], row["note"]) for row in listed] == [
            ("closed", "9001", "已回电")
        ]
        assert (await store.reading.escalations("open")).rows == []
        steps = await store.reading.escalation_steps("e1.1")
        assert [(row["state"], row["at"]) for row in steps] == [("acknowledged", at(20)), ("closed", at(60))]


async def test_users_and_sessions(url: str) -> None:
    async with book(url) as store:
        accounts = store.accounts
        person = await accounts.add("8001", "王", "agent", "hash", T0)
        with pytest.raises(ConflictError):
            await accounts.add("8001", "李", "agent", "hash", T0)
        assert person == Person(person.user_id, "8001", "王", "agent")
        token, session = await accounts.begin_session(person, T0, timedelta(hours=1), None)
        assert token not in session.session_id
        assert await accounts.session(session.session_id, at(60)) == session
        assert await accounts.session(session.session_id, at(3601)) is None
        used = SessionUsed(session.session_id, at(7200))
        assert store.put(used, at(3000))
        assert store.put(SessionUsed(session.session_id, at(5000)), at(3000))
        await store.flush()
        assert await accounts.session(session.session_id, at(3601)) == replace(session, expires_at=at(7200))
        assert await accounts.set_active("8001", active=False) == [session.session_id]
        assert store.put(used, at(60))
        await store.flush()
        assert await accounts.session(session.session_id, None) is None
        assert await accounts.credentials("8001") is None
        with pytest.raises(NotFoundError):
            await accounts.set_password("8002", "hash", T0)
