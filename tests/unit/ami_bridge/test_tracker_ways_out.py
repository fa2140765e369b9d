"""Ways out beyond the recordings: calls of agents, calls that go out again, those the dialplan refused."""

from tests.unit.ami_bridge.script import STARTED, Pbx


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
