"""Brings a database to the schema this program knows, or says why it cannot."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from assistant.store.problems import UnusableDatabaseError

MIGRATIONS = Path(__file__).with_name("migrations")


def _config(connection: sa.Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def known_revisions() -> list[str]:
    """Oldest first."""
    script = ScriptDirectory.from_config(_config())
    return [step.revision for step in reversed(list(script.walk_revisions()))]


def current_revision(connection: sa.Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def upgrade(connection: sa.Connection, to: str = "head") -> None:
    """Inside the caller's transaction, so a failed step leaves nothing behind."""
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
    command.upgrade(_config(connection), to)


def downgrade(connection: sa.Connection, to: str) -> None:
    command.downgrade(_config(connection), to)
