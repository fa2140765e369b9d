"""After the link was down: live calls again, ghosts ended, nothing told twice."""

from ami_bridge.events import (
    AgentRinging,
    CallId,
    CallQueued,
    CallStarted,
    ChannelName,
    Direction,
    Extension,
    PbxBack,
    PhoneChanged,
    PhoneState,
    QueueLength,
)
from tests.unit.ami_bridge.script import Pbx, message, snapshot, status

CALLER = "PJSIP/trunk400-00001"
AGENT = "PJSIP/8001-00002"
BACK = "PbxBack away=0 restarted=False version=22.10.1"


def test_the_first_connection_finds_nothing() -> None:
    pbx = Pbx()
    assert pbx.tracker.lost("unreachable: refused", 0.0) != []
    pbx.now = 9.0
    assert pbx.rebuild(snapshot()) == [BACK]
    assert pbx.tracker.empty


def test_a_call_that_talks_is_found_with_its_age() -> None:
    pbx = Pbx()
    pbx.now = 500.0
    caller = status(
        "1",
        CALLER,
        60,
        BridgeID="b",
        CallerIDNum="13800138000",
        Exten="4001234567",
        Application="Queue",
        Data="line400,tC",
    )
    agent = status("2", AGENT, 50, linked="1", BridgeID="b", Application="AppQueue", Data="(Outgoing Line)")
    assert pbx.rebuild(snapshot(agent, caller)) == [
        "CallStarted call-1 direction=inbound channel=PJSIP/trunk400-00001 caller_number=13800138000"
        " dialled=4001234567 trunk=trunk400 age=60",
        "CallAnswered call-1 agent=8001 caller_channel=PJSIP/trunk400-00001 agent_channel=PJSIP/8001-00002"
        " ring_s=0 wait_s=10 queue=line400 age=50",
        BACK,
    ]
    pbx.new("1", CALLER, state="4")
    pbx.joins("b", "1")
    pbx.new("2", AGENT, linked="1")
    pbx.joins("b", "2")
    assert pbx.told() == []
    pbx.hangs_up("2", "1")
    assert pbx.told() == ["CallEnded call-1 reason=hung_up"]
    assert pbx.tracker.empty


def test_a_call_that_waits_and_rings_is_found() -> None:
    pbx = Pbx()
    pbx.now = 100.0
    caller = status("1", CALLER, 20, ChannelState="4", CallerIDNum="138", Exten="400", Application="Queue")
    agent = status("2", AGENT, 8, linked="1", ChannelState="5", Application="AppQueue")
    found = snapshot(
        caller,
        agent,
        queues=[
            message("QueueParams", Queue="line400", Calls="1"),
            message("QueueMember", Queue="line400", Name="PJSIP/8001"),
            message("QueueEntry", Queue="line400", Position="1", Channel=CALLER, Uniqueid="1", Wait="19"),
        ],
        devices=[
            message("DeviceStateChange", Device="PJSIP/8001", State="RINGING"),
            message("DeviceStateChange", Device="Queue:line400", State="INUSE"),
        ],
    )
    assert pbx.tracker.rebuild(found, pbx.now) == [
        CallStarted(
            CallId("1"), Direction.INBOUND, ChannelName(CALLER), "138", None, "400", "trunk400", 20.0
        ),
        QueueLength("line400", 1),
        CallQueued(CallId("1"), "line400", 1),
        AgentRinging(CallId("1"), Extension("8001"), ChannelName(AGENT)),
        PhoneChanged(Extension("8001"), PhoneState.RINGING),
        PbxBack(0.0, restarted=False, version="22.10.1"),
    ]
    pbx.now = 103.0
    pbx.new("1", CALLER)
    pbx.new("2", AGENT, linked="1")
    pbx.lifts("2")
    pbx.joins("b", "2", "1")
    assert pbx.told() == [
        "PhoneLifted call-1 agent=8001",
        "CallAnswered call-1 agent=8001 caller_channel=PJSIP/trunk400-00001 agent_channel=PJSIP/8001-00002"
        " ring_s=11 wait_s=23 queue=line400 age=0",
    ]


def test_known_calls_go_on_without_a_word_and_ghosts_end() -> None:
    pbx = Pbx()
    pbx.rebuild(snapshot())
    pbx.answered_call()
    pbx.answered_call("11", "12", "8005")
    pbx.now = 100.0
    pbx.tracker.lost("closed", pbx.now)
    pbx.now = 130.0
    living = (
        status("1", CALLER, 130, BridgeID="bridge-1"),
        status("2", AGENT, 130, linked="1", BridgeID="bridge-1"),
    )
    assert pbx.rebuild(snapshot(*living, uptime_s=1130.0)) == [
        "CallEnded call-2 reason=lost",
        "PbxBack away=30 restarted=False version=22.10.1",
    ]
    pbx.hangs_up("2", "1")
    assert pbx.told() == ["CallEnded call-1 reason=hung_up"]
    assert pbx.tracker.empty


def test_an_answer_missed_while_away_is_told() -> None:
    pbx = Pbx()
    pbx.rebuild(snapshot())
    pbx.comes_in("1")
    pbx.dials("1", "2", AGENT)
    pbx.rings("2")
    pbx.told()
    pbx.now = 20.0
    living = (status("1", CALLER, 20, BridgeID="b"), status("2", AGENT, 20, linked="1", BridgeID="b"))
    assert pbx.rebuild(snapshot(*living, uptime_s=1020.0)) == [
        "PhoneLifted call-1 agent=8001",
        "CallAnswered call-1 agent=8001 caller_channel=PJSIP/trunk400-00001 agent_channel=PJSIP/8001-00002"
        " ring_s=20 wait_s=20 age=0",
        BACK,
    ]


def test_after_a_restart_all_known_calls_have_ended() -> None:
    pbx = Pbx()
    pbx.rebuild(snapshot(uptime_s=1000.0))
    pbx.answered_call()
    pbx.now = 60.0
    assert pbx.rebuild(snapshot(status("91", CALLER, 2, ChannelState="4", Exten="400"), uptime_s=5.0)) == [
        "CallEnded call-1 reason=pbx_restarted",
        "CallStarted call-2 direction=inbound channel=PJSIP/trunk400-00001 dialled=400 trunk=trunk400 age=2",
        "PbxBack away=0 restarted=True version=22.10.1",
    ]


def test_a_clock_set_back_is_no_restart_while_a_channel_lives_on() -> None:
    pbx = Pbx()
    pbx.rebuild(snapshot(uptime_s=1000.0))
    pbx.answered_call()
    living = (
        status("1", CALLER, 60, BridgeID="bridge-1"),
        status("2", AGENT, 60, linked="1", BridgeID="bridge-1"),
    )
    assert pbx.rebuild(snapshot(*living, uptime_s=5.0)) == [BACK]


def test_uptime_in_whole_seconds_is_no_restart() -> None:
    pbx = Pbx()
    pbx.rebuild(snapshot(uptime_s=1000.0))
    pbx.now = 60.0
    assert pbx.rebuild(snapshot(uptime_s=1059.0)) == [BACK]
    assert pbx.rebuild(snapshot(uptime_s=None)) == [BACK]


def test_taps_spies_and_parked_callers_in_a_snapshot_are_what_they_are() -> None:
    pbx = Pbx()
    pbx.now = 1000.0
    found = snapshot(
        status(
            "7", "AudioSocket/127.0.0.1:9092-04a823ac-e85c-4f78-8d59-497ba28f9642", 5, Application="ChanSpy"
        ),
        status("8", "PJSIP/8900-00008", 5, Application="ChanSpy"),
        status("1", CALLER, 50, BridgeID="lot", Exten="400"),
        status("11", "PJSIP/trunk400-000011", 40, BridgeID="lot", Exten="400"),
        bridges=[message("BridgeListItem", BridgeUniqueid="lot", BridgeTechnology="holding_bridge")],
    )
    assert [line.split()[:2] for line in pbx.rebuild(found)] == [
        ["CallStarted", "call-1"],
        ["CallStarted", "call-2"],
        ["PbxBack", "away=0"],
    ]


def test_internal_and_outbound_calls_are_found() -> None:
    pbx = Pbx()
    pbx.now = 1000.0
    found = snapshot(
        status("1", "PJSIP/8001-00001", 50, BridgeID="b", Exten="8002", Application="Dial"),
        status("2", "PJSIP/8002-00002", 49, linked="1", BridgeID="b", Application="AppDial"),
        status("3", "PJSIP/8003-00003", 30, BridgeID="c", Exten="0139", Application="Dial"),
        status("4", "PJSIP/trunk400-00004", 29, linked="3", BridgeID="c", Application="AppDial"),
    )
    assert [line.split()[:3] for line in pbx.rebuild(found)] == [
        ["CallStarted", "call-1", "direction=internal"],
        ["CallStarted", "call-2", "direction=outbound"],
        ["TrunkDialled", "call-2", "trunk=trunk400"],
        ["CallAnswered", "call-1", "agent=8002"],
        ["CallAnswered", "call-2", "agent=8003"],
        ["PbxBack", "away=0", "restarted=False"],
    ]


def test_ways_out_that_began_while_nobody_looked_are_told_once() -> None:
    """Of a caller who is handed on, of a program that calls, and never the caller himself."""
    pbx = Pbx()
    pbx.now = 1000.0
    found = snapshot(
        status("1", CALLER, 50, BridgeID="b", Exten="4001234567", Application="Dial"),
        status("2", "PJSIP/trunk400-00002", 20, linked="1", BridgeID="b", Application="AppDial"),
        status("3", "PJSIP/trunk400-00003", 5, ChannelState="5", Application="AppDial2"),
        status("4", "PJSIP/trunk400-00004", 90, BridgeID="c", Exten="4001234567", Application="Queue"),
    )
    assert [line for line in pbx.rebuild(found) if line.startswith("TrunkDialled")] == [
        "TrunkDialled call-2 trunk=trunk400 channel=PJSIP/trunk400-00002",
        "TrunkDialled trunk=trunk400 channel=PJSIP/trunk400-00003",
    ]
    assert [line for line in pbx.rebuild(found) if line.startswith("TrunkDialled")] == []
