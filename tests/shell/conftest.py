"""Both databases for every test that asks for `url`, and a server on them for those that ask for `site`."""

import itertools
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.migrated import migrated_postgres, migrated_sqlite
from tests.support.postgres import Postgres, running_postgres
from tests.support.web import LIMITS, Site, running_site

_names = (f"conf{number}" for number in itertools.count())


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    with running_postgres() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A book without a call."""
    if request.param == "sqlite":
        return migrated_sqlite(tmp_path / "book.db")
    server: Postgres = request.getfixturevalue("postgres")
    return migrated_postgres(server, next(_names))


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without a table."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/book.db"
    server: Postgres = request.getfixturevalue("postgres")
    return server.create_database(next(_names))


@pytest.fixture
async def site(tmp_path: Path, url: str) -> AsyncIterator[Site]:
    """A server with the limits of the tests."""
    async with running_site(tmp_path, replace(LIMITS, static=tmp_path / "static"), url) as running:
        yield running
