"""Two programs on one PostgreSQL: the second is refused, and let in once the first is gone, however it went."""

import asyncio

import pytest

from assistant.clock import SystemClock
from assistant.config import PbxSection, RecordsSection, Settings, WebSection
from assistant.running import run
from assistant.store import Store, UnusableDatabaseError
from tests.support.books import QUICK, T0, at, began, book, write
from tests.support.postgres import Postgres, running_postgres


async def test_the_second_program_is_refused_until_the_first_is_gone(postgres: Postgres) -> None:
    url = postgres.create_database("alone")
    first = await Store.open(url, T0, QUICK)
    await first.claim()
    second = await Store.open(url, T0, QUICK)
    with pytest.raises(UnusableDatabaseError, match=r"来自 127\.0\.0\.1"):
        await second.claim()
    await second.accounts.add("8001", "王", "agent", "hash", T0)
    await first.close()
    await second.claim()
    await second.close()


async def test_books_of_one_server_are_apart(postgres: Postgres) -> None:
    stores = [await Store.open(postgres.create_database(f"apart{number}"), T0, QUICK) for number in range(2)]
    for store in stores:
        await store.claim()
        await store.close()


async def test_the_lock_is_taken_again_with_a_new_connection() -> None:
    with running_postgres() as server:
        url = server.create_database("book")
        async with book(url) as store:
            await store.claim()
            await asyncio.to_thread(server.stop)
            store.put(began("1.1"), at(0))
            await asyncio.to_thread(server.start)
            await write(store, (began("1.2"), 1))
            second = await Store.open(url, T0, QUICK)
            with pytest.raises(UnusableDatabaseError, match="已有另一个程序"):
                await second.claim()
            await second.close()


async def test_the_program_itself_does_not_start_beside_another(postgres: Postgres) -> None:
    url = postgres.create_database("serve")
    first = await Store.open(url, T0, QUICK)
    await first.claim()
    settings = Settings(pbx=PbxSection(tap_port=0), web=WebSection(port=0), records=RecordsSection(url=url))
    async with asyncio.timeout(60):
        with pytest.raises(UnusableDatabaseError, match="已有另一个程序"):
            await run(settings, SystemClock())
    await first.close()
