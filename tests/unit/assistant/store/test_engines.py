import pytest

from assistant.store import UnusableDatabaseError
from assistant.store.engines import parse_url


@pytest.mark.parametrize(
    ("text", "driver"),
    [
        ("book.db", "sqlite+aiosqlite"),
        ("sqlite:///book.db", "sqlite+aiosqlite"),
        ("postgresql://hotline@localhost/hotline", "postgresql+asyncpg"),
        ("postgresql+psycopg://hotline@localhost/hotline", "postgresql+asyncpg"),
    ],
)
def test_addresses(text: str, driver: str) -> None:
    assert parse_url(text).drivername == driver


@pytest.mark.parametrize("text", ["mysql://localhost/x", "://", "sqlite:/:/x"])
def test_an_address_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(UnusableDatabaseError):
        parse_url(text)
