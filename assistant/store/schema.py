"""Brings a database to the schema this program knows, or says why it cannot."""

import logging
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from assistant.store.problems import UnusableDatabaseError

if TYPE_CHECKING:
    from alembic.config import Config

log = logging.getLogger(__name__)
MIGRATIONS = Path(__file__).with_name("migrations")
# Alembic is imported where it is needed: a quarter of a second that the usual start, with nothing to migrate, does without.


def _config(connection: sa.Connection | None = None) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def known_revisions() -> list[str]:
    """Oldest first."""
    from alembic.script import ScriptDirectory

    script = ScriptDirectory.from_config(_config())
    return [step.revision for step in reversed(list(script.walk_revisions()))]


def newest_revision() -> str:
    """By the files' names: `v0001_first.py` holds revision 0001."""
    return max(MIGRATIONS.glob("versions/v*.py")).stem[1:].partition("_")[0]


def current_revision(connection: sa.Connection) -> str | None:
    from alembic.runtime.migration import MigrationContext

    return MigrationContext.configure(connection).get_current_revision()


def _is_newest(connection: sa.Connection) -> bool:
    if not sa.inspect(connection).has_table("alembic_version"):
        return False
    held: str | None = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
    return held == newest_revision()


def upgrade(connection: sa.Connection, to: str = "head") -> None:
    """Inside the caller's transaction, so a failed step leaves nothing behind."""
    if to == "head" and _is_newest(connection):
        return
    from alembic import command

    revision = current_revision(connection)
    if revision is not None and revision not in known_revisions():
        raise UnusableDatabaseError(
            f"数据库结构版本 {revision} 比本程序新:请升级本程序,或还原旧版本升级前的备份。未做任何改动。"
        )
    strangers = set(sa.inspect(connection).get_table_names()) - {"alembic_version"}
    if revision is None and strangers:
        raise UnusableDatabaseError(
            "数据库里已有别的表,不是本程序的记录库。请换一个空的数据库。未做任何改动。"
        )
    # Alembic tells each of its steps; one line of ours says it better.
    logging.getLogger("alembic").setLevel(logging.WARNING)
    command.upgrade(_config(connection), to)
    log.info("database brought from version %s to %s", revision or "nothing", current_revision(connection))


def downgrade(connection: sa.Connection, to: str) -> None:
    from alembic import command

    command.downgrade(_config(connection), to)
