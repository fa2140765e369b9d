"""What a restart must not forget: messages to a desk that nobody has read, and how often an open escalation has come up."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("escalations", sa.Column("times", sa.Integer, nullable=False, server_default="1"))
    op.create_table(
        "desk_messages",
        sa.Column("message_id", sa.Text, primary_key=True),
        sa.Column("agent", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True)),
    )
    op.create_index("ix_desk_messages_written_at", "desk_messages", ["written_at"])


def downgrade() -> None:
    op.drop_table("desk_messages")
    op.drop_column("escalations", "times")
