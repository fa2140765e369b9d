"""The program's parts together: a simulated PBX as a process, a real book, a real page; and one call's fault kept to that call."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from ami_bridge.layout import LineLayout
from ami_bridge.messages import AmiMessage
from ami_bridge.snapshot import PbxSnapshot
from ami_bridge.tracker import CallTracker
from ami_bridge.trunks import TrunkWatch
from assistant.clock import SystemClock
from assistant.config import PbxSection, RecordsSection, Settings, WebSection
from assistant.core import Core, CoreSettings
from assistant.demo import DemoOptions, settings_for, simulator
from assistant.effects import Effect
from assistant.messages import HangUpCall, Part, Refused
from assistant.people import Person
from assistant.problems import StartError
from assistant.running import DemoHook, run
from assistant.service import Service
from assistant.store import Store
from assistant.web import Hub
from tests.support.engines import OneEngine
from tests.support.page import Page
from tests.support.web import cheap_passwords

LAYOUT = LineLayout(frozenset({"trunk400"}))
PASSWORD = "correct horse 42"
AGENT = Person(1, "8001", "刘敏", "agent")
PATIENCE = 30.0


# -- the whole, with a simulated PBX -------------------------------------------------------------------------------------


async def book_with_agent(url: str) -> None:
    store = await Store.open(url, SystemClock().wall())
    hashed = await cheap_passwords().hash(PASSWORD)
    await store.accounts.add("8001", "刘敏", "agent", hashed, SystemClock().wall())
    await store.close()


async def test_from_the_pbx_to_the_page_and_into_the_book(tmp_path: Path) -> None:
    async with asyncio.timeout(PATIENCE), simulator(DemoOptions(every_s=0)) as pbx:
        settings = settings_for(tmp_path, pbx, 0)
        await book_with_agent(settings.records.url)
        port: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        hook = DemoHook(("咨询课程价格",), pbx.place)
        async with asyncio.TaskGroup() as group:
            program = group.create_task(run(settings, SystemClock(), hook, port.set_result))
            async with Page(await port, "8001", PASSWORD) as page:
                await page.send("demo_call", scenario="咨询课程价格")
                card = await page.wait("card")
                assert card["card"]["situation_id"] == "greeting"
                heard = await page.wait("call", lambda m: m["call"]["audio"] == "ok")
                await page.send("hang_up", call_id=heard["call"]["call_id"])
                await page.wait("call_gone")
            program.cancel()
        store = await Store.open(settings.records.url, SystemClock().wall())
        assert await store.close_open_calls(SystemClock().wall()) == []
        await store.close()


@pytest.mark.parametrize(("section", "key"), [("web", "web] port"), ("pbx", "pbx] tap_port")])
async def test_a_taken_port_is_named_before_anything_starts(tmp_path: Path, section: str, key: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        settings = Settings(
            pbx=PbxSection(tap_port=port if section == "pbx" else 0),
            web=WebSection(port=port if section == "web" else 0),
            records=RecordsSection(url=f"sqlite:///{tmp_path / 'book.db'}"),
        )
        with pytest.raises((StartError, ExceptionGroup)) as caught:
            await run(settings, SystemClock())
        error: BaseException = caught.value
        while isinstance(error, BaseExceptionGroup):
            error = error.exceptions[0]
    assert isinstance(error, StartError)
    assert str(port) in str(error)
    assert key in str(error)


# -- one service, without sockets ----------------------------------------------------------------------------------------


def new_call(number: int) -> AmiMessage:
    return AmiMessage(
        [
            ("Event", "Newchannel"),
            ("Channel", f"PJSIP/trunk400-0000000{number}"),
            ("ChannelState", "4"),
            ("ChannelStateDesc", "Ring"),
            ("CallerIDNum", "13800138000"),
            ("Exten", "4001234567"),
            ("Uniqueid", f"1700000000.{number}"),
            ("Linkedid", f"1700000000.{number}"),
        ]
    )


@asynccontextmanager
async def service_of(folder: Path, scripts: OneEngine) -> AsyncIterator[tuple[Service, Core]]:
    core = Core(scripts, CoreSettings(), lambda: "e1")
    store = await Store.open(f"sqlite:///{folder / 'book.db'}", SystemClock().wall())
    service = Service(core, CallTracker(LAYOUT), TrunkWatch(LAYOUT), Hub(), store, SystemClock())
    try:
        yield service, core
    finally:
        service.disarm()
        await store.close()


def parts_of(service: Service) -> dict[str, str]:
    return {part.name: part.state for part in service.health()}


async def test_a_fault_in_one_call_leaves_the_others_alone(tmp_path: Path) -> None:
    def fail(_now: float) -> list[Effect]:
        raise ZeroDivisionError

    async with service_of(tmp_path, OneEngine()) as (service, core):
        service.on_message(new_call(1))
        service.on_message(new_call(2))
        service.dispatch("1700000000.1", fail)
        assert parts_of(service)["program"] == "degraded"
        assert core.live_calls() == ["1700000000.1", "1700000000.2"]
        assert isinstance(service.receive(AGENT, HangUpCall(call_id="1700000000.2")), Refused)


async def test_a_refusal_answers_the_page_that_asked(tmp_path: Path) -> None:
    async with service_of(tmp_path, OneEngine()) as (service, _):
        answer = service.receive(AGENT, HangUpCall(call_id="gone"))
        assert answer == Refused(reply_to="hang_up", reason="这通电话已经结束。")


async def test_how_recognition_and_records_do_is_on_the_page(tmp_path: Path) -> None:
    async with service_of(tmp_path, OneEngine()) as (service, _):
        service.part(Part(name="records", state="degraded", text="x"))
        assert parts_of(service)["records"] == "degraded"


async def test_an_old_asterisk_says_so_and_live_calls_are_known(tmp_path: Path) -> None:
    async with service_of(tmp_path, OneEngine()) as (service, _):
        assert not service.pbx_seen.is_set()
        service.on_back(PbxSnapshot("22.10.1", 10.0))
        assert service.pbx_seen.is_set()
        assert parts_of(service)["pbx"] == "ok"
        service.on_lost("closed: gone")
        assert parts_of(service)["pbx"] == "down"
