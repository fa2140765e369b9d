"""The program at work: carries events into the core and performs what it orders. The one place where all parts meet.

Between an event and its effects there is no `await`: order is total and nothing needs a lock. The one broad `except` of the
program is in `Service.dispatch`: an error of ours ends the help for one call, never the call, never the program.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable
from functools import partial
from typing import Final

from ami_bridge.events import (
    CallEvent,
    Party,
    PbxBack,
    PbxLost,
    TapAttached,
    TapFailed,
    TapGone,
    TrunkEvent,
)
from ami_bridge.messages import AmiMessage
from ami_bridge.snapshot import PbxSnapshot
from ami_bridge.tracker import CallTracker
from ami_bridge.trunks import TrunkWatch
from asr.events import AudioStarted, LegEnded, RecognitionChanged, SpeechEvent
from asr.listening_process import Listening
from assistant.asides import Asides
from assistant.clock import Clock
from assistant.core import Core, TapChange
from assistant.core.handover import Owner
from assistant.core.line import AUDIO_OK, audio_impossible
from assistant.deadlines import Deadlines
from assistant.documents import PromiseRule, hours_by_name, owners_in, promises_in
from assistant.effects import (
    CallOwnLine,
    Effect,
    HandOver,
    HangUp,
    ListenAside,
    Notify,
    OpenAgentEar,
    PickUp,
    PlaceDemoCall,
    Redirect,
    Save,
    SaveFirst,
    Spy,
    StartTap,
    StopAside,
    StopTap,
    TakeOver,
    TellCrm,
    ToAgent,
    ToEveryone,
    Told,
    ToSupervisors,
)
from assistant.health import Hearing, records_part
from assistant.line_health import LineTested
from assistant.line_watch import LineWatch
from assistant.messages import BrowserMessage, Part, Refused, ServerMessage, Snapshot
from assistant.orders import Orders
from assistant.outside import Outside
from assistant.people import Person
from assistant.records import EscalationHandled, EscalationRaised, NoteTaken
from assistant.reminders import reminders
from assistant.store import Store, WriterState
from assistant.store.desk import Task
from assistant.store.documents import Document
from assistant.taps import Taps
from assistant.unfinished import Unfinished
from assistant.web.hub import Hub

log = logging.getLogger(__name__)

_NOT_KEPT = "记录库跟不上,没有记下,请稍后再试。"
_ASKED: Final[dict[type[Told], str]] = {
    EscalationHandled: "handle_escalation",
    EscalationRaised: "escalate",
    NoteTaken: "note",
}
"""What a person asked that led to this."""


class Service:
    """Built once, with everything it joins; `on_…` methods are called on the loop and never block."""

    def __init__(
        self, core: Core, tracker: CallTracker, trunks: TrunkWatch, hub: Hub, store: Store, clock: Clock
    ) -> None:
        self._core = core
        self._tracker = tracker
        self._trunks = trunks
        self._hub = hub
        self._store = store
        self._clock = clock
        self._hearing = Hearing()
        self._errors = 0
        self._deadlines = Deadlines(core.next_deadline, self._due, clock)
        self._orders: Orders | None = None
        self._taps: Taps | None = None
        self._asides: Asides | None = None
        self._line: LineWatch | None = None
        self._outside: Outside | None = None
        self._accounts: dict[str, Person] = {}
        self.pbx_seen = asyncio.Event()
        """Set once the PBX has told which calls live."""
        hub.watch(self.on_presence)

    def connect(self, orders: Orders, taps: Taps, asides: Asides, outside: Outside) -> None:
        """The producers exist only once the service can listen to them."""
        self._orders, self._taps, self._asides, self._outside = orders, taps, asides, outside

    # -- the PBX (ami_bridge.client.PbxListener) -------------------------------------------------------------------

    def on_message(self, message: AmiMessage) -> None:
        self._happen(lambda now: self._tracker.handle(message, now))
        self._on_trunks(self._trunks.handle(message))

    def on_lost(self, reason: str) -> None:
        log.warning("PBX lost: %s", reason)
        self._happen(lambda now: self._tracker.lost(reason, now))

    def on_back(self, snapshot: PbxSnapshot) -> None:
        log.info("PBX is there: Asterisk %s", snapshot.version)
        if self._taps is not None:
            self._taps.learn_version(snapshot.version)
            self.part(AUDIO_OK if self._taps.possible else audio_impossible(snapshot.version))
        self._happen(lambda now: self._tracker.rebuild(snapshot, now))
        self._on_trunks(self._trunks.rebuild(snapshot))
        self.pbx_seen.set()

    def _on_trunks(self, events: list[TrunkEvent]) -> None:
        for event in events:
            self.dispatch(None, partial(self._core.on_trunk, event))

    def _happen(self, read: Callable[[float], list[CallEvent]]) -> None:
        now = self._clock.now()
        try:
            events = read(now)
        except Exception as error:  # noqa: BLE001  (dispatch's own rule: one bad message must not end the link)
            self._fault("a message of the PBX could not be read", error)
            return
        for event in events:
            self._on_event(event)

    def _on_event(self, event: CallEvent) -> None:
        if self._line is not None and self._line.on_call(event):
            return
        match event:
            case TapAttached():
                self.taps.attached(event.tap_id)
            case TapFailed():
                self.taps.gone(event.tap_id, event.reason)
            case TapGone():
                self.taps.gone(event.tap_id, "监听通道已结束")
            case _:
                call_id = None if isinstance(event, PbxLost | PbxBack) else getattr(event, "call_id", None)
                self.dispatch(call_id, lambda now: self._core.on_call(event, now))

    # -- the listening side ----------------------------------------------------------------------------------------

    def on_speech(self, event: SpeechEvent) -> None:
        if self._line is not None and self._line.on_speech(event):
            return
        whose, aside = self.taps.whose(event.leg), self.asides.whose(event.leg)
        if isinstance(event, RecognitionChanged | LegEnded):
            part = self._hearing.note(event)
            if part is not None:
                self.part(part)
        if aside is not None:
            self.dispatch(aside, lambda now: self._core.on_aside(aside, event, now))
            return
        if isinstance(event, LegEnded):
            self.taps.leg_ended(event.leg, event.why)
            return
        if whose is None:
            return
        if isinstance(event, AudioStarted):
            self.taps.leg_started(event.leg)
        call_id, party = whose
        self.dispatch(call_id, lambda now: self._core.on_speech(call_id, party, event, now))

    def on_listening(self, state: Listening, reason: str) -> None:
        self.part(self._hearing.listening(state, reason))

    def on_tap(self, call_id: str, change: TapChange, parties: tuple[Party, ...], reason: str) -> None:
        self.dispatch(call_id, lambda now: self._core.on_tap(call_id, change, parties, reason, now))

    # -- browsers --------------------------------------------------------------------------------------------------

    def receive(self, who: Person, message: BrowserMessage) -> ServerMessage | None:
        """A refusal answers the page that asked; everything else goes where the core sends it."""
        answers: list[Refused] = []

        def ask(now: float) -> list[Effect]:
            effects = self._core.on_browser(who, message, now)
            answers.extend(
                e.message for e in effects if isinstance(e, ToAgent) and isinstance(e.message, Refused)
            )
            return [e for e in effects if not (isinstance(e, ToAgent) and isinstance(e.message, Refused))]

        self.dispatch(getattr(message, "call_id", None), ask)
        return answers[0] if answers else None

    def snapshot(self, who: Person) -> Snapshot:
        return self._core.snapshot(who, self._clock.now())

    def live_calls(self) -> list[str]:
        return self._core.live_calls()

    def tell_people(self, notice: Notify) -> None:
        """What no event of a call is behind."""
        self.dispatch(None, lambda _: [notice])

    def refuse(self, extension: str, refused: Refused) -> None:
        """An order somebody gave could not be carried out."""
        self._hub.to_agent(extension, refused)

    def on_sent(self, order: Redirect | HandOver, why_not: str | None) -> None:
        def sent(now: float) -> list[Effect]:
            if isinstance(order, HandOver):
                return self._core.on_not_asked(order.call_id, order.to, now)
            if why_not is None:
                return self._core.on_sent(order.call_id, now)
            return self._core.on_not_sent(order.call_id, order.asked_by, why_not, now)

        self.dispatch(order.call_id, sent)

    def health(self) -> list[Part]:
        return self._core.parts()

    def know(self, people: Iterable[Person]) -> None:
        """Whose accounts are open."""
        for person in people:
            self.meet(person)

    def meet(self, person: Person) -> None:
        """Somebody is new, or has another name or role."""
        self._accounts[person.extension] = person
        self.on_presence(person, person.extension in self._hub.online())

    def take_up(self, left: Unfinished) -> None:
        """What the last run left unfinished."""
        self._core.notes_before = left.notes
        self.dispatch(None, lambda now: self._core.on_known_escalations(left.escalations, now))
        self.dispatch(None, lambda now: self._core.on_known_messages(left.messages, now))

    def scripts_changed(self) -> None:
        """Other packs are in force for new calls: every page learns what can be called up now."""
        self.dispatch(None, self._core.on_scripts_changed)
        self._hub.to_each(self.snapshot)

    def new_day(self) -> None:
        """Times on calls begin anew at midnight, also on pages where nothing else happens."""
        self._hub.to_each(self.snapshot)

    def on_document(self, document: Document) -> None:
        """What people ruled takes effect."""
        if document.kind == "promises":
            self._promise(promises_in(document.body).rules)
        elif document.kind == "owners":
            rows = owners_in(document.body).owners
            owners = tuple(
                Owner(row.number, row.name, row.topic, row.situations) for row in rows if row.number
            )
            self.dispatch(None, lambda now: self._core.on_owners(owners, now))

    def _promise(self, rules: tuple[PromiseRule, ...]) -> None:
        """The hours of any complaint, and of each type that the table names."""
        hours = hours_by_name(rules)
        before = {name for name in self._core.variables() if name.startswith("promise_hours")}
        for name in before | hours.keys():
            self._core.set_variable(name, hours.get(name))

    def remind(self, tasks: list[Task]) -> None:
        """Tasks that are due soon, or overdue."""
        self.dispatch(None, lambda _: reminders(tasks, self._clock.wall()))

    def on_presence(self, person: Person, online: bool) -> None:
        """A page that is open may not know of its person's new name or role yet."""
        known = self._accounts.setdefault(person.extension, person)
        self.dispatch(
            None, lambda now: self._core.on_presence(known.extension, known.name, online, now, known.role)
        )

    # -- our own parts ---------------------------------------------------------------------------------------------

    def part(self, part: Part) -> None:
        self.dispatch(None, lambda now: self._core.on_part(part, now))

    def on_records(self, state: WriterState) -> None:
        self.part(records_part(state))

    # -- deciding and doing ----------------------------------------------------------------------------------------

    def dispatch(self, call_id: str | None, happen: Callable[[float], list[Effect]]) -> None:
        """One fact into the core, its effects out."""
        now = self._clock.now()
        try:
            self._perform_all(happen(now))
        except Exception as error:  # noqa: BLE001  (isolation: help for one call is abandoned, everything else goes on)
            self._fault(f"call {call_id}", error)
            if call_id is not None:
                self._perform_all(self._core.abandon(call_id, self._errors, now))
        self._deadlines.changed()

    def _fault(self, about: str, error: Exception) -> None:
        self._errors += 1
        log.error("error %d: %s", self._errors, about, exc_info=error)

    def _perform_all(self, effects: list[Effect]) -> None:
        for effect in effects:
            self._perform(effect)

    def _perform(self, effect: Effect) -> None:
        match effect:
            case ToAgent():
                self._hub.to_agent(effect.agent, effect.message)
            case ToSupervisors():
                self._hub.to_supervisors(effect.message)
            case ToEveryone():
                self._hub.to_everyone(effect.message)
            case Save() | SaveFirst():
                self._save(effect)
            case StartTap() | StopTap() | OpenAgentEar() | ListenAside() | StopAside():
                self._listen(effect)
            case Notify() | TellCrm():
                if self._outside is not None:
                    self._outside.tell(effect)
            case CallOwnLine():
                self._test_line(effect.by)
            case HangUp() | Redirect() | Spy() | TakeOver() | PickUp() | HandOver() | PlaceDemoCall():
                self.orders.give(effect)

    def _listen(self, order: StartTap | StopTap | OpenAgentEar | ListenAside | StopAside) -> None:
        if isinstance(order, ListenAside | StopAside):
            self.asides.carry_out(order)
        else:
            self.taps.carry_out(order)

    def _test_line(self, by: str) -> None:
        if self._line is None:
            reason = "没有设置测拨:请在 hotline.toml 的 [line] 写 test_number 和 test_caller。"
        else:
            refused = self._line.test(by)
            if refused is None:
                return
            reason = refused
        self.refuse(by, Refused(reply_to="test_line", reason=reason))

    def on_line_tested(self, tested: LineTested) -> None:
        ok, by, text, tried = tested.ok, tested.by, tested.text, tested.tried
        self.dispatch(None, lambda now: self._core.on_line_tested(ok, by, text, now, tried))

    def watch_line(self, line: LineWatch) -> None:
        """From now on its test calls are its own, and can be asked for."""
        self._line = line

    def _save(self, effect: Save | SaveFirst) -> None:
        kept = self._store.put(effect.record, self._clock.wall(effect.at))
        if isinstance(effect, Save):
            return
        if not kept:
            refused = Refused(reply_to=_ASKED[type(effect.record)], reason=_NOT_KEPT)
            self.refuse(effect.asked_by, refused)
            return
        told = effect.record
        self._store.after_written(lambda: self.dispatch(None, lambda now: self._core.on_saved(told, now)))

    # -- the one timer ---------------------------------------------------------------------------------------------

    def disarm(self) -> None:
        self._deadlines.stop()

    def _due(self) -> None:
        for call_id in self._core.calls_due(self._clock.now()):
            self.dispatch(call_id, lambda now, due=call_id: self._core.on_call_timer(due, now))  # type: ignore[misc]
        self.dispatch(None, self._core.on_shift_timer)

    @property
    def taps(self) -> Taps:
        assert self._taps is not None, "connect() comes first"
        return self._taps

    @property
    def asides(self) -> Asides:
        assert self._asides is not None, "connect() comes first"
        return self._asides

    @property
    def orders(self) -> Orders:
        assert self._orders is not None, "connect() comes first"
        return self._orders
