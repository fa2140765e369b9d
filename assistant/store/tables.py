"""The tables of the book, for SQLite and PostgreSQL alike. Must not know who writes or reads them.

`run` numbers the program's starts. What is counted anew at each start (cards, legs, transcript lines) carries it in its key, so
a call that outlived a restart keeps both halves. `seq` numbers the records of one run: writing a batch twice changes nothing. `calls.place` is the call's place in the index of
words (word_index); `legs.began_at` is when the leg's call began, so that an agent's calls stand in the index newest first.
"""

from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Instant(TypeDecorator[datetime]):
    """A moment. SQLite keeps no zone, so what it keeps is UTC; what comes back is always aware."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def key(
    name: str, kind: type[sa.types.TypeEngine[str]] | type[sa.types.TypeEngine[int]]
) -> sa.Column[object]:
    return sa.Column(name, kind, primary_key=True, autoincrement=False)


runs = sa.Table(
    "runs",
    metadata,
    sa.Column("run", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("started_at", Instant, nullable=False),
)

LISTED_BY = ("direction", "queue", "region", "reason", "after_hours")
"""What a list of calls is asked for, newest first."""
MEASURED = ("ring_s", "wait_s", "hold_s", "silence_s", "answer_delay_s")
"""What is asked for when it was long."""

calls = sa.Table(
    "calls",
    metadata,
    key("call_id", sa.Text),
    sa.Column("direction", sa.Text, nullable=False),
    sa.Column("caller_number", sa.Text),
    sa.Column("caller_name", sa.Text),
    sa.Column("dialled", sa.Text),
    sa.Column("trunk", sa.Text),
    sa.Column("region", sa.Text),
    sa.Column("carrier", sa.Text),
    sa.Column("began_at", Instant, nullable=False, index=True),
    sa.Column("answered_at", Instant),
    sa.Column("ended_at", Instant, index=True),
    sa.Column("agent", sa.Text),
    sa.Column("queue", sa.Text),
    sa.Column("reason", sa.Text),
    sa.Column("ended_by", sa.Text),
    sa.Column("ring_s", sa.Float),
    sa.Column("wait_s", sa.Float),
    sa.Column("talk_s", sa.Float),
    sa.Column("hold_s", sa.Float),
    sa.Column("silence_s", sa.Float),
    sa.Column("answer_delay_s", sa.Float),
    sa.Column("after_hours", sa.Boolean),
    sa.Column("surname", sa.Text),
    sa.Column("title", sa.Text),
    sa.Column("place", sa.BigInteger),
    sa.Index("ix_calls_place", "place", unique=True),
    sa.Index(
        "ix_calls_missed",
        "began_at",
        sqlite_where=sa.text("answered_at IS NULL"),
        postgresql_where=sa.text("answered_at IS NULL"),
    ),
    sa.Index("ix_calls_agent_began_at", "agent", "began_at"),
    sa.Index("ix_calls_caller_number_began_at", "caller_number", "began_at"),
    *(sa.Index(f"ix_calls_{name}_began_at", name, "began_at") for name in LISTED_BY),
    *(sa.Index(f"ix_calls_{name}", name) for name in MEASURED),
)

call_categories = sa.Table(
    "call_categories",
    metadata,
    key("call_id", sa.Text),
    key("category", sa.Text),
    sa.Index("ix_call_categories_category_call_id", "category", "call_id"),
)

legs = sa.Table(
    "legs",
    metadata,
    key("call_id", sa.Text),
    key("run", sa.Integer),
    key("leg", sa.Integer),
    sa.Column("agent", sa.Text, nullable=False),
    sa.Column("queue", sa.Text),
    sa.Column("ring_s", sa.Float, nullable=False),
    sa.Column("wait_s", sa.Float, nullable=False),
    sa.Column("answered_at", Instant, nullable=False),
    sa.Column("ended_at", Instant),
    sa.Column("talk_s", sa.Float),
    sa.Column("hold_s", sa.Float),
    sa.Column("began_at", Instant),
    sa.Index("ix_legs_agent_began_at_call_id", "agent", "began_at", "call_id"),
)

conduct = sa.Table(
    "conduct",
    metadata,
    key("call_id", sa.Text),
    key("run", sa.Integer),
    sa.Column("missing", sa.JSON, nullable=False),
    sa.Column("polite", sa.Integer, nullable=False),
    sa.Column("unsure", sa.Integer, nullable=False),
    sa.Column("talk_overs", sa.Integer, nullable=False),
    sa.Column("raised_voice", sa.Integer, nullable=False),
    sa.Column("agent_chars", sa.Integer, nullable=False),
    sa.Column("chars_per_s", sa.Float),
    sa.Column("names_used", sa.Integer),
    sa.Column("agent_speech_s", sa.Float),
    sa.Column("caller_speech_s", sa.Float),
)

cards = sa.Table(
    "cards",
    metadata,
    key("call_id", sa.Text),
    key("run", sa.Integer),
    key("card_id", sa.Text),
    sa.Column("situation_id", sa.Text, nullable=False),
    sa.Column("sources", sa.JSON, nullable=False),
    sa.Column("shown_at", Instant, nullable=False),
    sa.Column("step", sa.Integer, nullable=False),
    sa.Column("phrase", sa.Text, nullable=False),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("agent", sa.Text),
    sa.Column("pack", sa.Text, nullable=False),
    sa.Column("pack_version", sa.Text, nullable=False),
    sa.Column("gone_at", Instant),
    sa.Column("gone_why", sa.Text),
    sa.Index("ix_cards_situation_id_gone_why_call_id", "situation_id", "gone_why", "call_id"),
)

card_steps = sa.Table(
    "card_steps",
    metadata,
    key("call_id", sa.Text),
    key("run", sa.Integer),
    key("card_id", sa.Text),
    key("step", sa.Integer),
    sa.Column("phrase", sa.Text, nullable=False),
    sa.Column("shown_at", Instant, nullable=False),
)

transcript = sa.Table(
    "transcript",
    metadata,
    key("call_id", sa.Text),
    key("run", sa.Integer),
    key("party", sa.Text),
    key("utterance", sa.Integer),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("confidence", sa.Float),
    sa.Column("at_s", sa.Float, nullable=False),
    sa.Column("said_at", Instant, nullable=False),
)

forbidden = sa.Table(
    "forbidden",
    metadata,
    key("run", sa.Integer),
    key("seq", sa.Integer),
    sa.Column("call_id", sa.Text, nullable=False, index=True),
    sa.Column("situation_id", sa.Text, nullable=False),
    sa.Column("phrase", sa.Text, nullable=False),
    sa.Column("said", sa.Text, nullable=False),
    sa.Column("agent", sa.Text),
    sa.Column("at", Instant, nullable=False, index=True),
)

escalations = sa.Table(
    "escalations",
    metadata,
    key("escalation_id", sa.Text),
    sa.Column("call_id", sa.Text, nullable=False, index=True),
    sa.Column("agent", sa.Text),
    sa.Column("situation_id", sa.Text),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("excerpt", sa.Text, nullable=False),
    sa.Column("urgent", sa.Boolean, nullable=False),
    sa.Column("raised_at", Instant, nullable=False, index=True),
    sa.Column("state", sa.Text, nullable=False, index=True),
    sa.Column("handled_at", Instant),
    sa.Column("handled_by", sa.Text),
    sa.Column("note", sa.Text),
    sa.Column("assigned_to", sa.Text),
    sa.Column("times", sa.Integer, nullable=False, server_default="1"),
)

escalation_steps = sa.Table(
    "escalation_steps",
    metadata,
    key("run", sa.Integer),
    key("seq", sa.Integer),
    sa.Column("escalation_id", sa.Text, nullable=False, index=True),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("assigned_to", sa.Text),
)

notes = sa.Table(
    "notes",
    metadata,
    key("run", sa.Integer),
    key("seq", sa.Integer),
    sa.Column("call_id", sa.Text, nullable=False, index=True),
    sa.Column("agent", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False),
)

documents = sa.Table(
    "documents",
    metadata,
    key("kind", sa.Text),
    key("key", sa.Text),
    key("version", sa.Integer),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("comment", sa.Text, nullable=False),
)

record_sheets = sa.Table(
    "record_sheets",
    metadata,
    key("call_id", sa.Text),
    sa.Column("came_at", Instant, nullable=False, index=True),
    sa.Column("number", sa.Text),
    sa.Column("caller_name", sa.Text, nullable=False),
    sa.Column("gender", sa.Text, nullable=False),
    sa.Column("region", sa.Text, nullable=False),
    sa.Column("organisation", sa.Text, nullable=False),
    sa.Column("purpose", sa.Text, nullable=False),
    sa.Column("recorder", sa.Text, nullable=False, index=True),
    sa.Column("result", sa.Text, nullable=False),
    sa.Column("notes", sa.Text, nullable=False),
    sa.Column("category", sa.Text, nullable=False),
    sa.Column("excerpt", sa.Text, nullable=False),
    sa.Column("complete", sa.Boolean, nullable=False, index=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("edited_at", Instant),
    sa.Column("edited_by", sa.Text),
    sa.Column("complaint", sa.Text, nullable=False, server_default=""),
    sa.Column("customer", sa.Text, nullable=False, server_default=""),
)

tasks = sa.Table(
    "tasks",
    metadata,
    key("task_id", sa.Text),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("call_id", sa.Text, nullable=False, index=True),
    sa.Column("agent", sa.Text),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("due_at", Instant),
    sa.Column("done_at", Instant),
    sa.Column("done_by", sa.Text),
    sa.Column("reminded_at", Instant),
    sa.Index("ix_tasks_due_at", "due_at"),
    sa.Index("ix_tasks_done_at_created_at", "done_at", "created_at"),
)

users = sa.Table(
    "users",
    metadata,
    sa.Column("user_id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("extension", sa.Text, nullable=False, unique=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("password_hash", sa.Text, nullable=False),
    sa.Column("active", sa.Boolean, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("password_at", Instant, nullable=False),
)

sessions = sa.Table(
    "sessions",
    metadata,
    key("token_hash", sa.Text),
    sa.Column("user_id", sa.Integer, nullable=False, index=True),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("expires_at", Instant, nullable=False, index=True),
    sa.Column("address", sa.Text),
)

audit = sa.Table(
    "audit",
    metadata,
    key("run", sa.Integer),
    key("seq", sa.Integer),
    sa.Column("at", Instant, nullable=False, index=True),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("what", sa.Text, nullable=False),
    sa.Column("about", sa.Text, nullable=False),
    sa.Column("detail", sa.Text, nullable=False),
)

desk_messages = sa.Table(
    "desk_messages",
    metadata,
    key("message_id", sa.Text),
    sa.Column("agent", sa.Text, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("written_at", Instant, nullable=False, index=True),
    sa.Column("read_at", Instant),
)

trace = sa.Table(
    "trace",
    metadata,
    key("run", sa.Integer),
    key("seq", sa.Integer),
    sa.Column("call_id", sa.Text, nullable=False, index=True),
    sa.Column("situation_id", sa.Text, nullable=False),
    sa.Column("fired", sa.Boolean, nullable=False),
    sa.Column("because", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False),
)

duty_changes = sa.Table(
    "duty_changes",
    metadata,
    key("change_id", sa.Text),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("start", Instant, nullable=False),
    sa.Column("end", Instant, nullable=False, index=True),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("dialled", sa.Text),
    sa.Column("leaves", sa.Text),
    sa.Column("takes", sa.Text),
    sa.Column("withdrawn_at", Instant),
    sa.Column("withdrawn_by", sa.Text),
)
