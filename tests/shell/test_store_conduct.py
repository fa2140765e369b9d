"""How the agent conducted a call, in the book."""

import sqlalchemy as sa

from assistant.records import ConductSeen
from assistant.store import tables
from assistant.store.engines import make_engines, parse_url
from tests.support.books import a_whole_call, book, write


async def test_conduct_is_written_once_a_call(url: str) -> None:
    seen = ConductSeen("1.1", ("confirm", "close"), 4, 1, 0, 2, 30, 4.5, 2, 12.5, 7.5)
    async with book(url) as store:
        await a_whole_call(store)
        await write(store, (seen, 31.0), (seen, 31.0))
    engines = make_engines(parse_url(url))
    async with engines.reader.connect() as connection:
        rows = (await connection.execute(sa.select(tables.conduct))).mappings().all()
    await engines.dispose()
    assert [dict(row) for row in rows] == [
        {
            "call_id": "1.1",
            "run": 1,
            "missing": ["confirm", "close"],
            "polite": 4,
            "unsure": 1,
            "talk_overs": 0,
            "raised_voice": 2,
            "agent_chars": 30,
            "chars_per_s": 4.5,
            "names_used": 2,
            "agent_speech_s": 12.5,
            "caller_speech_s": 7.5,
        }
    ]
