"""The tables of the reports' figures: one row a day for each agent and queue, the same by hour, for each situation by agent and hour; all of
it summed by month."""

import sqlalchemy as sa

from assistant.store import conduct_figures as conduct
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


def _figures(name: str, span: str, *keys: sa.Column[object]) -> sa.Table:
    numbers = [*_numbers(COUNTS, sa.Integer), *_numbers(SUMS, sa.Float)]
    return sa.Table(name, metadata, key(span, sa.Text), *keys, *numbers)


def _cards(name: str, span: str) -> sa.Table:
    keys = (key("situation_id", sa.Text), key("agent", sa.Text), key("hour", sa.Integer))
    return sa.Table(name, metadata, key(span, sa.Text), *keys, *_numbers(CARD_COUNTS, sa.Integer))


def _conduct(name: str, span: str) -> sa.Table:
    numbers = [*_numbers(conduct.COUNTS, sa.Integer), *_numbers(conduct.SUMS, sa.Float)]
    return sa.Table(name, metadata, key(span, sa.Text), key("agent", sa.Text), *numbers)


day_figures = _figures("day_figures", "day", key("agent", sa.Text), key("queue", sa.Text))
hour_figures = _figures(
    "hour_figures", "day", key("hour", sa.Integer), key("agent", sa.Text), key("queue", sa.Text)
)
card_figures = _cards("card_figures", "day")
conduct_figures = _conduct("conduct_figures", "day")
day_months = _figures("day_months", "month", key("agent", sa.Text), key("queue", sa.Text))
hour_months = _figures(
    "hour_months", "month", key("hour", sa.Integer), key("agent", sa.Text), key("queue", sa.Text)
)
card_months = _cards("card_months", "month")
conduct_months = _conduct("conduct_months", "month")

UNKNOWN_HOUR = -1
"""Of cards whose calls were deleted before hours were counted."""

MONTHS = {
    day_figures: day_months,
    hour_figures: hour_months,
    card_figures: card_months,
    conduct_figures: conduct_months,
}
"""Where the days of a table are summed by month."""

stale_days = sa.Table("stale_days", metadata, key("day", sa.Text))
