"""Whether the caller was called by name and who talked how long; the figures of the conduct report by day and month."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

COUNTS = (
    "judged",
    "impolite",
    "unsure",
    "talk_overs",
    "raised_voice",
    "named",
    "unnamed",
    "talks_most",
    "no_greeting",
    "no_need",
    "no_solve",
    "no_confirm",
    "no_close",
    "forbidden",
    "passing_buck",
    "running_down",
    "quarrel",
    "swearing",
    "agent_hung_up_first",
    "transfer_unannounced",
)
SUMS = ("agent_speech_s", "caller_speech_s")


def upgrade() -> None:
    op.add_column("conduct", sa.Column("names_used", sa.Integer()))
    op.add_column("conduct", sa.Column("agent_speech_s", sa.Float()))
    op.add_column("conduct", sa.Column("caller_speech_s", sa.Float()))
    for table, span in (("conduct_figures", "day"), ("conduct_months", "month")):
        op.create_table(
            table,
            *(sa.Column(name, sa.Text(), nullable=False, autoincrement=False) for name in (span, "agent")),
            *(sa.Column(name, sa.Integer(), nullable=False) for name in COUNTS),
            *(sa.Column(name, sa.Float(), nullable=False) for name in SUMS),
            sa.PrimaryKeyConstraint(span, "agent", name=f"pk_{table}"),
        )
    _mark_what_there_is()


def _mark_what_there_is() -> None:
    """Every local day with conduct is counted at the first question."""
    connection = op.get_bind()
    local = "date(calls.began_at, '+8 hours')"
    if connection.dialect.name == "postgresql":
        local = "to_char(calls.began_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD')"
    connection.execute(
        sa.text(
            f"INSERT INTO stale_days (day) SELECT DISTINCT {local} FROM calls"  # noqa: S608  (no input)
            " JOIN conduct ON conduct.call_id = calls.call_id"
            f" WHERE {local} NOT IN (SELECT day FROM stale_days)"
        )
    )


def downgrade() -> None:
    op.drop_table("conduct_months")
    op.drop_table("conduct_figures")
    for column in ("caller_speech_s", "agent_speech_s", "names_used"):
        op.drop_column("conduct", column)
