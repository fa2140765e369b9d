"""The tables of the reports' figures: one row a day for each agent and queue, each hour, each situation."""

import sqlalchemy as sa

from assistant.store.tables import key, metadata

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
CARD_COUNTS = ("shown", "said", "done", "dismissed", "expired", "cancelled", "call_ended")


def _numbers(
    names: tuple[str, ...], kind: type[sa.types.TypeEngine[int]] | type[sa.types.TypeEngine[float]]
) -> list[sa.Column[object]]:
    return [sa.Column(name, kind, nullable=False) for name in names]


day_figures = sa.Table(
    "day_figures",
    metadata,
    key("day", sa.Text),
    key("agent", sa.Text),
    key("queue", sa.Text),
    *_numbers(COUNTS, sa.Integer),
    *_numbers(SUMS, sa.Float),
)

hour_figures = sa.Table(
    "hour_figures",
    metadata,
    key("day", sa.Text),
    key("hour", sa.Integer),
    key("queue", sa.Text),
    *_numbers(COUNTS, sa.Integer),
    *_numbers(SUMS, sa.Float),
)

card_figures = sa.Table(
    "card_figures",
    metadata,
    key("day", sa.Text),
    key("situation_id", sa.Text),
    key("agent", sa.Text),
    *_numbers(CARD_COUNTS, sa.Integer),
)

stale_days = sa.Table("stale_days", metadata, key("day", sa.Text))
