"""How the agent conducted each call, counted at its end."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "conduct",
        sa.Column("call_id", sa.Text(), nullable=False, autoincrement=False),
        sa.Column("run", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("missing", sa.JSON(), nullable=False),
        sa.Column("polite", sa.Integer(), nullable=False),
        sa.Column("unsure", sa.Integer(), nullable=False),
        sa.Column("talk_overs", sa.Integer(), nullable=False),
        sa.Column("raised_voice", sa.Integer(), nullable=False),
        sa.Column("agent_chars", sa.Integer(), nullable=False),
        sa.Column("chars_per_s", sa.Float()),
        sa.PrimaryKeyConstraint("call_id", "run", name="pk_conduct"),
    )


def downgrade() -> None:
    op.drop_table("conduct")
