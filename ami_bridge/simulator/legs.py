"""The channels of one simulated call and what can happen to them, each with the events a real Asterisk sends for it.

Nothing here waits: when things happen is the scenario's business (`call`).
"""

from ami_bridge.simulator.channel import Channel, ChannelState
from ami_bridge.simulator.exchange import TRUNK, Display, Exchange
from ami_bridge.simulator.queue import CallQueue
from ami_bridge.simulator.scenario import PartyName, Scenario
from ami_bridge.simulator.sound import SoundLibrary, Voice

ANSWERED_ELSEWHERE = ("26", "Answered elsewhere")
"""The cause a queue gives its phones, whatever the reason (app_queue, hangupcalls)."""


class Legs:
    """The caller's channel, the phones that ring for it and the agent who talks to it."""

    def __init__(
        self, scenario: Scenario, exchange: Exchange, queue: CallQueue, sounds: SoundLibrary
    ) -> None:
        self._exchange = exchange
        self._queue = queue
        self._sounds = sounds
        self._answered_at: float | None = None
        self._queued = True
        self.agent: Channel | None = None
        self.ringing: list[Channel] = []
        self.caller = exchange.open(
            f"PJSIP/{TRUNK}",
            Display(scenario.caller.number, scenario.caller.name or scenario.caller.number),
            Voice(sounds.background(scenario.caller_background)),
            exten=scenario.dialled,
            state=ChannelState.RING,
        )
        queue.join(self.caller)

    def include(self, channel: Channel) -> bool:
        return channel is self.caller or channel is self.agent or channel in self.ringing

    # -- ringing -------------------------------------------------------------------------------------------------

    def ring(self, agents: list[str]) -> None:
        """All are dialled, then all ring."""
        phones = [self._dial(agent) for agent in agents]
        self.ringing += phones
        for phone in phones:
            self._sound(self.caller, phone)

    def _dial(self, agent: str) -> Channel:
        phone = self._phone(agent, of=self.caller)
        phone.connected_number, phone.connected_name = self.caller.number, self.caller.display
        if self._queued:
            self._queue.called(self.caller, phone)
        self._dial_begin(self.caller, phone)
        return phone

    def _sound(self, dialling: Channel, phone: Channel) -> None:
        exchange = self._exchange
        exchange.turn(phone, ChannelState.RINGING)
        exchange.emit("DialState", dialling.fields(), phone.fields("Dest"), [("DialStatus", "RINGING")])
        self._tell_phone(phone)

    def time_out(self, rang: float) -> None:
        """Nobody answered: every phone falls silent and the queue goes on to its next round."""
        for phone in self._cease_ringing():
            self._dial_end(self.caller, phone, "NOANSWER")
            if self._queued:
                self._queue.not_answered(self.caller, phone, rang)
            self._drop(phone, ("16", "Normal Clearing"))

    def answer(self, phone: Channel, rang: float) -> None:
        exchange, caller = self._exchange, self.caller
        self.agent = phone
        exchange.turn(phone, ChannelState.UP)
        self._tell_phone(phone)
        self._dial_end(caller, phone, "ANSWER")
        others = [other for other in self._cease_ringing() if other is not phone]
        self._cancel(others)
        caller.connected_number, caller.connected_name = phone.number, phone.display
        if self._queued:
            self._queue.leave(caller)
            self._queue.connected(caller, phone, rang)
        for other in others:
            self._drop(other, ANSWERED_ELSEWHERE)
        if caller.state is not ChannelState.UP:
            exchange.turn(caller, ChannelState.UP)
        self._answered_at = exchange.now()
        exchange.join(phone, caller)

    def _cease_ringing(self) -> list[Channel]:
        phones, self.ringing = self.ringing, []
        return phones

    def _cancel(self, phones: list[Channel]) -> None:
        """Asterisk 22 says it twice for a phone of a queue."""
        for phone in phones * 2:
            self._dial_end(self.caller, phone, "CANCEL")

    def _drop(self, phone: Channel, cause: tuple[str, str]) -> None:
        self._exchange.hang_up(phone, cause)
        self._tell_phone(phone)

    # -- handing on ----------------------------------------------------------------------------------------------

    def blind_transfer(self, agent: Channel, to: str) -> None:
        """The caller leaves the conversation for another extension."""
        bridge = self.caller.bridge
        self._exchange.leave(self.caller)
        self._exchange.emit(
            "BlindTransfer",
            [("Result", "Success")],
            agent.fields("Transferer"),
            self.caller.fields("Transferee"),
            [] if bridge is None else bridge.fields(),
            [("IsExternal", "Yes"), ("Context", "hotline-phones"), ("Extension", to)],
        )
        self._let_agent_go(agent)

    def begin_consultation(self, agent: Channel, to: str) -> "Consultation":
        """The agent holds the caller and rings a colleague."""
        exchange = self._exchange
        exchange.hold(agent)
        asking = self._phone(agent.number, of=None, state=ChannelState.RING)
        asking.exten = to
        colleague = self._phone(to, of=asking)
        self._dial_begin(asking, colleague)
        self._sound(asking, colleague)
        return Consultation(agent, asking, colleague)

    def give_up_consultation(self, consultation: "Consultation") -> None:
        self._dial_end(consultation.asking, consultation.colleague, "CANCEL")
        self._drop(consultation.colleague, ANSWERED_ELSEWHERE)
        self._exchange.hang_up(consultation.asking)

    def complete_consultation(self, consultation: "Consultation") -> None:
        """The colleague answers, and the agent joins caller and colleague."""
        exchange, caller, main = self._exchange, self.caller, self.caller.bridge
        agent, asking, colleague = consultation.agent, consultation.asking, consultation.colleague
        assert main is not None, "a held caller is in a bridge"
        exchange.turn(colleague, ChannelState.UP)
        self._tell_phone(colleague)
        self._dial_end(asking, colleague, "ANSWER")
        exchange.turn(asking, ChannelState.UP)
        second = exchange.join(colleague, asking)
        exchange.emit("Unhold", agent.fields())
        exchange.leave(colleague)
        exchange.leave(agent)
        colleague.linkedid = caller.linkedid
        exchange.enter(main, colleague)
        exchange.silence_music(caller)
        exchange.emit(
            "AttendedTransfer",
            [("Result", "Success")],
            agent.fields("OrigTransferer"),
            [(f"Orig{name}", value) for name, value in main.fields()],
            asking.fields("SecondTransferer"),
            [(f"Second{name}", value) for name, value in second.fields()],
            [("DestType", "Bridge"), ("DestBridgeUniqueid", main.bridge_id), ("IsExternal", "No")],
            caller.fields("Transferee"),
            colleague.fields("TransferTarget"),
        )
        exchange.leave(asking)
        self._let_agent_go(agent)
        exchange.hang_up(asking)
        self.agent = colleague
        caller.connected_number, caller.connected_name = colleague.number, colleague.display

    def redirect(self, exten: str) -> None:
        """An AMI Redirect takes the caller out of queue or conversation."""
        ringing = self._cease_ringing()
        self._cancel(ringing)
        self._queue.abandon(self.caller)
        self._exchange.leave(self.caller)
        if self.agent is not None:
            self._let_agent_go(self.agent)
        for phone in ringing:
            self._drop(phone, ANSWERED_ELSEWHERE)
        self._queued = False
        self.caller.exten = exten

    def _let_agent_go(self, agent: Channel) -> None:
        """The agent handed the call on: its leg ends and the caller stays."""
        self._exchange.leave(agent)
        self._complete(agent, "transfer")
        self._queued = False
        self.agent = None
        self._drop(agent, ANSWERED_ELSEWHERE)

    # -- the end -------------------------------------------------------------------------------------------------

    def end(self, by: PartyName) -> None:
        """Everything of the call leaves the exchange, in the order Asterisk tells it."""
        exchange, caller, agent = self._exchange, self.caller, self.agent
        leaver = agent if by == "agent" and agent is not None else caller
        exchange.emit("HangupRequest", leaver.fields())
        ringing = self._cease_ringing()
        self._cancel(ringing)
        self._queue.abandon(caller)
        if agent is not None:
            self._complete(agent, by)
            exchange.leave(leaver)
            exchange.leave(caller if leaver is agent else agent)
        exchange.emit("SoftHangupRequest", leaver.fields(), [("Cause", "16")])
        if agent is not None:
            self._drop(agent, ANSWERED_ELSEWHERE)
        exchange.hang_up(caller)
        for phone in ringing:
            self._drop(phone, ANSWERED_ELSEWHERE)
        exchange.tell_device(caller.device)

    # -- small parts ---------------------------------------------------------------------------------------------

    def _complete(self, agent: Channel, reason: str) -> None:
        if self._queued and self._answered_at is not None:
            talked = self._exchange.now() - self._answered_at
            self._queue.complete(self.caller, agent, talked, reason)

    def _phone(self, agent: str, of: Channel | None, state: ChannelState = ChannelState.DOWN) -> Channel:
        voice = Voice(self._sounds.background("comfort"))
        return self._exchange.open(
            f"PJSIP/{agent}", Display(agent, f"Agent {agent}"), voice, of=of, state=state
        )

    def _dial_begin(self, dialling: Channel, phone: Channel) -> None:
        dialled = [("DialString", phone.device)]
        self._exchange.emit("DialBegin", dialling.fields(), phone.fields("Dest"), dialled)

    def _dial_end(self, dialling: Channel, phone: Channel, status: str) -> None:
        self._exchange.emit("DialEnd", dialling.fields(), phone.fields("Dest"), [("DialStatus", status)])

    def _tell_phone(self, phone: Channel) -> None:
        self._exchange.tell_device(phone.device)
        self._queue.tell_member(phone.number)


class Consultation:
    """An attended transfer under way: the agent's second channel and the colleague it rings."""

    def __init__(self, agent: Channel, asking: Channel, colleague: Channel) -> None:
        self.agent = agent
        self.asking = asking
        self.colleague = colleague
