"""Promises, notes, calls written in, documents and deleting what is old: on both databases."""

import json
import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from ami_bridge.events import Party
from assistant.clock import VirtualClock
from assistant.documents import as_shipped, checked
from assistant.duty.old_messages import delete_older
from assistant.effects import Notify, Save, ToAgent, ToSupervisors
from assistant.keeping import keep_of
from assistant.messages import TaskDue
from assistant.records import (
    Audited,
    DeskMessageWritten,
    EscalationHandled,
    EscalationRaised,
    ForbiddenWasSaid,
    NoteTaken,
    TextWasSaid,
    TraceLine,
)
from assistant.reminders import reminders
from assistant.sections import RecordingSection, RecordsSection
from assistant.store import ConflictError, NotFoundError, Store, tables
from assistant.store.desk import Task, TasksAsked, WrittenIn
from assistant.store.documents import Document
from assistant.store.engines import make_engines, parse_url
from assistant.store.retention import Keep
from assistant.store.sheet import SheetEdit
from assistant.upkeep import Upkeep
from tests.support.books import T0, answered, at, began, book, card, finished, write
from tests.unit.assistant.test_core_conduct import CALL, Talk, heard

HOUR = 3600.0
TABLE = {
    "rules": [
        {"complaint": "服务态度", "customer": "会员", "hours": 4},
        {"complaint": "服务态度", "hours": 24},
    ]
}


async def nothing_unseen(_: datetime) -> None:
    """Every call was seen."""


async def save(store: Store, kind: str, body: object, seen: int = 0) -> Document:
    text = checked(kind, body)  # type: ignore[arg-type]
    return await store.documents.add(Document(kind, "default", 0, text, "9001", T0, "因为"), seen)


async def a_complaint(store: Store) -> None:
    await write(
        store,
        (began("1.1"), 0),
        (answered("1.1"), 4),
        (NoteTaken("1.1", "8001", "要回电"), 10),
        (finished("1.1", categories=("attitude_complaint",), complaint="服务态度"), 30),
    )


async def test_a_complaint_is_a_promise_by_the_table_and_changes_with_the_customer(url: str) -> None:
    async with book(url) as store:
        await save(store, "promises", TABLE)
        await a_complaint(store)
        sheet = await store.desk.sheet("1.1")
        assert (sheet.complaint, sheet.notes) == ("服务态度", "要回电")
        promise = await store.desk.task("promise:1.1")
        assert (promise.kind, promise.agent, promise.due_at) == ("promise", "8001", at(24 * HOUR))
        assert promise.text == "服务态度:承诺 24 小时内答复"
        await store.desk.edit_sheet("1.1", SheetEdit(customer="会员"), 1, "8001", at(40))
        assert (await store.desk.task("promise:1.1")).due_at == at(4 * HOUR)
        kinds = {task.kind for task in (await store.desk.tasks(TasksAsked())).tasks}
        assert kinds == {"fill_sheet", "promise"}
        done = await store.desk.finish_task("promise:1.1", "8001", at(50))
        assert done.done_by == "8001"
        rules = [{"complaint": "服务态度", "customer": "会员", "hours": 8}]
        await save(store, "promises", {"rules": [*rules, {"complaint": "工作差错", "hours": 12}]}, seen=1)
        await store.desk.edit_sheet("1.1", SheetEdit(notes="错字", customer="会员"), 2, "8001", at(60))
        await write(store, (began("1.1"), 70), (finished("1.1", complaint="服务态度"), 80))
        assert await store.desk.task("promise:1.1") == done
        await store.desk.edit_sheet("1.1", SheetEdit(complaint="工作差错"), 3, "8001", at(90))
        again = await store.desk.task("promise:1.1")
        assert (again.due_at, again.done_at) == (at(12 * HOUR), None)


async def test_a_promise_is_kept_by_who_spoke_or_by_a_recorder_who_signs_in_else_by_everybody(
    url: str,
) -> None:
    """By who had the call and what stands on the sheet as 记录人: 8005 has left, 8006 never had an account."""
    kept_by = {
        ("8001", "王芳"): "8001",
        (None, "8002"): "8002",
        (None, "王/8002"): None,
        ("duty-wang", "8009"): None,
        ("8005", "8001"): "8001",
        ("8005", "王芳"): None,
        ("8006", "8005"): None,
    }
    async with book(url) as store:
        await save(store, "promises", TABLE)
        for extension in ("8001", "8002", "8005"):
            await store.accounts.add(extension, "王芳", "agent", "hash", T0)
        await store.accounts.set_active("8005", active=False)
        found = {}
        for number, (agent, recorder) in enumerate(kept_by):
            call_id = f"1.{number}"
            legs = [] if agent is None else [(answered(call_id, agent), 4.0)]
            await write(store, (began(call_id), 0), *legs, (finished(call_id), 30))
            edit = SheetEdit(complaint="服务态度", recorder=recorder)
            await store.desk.edit_sheet(call_id, edit, 1, "8001", at(40))
            found[agent, recorder] = (await store.desk.task(f"promise:{call_id}")).agent
    assert found == kept_by


async def test_a_complaint_heard_on_the_line_is_called_to_mind_until_it_is_answered(url: str) -> None:
    """From the caller's words and a shipped pack to the reminder, with the shipped example as the table."""
    talk = Talk().say(6.0, Party.CALLER, heard(1, "你这是什么态度我要投诉你")).end(30.0)
    async with book(url) as store:
        await save(store, "promises", {"rules": json.loads(as_shipped("promises"))["example"]})
        for when, effect in talk.effects:
            if isinstance(effect, Save):
                assert store.put(effect.record, at(when))
        await store.flush()
        promise = await store.desk.task(f"promise:{CALL}")
        assert (promise.agent, promise.text) == ("8001", "服务态度:承诺 24 小时内答复")
        reminded: list[list[Task]] = []
        upkeep = Upkeep(store, VirtualClock(), Keep(), reminded.append, lambda: None, nothing_unseen)
        for hours in (1.0, 23.5, 24.1):
            await upkeep.once(at(hours * HOUR))
        assert [[task.task_id for task in tasks] for tasks in reminded] == [[f"promise:{CALL}"]] * 2


async def test_a_complaint_without_a_type_is_any_complaint_to_the_table_until_its_type_is_known(
    url: str,
) -> None:
    rules = [{"complaint": "服务态度", "hours": 24}, {"hours": 48}]
    talk = Talk().say(6.0, Party.CALLER, heard(1, "我要投诉")).end(30.0)
    async with book(url) as store:
        await save(store, "promises", {"rules": rules})
        for when, effect in talk.effects:
            if isinstance(effect, Save):
                assert store.put(effect.record, at(when))
        await store.flush()
        assert (await store.desk.sheet(CALL)).complaint == "客户投诉"
        promise = await store.desk.task(f"promise:{CALL}")
        assert (promise.due_at, promise.text) == (at(48 * HOUR), "客户投诉:承诺 48 小时内答复")
        for named, hours in (("服务态度", 24), ("客户投诉", 24)):
            await write(store, (began(CALL), 40), (finished(CALL, complaint=named), 50))
            assert (await store.desk.task(f"promise:{CALL}")).due_at == at(hours * HOUR)
        await write(store, (began("1.2"), 0), (answered("1.2"), 4), (finished("1.2"), 30))
        with pytest.raises(NotFoundError):
            await store.desk.task("promise:1.2")
        by_hand = await store.desk.promise("1.2", None, "", "")
        assert (by_hand.due_at, by_hand.text) == (at(48 * HOUR), "承诺 48 小时内答复")


async def test_a_sheet_somebody_has_begun_gets_the_type_too_but_keeps_its_own(url: str) -> None:
    async with book(url) as store:
        await save(store, "promises", TABLE)
        for call_id, edit in (("1.1", SheetEdit(purpose="问价")), ("1.2", SheetEdit(complaint="工作差错"))):
            await write(store, (began(call_id), 0), (answered(call_id), 4))
            opened = await store.desk.open_sheet(call_id)
            await store.desk.edit_sheet(call_id, edit, opened.version, "8001", at(9))
            await write(store, (finished(call_id, complaint="服务态度"), 30))
        assert [(await store.desk.sheet(one)).complaint for one in ("1.1", "1.2")] == ["服务态度", "工作差错"]
        assert (await store.desk.task("promise:1.1")).due_at == at(24 * HOUR)
        await write(store, (began("1.1"), 40), (finished("1.1"), 50))
        assert (await store.desk.sheet("1.1")).complaint == "服务态度"


async def test_without_a_table_nothing_is_promised_but_by_hand(url: str) -> None:
    async with book(url) as store:
        await a_complaint(store)
        with pytest.raises(NotFoundError):
            await store.desk.task("promise:1.1")
        with pytest.raises(NotFoundError):
            await store.desk.promise("1.1", None, "服务态度", "")
        promised = await store.desk.promise("1.1", 2.0, "服务态度", "")
        assert (promised.due_at, promised.text) == (at(2 * HOUR), "口头承诺·服务态度:承诺 2 小时内答复")
        await save(store, "promises", TABLE)
        edit = SheetEdit(complaint="服务态度")
        await store.desk.edit_sheet("1.1", edit, 1, "8001", at(40))
        assert (await store.desk.task("promise:1.1")).due_at == at(2 * HOUR)


async def test_it_is_called_to_mind_before_it_is_due_and_once_when_it_is_late(url: str) -> None:
    async with book(url) as store:
        await save(store, "promises", TABLE)
        await a_complaint(store)
        reminded: list[list[Task]] = []
        upkeep = Upkeep(store, VirtualClock(), Keep(), reminded.append, lambda: None, nothing_unseen)
        for hours in (1.0, 22.9, 23.1, 23.5, 24.1, 30.0):
            await upkeep.once(at(hours * HOUR))
        assert [[task.task_id for task in tasks] for tasks in reminded] == [["promise:1.1"]] * 2
        soon = reminders(reminded[0], at(23.5 * HOUR))
        message = TaskDue(
            task_id="promise:1.1",
            kind="promise",
            call_id="1.1",
            agent="8001",
            text="服务态度:承诺 24 小时内答复",
            due_in_s=1800.0,
        )
        assert soon == [
            ToAgent("8001", message),
            ToSupervisors(message),
            Notify("task_due", False, "坐席 8001:待办还有 30 分钟到期"),
        ]
        assert reminders(reminded[1], at(25 * HOUR))[2] == Notify("task_due", True, "坐席 8001:待办已到期")


async def test_a_call_on_the_duty_phone_is_written_in(url: str) -> None:
    async with book(url) as store:
        sheet = await store.desk.write_in(WrittenIn("w-1", "8001", at(0), "13800138000", "王女士"), at(60))
        assert (sheet.region, sheet.recorder, sheet.complete) == ("北京市", "8001", False)
        assert (sheet.caller_name, (await store.desk.sheet("w-1")).caller_name) == ("王女士", "王女士")
        assert await store.reading.took_part("w-1", "8001")
        tasks = (await store.desk.tasks(TasksAsked("8001"))).tasks
        assert [task.task_id for task in tasks] == ["fill_sheet:w-1"]


async def test_a_sheet_is_opened_while_the_call_goes_on(url: str) -> None:
    async with book(url) as store:
        await write(store, (began("1.1"), 0), (answered("1.1"), 4))
        opened = await store.desk.open_sheet("1.1")
        await store.desk.edit_sheet("1.1", SheetEdit(purpose="问价"), opened.version, "8001", at(9))
        await write(store, (finished("1.1"), 30))
        assert (await store.desk.sheet("1.1")).purpose == "问价"
        with pytest.raises(NotFoundError):
            await store.desk.open_sheet("gone")


async def test_documents_keep_every_version_and_refuse_the_second_to_save(url: str) -> None:
    async with book(url) as store:
        assert await store.documents.newest("promises", "default") is None
        first = await save(store, "promises", {"rules": []})
        second = await save(store, "promises", TABLE, seen=1)
        assert (first.version, second.version) == (1, 2)
        with pytest.raises(ConflictError):
            await save(store, "promises", {"rules": []}, seen=1)
        await save(store, "owners", {})
        assert [one.version for one in await store.documents.history("promises", "default")] == [2, 1]
        assert (await store.documents.version("promises", "default", 1)).body == first.body
        assert await store.documents.all_newest("promises") == [second]
        with pytest.raises(NotFoundError):
            await store.documents.version("promises", "default", 9)


async def test_what_is_old_is_deleted_and_the_rest_is_not(url: str) -> None:
    """Time travel: two calls 100 days apart, looked at on day 110, 450 and 2000."""
    day = 86400.0
    async with book(url) as store:
        for call_id, start in (("old", 0.0), ("new", 100 * day)):
            await write(
                store,
                (began(call_id), start),
                (answered(call_id), start + 4),
                (card(call_id, "c1"), start + 5),
                (TextWasSaid(call_id, "caller", 1, "我要投诉", 0.9, 1.0), start + 6),
                (TraceLine(call_id, "silent", True, "5 s"), start + 6),
                (EscalationRaised(f"e-{call_id}", call_id, "8001", None, "求助", "", True), start + 7),
                (EscalationHandled(f"e-{call_id}", "closed", "9001", "完"), start + 8),
                (Audited("8001", "hang_up", call_id, ""), start + 9),
                (DeskMessageWritten(f"m-{call_id}", "8001", "主管", "请核对"), start + 9),
                (finished(call_id), start + 30),
            )
        keep = Keep(calls=1000, words=365, traces=30, audit=400)
        assert await store.retention.purge(keep, at(110 * day)) == {"traces": 1}
        assert await store.retention.purge(keep, at(450 * day)) == {"words": 1, "traces": 1, "audit": 1}
        old, new = await store.reading.whole_call("old"), await store.reading.whole_call("new")
        assert (len(old.transcript), len(old.cards), len(new.transcript)) == (0, 1, 1)
        assert await store.retention.purge(keep, at(1050 * day)) == {"calls": 1, "words": 1, "audit": 1}
        with pytest.raises(NotFoundError):
            await store.reading.whole_call("old")
        assert await store.retention.purge(Keep(), at(9000 * day)) == {}
        assert await store.retention.purge(keep, at(9000 * day)) == {"calls": 1}
        assert await leftovers(url) == {}


NOT_OF_CALLS = {"runs", "stale_days"}
"""When the program ran, and which days' figures are to be counted anew: dates, nothing of any call."""


async def leftovers(url: str) -> dict[str, int]:
    engines = make_engines(parse_url(url))
    counts: dict[str, int] = {}
    async with engines.reader.connect() as connection:
        for table in tables.metadata.sorted_tables:
            if table.name not in NOT_OF_CALLS:
                found = await connection.scalar(sa.select(sa.func.count()).select_from(table))
                counts |= {table.name: found} if found else {}
    await engines.dispose()
    return counts


async def test_what_was_said_is_not_quoted_longer_than_it_is_kept(url: str) -> None:
    day = 24 * HOUR
    async with book(url) as store:
        await write(
            store,
            (began("1.1"), 0),
            (answered("1.1"), 4),
            (TextWasSaid("1.1", "caller", 1, "我姓诸葛", None, 1.0), 5),
            (ForbiddenWasSaid("1.1", "silent", "喂", "诸葛先生说话呀", "8001"), 6),
            (EscalationRaised("e1", "1.1", "8001", "abuse", "辱骂", "我姓诸葛", True), 7),
            (finished("1.1"), 30),
        )
        await store.desk.edit_sheet("1.1", SheetEdit(purpose="问价"), 1, "8001", at(40))
        assert (await store.desk.sheet("1.1")).excerpt == "我姓诸葛"
        assert await store.retention.purge(Keep(words=5), at(11 * day)) == {"words": 1}
        assert await store.retention.purge(Keep(words=5), at(11 * day)) == {}
        whole = await store.reading.whole_call("1.1")
        sheet = await store.desk.sheet("1.1")
        assert "诸葛" not in repr((whole, sheet))
        assert (sheet.purpose, whole.escalations[0]["reason"]) == ("问价", "辱骂")


async def test_old_messages_of_callers_are_deleted_and_nothing_else(tmp_path: Path) -> None:
    spool = tmp_path / "spool"
    spool.mkdir()
    names = ("1700000000.1.wav", "1700000000.2.wav", "greeting.wav", "1.1.txt", "1.2.unseen")
    for name in names:
        (spool / name).write_bytes(b"RIFF" + bytes(60))
        os.utime(spool / name, (at(0).timestamp(), at(0).timestamp()))
    os.utime(spool / names[1], (at(9 * HOUR).timestamp(), at(9 * HOUR).timestamp()))
    (spool / "1.9.wav").symlink_to(spool / "greeting.wav")
    records = RecordsSection(keep_messages_days=1)
    async with book(f"sqlite:///{tmp_path}/book.db") as store:
        keep = keep_of(records, spool, RecordingSection())
        assert await store.retention.purge(keep, at(29 * HOUR)) == {"files": 2}
    assert {file.name for file in spool.iterdir()} == {*names[1:-1], "1.9.wav"}
    assert delete_older(tmp_path / "nothing", at(0)) == 0
    for_ever = keep_of(RecordsSection(keep_messages_days=0), spool, RecordingSection(folder=spool))
    assert for_ever.files is not None
    assert for_ever.files(at(31 * 24 * HOUR)) == 1
    assert for_ever.files(at(3000 * 24 * HOUR)) == 0


async def test_upkeep_deletes_and_says_so(url: str) -> None:
    async with book(url) as store:
        await write(store, (began("1.1"), 0), (finished("1.1"), 30))
        upkeep = Upkeep(store, VirtualClock(), Keep(calls=10), lambda _: None, lambda: None, nothing_unseen)
        await upkeep.once(T0 + timedelta(days=11))
        await store.flush()
        audit = await store.reading.audit()
    assert [(row["what"], row["detail"]) for row in audit] == [("purged", "calls 1")]


async def test_upkeep_tells_a_new_day_once_it_has_begun_in_china(url: str) -> None:
    days: list[int] = []
    async with book(url) as store:
        upkeep = Upkeep(store, VirtualClock(), Keep(), lambda _: None, lambda: days.append(1), nothing_unseen)
        for hours, told in ((0, 0), (14.9, 0), (15.0, 1), (15.1, 1), (39.0, 2)):
            await upkeep.once(T0 + timedelta(hours=hours))
            assert len(days) == told
