"""Figures by day for the reports, and whether a call came after hours."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
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


def _numbers(
    names: tuple[str, ...], kind: type[sa.types.TypeEngine[int]] | type[sa.types.TypeEngine[float]]
) -> list[sa.Column[object]]:
    return [sa.Column(name, kind(), nullable=False) for name in names]


def upgrade() -> None:
    op.add_column("calls", sa.Column("after_hours", sa.Boolean()))
    for table, key in (
        ("day_figures", ("day", "agent", "queue")),
        ("hour_figures", ("day", "hour", "queue")),
    ):
        op.create_table(
            table,
            *(
                sa.Column(
                    name, sa.Integer() if name == "hour" else sa.Text(), nullable=False, autoincrement=False
                )
                for name in key
            ),
            *_numbers(COUNTS, sa.Integer),
            *_numbers(SUMS, sa.Float),
            sa.PrimaryKeyConstraint(*key, name=f"pk_{table}"),
        )
    key = ("day", "situation_id", "agent")
    op.create_table(
        "card_figures",
        *(sa.Column(name, sa.Text(), nullable=False, autoincrement=False) for name in key),
        *_numbers(CARDS, sa.Integer),
        sa.PrimaryKeyConstraint(*key, name="pk_card_figures"),
    )
    op.create_table(
        "stale_days",
        sa.Column("day", sa.Text(), nullable=False, autoincrement=False),
        sa.PrimaryKeyConstraint("day", name="pk_stale_days"),
    )
    _mark_what_there_is()


def _mark_what_there_is() -> None:
    """Every local day with calls is counted at the first question."""
    connection = op.get_bind()
    local = "date(began_at, '+8 hours')"
    if connection.dialect.name == "postgresql":
        local = "to_char(began_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD')"
    connection.execute(sa.text(f"INSERT INTO stale_days (day) SELECT DISTINCT {local} FROM calls"))  # noqa: S608  (no input)


def downgrade() -> None:
    for table in ("stale_days", "card_figures", "hour_figures", "day_figures"):
        op.drop_table(table)
    op.drop_column("calls", "after_hours")
