"""Words found in the book, on both databases: in what order, by whom, and that nothing is found by what is hidden or deleted."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from assistant.records import CallBegan, LegBegan, NoteTaken, Record, TextWasSaid
from assistant.store import Store, schema, search, word_index
from assistant.store.engines import make_engines, parse_url
from assistant.store.finding import CallFilter
from assistant.store.reports import Period
from assistant.store.retention import Keep
from assistant.store.sheet import SheetEdit
from tests.support.books import T0, answered, at, began, book, finished, write

DAY = 86_400.0


def said(call_id: str, text: str, utterance: int = 1) -> TextWasSaid:
    return TextWasSaid(call_id, "caller", utterance, text, 0.9, 1.0)


def whole(call_id: str, start: float, *texts: str, number: str = "13800138000") -> list[tuple[Record, float]]:
    lines = [(said(call_id, text, place), start + 2) for place, text in enumerate(texts)]
    return [
        (began(call_id, number), start),
        (answered(call_id), start + 1),
        *lines,
        (finished(call_id), start + 9),
    ]


async def found(store: Store, text: str | None = None, **wanted: object) -> list[object]:
    page = await store.reading.calls(CallFilter(text=text, **wanted))  # type: ignore[arg-type]
    return [row["call_id"] for row in page.calls]


async def test_words_are_found_wherever_they_stand(url: str) -> None:
    async with book(url) as store:
        await write(
            store,
            *whole("a", 0, "我要退款", "发票没收到"),
            *whole("b", 100, "想问课程的价格", number="02112345678"),
        )
        await write(store, *whole("c", 200, "Wi-Fi 连不上 VIP"), (NoteTaken("c", "8001", "客户很着急"), 205))
        assert await found(store, "退款") == ["a"]
        assert await found(store, "款") == ["a"]
        assert await found(store, "的价格") == ["b"]
        assert await found(store, "退款 发票") == ["a"]
        assert await found(store, "退款 价格") == []
        assert await found(store, "退票") == []
        assert await found(store, "要退发") == []
        assert await found(store, "vip") == ["c"]
        assert await found(store, "Wi-Fi") == ["c"]
        assert await found(store, "着急") == ["c"]
        assert await found(store, "上海") == ["b"]
        assert await found(store, "12345678") == ["b"]
        assert await found(store, "138") == ["c", "a"]
        assert await found(store, "-") == []
        assert await found(store, "价格", agent="8001") == ["b"]
        assert await found(store, "价格", agent="8002") == []


async def test_a_call_that_goes_on_is_found_too_and_words_that_come_late(url: str) -> None:
    async with book(url) as store:
        await write(store, (began("a"), 0), (answered("a"), 1), (said("a", "我要退款"), 2))
        assert await found(store, "退款") == ["a"]
        await write(store, (finished("a"), 9), (said("a", "谢谢再见", 2), 10))
        assert await found(store, "再见") == ["a"]
        await write(store, (said("a", "谢谢大家", 2), 11))
        assert await found(store, "再见") == []
        await store.desk.edit_sheet("a", SheetEdit(result="已转财务部"), 1, "8001", at(60))
        assert await found(store, "财务") == ["a"]


async def test_the_newest_come_first_page_by_page_over_years(url: str) -> None:
    days = [0, 0, 1, 1, 9, 40, 400, 401, 900]
    async with book(url) as store:
        for number, day in enumerate(days):
            await write(store, *whole(f"c{number}", day * DAY, "课程" if number % 4 else "价格"))
        wanted = [f"c{number}" for number in reversed(range(len(days))) if number % 4]
        for limit in (1, 2, 3, 10):
            seen: list[object] = []
            cursor: str | None = None
            while True:
                page = await store.reading.calls(CallFilter(text="课程"), cursor, limit)
                seen += [row["call_id"] for row in page.calls]
                cursor = page.next_cursor
                if cursor is None:
                    break
            assert seen == wanted
        since, until = T0 + timedelta(days=1), T0 + timedelta(days=401)
        assert await found(store, "课程", since=since, until=until) == ["c6", "c5", "c3", "c2"]


async def test_more_calls_in_a_second_than_it_has_places(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word_index, "A_SECOND", 2)
    async with book(url) as store:
        for number in range(6):
            await write(store, *whole(f"c{number}", 0.1, "课程"))
        await write(store, *whole("d", 1.0, "课程"))
        assert await found(store, "课程") == ["d", *(f"c{number}" for number in reversed(range(6)))]


async def test_who_sees_numbers_masked_finds_nothing_by_hidden_digits(url: str) -> None:
    async with book(url) as store:
        await write(
            store,
            *whole("a", 0, "我的电话是幺三八零零幺三八零零零", "等一下"),
            *whole("b", 100, "价格是三百"),
        )
        assert await found(store, "0013") == ["b", "a"]
        assert await found(store, "0013", masked=True) == []
        assert await found(store, "零零幺") == ["a"]
        assert await found(store, "零零幺", masked=True) == []
        assert await found(store, "幺三", masked=True) == ["a"]
        assert await found(store, "等一下", masked=True) == ["a"]
        assert await found(store, "三百", masked=True) == ["b"]
        assert await found(store, "价格", masked=True) == ["b"]


async def test_nor_by_the_hidden_digits_of_a_number_told_in_pieces(url: str) -> None:
    async with book(url) as store:
        await write(store, *whole("a", 0, "一三八", "零零一三", "八零零零"))
        assert await found(store, "零零一三") == ["a"]
        assert await found(store, "零零一三", masked=True) == []


async def test_a_masked_number_finds_all_that_look_alike(url: str) -> None:
    async with book(url) as store:
        await write(store, *whole("a", 0, number="13800138000"), *whole("b", 100, number="13855558000"))
        assert await found(store, number="13800138000") == ["a"]
        assert await found(store, number="13800138000", masked=True) == ["b", "a"]
        assert await found(store, number="138****8000", masked=True) == ["b", "a"]
        assert await found(store, number="138****8001", masked=True) == []


async def test_hidden_words_do_not_stop_the_page(url: str) -> None:
    async with book(url) as store:
        for number in range(9):
            text = "幺三八零零幺三八零零零" if number % 3 else "零零"
            await write(store, *whole(f"c{number}", number * 10, text))
        page = await store.reading.calls(CallFilter(text="零零", masked=True), limit=2)
        assert [row["call_id"] for row in page.calls] == ["c8", "c7"]
        rest = await store.reading.calls(CallFilter(text="零零幺", masked=True), limit=2)
        assert (rest.calls, rest.next_cursor) == ([], None)


async def entries(url: str) -> int:
    engines = make_engines(parse_url(url))
    async with engines.reader.connect() as connection:
        count = await connection.scalar(sa.select(sa.func.count()).select_from(word_index.entries))
    await engines.dispose()
    return count or 0


async def test_what_is_deleted_is_not_found_and_leaves_no_entry(url: str) -> None:
    async with book(url) as store:
        await write(store, *whole("a", 0, "我要退款"), *whole("b", 10 * DAY, "我要退款"))
        assert await entries(url) == 2
        await store.retention.purge(Keep(words=5), at(11 * DAY))
        assert await found(store, "退") == ["b"]
        assert await found(store, "北京") == ["b", "a"]
        await store.retention.purge(Keep(calls=5), at(11 * DAY))
        assert await found(store, "北京") == ["b"]
    assert await entries(url) == 1


async def test_an_old_book_is_indexed_when_it_is_brought_up_and_keeps_its_rows_going_back(url: str) -> None:
    async with book(url) as store:
        await write(
            store, *whole("a", 0, "我要退款"), *whole("b", 40 * DAY, "价格"), (began("live"), 50 * DAY)
        )
        await store.reports.calls(Period(), "all")
    engines = make_engines(parse_url(url))
    async with engines.writer.begin() as connection:
        await connection.run_sync(lambda sync: schema.downgrade(sync, "0005"))
        assert await connection.scalar(sa.text("SELECT count(*) FROM transcript")) == 2
    await engines.dispose()
    async with book(url) as store:
        assert await found(store, "退款") == ["a"]
        assert await found(store, agent="8001") == ["b", "a"]
        assert sum(one.offered for one in await store.reports.calls(Period(), "hour")) == 3
    assert await entries(url) == 2


async def test_an_agents_calls_come_once_and_in_order_however_many_there_are(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with book(url) as store:
        for number in range(7):
            await write(store, *whole(f"c{number}", number // 2))
            await write(store, (LegBegan(f"c{number}", 2, "8001", None, 1.0, 1.0), 20))
        await write(store, (began("other"), 30), (answered("other", "8002"), 31), (finished("other"), 32))
        for small in (search.SMALL, 0):
            monkeypatch.setattr(search, "SMALL", small)
            seen: list[object] = []
            cursor: str | None = None
            while True:
                page = await store.reading.calls(CallFilter(agent="8001"), cursor, 2)
                seen += [row["call_id"] for row in page.calls]
                cursor = page.next_cursor
                if cursor is None:
                    break
            assert seen == [f"c{number}" for number in reversed(range(7))]
            assert await found(store, agent="8001", sheet="missing", over_three_rings=False) == seen
            assert await found(store, agent="8002", min_ring_s=2) == ["other"]


async def test_a_call_that_only_began_has_no_entry(url: str) -> None:
    async with book(url) as store:
        await write(store, (CallBegan("a", "inbound", "13800138000", "王先生", None, None), 0))
        assert await found(store, "王先生") == ["a"]
        await store.close_open_calls(at(5))
        assert await found(store, "王先生") == ["a"]
    assert await entries(url) == 1
