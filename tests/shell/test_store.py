"""The book on real databases: every test runs on a SQLite file and on a PostgreSQL server alike."""

import asyncio
import itertools
import resource
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from assistant.people import Person
from assistant.records import (
    Audited,
    CallBegan,
    CallFinished,
    CardWasGone,
    CardWasShown,
    EscalationHandled,
    EscalationRaised,
    ForbiddenWasSaid,
    LegBegan,
    LegFinished,
    TextWasSaid,
    TraceLine,
)
from assistant.store import ConflictError, NotFoundError, Store, UnusableDatabaseError, WriterLimits, schema
from assistant.store.desk import TasksAsked
from assistant.store.engines import make_engines, parse_url
from assistant.store.finding import CallFilter
from assistant.store.sheet import SheetEdit
from assistant.store.tables import metadata
from assistant.store.writer import WriterState
from prompts.advice import GoneWhy
from tests.support.books import QUICK, T0, answered, at, began, book, write
from tests.support.postgres import Postgres, running_postgres
from tests.support.tcp_proxy import TcpProxy

_names = (f"book{number}" for number in itertools.count())


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    with running_postgres() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/book.db"
    server: Postgres = request.getfixturevalue("postgres")
    return server.create_database(next(_names))


def finished(call_id: str, reason: str = "hung_up", **changes: object) -> CallFinished:
    values: dict[str, object] = {
        "reason": reason,
        "ended_by": "caller",
        "ring_s": 3.0,
        "wait_s": 4.0,
        "talk_s": 26.0,
        "hold_s": 0.0,
        "silence_s": 1.5,
        "answer_delay_s": 1.2,
        "categories": (),
        "surname": None,
        "title": None,
    }
    return CallFinished(call_id=call_id, **{**values, **changes})  # type: ignore[arg-type]


def shown(call_id: str, card_id: str, step: int = 1) -> CardWasShown:
    return CardWasShown(
        call_id, card_id, "silent", ("S0-17", "S2-27"), step, f"您好 {step}", "静音", "8001", "p", "1"
    )


async def a_whole_call(store: Store, call_id: str = "1.1", start: float = 0.0) -> None:
    await write(
        store,
        (began(call_id), start),
        (LegBegan(call_id, 1, "8001", "hotline", 3.0, 4.0), start + 4),
        (shown(call_id, "c1"), start + 9),
        (shown(call_id, "c1", 2), start + 14),
        (CardWasGone(call_id, "c1", GoneWhy.SAID), start + 15),
        (TextWasSaid(call_id, "caller", 1, "我要投诉", 0.9, 12.0), start + 16),
        (ForbiddenWasSaid(call_id, "silent", "喂", "喂说话呀", "8001"), start + 17),
        (EscalationRaised(f"e{call_id}", call_id, "8001", "abuse", "辱骂", "……", True), start + 18),
        (TraceLine(call_id, "silent", True, "5 s"), start + 18),
        (LegFinished(call_id, 1, 26.0, 0.0), start + 30),
        (finished(call_id, categories=("投诉",), surname="王", title="先生"), start + 30),
    )


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


async def test_the_sheet_of_a_duty_person_without_an_account_is_everybodys(url: str) -> None:
    async with book(url) as store:
        await write(store, (began("1.1"), 0), (answered("1.1", "li"), 4), (finished("1.1"), 30))
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


async def test_what_a_kill_left_open_is_closed_at_the_next_start(url: str) -> None:
    async with book(url) as store:
        await write(
            store,
            (began("1.1"), 0),
            (LegBegan("1.1", 1, "8001", None, 3.0, 4.0), 4),
            (TextWasSaid("1.1", "caller", 1, "你好", 0.9, 5.0), 9),
            (began("1.2"), 2),
            (began("1.3"), 3),
        )
    async with book(url) as store:
        assert await store.close_open_calls(at(100), alive={"1.3"}) == ["1.1", "1.2"]
        first = (await store.reading.whole_call("1.1")).call
        assert (first["ended_at"], first["reason"]) == (at(9), "interrupted")
        tasks = (await store.desk.tasks(TasksAsked())).tasks
        assert [task.task_id for task in tasks] == ["call_back:1.2", "fill_sheet:1.1"]


async def test_a_call_that_outlives_a_restart_keeps_both_halves(url: str) -> None:
    async with book(url) as store:
        await write(
            store,
            (began("1.1"), 0),
            (TextWasSaid("1.1", "caller", 1, "前", 0.9, 1.0), 5),
            (shown("1.1", "c1"), 6),
        )
    async with book(url) as store:
        await store.close_open_calls(at(10))
        await write(
            store,
            (began("1.1"), 12),
            (LegBegan("1.1", 1, "8001", None, 3.0, 4.0), 12),
            (TextWasSaid("1.1", "caller", 1, "后", 0.9, 1.0), 15),
            (shown("1.1", "c1"), 16),
            (finished("1.1"), 20),
        )
        whole = await store.reading.whole_call("1.1")
        tasks = (await store.desk.tasks(TasksAsked())).tasks
    assert (whole.call["began_at"], whole.call["ended_at"], whole.call["reason"]) == (T0, at(20), "hung_up")
    assert [line["text"] for line in whole.transcript] == ["前", "后"]
    assert [card["gone_why"] for card in whole.cards] == ["call_ended", "call_ended"]
    assert [task.task_id for task in tasks] == ["fill_sheet:1.1"]


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


async def test_one_record_the_database_rejects_does_not_cost_its_neighbours(url: str) -> None:
    async with book(url) as store:
        too_large = TextWasSaid("1.1", "caller", 2**70, "x", None, 0.0)
        await write(store, (began("1.1"), 0), (too_large, 1), (began("1.2"), 2))
        page = await store.reading.calls(CallFilter())
        assert [row["call_id"] for row in page.calls] == ["1.2", "1.1"]
        assert store.state.dropped == 1


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
        assert await accounts.set_active("8001", active=False) == [session.session_id]
        assert await accounts.session(session.session_id, at(60)) is None
        assert await accounts.credentials("8001") is None
        with pytest.raises(NotFoundError):
            await accounts.set_password("8002", "hash", T0)


def is_of_the_metadata(name: str | None, kind: str, _: object) -> bool:
    """The index of words is a table of its own kind."""
    return kind != "table" or name is None or not name.startswith("call_grams")


async def test_the_migrations_make_the_tables_the_program_knows_and_take_them_away(url: str) -> None:
    engines = make_engines(parse_url(url))
    async with engines.writer.begin() as connection:
        await connection.run_sync(schema.upgrade)
    async with engines.writer.begin() as connection:
        differences = await connection.run_sync(
            lambda sync: compare_metadata(
                MigrationContext.configure(sync, opts={"include_name": is_of_the_metadata}), metadata
            )
        )
        assert differences == []
        await connection.run_sync(lambda sync: schema.downgrade(sync, "base"))
    async with engines.writer.begin() as connection:
        left = await connection.run_sync(lambda sync: sa.inspect(sync).get_table_names())
        assert left == ["alembic_version"]
        await connection.run_sync(schema.upgrade)
    await engines.dispose()


async def test_a_database_of_a_newer_program_is_left_alone(url: str) -> None:
    store = await Store.open(url, T0)
    await store.close()
    engines = make_engines(parse_url(url))
    async with engines.writer.begin() as connection:
        await connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    await engines.dispose()
    with pytest.raises(UnusableDatabaseError, match="比本程序新"):
        await Store.open(url, T0)


async def test_somebody_elses_database_is_left_alone(url: str) -> None:
    engines = make_engines(parse_url(url))
    async with engines.writer.begin() as connection:
        await connection.execute(sa.text("CREATE TABLE theirs (x INTEGER)"))
    await engines.dispose()
    with pytest.raises(UnusableDatabaseError, match="不是本程序的记录库"):
        await Store.open(url, T0)


async def test_what_waits_is_written_at_the_end(url: str) -> None:
    slow = WriterLimits(linger_s=60.0)
    store = await Store.open(url, T0, slow)
    async with asyncio.TaskGroup() as tasks:
        writing = tasks.create_task(store.run())
        await asyncio.sleep(0)
        store.put(began("1.1"), T0)
        store.put(TraceLine("1.1", "silent", True, "x"), T0)
        writing.cancel()
    assert [line["because"] for line in (await store.reading.whole_call("1.1")).trace] == ["x"]
    await store.close()


_VICTIM = """
import asyncio, sys
from tests.shell.test_store import a_whole_call
from tests.support.books import QUICK, T0, Store, at, began

async def main():
    store = await Store.open(sys.argv[1], T0, QUICK)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(store.run())
        await a_whole_call(store)
        for number in range(100_000):
            call_id = f"2.{number}"
            store.put(began(call_id), at(100 + number))
            store.after_written(lambda call_id=call_id: print(call_id, flush=True))
            await asyncio.sleep(0.002)

asyncio.run(main())
"""


async def test_what_a_person_was_told_outlives_a_kill(url: str) -> None:
    victim = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _VICTIM, url, stdout=asyncio.subprocess.PIPE
    )
    assert victim.stdout is not None
    async with asyncio.timeout(30):
        told = [(await victim.stdout.readline()).decode().strip() for _ in range(50)]
        victim.kill()
        rest = (await victim.stdout.read()).decode()
        await victim.wait()
    # The last line may be cut off by the kill.
    told += rest.splitlines()[: None if rest.endswith("\n") else -1]
    store = await Store.open(url, T0)
    kept = {
        row["call_id"] for row in (await store.reading.calls(CallFilter(outcome="open"), limit=200)).calls
    }
    kept |= set(await store.close_open_calls(at(0)))
    assert set(told) <= kept
    assert (await store.reading.calls(CallFilter(outcome="open"))).calls == []
    assert (await store.reading.whole_call("1.1")).call["reason"] == "hung_up"
    await store.close()


async def test_a_server_that_goes_and_comes_back_costs_no_record() -> None:
    with running_postgres() as server:
        async with book(server.create_database("book")) as store:
            await write(store, (began("1.1"), 0))
            watcher = Watcher(store)
            await asyncio.to_thread(server.stop)
            store.put(began("1.2"), at(1))
            behind = await watcher.until(lambda state: state.behind)
            assert (behind.waiting, behind.problem) == (1, "数据库连接不上,记录暂存内存,恢复后补写")
            assert not await store.healthy()
            await asyncio.to_thread(server.start)
            await write(store, (began("1.3"), 2))
            page = await store.reading.calls(CallFilter())
            assert [row["call_id"] for row in page.calls] == ["1.3", "1.2", "1.1"]
            assert not store.state.behind


async def test_a_server_that_takes_longer_to_answer_than_a_lock_may_last_lets_us_in(
    postgres: Postgres,
) -> None:
    """What a busy machine does to a new connection is no reason to give it up and begin again."""
    direct = sa.make_url(postgres.create_database(next(_names)))
    assert direct.port is not None
    async with TcpProxy(direct.port) as proxy:
        proxy.freeze()
        asyncio.get_running_loop().call_later(4 * QUICK.patience_s, proxy.mend)
        through = direct.set(port=proxy.port).render_as_string(hide_password=False)
        async with book(through) as store:
            await write(store, (began("1.1"), 0))
            assert (await store.reading.whole_call("1.1")).call["region"] == "北京市"


# -- SQLite's own troubles -------------------------------------------------------------------------------------------


class Watcher:
    """Collects the writer's states; `until` waits for one."""

    def __init__(self, store: Store) -> None:
        self.states: list[WriterState] = []
        self._changed = asyncio.Event()
        store.watch(self)

    def __call__(self, state: WriterState) -> None:
        self.states.append(state)
        self._changed.set()

    async def until(self, wanted: Callable[[WriterState], bool]) -> WriterState:
        async with asyncio.timeout(15):
            while True:
                for state in self.states:
                    if wanted(state):
                        return state
                self._changed.clear()
                await self._changed.wait()


async def test_a_locked_database_delays_records_and_loses_none(tmp_path: Path) -> None:
    path = tmp_path / "book.db"
    async with book(f"sqlite:///{path}") as store:
        watcher = Watcher(store)
        thief = sqlite3.connect(path, isolation_level=None)
        thief.execute("BEGIN EXCLUSIVE")
        told: list[str] = []
        store.put(began("1.1"), T0)
        store.after_written(lambda: told.append("written"))
        behind = await watcher.until(lambda state: state.behind)
        assert behind.problem is not None
        assert "锁" in behind.problem
        assert told == []
        thief.execute("COMMIT")
        thief.close()
        async with asyncio.timeout(15):
            await store.flush()
        assert told == ["written"]
        assert not store.state.behind
        assert (await store.reading.whole_call("1.1")).call["ended_at"] is None


async def test_a_full_disk_is_reported_and_survived(tmp_path: Path) -> None:
    async with book(f"sqlite:///{tmp_path}/book.db") as store:
        await write(store, (began("1.1"), 0))
        watcher = Watcher(store)
        size = (tmp_path / "book.db-wal").stat().st_size
        with files_no_larger_than(size + 20_000):
            for number in range(200):
                store.put(TraceLine("1.1", "silent", True, "x" * 500), at(number))
            full = await watcher.until(lambda state: state.behind)
        assert full.problem is not None
        assert "磁盘" in full.problem
        async with asyncio.timeout(15):
            await store.flush()
        assert len((await store.reading.whole_call("1.1")).trace) == 200


@contextmanager
def files_no_larger_than(size: int) -> Iterator[None]:
    """The kernel refuses writes past `size`, as a full disk would; Python ignores the signal that comes with it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def test_a_full_inbox_refuses_traces_first_then_the_newest(tmp_path: Path) -> None:
    store = await Store.open(f"sqlite:///{tmp_path}/book.db", T0, WriterLimits(inbox=10))
    watcher = Watcher(store)
    taken = [store.put(TraceLine("1.1", "s", True, ""), T0) for _ in range(9)]
    assert taken == [True] * 8 + [False]
    assert [store.put(began(f"1.{number}"), T0) for number in range(3)] == [True, True, False]
    assert store.state == WriterState(behind=False, waiting=10, refused=2, dropped=0, problem=None)
    assert [state.refused for state in watcher.states] == [1]
    await store.close()


async def test_a_damaged_file_is_copied_and_refused(tmp_path: Path) -> None:
    path = tmp_path / "book.db"
    async with book(f"sqlite:///{path}") as store:
        await write(store, *((began(f"1.{number}"), number) for number in range(200)))
    damaged = bytearray(path.read_bytes())
    damaged[4096:12288] = b"\xff" * 8192
    path.write_bytes(damaged)
    with pytest.raises(UnusableDatabaseError, match="已损坏"):
        await Store.open(f"sqlite:///{path}", T0)
    copies = list(tmp_path.glob("book.db.corrupt-*"))
    assert [copy.read_bytes() for copy in copies] == [bytes(damaged)]


async def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "book.db"
    path.write_text("this is not a database, whatever its name says" * 50, encoding="utf-8")
    with pytest.raises(UnusableDatabaseError, match="已损坏"):
        await Store.open(f"sqlite:///{path}", T0)


async def test_an_unreachable_server_is_refused_with_its_address_but_not_its_password() -> None:
    with pytest.raises(UnusableDatabaseError, match="打不开") as raised:
        await Store.open("postgresql://hotline:secret@127.0.0.1:1/hotline", T0)
    assert "secret" not in str(raised.value)


def test_an_unknown_kind_of_database_is_refused() -> None:
    with pytest.raises(UnusableDatabaseError, match="mysql"):
        parse_url("mysql://localhost/x")
