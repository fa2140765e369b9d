from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy.dialects import postgresql, sqlite

from assistant.store.tables import Instant

SHANGHAI = timezone(timedelta(hours=8))
NINE = datetime(2026, 1, 5, 9, 0, tzinfo=SHANGHAI)


def test_sqlite_keeps_utc() -> None:
    kept = Instant().process_bind_param(NINE, sqlite.dialect())
    assert kept == datetime(2026, 1, 5, 1, 0)  # noqa: DTZ001
    assert Instant().process_result_value(kept, sqlite.dialect()) == NINE


def test_postgresql_keeps_the_moment() -> None:
    kept = Instant().process_bind_param(NINE, postgresql.dialect())
    assert kept is not None
    assert (kept, kept.tzinfo) == (NINE, UTC)
    assert Instant().process_result_value(kept, postgresql.dialect()) == NINE


def test_a_moment_without_a_zone_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="time zone"):
        Instant().process_bind_param(NINE.replace(tzinfo=None), sqlite.dialect())
