"""An escalation somebody takes up is in the book before anybody is told, and one nobody closed outlives the program."""

import asyncio
import json

from ami_bridge.layout import LineLayout
from ami_bridge.tracker import CallTracker
from ami_bridge.trunks import TrunkWatch
from assistant.clock import SystemClock
from assistant.core import Core, CoreSettings
from assistant.core.escalations import FromBook
from assistant.messages import HandleEscalation
from assistant.people import Person
from assistant.records import CallBegan, EscalationAgain, EscalationHandled, EscalationRaised
from assistant.service import Service
from assistant.store import Store, WriterLimits
from assistant.unfinished import Unfinished
from assistant.web import Hub
from tests.support.engines import OneEngine

LAYOUT = LineLayout(frozenset({"trunk400"}))
BOSS = Person(3, "9001", "主管", "supervisor")
OPEN = FromBook("e1", "1.1", "8001", None, "辱骂", "", True, 10.0, False, None, None, None)


def service_of(store: Store, hub: Hub) -> Service:
    core = Core(OneEngine(), CoreSettings(), lambda: "e9")
    service = Service(core, CallTracker(LAYOUT), TrunkWatch(LAYOUT), hub, store, SystemClock())
    service.take_up(Unfinished([OPEN]))
    return service


async def test_nobody_is_told_before_it_is_durable(url: str) -> None:
    store = await Store.open(url, SystemClock().wall())
    hub = Hub()
    service = service_of(store, hub)
    page = hub.join(BOSS)
    assert service.receive(BOSS, HandleEscalation(escalation_id="e1", do="acknowledge")) is None
    assert len(page.outbox) == 0
    assert [e.state for e in service.snapshot(BOSS).escalations] == ["open"]
    async with asyncio.timeout(10), asyncio.TaskGroup() as tasks:
        writing = tasks.create_task(store.run())
        # An open one of the last run repeats at once, too.
        while (told := json.loads(str(await page.outbox.next())))["escalation"]["state"] == "open":
            pass
        writing.cancel()
    service.disarm()
    await store.close()
    assert (told["type"], told["escalation"]["state"], told["escalation"]["by"]) == (
        "escalation",
        "acknowledged",
        "9001",
    )


async def test_what_the_book_cannot_take_is_refused_to_who_asked(url: str) -> None:
    limits = WriterLimits(inbox=1)
    store = await Store.open(url, SystemClock().wall(), limits)
    hub = Hub()
    service = service_of(store, hub)
    page = hub.join(BOSS)
    service.receive(BOSS, HandleEscalation(escalation_id="e1", do="acknowledge"))
    told = json.loads(str(await page.outbox.next()))
    service.disarm()
    await store.close()
    assert (told["type"], told["reply_to"]) == ("refused", "handle_escalation")
    assert [e.state for e in service.snapshot(BOSS).escalations] == ["open"]


async def test_the_unfinished_are_found_again(url: str) -> None:
    wall = SystemClock().wall()
    store = await Store.open(url, wall)
    async with asyncio.TaskGroup() as tasks:
        writing = tasks.create_task(store.run())
        store.put(CallBegan("1.1", "inbound", "13800138000", None, "400", "trunk400"), wall)
        for name in ("a", "b", "c"):
            store.put(EscalationRaised(name, "1.1", "8001", "abuse", "辱骂", "……", True), wall)
        store.put(EscalationAgain("c", 3, "又骂了两句"), wall)
        store.put(EscalationHandled("a", "closed", "9001", "完"), wall)
        store.put(EscalationHandled("b", "acknowledged", "9001", "看", "8002"), wall)
        store.put(EscalationHandled("b", "acknowledged", "9002", ""), wall)
        await store.flush()
        found = await store.reading.unfinished_escalations(500)
        writing.cancel()
    await store.close()
    told = {e.escalation_id: (e.state, e.handled_by, e.note, e.assigned_to, e.caller_number) for e in found}
    assert told == {
        "b": ("acknowledged", "9002", "看", "8002", "13800138000"),
        "c": ("open", None, None, None, "13800138000"),
    }
    assert {e.escalation_id: (e.times, e.excerpt) for e in found} == {"b": (1, "……"), "c": (3, "又骂了两句")}
