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


async def test_a_newer_picture_takes_the_place_of_the_one_that_waits() -> None:
    outbox = Outbox(3)
    outbox.put("call 1 rings", "call 1")
    outbox.put("a")
    outbox.put("call 2 rings", "call 2")
    outbox.put("call 1 talks", "call 1")
    assert await drained(outbox) == ["call 1 talks", "a", "call 2 rings"]
    outbox.put("call 1 ends", "call 1")
    assert await drained(outbox) == ["call 1 ends"]


async def test_what_is_settled_stays_where_it_is() -> None:
    """A snapshot, or that a call has gone: what is told afterwards must not come before it."""
    outbox = Outbox(3)
    outbox.put("call 1 talks", "call 1")
    outbox.put("call 2 talks", "call 2")
    outbox.put("call 1 has gone")
    outbox.settle("call 1")
    outbox.put("call 1 is back", "call 1")
    outbox.put("call 2 is held", "call 2")
    assert await drained(outbox) == ["call 1 talks", "call 2 is held", "call 1 has gone", "call 1 is back"]
    outbox.put("call 2 talks", "call 2")
    outbox.put("everything")
    outbox.settle()
    outbox.put("call 2 is held", "call 2")
    assert await drained(outbox) == ["call 2 talks", "everything", "call 2 is held"]


async def test_pictures_do_not_make_a_page_too_slow_until_there_are_thousands() -> None:
    outbox = Outbox(2)
    for number in range(4096):
        outbox.put("x", number)
        outbox.put("y", number)
    outbox.put("a")
    assert (outbox.closing, len(outbox)) == (None, 4097)
    outbox.put("x", 4096)
    assert outbox.closing == Closing(CloseCode.TOO_SLOW, "too slow: reconnect for a snapshot")
