"""Sheets are counted of answered calls only: the figures of the days whose calls are still there are counted anew."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _mark_what_is_whole()


def _mark_what_is_whole() -> None:
    """Days of which no call was deleted; what is kept of the others is all there is."""
    connection = op.get_bind()
    local = "date(began_at, '+8 hours')"
    if connection.dialect.name == "postgresql":
        local = "to_char(began_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD')"
    connection.execute(
        sa.text(
            "INSERT INTO stale_days (day) SELECT there.day FROM"  # noqa: S608  (no input)
            f" (SELECT {local} AS day, count(*) AS calls FROM calls WHERE direction = 'inbound' GROUP BY {local}) there"
            " JOIN (SELECT day, sum(offered) AS calls FROM day_figures GROUP BY day) counted"
            " ON counted.day = there.day AND counted.calls = there.calls"
            " WHERE there.day NOT IN (SELECT day FROM stale_days)"
        )
    )


def downgrade() -> None:
    _mark_what_is_whole()
