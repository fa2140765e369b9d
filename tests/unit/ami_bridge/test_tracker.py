"""Call shapes beyond the recordings: rings, Local channels, holds, parking, pickups, transfers."""

import pytest

from tests.unit.ami_bridge.script import STARTED, Pbx


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
