"""Hours are kept by agent too, cards by hour: the figures of the days whose calls are still there are counted anew."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

COUNTS = (
    "offered",
    "answered",
    "missed",
    "rang",
    "over_three_rings",
    "spoke",
    "within_3s",
    "escalated",
    "forbidden",
    "after_hours",
    "sheets",
    "sheets_complete",
)
SUMS = ("ring_s", "wait_s", "talk_s", "hold_s", "silence_s")
CARDS = ("shown", "said", "done", "dismissed", "expired", "cancelled", "call_ended")
HOURS = (("hour_figures", "day"), ("hour_months", "month"))
CARD_TABLES = (("card_figures", "day"), ("card_months", "month"))


def upgrade() -> None:
    for table, span in HOURS:
        _rebuild(table, (span, "hour", "agent", "queue"), (*COUNTS, *SUMS), {"agent": "''"})
    for table, span in CARD_TABLES:
        # Whose hour nobody knows any more stands at -1.
        _rebuild(table, (span, "situation_id", "agent", "hour"), CARDS, {"hour": "-1"})
    _mark_what_is_whole()


def _rebuild(table: str, keys: tuple[str, ...], numbers: tuple[str, ...], filled: dict[str, str]) -> None:
    """The table with these keys and the sums of what it held; `filled`: what a new key stands at."""
    connection = op.get_bind()
    kept = f"kept_{table}"
    connection.execute(sa.text(f"CREATE TEMPORARY TABLE {kept} AS SELECT * FROM {table}"))  # noqa: S608  (no input)
    op.drop_table(table)
    op.create_table(
        table,
        *(
            sa.Column(
                name, sa.Integer() if name == "hour" else sa.Text(), nullable=False, autoincrement=False
            )
            for name in keys
        ),
        *(sa.Column(name, sa.Float() if name in SUMS else sa.Integer(), nullable=False) for name in numbers),
        sa.PrimaryKeyConstraint(*keys, name=f"pk_{table}"),
    )
    taken = ", ".join(filled.get(name, name) for name in keys)
    grouped = ", ".join(name for name in keys if name not in filled)
    summed = ", ".join(f"sum({name})" for name in numbers)
    connection.execute(
        sa.text(
            f"INSERT INTO {table} ({', '.join((*keys, *numbers))})"  # noqa: S608  (no input)
            f" SELECT {taken}, {summed} FROM {kept} GROUP BY {grouped}"
        )
    )
    connection.execute(sa.text(f"DROP TABLE {kept}"))


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
    for table, span in CARD_TABLES:
        _rebuild(table, (span, "situation_id", "agent"), CARDS, {})
    for table, span in HOURS:
        _rebuild(table, (span, "hour", "queue"), (*COUNTS, *SUMS), {})
