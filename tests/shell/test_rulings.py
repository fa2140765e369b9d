"""What people rule in the browser takes effect: hours in the phrases, owners to transfer to."""

from pathlib import Path

from ami_bridge.layout import LineLayout
from ami_bridge.tracker import CallTracker
from ami_bridge.trunks import TrunkWatch
from assistant.clock import SystemClock
from assistant.core import Core, CoreSettings
from assistant.core.handover import Owner
from assistant.documents import Kind, checked
from assistant.people import Person
from assistant.service import Service
from assistant.store import Store
from assistant.store.documents import Document
from assistant.web import Hub
from tests.shell.test_service import new_call
from tests.support.engines import OneEngine

LAYOUT = LineLayout(frozenset({"trunk400"}))
BOSS = Person(3, "9001", "主管", "supervisor")


def ruled(kind: Kind, body: object) -> Document:
    return Document(kind, "default", 1, checked(kind, body), "9001", SystemClock().wall(), "")


async def test_owners_ruled_on_the_board_hold_at_once_and_the_settings_where_there_is_nobody_to_ring(
    tmp_path: Path,
) -> None:
    store = await Store.open(f"sqlite:///{tmp_path / 'book.db'}", SystemClock().wall())
    configured = Owner("8200", "王芳", "产品销售", ("buy",))
    core = Core(OneEngine(), CoreSettings(owners=(configured,)), lambda: "e1")
    service = Service(core, CallTracker(LAYOUT), TrunkWatch(LAYOUT), Hub(), store, SystemClock())
    ruled_by_board = {"name": "杨雪峰", "topic": "产品销售", "number": "8100", "situations": ["buy"]}
    for owners, numbers in (
        ([{"name": "刘垚", "topic": "课程"}], ["8200"]),
        ([ruled_by_board], ["8100"]),
        ([], ["8200"]),
    ):
        service.on_document(ruled("owners", {"owners": owners}))
        assert [one.number for one in service.snapshot(BOSS).owners] == numbers
    service.disarm()
    await store.close()


async def test_rulings_take_effect(tmp_path: Path) -> None:
    store = await Store.open(f"sqlite:///{tmp_path / 'book.db'}", SystemClock().wall())
    scripts = OneEngine()
    core = Core(scripts, CoreSettings(variables={"company": "甲"}), lambda: "e1")
    service = Service(core, CallTracker(LAYOUT), TrunkWatch(LAYOUT), Hub(), store, SystemClock())
    owner = {"name": "杨雪峰", "topic": "产品销售", "number": "8100", "situations": ["buy"]}
    nobody = {"name": "刘垚", "topic": "课程"}
    service.on_document(ruled("owners", {"owners": [owner, nobody]}))
    assert [(one.number, one.name) for one in service.snapshot(BOSS).owners] == [("8100", "杨雪峰")]
    service.on_document(ruled("promises", {"rules": [{"complaint": "态度", "hours": 4}, {"hours": 48}]}))
    assert core.variables() == {"company": "甲", "promise_hours": "48", "promise_hours:态度": "4"}
    service.on_document(ruled("promises", {"rules": [{"complaint": "态度", "hours": 4}]}))
    assert core.variables() == {"company": "甲", "promise_hours:态度": "4"}
    service.on_message(new_call(1))
    service.scripts_changed()
    assert core.live_calls() == ["1700000000.1"]
    service.disarm()
    await store.close()
