"""What a browser asks for: checked against who asks, then done or refused with a sentence.

An agent acts on its own calls only; some things need a supervisor. The browser's word is never taken for who it is: `Person`
comes from the session.
"""

from collections.abc import Collection, Mapping

from ami_bridge.events import CallId, Extension, Party
from assistant.core.call import CallState, LiveCall
from assistant.core.desk import Desk, tell_call
from assistant.core.escalations import STATE_AFTER, Escalations, Report, asked_for_help
from assistant.core.handover import Handover
from assistant.core.unread import Unread
from assistant.effects import (
    CallOwnLine,
    Effect,
    HangUp,
    PlaceDemoCall,
    Save,
    SaveFirst,
    Spy,
    TakeOver,
    ToAgent,
)
from assistant.effects import PickUp as BringCall
from assistant.messages import (
    MOST_WRITTEN,
    BrowserMessage,
    CallUpSituation,
    CompleteTransfer,
    Escalate,
    HandleEscalation,
    HangUpCall,
    JoinCall,
    MoveCard,
    Note,
    PickUp,
    ReadMessage,
    Refused,
    SendToAttendant,
    SetCaller,
    StartDemoCall,
    SupervisorSays,
    TellAgent,
    TestLine,
    TransferCall,
)
from assistant.people import Person
from assistant.records import Audited, EscalationHandled, NoteTaken
from prompts.facts import AgentMove, AgentMoved, CalledUp, CallerKnown, CardId, SituationId

TAKES_OVER = "这通电话由我接管:我的话机接起后,您就空闲了。"

AboutOwnCall = MoveCard | CallUpSituation | HangUpCall | SendToAttendant | Escalate | SetCaller
AboutCall = AboutOwnCall | Note | TransferCall | CompleteTransfer
Supervising = HandleEscalation | JoinCall | TellAgent | TestLine


class Requests:
    def __init__(
        self,
        calls: Mapping[CallId, LiveCall],
        desk: Desk,
        escalations: Escalations,
        handover: Handover,
        unread: Unread,
        demo_scenarios: Collection[str],
    ) -> None:
        self._calls = calls
        self._desk = desk
        self._escalations = escalations
        self._handover = handover
        self._unread = unread
        self._demo_scenarios = demo_scenarios

    def on_browser(self, who: Person, message: BrowserMessage, now: float) -> list[Effect]:
        why_not = _why_not(who, message)
        if why_not is not None:
            return refuse(who, message, why_not)
        match message:
            case HandleEscalation() | JoinCall() | TellAgent() | TestLine():
                return self._supervise(who, message, now)
            case ReadMessage():
                return self._unread.read(who, message, now)
            case PickUp():
                return self._pick_up(who, message, now)
            case StartDemoCall():
                known = message.scenario in self._demo_scenarios
                return (
                    [PlaceDemoCall(message.scenario)] if known else refuse(who, message, "没有这个演示场景。")
                )
            case _:
                return self._about_call(who, message, now)

    # -- an agent and its own call ---------------------------------------------------------------------------------

    def _about_call(self, who: Person, message: AboutCall, now: float) -> list[Effect]:
        call = self._calls.get(CallId(message.call_id))
        if call is None:
            return refuse(who, message, "这通电话已经结束。")
        supervisor_escalates = isinstance(message, Escalate) and who.supervises
        if call.agent != who.extension and not supervisor_escalates:
            return refuse(who, message, "这不是您的通话。")
        if isinstance(message, Note):
            return _take_note(who, call, message, now)
        if isinstance(message, TransferCall | CompleteTransfer):
            return self._handover.ask(who, call, message, now)
        return self._on_own_call(who, call, message, now)

    def _on_own_call(self, who: Person, call: LiveCall, message: AboutOwnCall, now: float) -> list[Effect]:
        match message:
            case MoveCard():
                return self._move_card(who, call, message, now)
            case CallUpSituation():
                return self._call_up(who, call, message, now)
            case HangUpCall():
                audited = _audited(who, "hang_up", call.call_id, "", now)
                return [HangUp(call.call_id, call.caller_channel, "坐席挂机"), audited]
            case SendToAttendant():
                return self._send_to_attendant(who, call, message, now)
            case Escalate():
                return self._escalate(who, call, message, now)
            case SetCaller():
                return self._set_caller(call, message, now)

    def _call_up(self, who: Person, call: LiveCall, message: CallUpSituation, now: float) -> list[Effect]:
        if not call.script.has(SituationId(message.situation_id)):
            return refuse(who, message, "这通电话的话术里没有这个情境。")
        return self._desk.ask(call, CalledUp(SituationId(message.situation_id)), now)

    def _move_card(self, who: Person, call: LiveCall, message: MoveCard, now: float) -> list[Effect]:
        known = {card.card_id for card in call.script.waiting}
        if call.script.card is not None:
            known.add(call.script.card.card_id)
        if message.card_id not in known:
            return refuse(who, message, "这条提示已经不在了。")
        move = AgentMoved(CardId(message.card_id), AgentMove(message.move))
        return self._desk.ask(call, move, now)

    def _send_to_attendant(
        self, who: Person, call: LiveCall, message: SendToAttendant, now: float
    ) -> list[Effect]:
        if not self._desk.may_send_to_attendant(call):
            return refuse(who, message, "现在不能转自动台:要在通话中,并已设置自动台。")
        audited = _audited(who, "attendant", call.call_id, "", now)
        return [audited, *self._desk.send_to_attendant(call, who.extension, now)]

    def _escalate(self, who: Person, call: LiveCall, message: Escalate, now: float) -> list[Effect]:
        note = message.note.strip()
        report = Report(
            call.call_id,
            call.agent,
            call.started.caller_number,
            asked_for_help(note),
            (),
            call.last_words(Party.CALLER),
            True,
        )
        audited = _audited(who, "escalate", call.call_id, note, now)
        return [*self._desk.escalate_for(who.extension, report, now), audited]

    def _set_caller(self, call: LiveCall, message: SetCaller, now: float) -> list[Effect]:
        surname, title = message.surname, message.title
        call.surname = call.surname if surname is None else surname.strip()[:20] or None
        call.title = call.title if title is None else title.strip()[:20] or None
        known = CallerKnown(call.surname, call.title, confirmed=surname is not None)
        return [*tell_call(call, now), *self._desk.ask(call, known, now)]

    # -- anybody on duty -------------------------------------------------------------------------------------------

    def _pick_up(self, who: Person, message: PickUp, now: float) -> list[Effect]:
        call = self._calls.get(CallId(message.call_id))
        if call is None or call.stage.state not in (CallState.RINGING, CallState.QUEUED):
            return refuse(who, message, "这通电话已经有人接了,或已经结束。")
        if who.extension in call.ringing:
            return refuse(who, message, "这通电话正在您的话机上振铃,请直接接听。")
        channel = next((channel for channel in call.ringing.values() if channel is not None), None)
        if channel is None:
            return refuse(who, message, "现在没有话机在振铃,请稍候。")
        return [
            BringCall(call.call_id, channel, who.extension),
            _audited(who, "pick_up", call.call_id, "", now),
        ]

    # -- supervisors -----------------------------------------------------------------------------------------------

    def _supervise(self, who: Person, message: Supervising, now: float) -> list[Effect]:
        match message:
            case HandleEscalation():
                return self._handle_escalation(who, message, now)
            case JoinCall():
                return self._join(who, message, now)
            case TestLine():
                return [CallOwnLine(who.extension), _audited(who, "test_line", "line", "", now)]
            case TellAgent():
                empty = None if message.text.strip() else "请写下要说的话。"
                why_not = empty or self._unread.why_not(message.agent, now)
                return refuse(who, message, why_not) if why_not else self._unread.write(who, message, now)

    def _handle_escalation(self, who: Person, message: HandleEscalation, now: float) -> list[Effect]:
        escalation = self._escalations.get(message.escalation_id)
        if escalation is None:
            return refuse(who, message, "这条上报已经处理完了。")
        if not who.supervises and escalation.assigned_to != who.extension:
            return refuse(who, message, "这条上报没有交给您处理。")
        note = message.note.strip()
        to = (message.to or "").strip() or None
        if message.do == "assign" and to is None:
            return refuse(who, message, "请选择交给谁处理。")
        if message.do == "close" and escalation.state == "open":
            return refuse(who, message, "请先接手,处理好再关闭。")
        if message.do == "close" and not note:
            return refuse(who, message, "请写下处理结果再关闭。")
        record = EscalationHandled(
            escalation.escalation_id,
            STATE_AFTER[message.do],
            who.extension,
            note,
            to if message.do == "assign" else None,
        )
        detail = " ".join(filter(None, (to, note)))
        audited = _audited(who, f"escalation_{message.do}", escalation.escalation_id, detail, now)
        return [audited, SaveFirst(record, now, who.extension)]

    def _join(self, who: Person, message: JoinCall, now: float) -> list[Effect]:
        call = self._calls.get(CallId(message.call_id))
        if call is None or call.leg is None or call.agent is None:
            return refuse(who, message, "这通电话还没有接通,或已经结束。")
        if call.agent == who.extension:
            return refuse(who, message, "这是您自己的通话。")
        audited = _audited(who, message.how, call.call_id, "", now)
        if message.how != "take_over":
            return [Spy(call.call_id, call.leg.agent_channel, who.extension, message.how), audited]
        if call.stage.state is CallState.TRANSFERRING:
            return refuse(who, message, "来电者正在转接,不能接管。")
        call.taken_by = Extension(who.extension)
        says = SupervisorSays(call_id=call.call_id, by=who.name, text=TAKES_OVER)
        return [
            TakeOver(call.call_id, call.leg.caller_channel, who.extension),
            audited,
            ToAgent(call.leg.agent, says),
        ]


def refuse(who: Person, message: BrowserMessage, reason: str) -> list[Effect]:
    reply_to = str(message.__struct_config__.tag)
    return [ToAgent(Extension(who.extension), Refused(reply_to=reply_to, reason=reason))]


def _why_not(who: Person, message: BrowserMessage) -> str | None:
    """What needs no look at calls and escalations. An agent may close one; whether it was given to that agent is looked at then."""
    closes = isinstance(message, HandleEscalation) and message.do == "close" and who.role == "agent"
    if isinstance(message, Supervising) and not (who.supervises or closes):
        return "只有主管可以这样做。"
    too_long = len(_written(message)) > MOST_WRITTEN
    return f"最多写 {MOST_WRITTEN} 个字,请写短一些。" if too_long else None


def _written(message: BrowserMessage) -> str:
    match message:
        case Escalate() | HandleEscalation():
            return message.note.strip()
        case Note() | TellAgent():
            return message.text.strip()
        case _:
            return ""


def _take_note(who: Person, call: LiveCall, message: Note, now: float) -> list[Effect]:
    text = message.text.strip()
    if not text:
        return refuse(who, message, "请写下要记的话。")
    return [SaveFirst(NoteTaken(call.call_id, who.extension, text), now, who.extension)]


def _audited(who: Person, what: str, about: str, detail: str, now: float) -> Save:
    return Save(Audited(who.extension, what, about, detail), now)
