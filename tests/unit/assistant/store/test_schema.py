import sqlalchemy as sa

from assistant.store import schema
from assistant.store.tables import metadata

WORD_INDEX = "call_grams"
"""FTS5 keeps it in tables of its own, named after it."""


def test_the_history_is_one_line_and_named() -> None:
    assert schema.newest_revision() == schema.known_revisions()[-1]
    assert schema.known_revisions()[:4] == ["0001", "0002", "0003", "0004"]


def test_up_and_down_again() -> None:
    engine = sa.create_engine("sqlite://")
    with engine.begin() as connection:
        schema.upgrade(connection)
        made = {name for name in sa.inspect(connection).get_table_names() if not name.startswith(WORD_INDEX)}
        assert made == {*metadata.tables, "alembic_version"}
        assert connection.scalar(sa.text(f"SELECT count(*) FROM {WORD_INDEX}")) == 0
        assert schema.current_revision(connection) == schema.known_revisions()[-1]
        schema.downgrade(connection, "base")
        assert sa.inspect(connection).get_table_names() == ["alembic_version"]
