"""The simulated calls send the events a real Asterisk 22 sent in the recordings, in the same order."""

import json
from pathlib import Path

import pytest

from ami_bridge.simulator.exchange import Exchange
from ami_bridge.simulator.legs import Legs
from ami_bridge.simulator.queue import CallQueue
from ami_bridge.simulator.scenario import Caller, Round, Scenario
from ami_bridge.simulator.sound import SoundLibrary
from ami_bridge.simulator.wire import Fields

RECORDINGS = Path(__file__).parents[1] / "recordings"
COMPARED = {
    "Newchannel", "QueueCallerJoin", "AgentCalled", "DialBegin", "DialEnd", "QueueCallerLeave", "QueueCallerAbandon",
    "AgentConnect", "AgentComplete", "BridgeCreate", "BridgeEnter", "BridgeLeave", "Hold",
    "MusicOnHoldStart", "MusicOnHoldStop", "BlindTransfer", "AttendedTransfer", "Newstate", "Hangup",
}  # fmt: skip
CALL = Scenario(title="x", caller=Caller("13800138000"), ring=[Round(["8001"], 1, answered_by="8001")])

Shape = tuple[str, str, str]


def shapes(messages: list[dict[str, str]]) -> list[Shape]:
    """(event, phone, detail): what can be compared between two runs. Taps are left out."""
    found = []
    for message in messages:
        channel = message.get("Channel") or message.get("TransfererChannel") or ""
        peer = message.get("DestChannel", "")
        if message.get("Event") not in COMPARED or "AudioSocket/" in channel + peer:
            continue
        details = (
            message.get(name, "")
            for name in ("ChannelStateDesc", "DialStatus", "Reason", "Extension", "Position")
        )
        phones = " ".join(name.rsplit("-", 1)[0] for name in (channel, peer) if name)
        found.append((message["Event"], phones, " ".join(filter(None, details))))
    return found


def recorded(name: str) -> list[Shape]:
    lines = (RECORDINGS / f"{name}.jsonl").read_text("utf-8").splitlines()
    return shapes([json.loads(line[line.index("{") :]) for line in lines])


class Stage:
    """An exchange whose events are kept."""

    def __init__(self, agents: list[str]) -> None:
        self.messages: list[dict[str, str]] = []
        self.exchange = Exchange(agents, self._keep, lambda: 0.0, epoch=0)
        self.legs = Legs(CALL, self.exchange, CallQueue(self.exchange), SoundLibrary(Path()))

    def _keep(self, fields: Fields) -> None:
        self.messages.append(dict(fields))

    def answer(self, agent: str) -> None:
        self.legs.answer(next(phone for phone in self.legs.ringing if phone.number == agent), 1)


def answered(*agents: str) -> Stage:
    stage = Stage([*agents, "8002"])
    stage.legs.ring(list(agents))
    stage.answer("8001")
    return stage


def test_answered_in_the_queue() -> None:
    stage = answered("8001")
    stage.legs.end("caller")
    assert shapes(stage.messages) == recorded("queue-answered-2s")


def test_abandoned_while_ringing() -> None:
    stage = Stage(["8001"])
    stage.legs.ring(["8001"])
    stage.legs.end("caller")
    assert shapes(stage.messages) == recorded("abandoned-while-ringing")


def test_two_phones_ring_and_the_agent_hangs_up() -> None:
    stage = Stage(["8001", "8002"])
    stage.legs.ring(["8002", "8001"])
    stage.answer("8001")
    stage.legs.end("agent")
    assert shapes(stage.messages) == recorded("two-agents-ringall")


def test_held_and_taken_back() -> None:
    stage = answered("8001")
    agent = stage.legs.agent
    assert agent is not None
    stage.exchange.hold(agent)
    stage.exchange.unhold(agent)
    stage.legs.end("caller")
    assert shapes(stage.messages) == recorded("hold-by-agent")


@pytest.mark.parametrize("kind", ["blind-transfer", "attended-transfer"])
def test_transferred(kind: str) -> None:
    stage = answered("8001")
    agent = stage.legs.agent
    assert agent is not None
    if kind == "blind-transfer":
        stage.legs.blind_transfer(agent, "8002")
        stage.legs.ring(["8002"])
        stage.answer("8002")
    else:
        stage.legs.complete_consultation(stage.legs.begin_consultation(agent, "8002"))
    stage.legs.end("caller")
    assert shapes(stage.messages) == recorded(kind)


def test_nothing_is_left_when_a_call_ends() -> None:
    stage = answered("8001", "8002")
    stage.legs.end("caller")
    assert (stage.exchange.channels, stage.exchange.bridges, stage.exchange.waiting) == ({}, {}, [])
