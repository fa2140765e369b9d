"""The book with a million calls, on SQLite and on PostgreSQL: what a page waits for its lists, searches and reports.

Three years, 20 agents and one who left in the first days, two lines said in each answered call. Both databases are filled at once and
then asked in turn, each question 20 times; SQLite's statistics are those the program makes, PostgreSQL's those autovacuum would.
"""

import asyncio
import os
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from assistant.store import Store, grams, word_index
from assistant.store.engines import Engines, make_engines, parse_url
from assistant.store.finding import CallFilter
from assistant.store.reports import Period
from assistant.store.retention import Keep
from assistant.store.word_index import A_SECOND
from tests.bench.rows import Row, spread
from tests.support.postgres import running_postgres

CALLS = int(os.environ.get("HOTLINE_BENCH_CALLS", "1000000"))
AGENTS, QUEUES = 20, 3
SPACING_S = 94
"""A million calls over three years."""
START = datetime(2024, 1, 1, tzinfo=UTC)
TIMES = 20
AIM = {"p95": "≤ 300"}

# i is the number of the call. Every tenth is missed, every thousandth escalated, every 500th has a forbidden phrase.
_SERIES = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {calls}) ",
    "postgresql": "WITH n(i) AS (SELECT generate_series(1, {calls})) ",
}
_AT = {
    "sqlite": "strftime('%Y-%m-%d %H:%M:%S.000000', {seconds}, 'unixepoch')",
    "postgresql": "to_timestamp({seconds})",
}
_BEGAN = f"{int(START.timestamp())} + i * {SPACING_S}"
_TRUE = {"sqlite": "1", "postgresql": "true"}


NUMBER = "'138' || (10000000 + i % 90000)"
REGIONS = {"i % 5000 = 0": "西藏", "": "北京市"}
SAID = {
    "i % 2001 = 0": "我要退款",
    "i % 101 = 0": "发票还没有收到",
    "i % 3 = 0": "请问什么时候可以上课",
    "": "我想问一下课程的价格",
}
GREETING = "您好很高兴为您服务"


def _chosen(choices: dict[str, str], spelt: Callable[[str], str]) -> str:
    """By the first condition that holds; the last has none."""
    whens = [f"WHEN {condition} THEN '{spelt(text)}'" for condition, text in choices.items() if condition]
    return f"CASE {' '.join(whens)} ELSE '{spelt(choices[''])}' END"


def _words(dialect: str, agent: str, missed: str) -> str:
    """What the program would enter into the index of words, in one expression: a million calls one by one would take the bench too long."""

    def spelt(text: str) -> str:
        return " ".join(grams.of_text(text))

    pieces = [
        f"'{grams.OF_NUMBER}' || substr({NUMBER}, {at + 1}, {length})"
        for length in grams.NUMBER_PIECES
        for at in range(11 - length + 1)
    ]
    said = f"'{spelt(GREETING)} ' || {_chosen(SAID, spelt)} || ' {grams.OF_AGENT}' || {agent}"
    spaced = " || ' ' || ".join(
        [*pieces, _chosen(REGIONS, spelt), f"CASE WHEN {missed} THEN '' ELSE {said} END"]
    )
    return spaced if dialect == "sqlite" else f"string_to_array(trim({spaced}), ' ')"


def _fill(dialect: str) -> list[str]:
    """One statement a table."""
    series = _SERIES[dialect].format(calls=CALLS)
    if dialect == "postgresql":
        return [f"{series}INSERT INTO {into} {rows}" for into, rows in _rows(dialect)] + ["ANALYZE"]
    return [f"INSERT INTO {into} {series}{rows}" for into, rows in _rows(dialect)]


def _rows(dialect: str) -> list[tuple[str, str]]:
    """(a table with its columns, what is selected for them from the series)"""

    def at(after_s: int) -> str:
        return _AT[dialect].format(seconds=f"{_BEGAN} + {after_s}")

    agent = f"CASE WHEN i < 3000 AND i % 7 = 0 THEN '8999' ELSE '8' || (100 + i % {AGENTS}) END"
    queue = f"'q' || (i % {QUEUES})"
    missed = "i % 10 = 0"
    text = _chosen(SAID, lambda said: said)
    return [
        (
            "calls (call_id, direction, caller_number, region, began_at, answered_at, ended_at, agent, queue, reason, ring_s,"
            " wait_s, talk_s, hold_s, silence_s, answer_delay_s, after_hours, place)",
            f"SELECT 'c' || i, 'inbound', {NUMBER},"
            f" {_chosen(REGIONS, str)}, {at(0)},"
            f" CASE WHEN {missed} THEN NULL ELSE {at(6)} END, {at(80)}, CASE WHEN {missed} THEN NULL ELSE {agent} END, {queue},"
            f" 'hung_up', i % 17, i % 23, 60, CASE WHEN i % 9973 = 0 THEN 600 WHEN i % 8 = 0 THEN 12 ELSE 0 END, 2, i % 5, i % 9 = 0, CAST({_BEGAN} AS BIGINT) * {A_SECOND} FROM n",
        ),
        (
            "legs (call_id, run, leg, agent, queue, ring_s, wait_s, answered_at, began_at)",
            f"SELECT 'c' || i, 1, 1, {agent}, {queue}, 3, 4, {at(6)}, {at(0)} FROM n WHERE i % 10 <> 0",
        ),
        (
            "cards (call_id, run, card_id, situation_id, sources, shown_at, step, phrase, why, agent, pack, pack_version,"
            " gone_at, gone_why)",
            f"SELECT 'c' || i, 1, 'k1', 's' || (i % 60), '[]', {at(7)}, 1, '您好', '', {agent}, 'p', '1', {at(9)},"
            " CASE i % 3 WHEN 0 THEN 'said' WHEN 1 THEN 'dismissed' ELSE 'expired' END FROM n WHERE i % 10 <> 0",
        ),
        (
            "record_sheets (call_id, came_at, caller_name, gender, region, organisation, purpose, recorder, result, notes, category,"
            " excerpt, complete, version)",
            f"SELECT 'c' || i, {at(0)}, '', '', '', '', '', {agent}, '', '', '', '', i % 4 = 0, 1 FROM n",
        ),
        (
            "escalations (escalation_id, call_id, reason, excerpt, urgent, raised_at, state)",
            f"SELECT 'e' || i, 'c' || i, '', '', {_TRUE[dialect]}, {at(20)}, 'closed' FROM n WHERE i % 1000 = 0",
        ),
        (
            "forbidden (run, seq, call_id, situation_id, phrase, said, at)",
            f"SELECT 1, i, 'c' || i, 's1', '喂', '喂', {at(20)} FROM n WHERE i % 500 = 0",
        ),
        (
            "transcript (call_id, run, party, utterance, text, confidence, at_s, said_at)",
            f"SELECT 'c' || i, 1, 'caller', 1, {text}, 0.9, 3, {at(9)} FROM n WHERE i % 10 <> 0",
        ),
        (
            "transcript (call_id, run, party, utterance, text, confidence, at_s, said_at)",
            f"SELECT 'c' || i, 1, 'agent', 1, '{GREETING}', 0.9, 1, {at(7)} FROM n WHERE i % 10 <> 0",
        ),
        (
            "call_grams (rowid, grams)",
            f"SELECT CAST({_BEGAN} AS BIGINT) * {A_SECOND}, {_words(dialect, agent, missed)} FROM n",
        ),
    ]


def _questions(store: Store) -> dict[str, Callable[[], Awaitable[object]]]:
    last = START + timedelta(seconds=CALLS * SPACING_S)
    year, day = (last - timedelta(days=365)).date().isoformat(), last - timedelta(days=30)
    calls, reports = store.reading.calls, store.reports
    deep = f"{(START + timedelta(days=200)).isoformat()}~c1"
    return {
        "calls: newest": lambda: calls(CallFilter()),
        "calls: deep page": lambda: calls(CallFilter(), deep),
        "calls: one agent": lambda: calls(CallFilter(agent="8107")),
        "calls: one number": lambda: calls(CallFilter(number="13810000007")),
        "calls: over three rings, one queue": lambda: calls(CallFilter(over_three_rings=True, queue="q1")),
        "calls: forbidden": lambda: calls(CallFilter(forbidden=True)),
        "calls: escalated, one agent": lambda: calls(CallFilter(escalated=True, agent="8100")),
        "calls: card dismissed": lambda: calls(CallFilter(situation="s7", card="dismissed")),
        "calls: at nine, sheet missing": lambda: calls(CallFilter(hour=9, sheet="missing")),
        "calls: an agent who left": lambda: calls(CallFilter(agent="8999")),
        "calls: one situation": lambda: calls(CallFilter(situation="s7")),
        "calls: a region of few": lambda: calls(CallFilter(region="西藏")),
        "calls: held for minutes": lambda: calls(CallFilter(min_hold_s=300)),
        "calls: silent for minutes, none": lambda: calls(CallFilter(min_silence_s=300)),
        "words: of few calls": lambda: calls(CallFilter(text="退款")),
        "words: of many calls": lambda: calls(CallFilter(text="课程的价格")),
        "words: of few calls, last 30 days": lambda: calls(CallFilter(text="退款", since=day)),
        "words: one character": lambda: calls(CallFilter(text="款")),
        "words: one character of nearly all": lambda: calls(CallFilter(text="您")),
        "words: never said": lambda: calls(CallFilter(text="律师函")),
        "words: two, in one call": lambda: calls(CallFilter(text="发票 北京")),
        "words: few calls, one agent": lambda: calls(CallFilter(text="发票", agent="8103")),
        "words: many calls, an agent who left": lambda: calls(CallFilter(text="价格", agent="8999")),
        "words: numbers masked": lambda: calls(CallFilter(text="一下", masked=True)),
        "words: a deep page": lambda: calls(CallFilter(text="发票"), deep),
        "words: last four digits": lambda: calls(CallFilter(text="0007")),
        "words: a whole number": lambda: calls(CallFilter(text="13810000007")),
        "report: all days": lambda: reports.calls(Period(), "day"),
        "report: agents, a year": lambda: reports.calls(Period(since=year), "agent"),
        "report: agents, all years": lambda: reports.calls(Period(), "agent"),
        "report: hours": lambda: reports.calls(Period(), "hour"),
        "report: hours, a year": lambda: reports.calls(Period(since=year), "hour"),
        "report: cards": lambda: reports.cards(Period()),
    }


async def _indexed_as_the_program_would(engines: Engines) -> None:
    entry = sa.select(word_index.entries.c.grams).where(
        word_index.entries.c.rowid == (int(START.timestamp()) + 7 * SPACING_S) * A_SECOND
    )
    async with engines.writer.begin() as connection:
        ours = await connection.scalar(entry)
        await connection.run_sync(word_index.index, ["c7"])
        its = await connection.scalar(entry)
    parts = [set(text.split() if isinstance(text, str) else text) for text in (ours, its) if text]
    if len(parts) != 2 or parts[0] != parts[1]:
        raise AssertionError(f"the index is not the program's: {parts}")


async def _filled(url: str, name: str) -> list[Row]:
    """The tables by one statement each; what follows from them as the program makes it."""
    store = await Store.open(url, START)
    engines = make_engines(parse_url(url))
    dialect = engines.url.get_backend_name()
    began = time.perf_counter()
    for statement in _fill(dialect):
        async with engines.writer.begin() as connection:
            await connection.execute(sa.text(statement))
    local = "date(began_at, '+8 hours')"
    if dialect == "postgresql":
        local = "to_char(began_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD')"
    async with engines.writer.begin() as connection:
        await connection.execute(sa.text(f"INSERT INTO stale_days SELECT DISTINCT {local} FROM calls"))
    written = time.perf_counter()
    await _indexed_as_the_program_would(engines)
    await store.reports.calls(Period(), "all")
    counted = time.perf_counter()
    await store.retention.purge(Keep(), START)
    if dialect == "postgresql":
        async with engines.writer.begin() as connection:
            await connection.execute(sa.text("ANALYZE"))
    await engines.dispose()
    await store.close()
    return [
        Row(f"{name}: {CALLS} calls written", written - began, "s"),
        Row(f"{name}: every day counted anew", counted - written, "s"),
    ]


async def _asked(stores: dict[str, Store]) -> list[Row]:
    """Question by question, both databases in turn: what else the machine does then meets both alike."""
    rows = []
    questions = {name: _questions(store) for name, store in stores.items()}
    for question in next(iter(questions.values())):
        taken: dict[str, list[float]] = {name: [] for name in stores}
        for _ in range(TIMES):
            for name in stores:
                start = time.perf_counter()
                await questions[name][question]()
                taken[name].append((time.perf_counter() - start) * 1000)
        for name, times in taken.items():
            found = spread(f"{question}; {name}", times, "ms", AIM)
            rows += [row for row in found if row.name.endswith(("p50", "p95"))]
    return rows


async def measure(urls: dict[str, str]) -> list[Row]:
    for url in urls.values():
        # One after the other: Alembic migrates one database at a time.
        await (await Store.open(url, START)).close()
    filled = await asyncio.gather(*(_filled(url, name) for name, url in urls.items()))
    rows = [row for one in filled for row in one]
    stores = {name: await Store.open(url, START) for name, url in urls.items()}
    rows += await _asked(stores)
    for store in stores.values():
        await store.close()
    return rows


def run() -> list[Row]:
    with tempfile.TemporaryDirectory(prefix="hotline-bench-") as folder, running_postgres() as server:
        urls = {
            "SQLite": f"sqlite:///{Path(folder) / 'book.db'}",
            "PostgreSQL": server.create_database("million"),
        }
        return asyncio.run(measure(urls))
