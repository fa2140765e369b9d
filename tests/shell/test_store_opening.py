"""Which databases are opened, which are made up to date, and which are left alone."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from assistant.store import Store, UnusableDatabaseError, schema
from assistant.store.engines import make_engines, parse_url
from assistant.store.finding import CallFilter
from assistant.store.tables import metadata
from tests.support.books import T0, began, book, write


def is_of_the_metadata(name: str | None, kind: str, _: object) -> bool:
    """The index of words is a table of its own kind."""
    return kind != "table" or name is None or not name.startswith("call_grams")


async def test_the_migrations_make_the_tables_the_program_knows_and_take_them_away(empty_url: str) -> None:
    engines = make_engines(parse_url(empty_url))
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


async def test_an_empty_database_gets_its_tables_and_is_opened_again_as_it_is(empty_url: str) -> None:
    for known in ([], ["1.1"]):
        async with book(empty_url) as store:
            page = await store.reading.calls(CallFilter())
            assert [row["call_id"] for row in page.calls] == known
            await write(store, (began("1.1"), 0))


async def test_a_database_of_a_newer_program_is_left_alone(url: str) -> None:
    engines = make_engines(parse_url(url))
    async with engines.writer.begin() as connection:
        await connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    await engines.dispose()
    with pytest.raises(UnusableDatabaseError, match="比本程序新"):
        await Store.open(url, T0)


async def test_somebody_elses_database_is_left_alone(empty_url: str) -> None:
    engines = make_engines(parse_url(empty_url))
    async with engines.writer.begin() as connection:
        await connection.execute(sa.text("CREATE TABLE theirs (x INTEGER)"))
    await engines.dispose()
    with pytest.raises(UnusableDatabaseError, match="不是本程序的记录库"):
        await Store.open(empty_url, T0)


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
