"""Versioned documents, notes of the call, whom an escalation is assigned to, promises and their reminders."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "documents",
        sa.Column("kind", sa.Text(), nullable=False, autoincrement=False),
        sa.Column("key", sa.Text(), nullable=False, autoincrement=False),
        sa.Column("version", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "key", "version", name="pk_documents"),
    )
    op.create_table(
        "notes",
        sa.Column("run", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("seq", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("call_id", sa.Text(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("run", "seq", name="pk_notes"),
    )
    op.create_index("ix_notes_call_id", "notes", ["call_id"])
    op.add_column("escalations", sa.Column("assigned_to", sa.Text()))
    op.add_column("escalation_steps", sa.Column("assigned_to", sa.Text()))
    for name in ("complaint", "customer"):
        op.add_column("record_sheets", sa.Column(name, sa.Text(), nullable=False, server_default=""))
    op.add_column("tasks", sa.Column("reminded_at", sa.DateTime(timezone=True)))
    op.create_index("ix_tasks_due_at", "tasks", ["due_at"])


def downgrade() -> None:
    op.drop_index("ix_tasks_due_at", "tasks")
    op.drop_column("tasks", "reminded_at")
    for name in ("customer", "complaint"):
        op.drop_column("record_sheets", name)
    op.drop_column("escalation_steps", "assigned_to")
    op.drop_column("escalations", "assigned_to")
    op.drop_table("notes")
    op.drop_table("documents")
