"""The 400 line's queue: the events app_queue sends around a call, and its members' states."""

from ami_bridge.simulator.channel import Channel
from ami_bridge.simulator.exchange import QUEUE, Exchange
from ami_bridge.simulator.wire import Fields

AGENT = "agent,all"

_MEMBER_STATUS = {"NOT_INUSE": "1", "INUSE": "2", "RINGING": "6"}


class CallQueue:
    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    def join(self, caller: Channel) -> None:
        waiting = self._exchange.waiting
        waiting.append(caller)
        caller.application = ("Queue", f"{QUEUE},tC,,,60")
        count = str(len(waiting))
        self._emit(
            "QueueCallerJoin", caller.fields(), [("Queue", QUEUE), ("Position", count), ("Count", count)]
        )

    def leave(self, caller: Channel) -> None:
        waiting = self._exchange.waiting
        if caller not in waiting:
            return
        position = waiting.index(caller) + 1
        waiting.remove(caller)
        place: Fields = [("Queue", QUEUE), ("Position", str(position)), ("Count", str(len(waiting)))]
        self._emit("QueueCallerLeave", caller.fields(), place)

    def abandon(self, caller: Channel) -> None:
        if caller not in self._exchange.waiting:
            return
        held = str(int(self._exchange.now() - caller.began))
        position = str(self._exchange.waiting.index(caller) + 1)
        place: Fields = [
            ("Queue", QUEUE),
            ("Position", position),
            ("OriginalPosition", position),
            ("HoldTime", held),
        ]
        self._emit("QueueCallerAbandon", caller.fields(), place)
        self.leave(caller)

    def called(self, caller: Channel, agent: Channel) -> None:
        self._emit("AgentCalled", caller.fields(), agent.fields("Dest"), self._member(agent))

    def not_answered(self, caller: Channel, agent: Channel, rang: float) -> None:
        rang_ms = [("RingTime", str(int(rang * 1000)))]
        self._emit("AgentRingNoAnswer", caller.fields(), agent.fields("Dest"), self._member(agent), rang_ms)

    def connected(self, caller: Channel, agent: Channel, rang: float) -> None:
        waited = str(int(self._exchange.now() - caller.began))
        times: Fields = [("HoldTime", waited), ("RingTime", str(int(rang)))]
        self._emit("AgentConnect", caller.fields(), agent.fields("Dest"), self._member(agent), times)

    def complete(self, caller: Channel, agent: Channel, talked: float, reason: str) -> None:
        extension = agent.number
        self._exchange.calls_taken[extension] = self._exchange.calls_taken.get(extension, 0) + 1
        end: Fields = [("HoldTime", "0"), ("TalkTime", str(int(talked))), ("Reason", reason)]
        self._emit("AgentComplete", caller.fields(), agent.fields("Dest"), self._member(agent), end)

    def tell_member(self, agent: str) -> None:
        self._exchange.emit(
            "QueueMemberStatus", [("Queue", QUEUE), *self.member_fields(agent)], privilege=AGENT
        )

    def member_fields(self, agent: str) -> Fields:
        device = f"PJSIP/{agent}"
        status = _MEMBER_STATUS[self._exchange.device_state(device)]
        return [
            ("MemberName", device),
            ("Interface", device),
            ("StateInterface", device),
            ("Membership", "static"),
            ("Penalty", "0"),
            ("CallsTaken", str(self._exchange.calls_taken.get(agent, 0))),
            ("LastCall", "0"),
            ("LastPause", "0"),
            ("LoginTime", "0"),
            ("InCall", "1" if status == "2" else "0"),
            ("Status", status),
            ("Paused", "0"),
            ("PausedReason", ""),
            ("Ringinuse", "0"),
            ("Wrapuptime", "0"),
        ]

    def _member(self, agent: Channel) -> Fields:
        return [("Queue", QUEUE), ("Interface", agent.device), ("MemberName", agent.device)]

    def _emit(self, name: str, *blocks: Fields) -> None:
        self._exchange.emit(name, *blocks, privilege=AGENT)
