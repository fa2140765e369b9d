"""The first schema: calls and what happened in them, record sheets and tasks, users and sessions."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = (
    "runs",
    "calls",
    "call_categories",
    "legs",
    "cards",
    "card_steps",
    "transcript",
    "forbidden",
    "escalations",
    "escalation_steps",
    "record_sheets",
    "tasks",
    "users",
    "sessions",
    "audit",
    "trace",
)


def upgrade() -> None:
    _calls()
    _calls_contents()
    _screen()
    _escalations()
    _paper()
    _people()
    _lines()


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _calls() -> None:
    op.create_table(
        "runs",
        sa.Column("run", sa.Integer(), nullable=False, autoincrement=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("run", name="pk_runs"),
    )
    op.create_table(
        "calls",
        sa.Column("call_id", sa.Text(), nullable=False, autoincrement=False),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("caller_number", sa.Text()),
        sa.Column("caller_name", sa.Text()),
        sa.Column("dialled", sa.Text()),
        sa.Column("trunk", sa.Text()),
        sa.Column("region", sa.Text()),
        sa.Column("carrier", sa.Text()),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True)),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("agent", sa.Text()),
        sa.Column("queue", sa.Text()),
        sa.Column("reason", sa.Text()),
        sa.Column("ended_by", sa.Text()),
        sa.Column("ring_s", sa.Float()),
        sa.Column("wait_s", sa.Float()),
        sa.Column("talk_s", sa.Float()),
        sa.Column("hold_s", sa.Float()),
        sa.Column("silence_s", sa.Float()),
        sa.Column("answer_delay_s", sa.Float()),
        sa.Column("surname", sa.Text()),
        sa.Column("title", sa.Text()),
        sa.PrimaryKeyConstraint("call_id", name="pk_calls"),
    )
    op.create_index("ix_calls_agent_began_at", "calls", ["agent", "began_at"])
    op.create_index("ix_calls_began_at", "calls", ["began_at"])
    op.create_index("ix_calls_caller_number_began_at", "calls", ["caller_number", "began_at"])
    op.create_index("ix_calls_ended_at", "calls", ["ended_at"])
    unanswered = sa.text("answered_at IS NULL")
    op.create_index(
        "ix_calls_missed", "calls", ["began_at"], sqlite_where=unanswered, postgresql_where=unanswered
    )


def _calls_contents() -> None:
    op.create_table(
        "call_categories",
        sa.Column("call_id", sa.Text(), nullable=False, autoincrement=False),
        sa.Column("category", sa.Text(), nullable=False, autoincrement=False),
        sa.PrimaryKeyConstraint("call_id", "category", name="pk_call_categories"),
    )
    op.create_index("ix_call_categories_category_call_id", "call_categories", ["category", "call_id"])
    op.create_table(
        "legs",
        sa.Column("call_id", sa.Text(), nullable=False, autoincrement=False),
        sa.Column("run", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("leg", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("queue", sa.Text()),
        sa.Column("ring_s", sa.Float(), nullable=False),
        sa.Column("wait_s", sa.Float(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("talk_s", sa.Float()),
        sa.Column("hold_s", sa.Float()),
        sa.PrimaryKeyConstraint("call_id", "run", "leg", name="pk_legs"),
    )
    op.create_index("ix_legs_agent_call_id", "legs", ["agent", "call_id"])
    op.create_table(
        "transcript",
        sa.Column("call_id", sa.Text(), nullable=False, autoincrement=False),
        sa.Column("run", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("party", sa.Text(), nullable=False, autoincrement=False),
        sa.Column("utterance", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("confidence", sa.Float()),
        sa.Column("at_s", sa.Float(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("call_id", "run", "party", "utterance", name="pk_transcript"),
    )
    op.create_table(
        "forbidden",
        sa.Column("run", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("seq", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("call_id", sa.Text(), nullable=False),
        sa.Column("situation_id", sa.Text(), nullable=False),
        sa.Column("phrase", sa.Text(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("agent", sa.Text()),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("run", "seq", name="pk_forbidden"),
    )
    op.create_index("ix_forbidden_at", "forbidden", ["at"])
    op.create_index("ix_forbidden_call_id", "forbidden", ["call_id"])


def _screen() -> None:
    op.create_table(
        "cards",
        sa.Column("call_id", sa.Text(), nullable=False, autoincrement=False),
        sa.Column("run", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("card_id", sa.Text(), nullable=False, autoincrement=False),
        sa.Column("situation_id", sa.Text(), nullable=False),
        sa.Column("sources", sa.JSON(), nullable=False),
        sa.Column("shown_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("phrase", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("agent", sa.Text()),
        sa.Column("pack", sa.Text(), nullable=False),
        sa.Column("pack_version", sa.Text(), nullable=False),
        sa.Column("gone_at", sa.DateTime(timezone=True)),
        sa.Column("gone_why", sa.Text()),
        sa.PrimaryKeyConstraint("call_id", "run", "card_id", name="pk_cards"),
    )
    op.create_index("ix_cards_situation_id_shown_at", "cards", ["situation_id", "shown_at"])
    op.create_table(
        "card_steps",
        sa.Column("call_id", sa.Text(), nullable=False, autoincrement=False),
        sa.Column("run", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("card_id", sa.Text(), nullable=False, autoincrement=False),
        sa.Column("step", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("phrase", sa.Text(), nullable=False),
        sa.Column("shown_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("call_id", "run", "card_id", "step", name="pk_card_steps"),
    )


def _escalations() -> None:
    op.create_table(
        "escalations",
        sa.Column("escalation_id", sa.Text(), nullable=False, autoincrement=False),
        sa.Column("call_id", sa.Text(), nullable=False),
        sa.Column("agent", sa.Text()),
        sa.Column("situation_id", sa.Text()),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("excerpt", sa.Text(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("handled_at", sa.DateTime(timezone=True)),
        sa.Column("handled_by", sa.Text()),
        sa.Column("note", sa.Text()),
        sa.PrimaryKeyConstraint("escalation_id", name="pk_escalations"),
    )
    op.create_index("ix_escalations_call_id", "escalations", ["call_id"])
    op.create_index("ix_escalations_raised_at", "escalations", ["raised_at"])
    op.create_index("ix_escalations_state", "escalations", ["state"])
    op.create_table(
        "escalation_steps",
        sa.Column("run", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("seq", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("escalation_id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("run", "seq", name="pk_escalation_steps"),
    )
    op.create_index("ix_escalation_steps_escalation_id", "escalation_steps", ["escalation_id"])


def _paper() -> None:
    op.create_table(
        "record_sheets",
        sa.Column("call_id", sa.Text(), nullable=False, autoincrement=False),
        sa.Column("came_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("number", sa.Text()),
        sa.Column("caller_name", sa.Text(), nullable=False),
        sa.Column("gender", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("recorder", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("excerpt", sa.Text(), nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True)),
        sa.Column("edited_by", sa.Text()),
        sa.PrimaryKeyConstraint("call_id", name="pk_record_sheets"),
    )
    op.create_index("ix_record_sheets_came_at", "record_sheets", ["came_at"])
    op.create_index("ix_record_sheets_complete", "record_sheets", ["complete"])
    op.create_index("ix_record_sheets_recorder", "record_sheets", ["recorder"])
    op.create_table(
        "tasks",
        sa.Column("task_id", sa.Text(), nullable=False, autoincrement=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("call_id", sa.Text(), nullable=False),
        sa.Column("agent", sa.Text()),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True)),
        sa.Column("done_at", sa.DateTime(timezone=True)),
        sa.Column("done_by", sa.Text()),
        sa.PrimaryKeyConstraint("task_id", name="pk_tasks"),
    )
    op.create_index("ix_tasks_call_id", "tasks", ["call_id"])
    op.create_index("ix_tasks_done_at_created_at", "tasks", ["done_at", "created_at"])


def _people() -> None:
    op.create_table(
        "users",
        sa.Column("user_id", sa.Integer(), nullable=False, autoincrement=True),
        sa.Column("extension", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("password_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("user_id", name="pk_users"),
        sa.UniqueConstraint("extension", name="uq_users_extension"),
    )
    op.create_table(
        "sessions",
        sa.Column("token_hash", sa.Text(), nullable=False, autoincrement=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("address", sa.Text()),
        sa.PrimaryKeyConstraint("token_hash", name="pk_sessions"),
    )
    op.create_index("ix_sessions_expires_at", "sessions", ["expires_at"])
    op.create_index("ix_sessions_user_id", "sessions", ["user_id"])


def _lines() -> None:
    op.create_table(
        "audit",
        sa.Column("run", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("seq", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("run", "seq", name="pk_audit"),
    )
    op.create_index("ix_audit_at", "audit", ["at"])
    op.create_table(
        "trace",
        sa.Column("run", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("seq", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("call_id", sa.Text(), nullable=False),
        sa.Column("situation_id", sa.Text(), nullable=False),
        sa.Column("fired", sa.Boolean(), nullable=False),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("run", "seq", name="pk_trace"),
    )
    op.create_index("ix_trace_call_id", "trace", ["call_id"])
