"""What makes searches and reports quick in a book of a million calls: an index of words, calls by what they are listed by, months."""

import sqlalchemy as sa
from alembic import op

from assistant.store import word_index

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

LISTED_BY = ("direction", "queue", "region", "reason", "after_hours")
MEASURED = ("ring_s", "wait_s", "hold_s", "silence_s", "answer_delay_s")
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
MONTHS = {
    "day_months": ("day_figures", ("agent", "queue"), (*COUNTS, *SUMS)),
    "hour_months": ("hour_figures", ("hour", "queue"), (*COUNTS, *SUMS)),
    "card_months": ("card_figures", ("situation_id", "agent"), CARDS),
}


def upgrade() -> None:
    # First: each index there is already makes filling this one slower.
    _index_words()
    for name in LISTED_BY:
        op.create_index(f"ix_calls_{name}_began_at", "calls", [name, "began_at"])
    for name in MEASURED:
        op.create_index(f"ix_calls_{name}", "calls", [name])
    _calls_of_an_agent()
    op.drop_index("ix_cards_situation_id_shown_at", "cards")
    op.create_index(
        "ix_cards_situation_id_gone_why_call_id", "cards", ["situation_id", "gone_why", "call_id"]
    )
    for table, (days, keys, numbers) in MONTHS.items():
        _sum_months(table, days, keys, numbers)


def _calls_of_an_agent() -> None:
    op.add_column("legs", sa.Column("began_at", sa.DateTime(timezone=True)))
    began = "SELECT calls.began_at FROM calls WHERE calls.call_id = legs.call_id"
    op.execute(f"UPDATE legs SET began_at = COALESCE(({began}), answered_at)")  # noqa: S608  (no input)
    op.drop_index("ix_legs_agent_call_id", "legs")
    op.create_index("ix_legs_agent_began_at_call_id", "legs", ["agent", "began_at", "call_id"])


def _sum_months(table: str, days: str, keys: tuple[str, ...], numbers: tuple[str, ...]) -> None:
    def column(name: str) -> sa.Column[object]:
        kind = (
            sa.Float() if name in SUMS else sa.Integer() if name in (*COUNTS, *CARDS, "hour") else sa.Text()
        )
        return sa.Column(name, kind, nullable=False, autoincrement=False)

    op.create_table(
        table,
        *(column(name) for name in ("month", *keys, *numbers)),
        sa.PrimaryKeyConstraint("month", *keys, name=f"pk_{table}"),
    )
    summed = ", ".join(f"SUM({name})" for name in numbers)
    named = ", ".join(keys)
    op.execute(
        f"INSERT INTO {table} SELECT substr(day, 1, 7), {named}, {summed} FROM {days} GROUP BY substr(day, 1, 7), {named}"  # noqa: S608
    )


def _index_words() -> None:
    # By the program's own hand, though a step of history: an entry must hold the grams that today's search looks for. Who changes
    # the grams enters all calls anew in a step of his own; who adds a column to what is indexed moves this filling there.
    op.add_column("calls", sa.Column("place", sa.BigInteger()))
    op.create_index("ix_calls_place", "calls", ["place"], unique=True)
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE call_grams USING fts5(grams, tokenize = 'ascii', detail = none, columnsize = 0)"
        )
        word_index.index_all(connection)
    else:
        op.execute("CREATE TABLE call_grams (rowid BIGINT PRIMARY KEY, grams TEXT[] NOT NULL)")
        word_index.index_all(connection)
        op.execute("CREATE INDEX ix_call_grams_grams ON call_grams USING gin (grams)")


def downgrade() -> None:
    op.drop_table("call_grams")
    op.drop_index("ix_calls_place", "calls")
    op.drop_column("calls", "place")
    for table in MONTHS:
        op.drop_table(table)
    op.drop_index("ix_cards_situation_id_gone_why_call_id", "cards")
    op.create_index("ix_cards_situation_id_shown_at", "cards", ["situation_id", "shown_at"])
    op.drop_index("ix_legs_agent_began_at_call_id", "legs")
    op.create_index("ix_legs_agent_call_id", "legs", ["agent", "call_id"])
    op.drop_column("legs", "began_at")
    for name in LISTED_BY:
        op.drop_index(f"ix_calls_{name}_began_at", "calls")
    for name in MEASURED:
        op.drop_index(f"ix_calls_{name}", "calls")
