from assistant.web.outbox import CloseCode, Closing, Outbox


async def drained(outbox: Outbox) -> list[str | Closing]:
    return [await outbox.next() for _ in range(len(outbox))]


async def test_messages_keep_their_order_and_levels_come_last_and_newest_only() -> None:
    outbox = Outbox(3)
    outbox.put_level(("1.1", "caller"), "quiet")
    outbox.put("a")
    outbox.put_level(("1.1", "agent"), "other")
    outbox.put_level(("1.1", "caller"), "loud")
    outbox.put("b")
    assert await drained(outbox) == ["a", "b", "loud", "other"]


async def test_too_much_closes_and_nothing_follows() -> None:
    outbox = Outbox(2)
    for text in "abc":
        outbox.put(text)
    outbox.put("d")
    outbox.put_level(("1.1", "caller"), "x")
    outbox.close(CloseCode.RESTART, "later reasons do not count")
    assert len(outbox) == 0
    assert await outbox.next() == Closing(CloseCode.TOO_SLOW, "too slow: reconnect for a snapshot")


async def test_levels_never_close_a_browser() -> None:
    outbox = Outbox(1)
    for number in range(1000):
        outbox.put_level((str(number), "caller"), "x")
    assert outbox.closing is None
    assert len(outbox) == 64
