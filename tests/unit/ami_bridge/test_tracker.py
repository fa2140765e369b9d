"""Call shapes beyond the recordings: rings, Local channels, parking, spies, taps, masquerades, odd orders."""

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ami_bridge.events import (
    CallEnded,
    CallId,
    CallStarted,
    MediaQuality,
    Party,
    TapAttached,
    TapFailed,
    TapGone,
    Way,
)
from ami_bridge.messages import AmiMessage
from ami_bridge.replay import read_recording
from ami_bridge.tracker import HANDLERS, CallTracker
from tests.unit.ami_bridge.script import LINE, Pbx

STARTED = "CallStarted call-1 direction=inbound channel=PJSIP/trunk400-00001 caller_number=13800138000 dialled=4001234567 trunk=trunk400 age=0"
TAP = "04a823ac-e85c-4f78-8d59-497ba28f9642"
TAP_CHANNEL = f"AudioSocket/127.0.0.1:9092-{TAP}"


def test_a_ring_group_rings_all_and_one_answers() -> None:
    pbx = Pbx()
    pbx.comes_in("1")
    for uid, extension in (("2", "8001"), ("3", "8002"), ("4", "8003")):
        pbx.dials("1", uid, f"PJSIP/{extension}-0000{uid}")
    pbx.now = 1.0
    pbx.rings("2")
    pbx.rings("3")
    pbx.dial_ends("1", "4", "CHANUNAVAIL")
    pbx.hangs_up("4", cause="20")
    pbx.now = 12.0
    pbx.lifts("3")
    pbx.dial_ends("1", "3", "ANSWER")
    pbx.dial_ends("1", "2", "CANCEL")
    pbx.joins("b", "3", "1")
    pbx.hangs_up("2", cause="26")
    pbx.wants_off("3")
    pbx.hangs_up("3", "1")
    assert pbx.told() == [
        STARTED,
        "AgentRinging call-1 agent=8001 channel=PJSIP/8001-00002",
        "AgentRinging call-1 agent=8002 channel=PJSIP/8002-00003",
        "PhoneRefused call-1 agent=8003",
        "PhoneLifted call-1 agent=8002",
        "AgentStoppedRinging call-1 agent=8001 why=answered_elsewhere",
        "CallAnswered call-1 agent=8002 caller_channel=PJSIP/trunk400-00001 agent_channel=PJSIP/8002-00003"
        " ring_s=11 wait_s=12 age=0",
        "CallEnded call-1 reason=hung_up by=agent",
    ]
    assert pbx.tracker.empty


@pytest.mark.parametrize(
    ("status", "cause", "told"),
    [("BUSY", "17", ["PhoneRefused call-1 agent=8001"]), ("NOANSWER", "0", []), ("CANCEL", "26", [])],
)
def test_a_phone_that_turns_a_call_down_before_it_rings(status: str, cause: str, told: list[str]) -> None:
    pbx = Pbx()
    pbx.comes_in("1")
    pbx.dials("1", "2", "PJSIP/8001-00002")
    pbx.dial_ends("1", "2", status)
    pbx.hangs_up("2", cause=cause)
    assert pbx.told()[1:] == told


def test_nobody_answers() -> None:
    pbx = Pbx()
    pbx.comes_in("1")
    pbx.dials("1", "2", "PJSIP/8001-00002")
    pbx.rings("2")
    pbx.dial_ends("1", "2", "NOANSWER")
    pbx.hangs_up("2", "1")
    assert pbx.told()[1:] == [
        "AgentRinging call-1 agent=8001 channel=PJSIP/8001-00002",
        "AgentStoppedRinging call-1 agent=8001 why=no_answer",
        "CallEnded call-1 reason=not_answered",
    ]


def test_the_rings_of_all_rounds_count_from_the_first() -> None:
    pbx = Pbx()
    pbx.comes_in("1")
    for round_, uid in enumerate(("2", "3")):
        pbx.now = 15.0 * round_ + 1.0
        pbx.dials("1", uid, f"PJSIP/8001-0000{uid}")
        pbx.rings(uid)
        if uid == "2":
            pbx.dial_ends("1", uid, "NOANSWER")
            pbx.hangs_up(uid)
    pbx.now = 18.0
    pbx.lifts("3")
    pbx.joins("b", "3", "1")
    assert pbx.told()[-1] == (
        "CallAnswered call-1 agent=8001 caller_channel=PJSIP/trunk400-00001 agent_channel=PJSIP/8001-00003"
        " ring_s=17 wait_s=18 age=0"
    )


def test_a_lifted_phone_is_no_answer_until_both_share_a_bridge() -> None:
    pbx = Pbx()
    pbx.comes_in("1")
    pbx.dials("1", "2", "PJSIP/8001-00002")
    pbx.rings("2")
    pbx.lifts("2")
    pbx.dial_ends("1", "2", "ANSWER")
    pbx.joins("b", "2")
    assert [line.split()[0] for line in pbx.told()] == ["CallStarted", "AgentRinging", "PhoneLifted"]
    pbx.joins("b", "1")
    assert [line.split()[0] for line in pbx.told()] == ["CallAnswered"]


def test_ringing_ends_when_the_phone_is_lifted_not_when_its_announcement_is_over() -> None:
    """Dial's A(…) and a queue's `announce` tell the agent something before the two are joined (S1-10)."""
    pbx = Pbx()
    pbx.comes_in("1")
    pbx.dials("1", "2", "PJSIP/8001-00002")
    pbx.rings("2")
    pbx.now = 9.0
    pbx.lifts("2")
    assert pbx.told()[-1] == "PhoneLifted call-1 agent=8001"
    pbx.now = 12.0
    pbx.joins("b", "2", "1")
    assert pbx.told()[-1].endswith("ring_s=9 wait_s=12 age=0")


def test_who_hangs_up_in_the_announcement_has_not_answered_and_the_rings_go_on_counting() -> None:
    pbx = Pbx()
    pbx.comes_in("1")
    pbx.dials("1", "2", "PJSIP/8001-00002")
    pbx.rings("2")
    pbx.now = 9.0
    pbx.lifts("2")
    pbx.now = 11.0
    pbx.hangs_up("2", cause="16")
    assert pbx.told()[-2:] == [
        "PhoneLifted call-1 agent=8001",
        "AgentStoppedRinging call-1 agent=8001 why=no_answer",
    ]
    pbx.dials("1", "3", "PJSIP/8002-00003")
    pbx.rings("3")
    pbx.now = 20.0
    pbx.lifts("3")
    pbx.joins("b", "3", "1")
    assert pbx.told()[-1].endswith("ring_s=20 wait_s=20 age=0")


def local_member(pbx: Pbx) -> None:
    """A queue member `Local/8001@from-queue/n`, up to the ringing phone."""
    pbx.comes_in("1")
    pbx.new("2", "Local/8001@from-queue-00000001;1", linked="1")
    pbx.new("3", "Local/8001@from-queue-00000001;2", linked="1", state="4")
    pbx.dials("1", "2", "")
    pbx.dials("3", "4", "PJSIP/8001-00004")
    pbx.rings("2")
    pbx.rings("4")


def test_a_local_channel_is_a_joint_and_never_a_party() -> None:
    pbx = Pbx()
    local_member(pbx)
    pbx.lifts("4")
    pbx.joins("far", "4", "3")
    pbx.lifts("2")
    assert [line.split()[0] for line in pbx.told()] == ["CallStarted", "AgentRinging", "PhoneLifted"]
    pbx.joins("near", "2", "1")
    pbx.say("Hold", **pbx.channel("4"))
    pbx.say("Hold", **pbx.channel("2"))
    assert pbx.told() == [
        "CallAnswered call-1 agent=8001 caller_channel=PJSIP/trunk400-00001 agent_channel=PJSIP/8001-00004"
        " ring_s=0 wait_s=0 age=0",
        "CallHeld call-1 by=agent agent=8001",
    ]
    pbx.hangs_up("4", "3", "2", "1")
    assert pbx.told() == ["CallEnded call-1 reason=hung_up"]
    assert pbx.tracker.empty


def test_a_local_channel_optimised_away_changes_nothing() -> None:
    pbx = Pbx()
    local_member(pbx)
    pbx.lifts("4")
    pbx.joins("far", "4", "3")
    pbx.joins("near", "2", "1")
    pbx.told()
    pbx.leaves("far", "4")
    pbx.leaves("near", "2")
    pbx.joins("near", "4", SwapUniqueid="2")
    pbx.leaves("far", "3")
    pbx.hangs_up("3", "2")
    pbx.say("Hold", **pbx.channel("4"))
    assert pbx.told() == ["CallHeld call-1 by=agent agent=8001"]
    pbx.hangs_up("4", "1")
    assert pbx.told() == ["CallEnded call-1 reason=hung_up"]
    assert pbx.tracker.empty


def test_both_sides_may_hold_at_once() -> None:
    pbx = Pbx()
    pbx.answered_call()
    for event, uid in (("Hold", "2"), ("Hold", "1"), ("Unhold", "2"), ("Unhold", "2"), ("Unhold", "1")):
        pbx.say(event, **pbx.channel(uid))
    assert pbx.told() == [
        "CallHeld call-1 by=agent agent=8001",
        "CallHeld call-1 by=caller agent=8001",
        "CallResumed call-1 by=agent agent=8001",
        "CallResumed call-1 by=caller agent=8001",
    ]


def test_hold_before_the_talk_is_out_of_place() -> None:
    pbx = Pbx()
    pbx.comes_in("1")
    pbx.say("Hold", **pbx.channel("1"))
    assert pbx.told() == [STARTED]


def test_a_parked_caller_is_with_nobody_and_with_whoever_fetches_it() -> None:
    pbx = Pbx()
    pbx.answered_call()
    pbx.answered_call("11", "12", "8005")
    for caller, agent in (("1", "2"), ("11", "12")):
        pbx.leaves(f"bridge-{caller}", caller)
        pbx.joins("lot", caller, BridgeTechnology="holding_bridge")
        pbx.hangs_up(agent)
    assert pbx.told() == []
    pbx.new("20", "PJSIP/8002-000020", state="4", Exten="701")
    pbx.leaves("lot", "1")
    pbx.joins("fetched", "20", "1")
    assert pbx.told() == [
        "CallAnswered call-1 agent=8002 caller_channel=PJSIP/trunk400-00001 agent_channel=PJSIP/8002-000020"
        " ring_s=0 wait_s=0 age=0"
    ]
    pbx.hangs_up("20", "1", "11")
    assert pbx.tracker.empty


def test_a_pickup_by_masquerade_moves_the_call_to_the_pickers_phone() -> None:
    pbx = Pbx()
    pbx.comes_in("1")
    pbx.dials("1", "2", "PJSIP/8001-00002")
    pbx.rings("2")
    pbx.new("9", "PJSIP/8002-00009", state="4", Exten="*8")
    pbx.renames("9", "PJSIP/8002-00009<MASQ>")
    pbx.renames("2", "PJSIP/8002-00009")
    pbx.renames("9", "PJSIP/8001-00002<ZOMBIE>")
    pbx.hangs_up("9")
    pbx.dial_ends("1", "2", "ANSWER")
    pbx.joins("b", "2", "1")
    assert pbx.told()[1:] == [
        "AgentRinging call-1 agent=8001 channel=PJSIP/8001-00002",
        "AgentStoppedRinging call-1 agent=8001 why=answered_elsewhere",
        "CallAnswered call-1 agent=8002 caller_channel=PJSIP/trunk400-00001 agent_channel=PJSIP/8002-00009"
        " ring_s=0 wait_s=0 age=0",
    ]
    pbx.hangs_up("2", "1")
    assert pbx.tracker.empty


def test_a_transfer_while_the_target_still_rings() -> None:
    pbx = Pbx()
    pbx.answered_call()
    pbx.new("3", "PJSIP/8001-00003", state="4", Exten="8002")
    pbx.dials("3", "4", "PJSIP/8002-00004")
    pbx.rings("4")
    pbx.told()
    transferers = {"OrigTransfererUniqueid": "2", "SecondTransfererUniqueid": "3"}
    pbx.say("AttendedTransfer", Result="Success", DestType="App", **transferers)
    pbx.leaves("bridge-1", "2")
    pbx.new("5", "Local/_attended@transfer/m-00000001;1", linked="1")
    pbx.joins("bridge-1", "5")
    pbx.renames("3", "Local/_attended@transfer/m-00000001;2")
    pbx.hangs_up("2")
    assert pbx.told() == [
        "CallTransferred call-1 kind=attended from_agent=8001 to=8002",
        "CallEnded call-2 reason=merged",
        "AgentRinging call-1 agent=8002 channel=PJSIP/8002-00004",
    ]
    pbx.lifts("4")
    pbx.joins("far", "4", "3")
    assert pbx.told()[-1].startswith("CallAnswered call-1 agent=8002")
    pbx.hangs_up("4", "3", "5", "1")
    assert pbx.told()[-1] == "CallEnded call-1 reason=hung_up"
    assert pbx.tracker.empty


@pytest.mark.parametrize("result", ["Fail", "Invalid", "Not Permitted"])
def test_a_refused_transfer_leaves_the_call_as_it_was(result: str) -> None:
    pbx = Pbx()
    pbx.answered_call()
    pbx.say("BlindTransfer", Result=result, TransfererUniqueid="2", Extension="8009")
    pbx.say("AttendedTransfer", Result=result, OrigTransfererUniqueid="2", SecondTransfererUniqueid="77")
    pbx.say("Hold", **pbx.channel("2"))
    assert pbx.told() == [
        "TransferFailed call-1 kind=blind from_agent=8001 to=8009",
        "TransferFailed call-1 kind=attended from_agent=8001",
        "CallHeld call-1 by=agent agent=8001",
    ]


def test_a_queue_call_after_hours_that_goes_out_again_is_answered_without_an_agent() -> None:
    pbx = Pbx()
    pbx.comes_in("1")
    pbx.dials("1", "2", "PJSIP/trunk400-00002")
    pbx.rings("2")
    pbx.lifts("2")
    pbx.joins("b", "2", "1")
    pbx.wants_off("1")
    pbx.hangs_up("2", "1")
    assert pbx.told() == [
        STARTED,
        "TrunkDialled call-1 trunk=trunk400 channel=PJSIP/trunk400-00002",
        "CallEnded call-1 reason=hung_up by=caller",
    ]
    assert pbx.tracker.empty


def test_an_outbound_call_tries_a_second_trunk() -> None:
    pbx = Pbx()
    pbx.new("1", "PJSIP/8001-00001", state="4", Exten="013900139000")
    pbx.dials("1", "2", "PJSIP/trunk400-00002")
    pbx.dial_ends("1", "2", "CONGESTION")
    pbx.hangs_up("2")
    pbx.dials("1", "3", "PJSIP/spare-00003")
    pbx.rings("3")
    pbx.now = 3.0
    pbx.joins("b", "3", "1")
    pbx.wants_off("3")
    pbx.hangs_up("3", "1")
    assert pbx.told() == [
        "CallStarted call-1 direction=outbound channel=PJSIP/8001-00001 caller_number=8001"
        " dialled=013900139000 trunk=trunk400 age=0",
        "TrunkDialled call-1 trunk=trunk400 channel=PJSIP/trunk400-00002",
        "TrunkDialled call-1 trunk=spare channel=PJSIP/spare-00003",
        "CallAnswered call-1 agent=8001 caller_channel=PJSIP/spare-00003 agent_channel=PJSIP/8001-00001"
        " ring_s=3 wait_s=3 age=0",
        "CallEnded call-1 reason=hung_up by=caller",
    ]
    assert pbx.tracker.empty


def test_the_agent_gives_up_an_outbound_call() -> None:
    pbx = Pbx()
    pbx.new("1", "PJSIP/8001-00001", state="4", Exten="013900139000")
    pbx.dials("1", "2", "PJSIP/trunk400-00002")
    pbx.rings("2")
    pbx.wants_off("1")
    pbx.hangs_up("2", "1")
    assert pbx.told()[1:] == [
        "TrunkDialled call-1 trunk=trunk400 channel=PJSIP/trunk400-00002",
        "CallEnded call-1 reason=abandoned by=agent",
    ]


def test_a_way_out_that_is_nobodys_call_is_told_once() -> None:
    """A call file, or an Originate straight onto the trunk: Asterisk dials it without a source."""
    pbx = Pbx()
    pbx.new("1", "PJSIP/trunk400-00001")
    for _ in range(2):
        pbx.say("DialBegin", DestChannel="PJSIP/trunk400-00001", DestUniqueid="1")
    pbx.hangs_up("1")
    assert pbx.told() == ["TrunkDialled trunk=trunk400 channel=PJSIP/trunk400-00001"]
    assert pbx.tracker.empty


AT_THE_GUARD = {"Context": "hotline-outbound-guard", "Exten": "refused-trunk400"}


def test_a_way_out_that_the_dialplan_refused_is_told_with_whose_it_was() -> None:
    """By his own phone, by a transfer's Local channel, by the caller sent there; passing the guard is no refusal."""
    pbx = Pbx()
    pbx.new("1", "PJSIP/8001-00001", state="4", Exten="013900139000")
    pbx.say("Hangup", **pbx.channel("1"), Cause="21", **AT_THE_GUARD)
    assert pbx.told() == ["OutboundRefused trunk=trunk400 channel=PJSIP/8001-00001 agent=8001"]
    pbx.answered_call("2", "3", "8002")
    pbx.new("4", "Local/013900139000@hotline-phones-0001;2", linked="2")
    pbx.say("Hangup", **pbx.channel("4"), Cause="21", **AT_THE_GUARD)
    pbx.say("Hangup", **pbx.channel("2"), Cause="21", **AT_THE_GUARD)
    assert [line for line in pbx.told() if line.startswith("OutboundRefused")] == [
        "OutboundRefused trunk=trunk400 channel=Local/013900139000@hotline-phones-0001;2 agent=8002",
        "OutboundRefused trunk=trunk400 channel=PJSIP/trunk400-00002 agent=8002",
    ]
    pbx.new("5", "PJSIP/8001-00005", state="4", Exten="013900139000")
    pbx.say("Hangup", **pbx.channel("5"), Cause="16", Context="hotline-outbound-guard", Exten="s")
    pbx.hangs_up("3")
    assert pbx.told() == []
    assert pbx.tracker.empty


def test_a_supervisor_who_listens_is_no_call_and_no_leg() -> None:
    pbx = Pbx()
    pbx.answered_call()
    pbx.new("9", "PJSIP/8900-00009")
    pbx.say("DialBegin", DestChannel="PJSIP/8900-00009", DestUniqueid="9")
    pbx.rings("9")
    pbx.lifts("9")
    pbx.say("ChanSpyStart", SpyerChannel="PJSIP/8900-00009", SpyerUniqueid="9", SpyeeUniqueid="2")
    pbx.hangs_up("9")
    assert pbx.told() == []
    pbx.hangs_up("2", "1")
    assert pbx.told() == ["CallEnded call-1 reason=hung_up"]
    assert pbx.tracker.empty


def test_our_taps_are_told_by_id_and_are_nothing_else() -> None:
    pbx = Pbx()
    pbx.new("7", TAP_CHANNEL)
    pbx.dials("7", "7", "")
    pbx.lifts("7")
    assert pbx.tracker.empty
    pbx.say("ChanSpyStart", SpyerChannel=TAP_CHANNEL, SpyerUniqueid="7", SpyeeUniqueid="1")
    pbx.say("OriginateResponse", Response="Success", Channel=TAP_CHANNEL)
    dialled = f"AudioSocket/127.0.0.1:9092/{TAP.upper()}/c(slin)"
    pbx.say("OriginateResponse", Response="Failure", Channel=dialled, Reason="8")
    pbx.hangs_up("7")
    events = pbx.events()
    assert [type(event) for event in events] == [TapAttached, TapFailed, TapGone]
    assert {event.tap_id for event in events if isinstance(event, TapAttached | TapFailed | TapGone)} == {TAP}


def test_two_parties_bridged_without_a_dial_are_a_call() -> None:
    pbx = Pbx()
    pbx.new("1", "PJSIP/8001-00001")
    pbx.new("2", "PJSIP/8002-00002")
    pbx.joins("b", "1", "2")
    assert [line.split()[:2] for line in pbx.told()] == [
        ["CallStarted", "call-1"],
        ["CallAnswered", "call-1"],
    ]
    pbx.hangs_up("2", "1")
    assert pbx.tracker.empty


def test_what_the_network_loses_is_told_by_party_and_way() -> None:
    pbx = Pbx()
    pbx.answered_call()
    report = {"Report0FractionLost": "64", "Report0IAJitter": "240"}
    pbx.say("RTCPSent", **pbx.channel("1"), **report)
    pbx.say("RTCPSent", **pbx.channel("2"), **report)
    pbx.say("RTCPReceived", **pbx.channel("2"), **report)
    pbx.say("RTCPReceived", **pbx.channel("2"), ReportCount="0")
    assert pbx.events() == [
        MediaQuality(CallId("1"), Party.CALLER, 0.25, 30.0, Way.FROM_PHONE),
        MediaQuality(CallId("1"), Party.AGENT, 0.25, 30.0, Way.FROM_PHONE),
        MediaQuality(CallId("1"), Party.AGENT, 0.25, 30.0, Way.TO_PHONE),
    ]


def test_messages_about_nobody_known_change_nothing() -> None:
    tracker = CallTracker(LINE)
    names = [
        "Hangup",
        "BridgeEnter",
        "BridgeLeave",
        "Hold",
        "Unhold",
        "DialBegin",
        "DialEnd",
        "DialState",
        "Rename",
    ]
    names += [
        "Newstate",
        "Pickup",
        "BlindTransfer",
        "AttendedTransfer",
        "MusicOnHoldStart",
        "ChanSpyStart",
        "Newchannel",
    ]
    names += [
        "QueueCallerJoin",
        "QueueCallerLeave",
        "QueueCallerAbandon",
        "OriginateResponse",
        "DeviceStateChange",
        "?",
    ]
    for name in names:
        assert tracker.handle(AmiMessage([("Event", name)]), 0.0) == []
        known = [("Uniqueid", "9"), ("DestUniqueid", "8"), ("BridgeUniqueid", "b"), ("Newname", "PJSIP/1-1")]
        assert tracker.handle(AmiMessage([("Event", name), *known]), 0.0) == []
    assert tracker.handle(AmiMessage([("Response", "Success")]), 0.0) == []
    assert tracker.empty


RECORDINGS = sorted((Path(__file__).parent / "recordings").glob("*.jsonl"))
ALL = {path.stem: list(read_recording(path.read_text(encoding="utf-8").splitlines())) for path in RECORDINGS}


@settings(max_examples=60)
@given(name=st.sampled_from(sorted(ALL)), seed=st.integers(0, 2**32), keep=st.floats(0.3, 1.0))
def test_no_order_and_no_loss_leaves_a_call_behind_once_all_have_hung_up(
    name: str, seed: int, keep: float
) -> None:
    chance = random.Random(seed)
    messages = [message for _, message in ALL[name]]
    shuffled = [message for message in messages if chance.random() < keep]
    chance.shuffle(shuffled)
    hangups = [message for message in messages if message.event == "Hangup"]
    chance.shuffle(hangups)
    tracker = CallTracker(LINE)
    events = [event for message in (*shuffled, *hangups) for event in tracker.handle(message, 1.0)]
    assert tracker.empty
    started = [event.call_id for event in events if isinstance(event, CallStarted)]
    ended = [event.call_id for event in events if isinstance(event, CallEnded)]
    assert sorted(started) == sorted(ended)


UIDS = ["1", "2", "3", "4"]
NAMES = [
    "PJSIP/trunk400-1",
    "PJSIP/8001-2",
    "PJSIP/8002-3",
    "Local/8001@q-4;1",
    "Local/8001@q-4;2",
    "AudioSocket/x-5",
    "",
]
WORDS = [
    *UIDS,
    *NAMES,
    "RINGING",
    "ANSWER",
    "NOANSWER",
    "CANCEL",
    "Success",
    "4",
    "5",
    "6",
    "holding_bridge",
    "line400",
]
HEADERS = [
    "Uniqueid",
    "DestUniqueid",
    "Linkedid",
    "Channel",
    "Newname",
    "ChannelState",
    "BridgeUniqueid",
    "Queue",
]
HEADERS += [
    "DialStatus",
    "SwapUniqueid",
    "TransfererUniqueid",
    "OrigTransfererUniqueid",
    "SecondTransfererUniqueid",
]
HEADERS += [
    "Result",
    "TargetUniqueid",
    "SpyerUniqueid",
    "SpyerChannel",
    "BridgeTechnology",
    "Position",
    "Count",
    "Exten",
]
UTTERANCES = st.builds(
    lambda event, headers: AmiMessage([("Event", event), *headers.items()]),
    st.sampled_from(sorted(HANDLERS)),
    st.dictionaries(st.sampled_from(HEADERS), st.sampled_from(WORDS), max_size=10),
)


@settings(max_examples=300)
@given(st.lists(UTTERANCES, max_size=60))
def test_no_nonsense_breaks_it_and_every_call_that_began_ends_once(said: list[AmiMessage]) -> None:
    tracker = CallTracker(LINE)
    everything = [AmiMessage([("Event", "Hangup"), ("Uniqueid", word)]) for word in WORDS]
    events = [event for message in (*said, *everything) for event in tracker.handle(message, 1.0)]
    started = [event.call_id for event in events if isinstance(event, CallStarted)]
    ended = [event.call_id for event in events if isinstance(event, CallEnded)]
    assert sorted(started) == sorted(ended)
    assert tracker.empty
