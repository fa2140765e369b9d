import msgspec

from assistant.messages import AgentChanged, CallGone, Levels, NoticeGone, Role, ServerMessage, TaskDue
from assistant.people import Person
from assistant.showing import AgentView
from assistant.web.hub import Browser, Hub
from assistant.web.outbox import CloseCode, Closing


def person(extension: str, role: Role = "agent") -> Person:
    return Person(int(extension), extension, extension, role)


async def got(browser: Browser) -> list[ServerMessage | Closing]:
    found: list[ServerMessage | Closing] = []
    if browser.outbox.closing is not None:
        return [browser.outbox.closing]
    while len(browser.outbox):
        item = await browser.outbox.next()
        assert isinstance(item, str)
        found.append(msgspec.json.decode(item, type=ServerMessage))
    return found


GONE = CallGone(call_id="1.1")


async def test_who_gets_what() -> None:
    hub = Hub()
    first, second = hub.join(person("8001")), hub.join(person("8001"))
    other, boss = hub.join(person("8002")), hub.join(person("9001", "supervisor"))
    quality = hub.join(person("9002", "quality"))
    everyone = NoticeGone(call_id="1.1", card_id="c")
    hub.to_agent("8001", GONE)
    hub.to_agent("8009", GONE)
    hub.to_everyone(everyone)
    hub.to_supervisors(GONE)
    assert [await got(page) for page in (first, second, other, boss, quality)] == [
        [GONE, everyone],
        [GONE, everyone],
        [everyone],
        [everyone, GONE],
        [everyone, GONE],
    ]


async def test_levels_are_replaced_by_newer_ones() -> None:
    hub = Hub()
    page = hub.join(person("8001"))
    levels = [
        Levels(call_id="1.1", party="caller", level_dbfs=level, snr_db=None, speaking=True)
        for level in (-30.0, -20.0)
    ]
    for level in levels:
        hub.to_agent("8001", level)
    assert await got(page) == [levels[1]]


async def test_a_slow_page_is_closed_and_the_others_are_not() -> None:
    hub = Hub(outbox_limit=2)
    slow, fast = hub.join(person("8001")), hub.join(person("8002"))
    for _ in range(3):
        hub.to_everyone(GONE)
        assert await got(fast) == [GONE]
    assert await got(slow) == [Closing(CloseCode.TOO_SLOW, "too slow: reconnect for a snapshot")]


async def test_how_an_agent_stands_now_replaces_what_a_slow_page_has_not_read() -> None:
    hub = Hub(outbox_limit=2)
    slow = hub.join(person("9001", "supervisor"))
    lifted, talks = (
        AgentChanged(
            agent=AgentView(
                extension="8001", name="刘敏", online=True, phone="in_use", call_id=call_id, talk_s=0.0
            )
        )
        for call_id in (None, "1.1")
    )
    hub.to_supervisors(lifted)
    hub.to_supervisors(GONE)
    hub.to_supervisors(talks)
    assert await got(slow) == [talks, GONE]


def test_presence_follows_the_first_page_and_the_last() -> None:
    hub, seen = Hub(), list[tuple[str, bool]]()
    hub.watch(lambda who, online: seen.append((who.extension, online)))
    first, second = hub.join(person("8001")), hub.join(person("8001"))
    hub.leave(first)
    assert (hub.online(), hub.pages_of("8001")) == (frozenset({"8001"}), 1)
    hub.leave(second)
    hub.leave(second)
    assert seen == [("8001", True), ("8001", False)]
    assert (hub.online(), hub.pages_of("8001")) == (frozenset(), 0)


async def test_an_ended_session_closes_its_pages_only() -> None:
    hub = Hub()
    mine, also_mine = hub.join(person("8001"), "s1"), hub.join(person("8001"), "s2")
    hub.close_session("s1")
    assert await got(mine) == [Closing(CloseCode.SIGNED_OUT, "session ended")]
    assert await got(also_mine) == []


async def test_a_stop_closes_who_is_there_and_who_comes() -> None:
    hub = Hub()
    there = hub.join(person("8001"))
    hub.close_all()
    late = hub.join(person("8002"))
    closing = Closing(CloseCode.RESTART, "restarting")
    assert [await got(there), await got(late)] == [[closing], [closing]]


async def test_who_needs_no_numbers_gets_none() -> None:
    hub = Hub()
    roles: tuple[Role, ...] = ("agent", "supervisor", "quality", "admin")
    pages = {role: hub.join(person(f"800{number}", role)) for number, role in enumerate(roles)}
    due = TaskDue(
        task_id="t", kind="call_back", call_id="1", agent=None, text="回电 13800138000", due_in_s=1.0
    )
    hub.to_everyone(due)
    pages["admin"].put(due)
    told = {role: [one.text for one in await got(page)] for role, page in pages.items()}  # type: ignore[union-attr]
    plain, masked = "回电 13800138000", "回电 13*******00"
    assert told == {"agent": [plain], "supervisor": [plain], "quality": [masked], "admin": [masked, masked]}
