"""What is beside a call: spies, taps, the network's losses."""

from ami_bridge.events import CallId, MediaQuality, Party, TapAttached, TapFailed, TapGone, Way
from tests.unit.ami_bridge.script import Pbx

TAP = "04a823ac-e85c-4f78-8d59-497ba28f9642"
TAP_CHANNEL = f"AudioSocket/127.0.0.1:9092-{TAP}"


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
