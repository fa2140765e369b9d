"""Between the engine and the screens: tells a call's engine a fact and carries out what it advises.

An agent is told about its own calls only; supervisors are told about all.
"""

from dataclasses import dataclass, replace

from ami_bridge.events import CallId, Extension, Party
from assistant.core.call import CallState, LiveCall, Scripts
from assistant.core.escalations import ALARMS, ASKED_FOR_HELP, Escalation, Escalations, Report, note_in
from assistant.core.views import call_view, card_view, notice_view, waiting_views
from assistant.effects import (
    Effect,
    HangUp,
    NoticeKind,
    Notify,
    OpenAgentEar,
    Redirect,
    Save,
    SaveFirst,
    ToAgent,
    ToEveryone,
    ToSupervisors,
)
from assistant.messages import (
    CallChanged,
    CardGone,
    CardShown,
    EscalationChanged,
    ForbiddenSaid,
    NoticeGone,
    ServerMessage,
    WaitingChanged,
)
from assistant.records import (
    CardWasGone,
    CardWasShown,
    ConductSeen,
    EscalationAgain,
    EscalationRaised,
    ForbiddenWasSaid,
    TraceLine,
)
from prompts.advice import (
    Advice,
    Audience,
    CallerNamed,
    Card,
    CardButton,
    ComplaintNamed,
    ConductSummed,
    HangUpCall,
    MarkForbidden,
    Mood,
    PhraseSaid,
    RaiseEscalation,
    RemoveCard,
    SendToAttendant,
    SetWaiting,
    ShowCard,
    StagesReached,
    Traced,
)
from prompts.facts import CallContext, Fact, TransferFell, Transferred

SHORTEST_NAP = 0.02
ATTENDANT_NAME = "自动台"


@dataclass(frozen=True, slots=True)
class Attendant:
    """Where in the dialplan the automated attendant begins."""

    context: str
    exten: str


def tell(call: LiveCall, message: ServerMessage) -> list[Effect]:
    """To those whose call it is, and to the supervisors."""
    return [*(ToAgent(agent, message) for agent in call.watchers()), ToSupervisors(message)]


def tell_call(call: LiveCall, now: float) -> list[Effect]:
    return tell(call, CallChanged(call=call_view(call, now)))


def show_all(call: LiveCall, agent: Extension, now: float) -> list[Effect]:
    """What an agent must see who takes over a call that was not its own."""
    script = call.script
    effects: list[Effect] = []
    if script.card is not None:
        effects.append(ToAgent(agent, CardShown(card=card_view(call.call_id, script.card, now))))
    if script.waiting:
        waiting = WaitingChanged(call_id=call.call_id, waiting=waiting_views(script.waiting))
        effects.append(ToAgent(agent, waiting))
    return effects


class Desk:
    def __init__(
        self,
        scripts: Scripts,
        escalations: Escalations,
        variables: dict[str, str],
        attendant: Attendant | None = None,
    ) -> None:
        self._scripts = scripts
        self._attendant = attendant
        self._escalations = escalations
        self.variables = variables
        """Of the phrases of calls that begin from now on."""
        self._calls = 0
        self.colleagues: dict[str, str] = {}
        """The agents' names by extension."""
        self.owners: dict[str, str] = {}
        """Whom the house has put down for a topic."""

    def ask(self, call: LiveCall, fact: Fact, now: float) -> list[Effect]:
        """Tell the call's engine one fact and carry out what it advises."""
        return self.carry_out(call, self.consult(call, fact, now), now)

    def consult(self, call: LiveCall, fact: Fact, now: float) -> list[Advice]:
        if not call.assisted:
            return []
        script = call.script
        if script.engine is None:
            script.engine = self._scripts.engine(self._context(call))
            self._calls += 1
        advice = script.engine.on_fact(fact, now)
        script.deadline = script.engine.next_deadline()
        return advice

    def wake(self, call: LiveCall, now: float) -> list[Effect]:
        """The call's deadline has come."""
        script = call.script
        if script.engine is None or script.abandoned:
            script.deadline = None
            return []
        advice = script.engine.on_timer(now)
        deadline = script.engine.next_deadline()
        # A script that is never done with what is due must not keep the whole program busy.
        script.deadline = None if deadline is None else max(deadline, now + SHORTEST_NAP)
        return self.carry_out(call, advice, now)

    def carry_out(self, call: LiveCall, advice: list[Advice], now: float) -> list[Effect]:
        effects: list[Effect] = []
        for one in advice:
            effects += self._carry_out(call, one, now)
        if self._attendant is not None and any(isinstance(one, SendToAttendant) for one in advice):
            effects += self.send_to_attendant(call, None, now)  # after the rest: it ends all cards
        return effects

    def _carry_out(self, call: LiveCall, advice: Advice, now: float) -> list[Effect]:
        match advice:
            case ShowCard():
                return self._show(call, advice.card, now)
            case RemoveCard():
                return self._remove(call, advice, now)
            case SetWaiting():
                call.script.waiting = advice.waiting
                return tell(call, WaitingChanged(call_id=call.call_id, waiting=waiting_views(advice.waiting)))
            case SendToAttendant():
                return []
            case Traced() | PhraseSaid() | StagesReached() | ConductSummed() | ComplaintNamed():
                return self._note(call, advice, now)
            case _:
                return self._act(call, advice, now)

    def _note(
        self,
        call: LiveCall,
        advice: Traced | PhraseSaid | StagesReached | ConductSummed | ComplaintNamed,
        now: float,
    ) -> list[Effect]:
        """What is kept rather than done."""
        match advice:
            case Traced():
                trace = TraceLine(call.call_id, advice.situation_id, advice.fired, advice.because)
                return [Save(trace, now)]
            case ComplaintNamed():
                call.script.complaint = advice.complaint
                return []  # told when the call ends, with its sheet
            case PhraseSaid():
                return []  # the card's own step or end, which follows, is what the page shows
            case StagesReached():
                call.script.stages = advice.reached
                return tell_call(call, now)
            case ConductSummed():
                return [Save(_conduct_record(call, advice, now), now)]

    def _act(
        self,
        call: LiveCall,
        advice: RaiseEscalation | MarkForbidden | HangUpCall | CallerNamed,
        now: float,
    ) -> list[Effect]:
        match advice:
            case RaiseEscalation():
                report = Report(
                    call.call_id,
                    call.agent,
                    call.started.caller_number,
                    advice.reason,
                    advice.sources,
                    advice.excerpt,
                    advice.urgent,
                    happened=not advice.by_hand,
                )
                call.script.fired[advice.situation_id] = None
                return self.escalate(call, report, advice.situation_id, now)
            case MarkForbidden():
                return self._mark_forbidden(call, advice, now)
            case HangUpCall():
                return [HangUp(call.call_id, call.caller_channel, advice.reason)]
            case CallerNamed():
                call.surname = advice.surname or call.surname
                call.title = advice.title or call.title
                return tell_call(call, now)

    def _show(self, call: LiveCall, card: Card, now: float) -> list[Effect]:
        script = call.script
        if self._attendant is None:
            card = replace(card, buttons=tuple(b for b in card.buttons if b is not CardButton.ATTENDANT))
        view = card_view(call.call_id, card, now)
        saved = Save(_shown_record(call, card), now)
        script.fired[card.situation_id] = None
        if card.mood is Mood.ANGRY or script.mood is None:
            script.mood = card.mood
        if card.audience is Audience.EVERYONE:
            script.notices[card.card_id] = card
            return [saved, ToEveryone(notice_view(call, card, now))]
        before = script.card
        script.card = card
        effects: list[Effect] = [saved, *tell(call, CardShown(card=view))]
        if before is None or before.title != card.title:
            effects += tell_call(call, now)
        return effects

    def _remove(self, call: LiveCall, gone: RemoveCard, now: float) -> list[Effect]:
        script = call.script
        saved = Save(CardWasGone(call.call_id, gone.card_id, gone.why), now)
        if script.notices.pop(gone.card_id, None) is not None:
            return [saved, ToEveryone(NoticeGone(call_id=call.call_id, card_id=gone.card_id))]
        effects: list[Effect] = [saved]
        message = CardGone(call_id=call.call_id, card_id=gone.card_id, why=gone.why.value)
        effects += tell(call, message)
        if script.card is not None and script.card.card_id == gone.card_id:
            script.card = None
            effects += tell_call(call, now)
        return effects

    def _mark_forbidden(self, call: LiveCall, mark: MarkForbidden, now: float) -> list[Effect]:
        engine = call.script.engine
        instead = None if engine is None else engine.instead_of(mark.situation_id)
        record = ForbiddenWasSaid(call.call_id, mark.situation_id, mark.phrase, mark.said, call.agent)
        message = ForbiddenSaid(
            call_id=call.call_id, phrase=mark.phrase, instead=instead, sources=list(mark.sources)
        )
        return [Save(record, now), *tell(call, message)]

    def may_send_to_attendant(self, call: LiveCall) -> bool:
        there = call.leg is not None and call.stage.state is CallState.TALKING
        return self._attendant is not None and there

    def send_to_attendant(self, call: LiveCall, asked_by: str | None, now: float) -> list[Effect]:
        """The PBX does not say that it took the caller from the agent: the call is on its way from here on (S0-39)."""
        place = self._attendant
        if place is None or not self.may_send_to_attendant(call):
            return []
        call.rang_at = None
        call.stage.move(CallState.TRANSFERRING, now)
        call.voices.end(Party.AGENT, now)
        return [
            Redirect(call.call_id, call.caller_channel, place.context, place.exten, asked_by),
            *tell_call(call, now),
            OpenAgentEar(call.call_id, False),
            *self.ask(call, Transferred(ATTENDANT_NAME, blind=True), now),
        ]

    def back_from_attendant(self, call: LiveCall, now: float) -> list[Effect]:
        """The PBX did not do it: the caller is still with the agent."""
        if call.stage.state is not CallState.TRANSFERRING:
            return []
        call.stage.move(CallState.TALKING, now)
        return [
            *tell_call(call, now),
            OpenAgentEar(call.call_id, True),
            *self.ask(call, TransferFell(ATTENDANT_NAME), now),
        ]

    def escalate(self, call: LiveCall, report: Report, situation_id: str | None, now: float) -> list[Effect]:
        """What comes up again before somebody closed it is counted on what is there already."""
        known = self._escalations.again(report)
        if known is not None and not report.happened:
            return []
        if known is not None:
            record_again = EscalationAgain(known.escalation_id, known.times, known.excerpt)
            return [Save(record_again, now), *tell(call, EscalationChanged(escalation=known.view(now)))]
        escalation, record = self._raise(report, situation_id, now)
        effects: list[Effect] = [
            Save(record, now),
            *tell(call, EscalationChanged(escalation=escalation.view(now))),
            notice_of(escalation),
        ]
        if not call.escalated:
            call.escalated = True
            effects += tell_call(call, now)
        return effects

    def escalate_for(self, asked_by: str, report: Report, now: float) -> list[Effect]:
        """The supervisors know at once; that it is reported is told to who asked when the book has it (`saved`)."""
        escalation, record = self._raise(report, None, now)
        changed = EscalationChanged(escalation=escalation.view(now))
        return [SaveFirst(record, now, asked_by), ToSupervisors(changed), notice_of(escalation)]

    def _raise(
        self, report: Report, situation_id: str | None, now: float
    ) -> tuple[Escalation, EscalationRaised]:
        escalation = self._escalations.raise_(report, now)
        record = EscalationRaised(
            escalation.escalation_id,
            report.call_id,
            report.agent,
            situation_id,
            report.reason,
            report.excerpt,
            report.urgent,
        )
        return escalation, record

    def _colleagues_of(self, call: LiveCall) -> tuple[str, ...]:
        """Who may be asked for privately: not who talks, and not those whom enquiries are handed to."""
        theirs = (name for extension, name in self.colleagues.items() if extension not in call.watchers())
        owners = {name for names in self.owners.values() for name in names.split("、")}
        return tuple(name for name in theirs if name not in owners)

    def _context(self, call: LiveCall) -> CallContext:
        return CallContext(
            agent_no=call.agent or next(iter(call.ringing), None),
            dialled=call.started.dialled,
            queue=call.queue,
            colleagues=self._colleagues_of(call),
            agents=dict(self.colleagues),
            turn=self._calls,
            owners=dict(self.owners),
            variables=dict(self.variables),
        )


def notice_of(escalation: Escalation) -> Notify:
    """For people outside the page: who and why, never what the caller said, and what an agent wrote only as `words`, which few get to
    see. An alarm's words are nobody's but ours."""
    again = f"(第 {escalation.repeats + 1} 次提醒)" if escalation.repeats else ""
    if escalation.call_id in ALARMS:
        text = f"{escalation.reason}:{escalation.excerpt}{again}"
        return Notify(ALARMS[escalation.call_id], escalation.urgent, text, escalation.repeats)
    who = f"坐席 {escalation.agent}:" if escalation.agent else ""
    asked = escalation.reason.startswith(ASKED_FOR_HELP)
    reason, words = (ASKED_FOR_HELP, note_in(escalation.reason)) if asked else (escalation.reason, "")
    text = f"{who}{reason}{again}"
    return Notify(NoticeKind.ESCALATION, escalation.urgent, text, escalation.repeats, words)


def _conduct_record(call: LiveCall, summed: ConductSummed, now: float) -> ConductSeen:
    spoken = call.voices.spoken(now)
    return ConductSeen(
        call.call_id,
        tuple(stage.value for stage in summed.missing),
        summed.polite,
        summed.unsure,
        summed.talk_overs,
        summed.raised_voice,
        summed.agent_chars,
        summed.chars_per_s,
        summed.names_used,
        *((None, None) if spoken is None else spoken),
    )


def _shown_record(call: LiveCall, card: Card) -> CardWasShown:
    return CardWasShown(
        CallId(call.call_id),
        card.card_id,
        card.situation_id,
        card.sources,
        card.step,
        card.phrase,
        card.why,
        call.agent,
        card.pack,
        card.pack_version,
    )
