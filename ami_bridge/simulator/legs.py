"""The channels of one simulated call and what can happen to them, each with the events a real Asterisk sends for it.

Nothing here waits: when things happen is the scenario's business (`call`).
"""

from ami_bridge.simulator.channel import Channel, ChannelState
from ami_bridge.simulator.exchange import TRUNK, Exchange
from ami_bridge.simulator.queue import CallQueue
from ami_bridge.simulator.scenario import PartyName, Scenario
from ami_bridge.simulator.sound import SoundLibrary, Voice


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
            number=scenario.caller.number,
            display=scenario.caller.name or scenario.caller.number,
            voice=Voice(sounds.background(scenario.caller_background)),
            exten=scenario.dialled,
        )
        queue.join(self.caller)

    @property
    def live(self) -> bool:
        return self.caller.name in self._exchange.channels

    def include(self, channel: Channel) -> bool:
        return channel is self.caller or channel is self.agent or channel in self.ringing

    # -- ringing -------------------------------------------------------------------------------------------------

    def ring(self, agents: list[str]) -> None:
        self.ringing += [self._ring(agent) for agent in agents]

    def _ring(self, agent: str) -> Channel:
        exchange = self._exchange
        phone = self._phone(agent, of=self.caller)
        phone.connected_number, phone.connected_name = self.caller.number, self.caller.display
        if self._queued:
            self._queue.called(self.caller, phone)
        self._dial_begin(self.caller, phone)
        exchange.turn(phone, ChannelState.RINGING)
        exchange.emit("DialState", self.caller.fields(), phone.fields("Dest"), [("DialStatus", "RINGING")])
        self._tell_phone(phone)
        return phone

    def stop_ringing(self, rang: float, given_up: bool) -> None:
        """Every phone that still rings falls silent: answered elsewhere, given up by the caller, or out of time."""
        for phone in list(self.ringing):
            self.ringing.remove(phone)
            unanswered = self.agent is None and not given_up
            self._dial_end(self.caller, phone, "NOANSWER" if unanswered else "CANCEL")
            if self._queued and unanswered:
                self._queue.not_answered(self.caller, phone, rang)
            elsewhere = self.agent is not None
            self._exchange.hang_up(
                phone, ("26", "Answered elsewhere") if elsewhere else ("16", "Normal Clearing")
            )
            self._tell_phone(phone)

    def answer(self, phone: Channel, rang: float) -> None:
        exchange, caller = self._exchange, self.caller
        self.ringing.remove(phone)
        self.agent = phone
        exchange.turn(phone, ChannelState.UP)
        self._tell_phone(phone)
        self._dial_end(caller, phone, "ANSWER")
        caller.connected_number, caller.connected_name = phone.number, phone.display
        if self._queued:
            self._queue.leave(caller)
            self._queue.connected(caller, phone, rang)
        if caller.state is not ChannelState.UP:
            exchange.turn(caller, ChannelState.UP)
        self._answered_at = exchange.now()
        exchange.join(phone, caller)

    # -- handing on ----------------------------------------------------------------------------------------------

    def blind_transfer(self, agent: Channel, to: str) -> None:
        bridge = self.caller.bridge
        self._exchange.emit(
            "BlindTransfer",
            [("Result", "Success")],
            agent.fields("Transferer"),
            self.caller.fields("Transferee"),
            [] if bridge is None else bridge.fields(),
            [("IsExternal", "Yes"), ("Context", "from-agents"), ("Extension", to)],
        )
        self.let_agent_go(agent)

    def begin_consultation(self, agent: Channel, to: str) -> "Consultation":
        """The agent holds the caller and rings a colleague."""
        exchange = self._exchange
        exchange.hold(agent)
        asking = self._phone(agent.number, of=None)
        asking.exten = to
        exchange.turn(asking, ChannelState.RING)
        colleague = self._phone(to, of=asking)
        self._dial_begin(asking, colleague)
        exchange.turn(colleague, ChannelState.RINGING)
        exchange.emit("DialState", asking.fields(), colleague.fields("Dest"), [("DialStatus", "RINGING")])
        self._tell_phone(colleague)
        return Consultation(agent, asking, colleague)

    def give_up_consultation(self, consultation: "Consultation") -> None:
        self._dial_end(consultation.asking, consultation.colleague, "CANCEL")
        self._exchange.hang_up(consultation.colleague)
        self._exchange.hang_up(consultation.asking)
        self._tell_phone(consultation.colleague)

    def complete_consultation(self, consultation: "Consultation") -> None:
        """The colleague answers, and the agent joins caller and colleague."""
        exchange, caller, main = self._exchange, self.caller, self.caller.bridge
        asking, colleague = consultation.asking, consultation.colleague
        exchange.turn(colleague, ChannelState.UP)
        self._tell_phone(colleague)
        self._dial_end(asking, colleague, "ANSWER")
        exchange.turn(asking, ChannelState.UP)
        second = exchange.join(colleague, asking)
        if main is None:
            return
        exchange.emit(
            "AttendedTransfer",
            [("Result", "Success")],
            consultation.agent.fields("OrigTransferer"),
            [(f"Orig{name}", value) for name, value in main.fields()],
            asking.fields("SecondTransferer"),
            [(f"Second{name}", value) for name, value in second.fields()],
            [("DestType", "Bridge"), ("DestBridgeUniqueid", main.bridge_id)],
        )
        exchange.leave(asking)
        exchange.leave(colleague)
        colleague.linkedid = caller.linkedid
        exchange.enter(main, colleague)
        exchange.silence_music(caller)
        self.let_agent_go(consultation.agent)
        exchange.hang_up(asking)
        self.agent = colleague
        caller.connected_number, caller.connected_name = colleague.number, colleague.display

    def redirect(self, exten: str) -> None:
        """An AMI Redirect takes the caller out of queue or conversation."""
        self._queue.abandon(self.caller)
        if self.agent is not None:
            self.let_agent_go(self.agent)
        self._queued = False
        self.caller.exten = exten

    def let_agent_go(self, agent: Channel) -> None:
        """The agent handed the call on: its leg ends and the caller stays."""
        caller, exchange = self.caller, self._exchange
        self._complete(agent, "transfer")
        self._queued = False
        exchange.leave(agent)
        if caller.bridge is not None and caller.bridge.peer_of(caller) is None:
            exchange.leave(caller)
        self.agent = None
        exchange.hang_up(agent)
        self._tell_phone(agent)

    # -- the end -------------------------------------------------------------------------------------------------

    def end(self, by: PartyName) -> None:
        """Everything of the call leaves the exchange, in the order Asterisk tells it. Once; later calls do nothing."""
        exchange, caller, agent = self._exchange, self.caller, self.agent
        if not self.live:
            return
        leaver = agent if by == "agent" and agent is not None else caller
        exchange.emit("HangupRequest", leaver.fields())
        self._queue.abandon(caller)
        if agent is not None:
            self._complete(agent, by)
        exchange.leave(leaver)
        exchange.emit("SoftHangupRequest", leaver.fields(), [("Cause", "16")])
        if agent is not None:
            exchange.leave(agent)
            exchange.leave(caller)
            exchange.hang_up(agent)
        exchange.hang_up(caller)
        if agent is not None:
            self._tell_phone(agent)
        exchange.tell_device(caller.device)

    # -- small parts ---------------------------------------------------------------------------------------------

    def _complete(self, agent: Channel, reason: str) -> None:
        if self._queued and self._answered_at is not None:
            talked = self._exchange.now() - self._answered_at
            self._queue.complete(self.caller, agent, talked, reason)

    def _phone(self, agent: str, of: Channel | None) -> Channel:
        voice = Voice(self._sounds.background("comfort"))
        return self._exchange.open(
            f"PJSIP/{agent}", number=agent, display=f"Agent {agent}", voice=voice, of=of
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
