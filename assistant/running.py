"""The program from start to stop: builds every part once and owns the tasks they run in.

Store ⊃ web server ⊃ producers. Cancellation is shutdown and goes from the inside out: the producers end first, then the pages
are told to come back (1012), then the last records are written.
"""

import asyncio
import gc
import logging
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from importlib.metadata import version
from uuid import uuid4

from ami_bridge.client import AmiClient, AmiSettings
from ami_bridge.fast_agi import FastAgi, FastAgiSettings
from ami_bridge.layout import LineLayout
from ami_bridge.tracker import CallTracker
from ami_bridge.trunks import TrunkWatch
from asr.listening_process import ListeningProcess
from asr.models import InstalledModel
from assistant.asides import Asides
from assistant.clock import Clock
from assistant.config import Settings, TransferSection
from assistant.core import Core, CoreSettings
from assistant.core.desk import Attendant
from assistant.core.handover import Owner
from assistant.core.phones import PhoneRules
from assistant.core.screen_pop import CrmWishes
from assistant.core.team import Workday
from assistant.duty.desk import DutyDesk, token_in
from assistant.duty.messages_left import MessagesLeft
from assistant.health import HEARING_STARTS
from assistant.hearing import listening_settings, wanted_model
from assistant.keeping import keep_of
from assistant.line_ears import LineEars
from assistant.line_health import LineRules
from assistant.line_watch import Habits, LineWatch, OpeningHours, RouteOfTest, usual_calls
from assistant.messages import PROTOCOL_VERSION, Hello
from assistant.moment import words_of
from assistant.orders import Orders, tap_maker
from assistant.outside import reach_outside
from assistant.page_settings import web_settings
from assistant.people import Person
from assistant.problems import StartError
from assistant.recordings import Recordings
from assistant.script_desk import ScriptDesk
from assistant.script_watch import ScriptWatch
from assistant.scripts import LiveShelf, Shelf, load_shelf
from assistant.service import Service
from assistant.store import Store
from assistant.store.region import origin_of
from assistant.store.retention import Keep
from assistant.taps import Taps
from assistant.unfinished import unfinished
from assistant.unseen_calls import UnseenCalls
from assistant.upkeep import Upkeep
from assistant.web import Hub, WebParts, WebServer, create_app
from assistant.workday import workday
from prompts.pack import PackError

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class DemoHook:
    """What a demonstration adds: scenarios to offer and how to place a call of one."""

    scenarios: tuple[str, ...]
    place: Callable[[str], None]


async def run(
    settings: Settings,
    clock: Clock,
    demo: DemoHook | None = None,
    ready: Callable[[int], None] | None = None,
) -> None:
    """Until cancelled. Raises StartError, UnusableDatabaseError, PackError or ModelInstallError before anything is touched."""
    shelf = LiveShelf(load_shelf(settings.scripts), lambda: words_of(clock.wall()))
    _refuse_taken_port(settings.pbx.tap_host, settings.pbx.tap_port, "pbx.tap_port")
    _refuse_taken_port(settings.web.host, settings.web.port, "web.port")
    model = wanted_model(settings.asr)
    store = await Store.open(settings.records.url, clock.wall())
    try:
        await store.claim()
        async with _writing(store):
            await _serve(Program(settings, clock, shelf, model, store, demo), ready)
    finally:
        await store.close()


@dataclass(frozen=True, slots=True)
class Program:
    settings: Settings
    clock: Clock
    shelf: LiveShelf
    model: InstalledModel
    store: Store
    demo: DemoHook | None

    def core(self, day: Workday) -> Core:
        scripts, rest = self.settings.scripts, self.settings.scripts.rest_after_minutes
        core_settings = CoreSettings(
            model=self.model.name,
            model_is_demo=self.model.is_demo,
            variables=dict(scripts.variables),
            escalation_repeats_after=scripts.escalation_repeats_after,
            owners=tuple(
                Owner(owner.number, owner.name, owner.topic, owner.situations)
                for owner in self.settings.transfer.owners
            ),
            attendant=_attendant(self.settings.transfer),
            alarm_repeats_after=self.settings.notify.alarm_repeats_minutes * 60,
            line_trunks=self.settings.pbx.trunks,
            lines=self.settings.line.lines,
            phones=PhoneRules(**self.settings.phones.model_dump()),
            demo_scenarios=() if self.demo is None else self.demo.scenarios,
            crm=CrmWishes(self.settings.crm.url, self.settings.crm.webhook is not None),
            after_hours=lambda dialled, at: self.store.hours.planned(dialled, self.clock.wall(at)) is True,
            workday=replace(day, rest_after=None if rest is None else rest * 60),
        )
        return Core(self.shelf, core_settings, lambda: uuid4().hex, lambda number: origin_of(number).region)

    @property
    def layout(self) -> LineLayout:
        return LineLayout(frozenset(self.settings.pbx.trunks), self.settings.pbx.agents)

    def trunk_watch(self) -> TrunkWatch:
        return TrunkWatch(self.layout, frozenset(self.settings.line.registrations))

    def hello(self, who: Person) -> Hello:
        return Hello(
            protocol=PROTOCOL_VERSION,
            program_version=version("hotline-assistant"),
            role=who.role,
            extension=who.extension,
            name=who.name,
            demo=self.demo is not None,
            demo_scenarios=[] if self.demo is None else list(self.demo.scenarios),
            crm=self.settings.crm.way,
        )


def _attendant(section: TransferSection) -> Attendant | None:
    if section.attendant_context is None or section.attendant_exten is None:
        return None
    return Attendant(section.attendant_context, section.attendant_exten)


async def _serve(program: Program, ready: Callable[[int], None] | None) -> None:
    hub = Hub()
    day = await workday(program.store.reading, program.clock)
    tracker = CallTracker(program.layout)
    service = Service(program.core(day), tracker, program.trunk_watch(), hub, program.store, program.clock)
    duty = await _duty_desk(program, service)
    scripts = await _script_desk(program, service)
    web = _web_server(program, service, hub, duty, scripts)
    try:
        async with asyncio.TaskGroup() as browsers:
            serving = browsers.create_task(web.run())
            try:
                async with asyncio.TaskGroup() as producers:
                    await _produce(program, service, duty, producers)
                    watch = ScriptWatch(program.shelf.packs, scripts.read_again, service.part)
                    producers.create_task(watch.run())
                    if duty is not None:
                        await _watch_duty(program, duty, producers)
                    log.info("page on port %d", web.port)
                    # What exists now stays: without this every full collection walks it all, a tenth of a second of the loop.
                    gc.collect()
                    gc.freeze()
                    if ready is not None:
                        ready(web.port)
            finally:
                service.disarm()
                serving.cancel()
    finally:
        web.close()


async def _duty_desk(program: Program, service: Service) -> DutyDesk | None:
    """Before the page and the PBX are there: the first question finds the plan read."""
    section = program.settings.duty
    if section.plan is None:
        return None
    try:
        token = token_in(section.token_file)
    except (OSError, UnicodeDecodeError) as error:
        raise StartError(f"[duty] token_file {section.token_file}:{error}") from error
    duty = DutyDesk(section.plan, token, program.store, program.clock, service.part, service.tell_people)
    await duty.open()
    return duty


async def _watch_duty(program: Program, duty: DutyDesk, group: asyncio.TaskGroup) -> None:
    section = program.settings.duty
    group.create_task(duty.run())
    if section.agi_port is None:
        return
    _refuse_taken_port(section.agi_host, section.agi_port, "duty.agi_port")
    settings = FastAgiSettings(section.agi_host, section.agi_port, section.agi_peers)
    agi = FastAgi(settings, duty.answer)
    group.create_task(agi.run())
    await agi.listening.wait()
    log.info("FastAGI on port %d", agi.port)


async def _script_desk(program: Program, service: Service) -> ScriptDesk:
    """What was published and ruled is in force before the first call."""

    def put_in_force(shelf: Shelf) -> None:
        program.shelf.put_in_force(shelf)
        service.scripts_changed()

    scripts = ScriptDesk(program.store, program.settings.scripts, put_in_force)
    try:
        await scripts.open()
    except PackError as error:
        log.error("published packs do not fit this program, the shipped ones are in force: %s", error)  # noqa: TRY400
    for kind in ("promises", "owners"):
        for document in await program.store.documents.all_newest(kind):
            service.on_document(document)
    return scripts


def _web_server(
    program: Program, service: Service, hub: Hub, duty: DutyDesk | None, scripts: ScriptDesk
) -> WebServer:
    settings = web_settings(program.settings)
    parts = WebParts(
        settings,
        hub,
        program.store,
        program.clock,
        service.receive,
        service.snapshot,
        program.hello,
        service.health,
        duty,
        scripts,
        service.on_document,
        service.meet,
        _messages_left(program),
        Recordings(program.settings.recording.folder),
    )
    try:
        return WebServer(create_app(parts), hub, settings)
    except OSError as error:
        raise StartError(
            f"{error}。也许程序已在运行;否则请在 hotline.toml 的 [web] port 换一个端口(端口 {settings.port})。"
        ) from error


async def _produce(
    program: Program, service: Service, duty: DutyDesk | None, group: asyncio.TaskGroup
) -> None:
    """Starts the producers: listening first, so that a tap has somewhere to go when the PBX is asked for it."""
    pbx, clock = program.settings.pbx, program.clock
    service.part(HEARING_STARTS)
    listening = listening_settings(program.settings.asr, pbx, program.model)
    ears = ListeningProcess(listening, service.on_speech, service.on_listening, clock.now)
    group.create_task(ears.run())
    await ears.listening.wait()
    ami = AmiClient(
        AmiSettings(username=pbx.user, secret=pbx.secret, host=pbx.host, port=pbx.port), service, clock.now
    )

    def spawn(work: Coroutine[None, None, None]) -> None:
        group.create_task(work)

    place = None if program.demo is None else program.demo.place
    orders = Orders(
        ami.perform,
        spawn,
        service.refuse,
        pbx.supervisor_technology,
        place,
        pbx.transfer_context,
        service.on_sent,
    )
    make_tap = tap_maker(ami.perform, pbx.tap_address or pbx.tap_host, ears.port)
    taps = Taps(ears, make_tap, spawn, service.on_tap, pbx.stereo)
    outside = reach_outside(program.settings, program.store.reports, clock, service.part, group)
    service.connect(orders, taps, Asides(ears, make_tap, spawn), outside)
    line = _line_watch(program, service, ami, duty, LineEars(ears, make_tap))
    if line is not None:
        service.watch_line(line)
        group.create_task(line.run())
    await _prepare(program, service)
    group.create_task(ami.run())
    group.create_task(_close_old_calls(program, service))
    keep = keep_of(program.settings.records, program.settings.duty.messages, program.settings.recording)
    upkeep = Upkeep(
        program.store, clock, keep, service.remind, service.new_day, _unseen_calls(program, service, keep)
    )
    group.create_task(upkeep.run())
    # Its tables take half a second: now, beside everything else, and not at the first call.
    group.create_task(asyncio.to_thread(origin_of, "13800138000"))


def _line_watch(
    program: Program, service: Service, ami: AmiClient, duty: DutyDesk | None, ears: LineEars
) -> LineWatch | None:
    section, clock = program.settings.line, program.clock
    if section.test_number is None or section.test_caller is None:
        return None
    hours = OpeningHours(section.test_number, clock, None if duty is None else duty.is_after_hours)
    return LineWatch(
        LineRules(
            section.test_caller,
            f"Local/{section.test_number}@{section.test_context}-",
            section.quiet_minutes * 60,
            section.arrive_within,
            answers=section.test_answer_context is not None,
        ),
        RouteOfTest(section.test_context, section.test_number, section.test_answer_context),
        clock,
        ami.perform,
        ears,
        Habits(hours, lambda: usual_calls(program.store.rhythm, clock.wall())),
        service.on_line_tested,
    )


async def _prepare(program: Program, service: Service) -> None:
    """What must be known before the first call: names, and what of ours does not work."""
    users = await program.store.accounts.all()
    service.know(user.person for user in users if user.active)
    service.take_up(await unfinished(program.store, program.clock.wall()))
    program.store.watch(service.on_records)


def _messages_left(program: Program) -> MessagesLeft:
    return MessagesLeft(program.settings.duty.messages, program.settings.duty.messages_on_pbx)


def _unseen_calls(program: Program, service: Service, keep: Keep) -> Callable[[datetime], Awaitable[None]]:
    """Only once the PBX has told which calls live: those are seen."""
    unseen = UnseenCalls(_messages_left(program), program.store.backfill, service.live_calls, keep.calls)

    async def look(wall: datetime) -> None:
        if service.pbx_seen.is_set():
            await unseen.look(wall)

    return look


async def _close_old_calls(program: Program, service: Service) -> None:
    """What the last run left open is closed once the PBX has told which calls still live."""
    await service.pbx_seen.wait()
    await program.store.close_open_calls(program.clock.wall(), service.live_calls())


@asynccontextmanager
async def _writing(store: Store) -> AsyncIterator[None]:
    async with asyncio.TaskGroup() as records:
        writer = records.create_task(store.run())
        try:
            yield
        finally:
            writer.cancel()  # it writes what is left before it ends


def _refuse_taken_port(host: str, port: int, key: str) -> None:
    """Before the records are opened: a second program must not touch anything."""
    if port == 0:
        return
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            section, _, name = key.partition(".")
            raise StartError(
                f"端口 {port}({host})无法监听:{error.strerror}。也许程序已在运行;"
                f"否则请在 hotline.toml 的 [{section}] {name} 换一个端口。"
            ) from error
