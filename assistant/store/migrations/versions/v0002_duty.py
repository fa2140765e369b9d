"""Changes of the duty plan: overrides of the hours and swaps."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "duty_changes",
        sa.Column("change_id", sa.Text(), nullable=False, autoincrement=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("end", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("dialled", sa.Text()),
        sa.Column("leaves", sa.Text()),
        sa.Column("takes", sa.Text()),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True)),
        sa.Column("withdrawn_by", sa.Text()),
        sa.PrimaryKeyConstraint("change_id", name="pk_duty_changes"),
    )
    op.create_index("ix_duty_changes_end", "duty_changes", ["end"])


def downgrade() -> None:
    op.drop_table("duty_changes")
