"""`Core`: takes what happened, finds the call it is about, and answers with effects."""

from collections.abc import Callable

from ami_bridge.events import (
    AgentRinging,
    AgentStoppedRinging,
    CallAnswered,
    CallEnded,
    CallEvent,
    CallId,
    CallQueued,
    CallStarted,
    Direction,
    Extension,
    MediaQuality,
    OutboundRefused,
    Party,
    PbxBack,
    PbxLost,
    PhoneChanged,
    PhoneLifted,
    PhoneRefused,
    QueueLength,
    TapAttached,
    TapFailed,
    TapGone,
    TrunkDialled,
    TrunkEvent,
)
from asr.events import SpeechEvent
from assistant.core import line as line_of
from assistant.core.alarms import Alarms, attempt, line_part
from assistant.core.audio import TapChange
from assistant.core.call import LiveCall, Scripts, Stage
from assistant.core.consultations import Consultations
from assistant.core.desk import ATTENDANT_NAME, Desk, notice_of, tell_call
from assistant.core.escalations import Escalations, FromBook
from assistant.core.handover import Handover, Owner, by_topic
from assistant.core.line import Line
from assistant.core.listening import Listening
from assistant.core.outbound import OutboundGuard
from assistant.core.phones import Phones
from assistant.core.progress import BeforeAnswer, Changing, Progress
from assistant.core.requests import Requests
from assistant.core.saved import told_when_saved
from assistant.core.screen_pop import ScreenPop
from assistant.core.settings import CoreSettings
from assistant.core.team import Team
from assistant.core.trunks import Trunks
from assistant.core.unanswered import Unanswered
from assistant.core.unread import Unread, Written
from assistant.core.views import call_view, card_view, notice_view, waiting_views
from assistant.effects import Effect, Save, Spy, ToAgent, ToEveryone, Told, ToSupervisors
from assistant.messages import (
    AgentChanged,
    BrowserMessage,
    EscalationChanged,
    LineChanged,
    NoteView,
    OwnersChanged,
    Part,
    Refused,
    Role,
    Snapshot,
)
from assistant.people import Person
from assistant.records import CallBegan

Tapping = TapAttached | TapFailed | TapGone
OfCall = BeforeAnswer | CallAnswered | MediaQuality | CallEnded | Changing
OfLine = QueueLength | PhoneChanged | PbxLost | PbxBack


def no_region(number: str) -> str | None:
    """The default for `Core(region_of=…)`: nothing is known of any number."""
    return None


class Core:
    def __init__(
        self,
        scripts: Scripts,
        settings: CoreSettings,
        new_id: Callable[[], str],
        region_of: Callable[[str], str | None] = no_region,
    ) -> None:
        self._scripts = scripts
        self._region_of = region_of
        self._calls: dict[CallId, LiveCall] = {}
        self.notes_before: dict[CallId, list[NoteView]] = {}
        """What was written down in calls that may go on, before the program was started again."""
        self._escalations = Escalations(
            new_id, settings.escalation_repeats_after, settings.alarm_repeats_after
        )
        self._team = Team(settings.workday)
        self._line = Line(settings.model, settings.model_is_demo)
        self._desk = Desk(scripts, self._escalations, settings.variables, settings.attendant)
        self._desk.owners = by_topic(settings.owners)
        self._handover = Handover(settings.owners, self._team, self._desk)
        self._unread = Unread(self._team, new_id)
        self._progress = Progress(self._desk, self._team)
        self._listening = Listening(self._desk, self._progress)
        self._alarms = Alarms(self._escalations)
        self._phones = Phones(self._team, self._alarms, settings.phones)
        self._trunks = Trunks(settings.lines, self._alarms)
        self._line.lines = 0, settings.lines
        self._unanswered = Unanswered(settings.after_hours)
        self._screen_pop = ScreenPop(settings.crm)
        self._consultations = Consultations(self._calls, self._desk)
        self._guard = OutboundGuard(settings.line_trunks, self._calls, self._desk, self._alarms)
        self._requests = Requests(
            self._calls,
            self._desk,
            self._escalations,
            self._handover,
            self._unread,
            settings.demo_scenarios,
        )

    # -- what happened ---------------------------------------------------------------------------------------------

    def on_call(self, event: CallEvent, now: float) -> list[Effect]:
        effects = [*self._phones.on_call(event, now), *self._of_call(event, now)]
        return [*effects, *self._consultations.on_call(event, now)]

    def _of_call(self, event: CallEvent, now: float) -> list[Effect]:
        match event:
            case CallStarted():
                return self._start(event, now)
            case TrunkDialled() | OutboundRefused():
                return self._guard.on_call(event, now)
            case TapAttached() | TapFailed() | TapGone() | PhoneRefused():
                return []  # the service knows whose tap it is and says so with `on_tap`; phones have heard theirs
            case QueueLength() | PhoneChanged() | PbxLost() | PbxBack():
                return self._on_line(event, now)
            case _:
                call = self._calls.get(event.call_id)
                return [] if call is None else self._on_live(call, event, now)

    def on_speech(self, call_id: str, party: Party, event: SpeechEvent, now: float) -> list[Effect]:
        call = self._calls.get(CallId(call_id))
        if call is None:
            return []
        return [*self._listening.on_speech(call, party, event, now), *self._audio_part()]

    def on_aside(self, call_id: str, event: SpeechEvent, now: float) -> list[Effect]:
        """What the agent of this call says to a colleague while the caller waits."""
        return self._consultations.on_speech(call_id, event, now)

    def on_tap(
        self, call_id: str, change: TapChange, parties: tuple[Party, ...], reason: str, now: float
    ) -> list[Effect]:
        call = self._calls.get(CallId(call_id))
        if call is None:
            return []
        return [*self._progress.tapped(call, change, parties, reason, now), *self._audio_part()]

    def on_browser(self, who: Person, message: BrowserMessage, now: float) -> list[Effect]:
        effects = self._requests.on_browser(who, message, now)
        for spying in (effect for effect in effects if isinstance(effect, Spy)):
            self._phones.excuse(spying.supervisor)
        return effects

    def on_sent(self, call_id: str, now: float) -> list[Effect]:
        """The PBX has sent the caller where it was told to."""
        call = self._calls.get(CallId(call_id))
        return [] if call is None else self._progress.left_alone(call, ATTENDANT_NAME, now)

    def on_not_sent(self, call_id: str, asked_by: str | None, reason: str, now: float) -> list[Effect]:
        """The PBX did not send the caller where it was told to."""
        call = self._calls.get(CallId(call_id))
        if call is None:
            return []
        whom = call.agent if asked_by is None else Extension(asked_by)
        refused = Refused(reply_to="attendant", reason=f"电话系统没有照办:{reason}")
        told = [] if whom is None else [ToAgent(whom, refused)]
        return [*told, *self._desk.back_from_attendant(call, now)]

    def on_not_asked(self, call_id: str, colleague: str, now: float) -> list[Effect]:
        """The PBX did not ask the colleague to take the caller."""
        call = self._calls.get(CallId(call_id))
        return [] if call is None else self._handover.not_asked(call, colleague, now)

    def on_saved(self, record: Told, now: float) -> list[Effect]:
        """The book has it: those it concerns may be told."""
        return told_when_saved(record, self._calls, self._escalations, now)

    def on_scripts_changed(self, _now: float) -> list[Effect]:
        """Another shelf is in force for calls that begin from now on."""
        return self._line_changed()

    def on_owners(self, owners: tuple[Owner, ...], _now: float) -> list[Effect]:
        self._desk.owners = by_topic(self._handover.set_owners(owners))
        return [ToEveryone(OwnersChanged(owners=self._handover.owners()))]

    def variables(self) -> dict[str, str]:
        return dict(self._desk.variables)

    def set_variable(self, name: str, value: str | None) -> None:
        """Of the phrases; None: unknown again."""
        rest = {key: text for key, text in self._desk.variables.items() if key != name}
        self._desk.variables = rest if value is None else {**rest, name: value}

    def on_known_escalations(self, known: list[FromBook], now: float) -> list[Effect]:
        """What the last run left unfinished is on the board again."""
        new = [one.escalation_id for one in known if self._escalations.get(one.escalation_id) is None]
        views = [self._escalations.remember(one, now).view(now) for one in known]
        shown = [ToSupervisors(EscalationChanged(escalation=view)) for view in views]
        return [*shown, *self._alarms.looked_at_anew(new, now)]

    def on_known_messages(self, known: list[Written], now: float) -> list[Effect]:
        """What was written to people in the last run and not read."""
        return self._unread.remember(known, now)

    def on_presence(
        self, extension: str, name: str, online: bool, now: float, role: Role = "agent"
    ) -> list[Effect]:
        member = self._team.member(extension)
        member.name, member.online, member.role = name, online, role
        self._desk.colleagues[extension] = name
        left = [] if online else self._phones.left(extension, now)
        return [*left, ToSupervisors(AgentChanged(agent=member.view(now)))]

    def on_part(self, part: Part, now: float) -> list[Effect]:
        """A part of the program outside the core changed its state."""
        if not self._line.set_part(part):
            return []
        return [*self._line_changed(), *(self._alarms.duty(part, now) if part.name == "duty" else [])]

    def on_trunk(self, event: TrunkEvent, now: float) -> list[Effect]:
        told = self._trunks.on_event(event, now)
        self._line.set_part(self._trunks.part)
        self._line.lines = self._trunks.in_use, self._trunks.lines
        return [*self._line_changed(), *told]

    def on_line_tested(self, ok: bool, by: str, text: str, now: float, tried: str = "") -> list[Effect]:
        told = self._alarms.line_tested(ok, by, text, now, tried)
        return [*self.on_part(line_part(ok, text + attempt(tried)), now), *told]

    def on_model(self, model: str, is_demo: bool) -> list[Effect]:
        self._line.set_model(model, is_demo)
        return self._line_changed()

    # -- time ------------------------------------------------------------------------------------------------------

    def next_deadline(self) -> float | None:
        instants = [call.next_deadline() for call in self._calls.values()]
        instants += [one.next_deadline() for one in (self._escalations, self._phones, self._trunks)]
        return min((instant for instant in instants if instant is not None), default=None)

    def on_timer(self, now: float) -> list[Effect]:
        effects = self.on_shift_timer(now)
        for call_id in self.calls_due(now):
            effects += self.on_call_timer(call_id, now)
        return effects

    def calls_due(self, now: float) -> list[CallId]:
        """So that the service can isolate one call's timer from the others'."""
        instants = ((call_id, call.next_deadline()) for call_id, call in self._calls.items())
        return [call_id for call_id, instant in instants if instant is not None and instant <= now]

    def on_call_timer(self, call_id: CallId, now: float) -> list[Effect]:
        call = self._calls[call_id]
        effects: list[Effect] = []
        if call.audio.suspected_at is not None and call.audio.suspected_at <= now:
            effects += [*self._progress.tap_lost(call, now), *self._audio_part()]
        if call.script.deadline is not None and call.script.deadline <= now:
            effects += self._desk.wake(call, now)
        return effects

    def on_shift_timer(self, now: float) -> list[Effect]:
        effects = [*self._phones.due(now), *self._trunks.due(now)]
        for escalation in self._escalations.repeat(now):
            effects += [
                ToSupervisors(EscalationChanged(escalation=escalation.view(now))),
                notice_of(escalation),
            ]
        return effects

    # -- faults of our own -----------------------------------------------------------------------------------------

    def abandon(self, call_id: str, errors: int, now: float) -> list[Effect]:
        """Our code failed on this call: leave it alone from here on, and say so to its agent."""
        effects = self.on_part(line_of.program_failed(errors), now)
        call = self._calls.get(CallId(call_id))
        if call is None or call.script.abandoned:
            return effects
        call.script.abandoned, call.script.deadline = True, None
        reason = "本次通话的提示因程序错误已停止,请按规范自行应答。通话不受影响。"
        refused = Refused(reply_to="call", reason=reason)
        return [*effects, *(ToAgent(agent, refused) for agent in call.watchers())]

    # -- for a browser that connects -------------------------------------------------------------------------------

    def snapshot(self, who: Person, now: float) -> Snapshot:
        sees_all = who.sees_all_calls
        calls = [c for c in self._calls.values() if sees_all or who.extension in c.watchers()]
        return Snapshot(
            line=self._line.view(self._scripts.describe()),
            calls=[call_view(call, now) for call in calls],
            cards=[card_view(c.call_id, c.script.card, now) for c in calls if c.script.card is not None],
            waiting={c.call_id: waiting_views(c.script.waiting) for c in calls if c.script.waiting},
            transcript=[line for call in calls for line in call.transcript],
            escalations=self._escalations.seen_by(who, now),
            agents=[m.view(now) for m in self._team if sees_all or m.extension == who.extension],
            situations=list(self._scripts.situations()),
            packs=self._scripts.names(),
            owners=self._handover.owners(),
            notices=[
                notice_view(call, card, now)
                for call in self._calls.values()
                for card in call.script.notices.values()
            ],
            unread=self._unread.of(who.extension, now),
            notes=[note for call in calls for note in call.notes],
        )

    def parts(self) -> list[Part]:
        return self._line.view("").parts

    def live_calls(self) -> list[str]:
        return list(self._calls)

    # -- inside ----------------------------------------------------------------------------------------------------

    def _start(self, event: CallStarted, now: float) -> list[Effect]:
        if event.direction is Direction.INTERNAL or event.call_id in self._calls:
            return []  # colleagues among themselves are nobody's business; a call we know was found again
        call = LiveCall(event, Stage(now - event.age), now)
        if event.caller_number is not None:
            call.region = self._region_of(event.caller_number)
        call.escalated = self._escalations.any_of(event.call_id)
        call.notes += self.notes_before.pop(event.call_id, [])
        self._calls[event.call_id] = call
        began = CallBegan(
            event.call_id,
            event.direction.value,
            event.caller_number,
            event.caller_name,
            event.dialled,
            event.trunk,
        )
        return [Save(began, now), *tell_call(call, now)]

    def _on_live(self, call: LiveCall, event: OfCall, now: float) -> list[Effect]:
        match event:
            case CallQueued() | AgentRinging() | AgentStoppedRinging() | PhoneLifted():
                return self._progress.before_answer(call, event, now)
            case CallAnswered():
                popped = self._screen_pop.answered(call, event)
                return [*self._progress.answered(call, event, now), *popped]
            case MediaQuality():
                return self._progress.quality(call, event, now)
            case CallEnded():
                return self._end(call, event, now)
            case _:
                return self._progress.change(call, event, now)

    def _end(self, call: LiveCall, event: CallEnded, now: float) -> list[Effect]:
        effects = [*self._progress.end(call, event, now), *self._unanswered.ended(call, event, now)]
        del self._calls[call.call_id]
        self._listening.forget(call.call_id)
        return [*effects, *self._audio_part()]

    def _on_line(self, event: OfLine, now: float) -> list[Effect]:
        match event:
            case QueueLength():
                return self._line_changed() if self._line.set_queue(event.queue, event.waiting) else []
            case PhoneChanged():
                return self._phone_changed(event.agent, event, now)
            case PbxLost():
                self._line.forget_queues()
                lost = line_of.pbx_lost(event.reason)
                return [*self.on_part(lost, now), *self._alarms.pbx_lost(now)]
            case PbxBack():
                back = line_of.pbx_back(event.version)
                return [*self.on_part(back, now), *self._alarms.pbx_back(now)]

    def _phone_changed(self, agent: Extension, event: PhoneChanged, now: float) -> list[Effect]:
        member = self._team.member(agent)
        if member.phone is event.state:
            return []
        member.phone = event.state
        seen = AgentChanged(agent=member.view(now))
        changed: list[Effect] = [ToAgent(agent, seen), ToSupervisors(seen)]
        if self._handover.concerns(agent):
            changed.append(ToEveryone(OwnersChanged(owners=self._handover.owners())))
        return [*changed, *self._handover.phone_changed(self._calls.values(), agent, event.state, now)]

    def _audio_part(self) -> list[Effect]:
        """The line's audio follows from its calls, unless the PBX has none to give at all."""
        if self._line.state_of("audio") == "down":
            return []
        lost = sum(call.audio.down for call in self._calls.values())
        part = line_of.audio_lost(lost) if lost else line_of.AUDIO_OK
        return self._line_changed() if self._line.set_part(part) else []

    def _line_changed(self) -> list[Effect]:
        return [ToEveryone(LineChanged(line=self._line.view(self._scripts.describe())))]
