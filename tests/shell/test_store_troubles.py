"""Kills, restarts, outages, locks and full disks: what was told to a person is in the book, and records wait rather than go."""

import asyncio
import resource
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from assistant.records import LegBegan, TextWasSaid, TraceLine
from assistant.store import Store, WriterLimits
from assistant.store.desk import TasksAsked
from assistant.store.finding import CallFilter
from assistant.store.writer import WriterState
from tests.support.books import QUICK, T0, at, began, book, finished, shown, write
from tests.support.postgres import Postgres, running_postgres
from tests.support.tcp_proxy import TcpProxy


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


async def test_one_record_the_database_rejects_does_not_cost_its_neighbours(url: str) -> None:
    async with book(url) as store:
        too_large = TextWasSaid("1.1", "caller", 2**70, "x", None, 0.0)
        await write(store, (began("1.1"), 0), (too_large, 1), (began("1.2"), 2))
        page = await store.reading.calls(CallFilter())
        assert [row["call_id"] for row in page.calls] == ["1.2", "1.1"]
        assert store.state.dropped == 1


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
from tests.support.books import QUICK, T0, Store, a_whole_call, at, began

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
    direct = sa.make_url(postgres.create_database("slow_to_answer"))
    assert direct.port is not None
    async with TcpProxy(direct.port) as proxy:
        proxy.freeze()
        asyncio.get_running_loop().call_later(4 * QUICK.patience_s, proxy.mend)
        through = direct.set(port=proxy.port).render_as_string(hide_password=False)
        async with book(through) as store:
            await write(store, (began("1.1"), 0))
            assert (await store.reading.whole_call("1.1")).call["region"] == "北京市"


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
