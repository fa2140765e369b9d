"""Books of the tests: open with their writer running, filled by whole records."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from assistant.records import (
    CallBegan,
    CallFinished,
    CardWasGone,
    CardWasShown,
    EscalationRaised,
    ForbiddenWasSaid,
    LegBegan,
    LegFinished,
    Record,
    TextWasSaid,
    TraceLine,
)
from assistant.store import Store, WriterLimits
from assistant.store.region import origin_of
from prompts.advice import GoneWhy

T0 = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
"""A Monday, 09:00 in China."""
QUICK = WriterLimits(linger_s=0.0, patience_s=0.2, first_pause_s=0.02, longest_pause_s=0.1, farewell_s=2.0)


def at(second: float) -> datetime:
    return T0 + timedelta(seconds=second)


@asynccontextmanager
async def book(url: str, limits: WriterLimits = QUICK) -> AsyncIterator[Store]:
    store = await Store.open(url, T0, limits)
    # As the program does: a second of tables, more on a busy machine, that would otherwise count as the first record's.
    await asyncio.to_thread(origin_of, "13800138000")
    try:
        async with asyncio.TaskGroup() as tasks:
            writing = tasks.create_task(store.run())
            try:
                yield store
            finally:
                writing.cancel()
    finally:
        await store.close()


async def write(store: Store, *records: tuple[Record, float]) -> None:
    for record, second in records:
        assert store.put(record, at(second))
    async with asyncio.timeout(10):
        await store.flush()


def began(call_id: str, number: str | None = "13800138000") -> CallBegan:
    return CallBegan(call_id, "inbound", number, None, "4001234567", "trunk400")


def finished(call_id: str, reason: str = "hung_up", **changes: object) -> CallFinished:
    values: dict[str, object] = {
        "reason": reason,
        "ended_by": "caller",
        "ring_s": 3.0,
        "wait_s": 4.0,
        "talk_s": 26.0,
        "hold_s": 0.0,
        "silence_s": 1.5,
        "answer_delay_s": 1.2,
        "categories": (),
        "surname": None,
        "title": None,
    }
    return CallFinished(call_id=call_id, **{**values, **changes})  # type: ignore[arg-type]


def answered(call_id: str, agent: str = "8001", queue: str | None = "hotline") -> LegBegan:
    return LegBegan(call_id, 1, agent, queue, 3.0, 4.0)


def card(call_id: str, card_id: str, situation: str = "silent", agent: str = "8001") -> CardWasShown:
    return CardWasShown(call_id, card_id, situation, ("S0-17",), 1, "您好", "静音", agent, "p", "1")


def card_gone(call_id: str, card_id: str, why: GoneWhy) -> CardWasGone:
    return CardWasGone(call_id, card_id, why)


def shown(call_id: str, card_id: str, step: int = 1) -> CardWasShown:
    return CardWasShown(
        call_id, card_id, "silent", ("S0-17", "S2-27"), step, f"您好 {step}", "静音", "8001", "p", "1"
    )


async def a_whole_call(store: Store, call_id: str = "1.1", start: float = 0.0) -> None:
    await write(
        store,
        (began(call_id), start),
        (LegBegan(call_id, 1, "8001", "hotline", 3.0, 4.0), start + 4),
        (shown(call_id, "c1"), start + 9),
        (shown(call_id, "c1", 2), start + 14),
        (CardWasGone(call_id, "c1", GoneWhy.SAID), start + 15),
        (TextWasSaid(call_id, "caller", 1, "我要投诉", 0.9, 12.0), start + 16),
        (ForbiddenWasSaid(call_id, "silent", "喂", "喂说话呀", "8001"), start + 17),
        (EscalationRaised(f"e{call_id}", call_id, "8001", "abuse", "辱骂", "……", True), start + 18),
        (TraceLine(call_id, "silent", True, "5 s"), start + 18),
        (LegFinished(call_id, 1, 26.0, 0.0), start + 30),
        (finished(call_id, categories=("投诉",), surname="王", title="先生"), start + 30),
    )
