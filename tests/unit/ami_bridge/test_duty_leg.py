"""A leg to a duty mobile leaves by a trunk, yet it is its person's: rung, and answered only when the call is taken."""

from ami_bridge.layout import on_duty
from tests.unit.ami_bridge.script import Pbx, snapshot, status

MOBILE = "PJSIP/trunk-duty-00005"


def dials_duty(pbx: Pbx, who: str = "duty-8001") -> None:
    """What the shipped dialplan makes Asterisk say: a Local channel, behind it the trunk's, marked before it rings."""
    pbx.comes_in("1")
    pbx.new("2", "Local/139@hotline-duty-mobile-0001;1", linked="1")
    pbx.new("3", "Local/139@hotline-duty-mobile-0001;2", linked="1")
    pbx.dials("1", "2", "")
    pbx.new("5", MOBILE, linked="1")
    dest = {f"Dest{header}": value for header, value in pbx.channel("5").items()}
    pbx.say("DialBegin", **pbx.channel("3"), **dest, DestAccountCode=who)
    pbx.rings("5")


def test_the_mark_names_the_person() -> None:
    assert [on_duty(code) for code in ("duty-8001", "duty-", "sales", "", None)] == [
        "8001",
        None,
        None,
        None,
        None,
    ]


def test_it_rings_at_the_person_and_is_answered_when_taken() -> None:
    pbx = Pbx()
    dials_duty(pbx)
    assert [line.split()[:3] for line in pbx.told()[1:]] == [["AgentRinging", "call-1", "agent=8001"]]
    pbx.lifts("5")
    assert pbx.told() == []
    pbx.joins("x", "5", "3")
    pbx.joins("y", "1", "2")
    told = pbx.told()
    assert [line.split()[:3] for line in told] == [["CallAnswered", "call-1", "agent=8001"]]


def test_a_mobile_that_rings_before_its_person_is_named_rings_at_that_person() -> None:
    """A quick phone's Newstate Ringing can overtake the DialBegin."""
    pbx = Pbx()
    pbx.comes_in("1")
    pbx.new("2", "Local/139@hotline-duty-mobile-0001;1", linked="1")
    pbx.new("3", "Local/139@hotline-duty-mobile-0001;2", linked="1")
    pbx.dials("1", "2", "")
    pbx.new("5", MOBILE, linked="1")
    pbx.rings("5")
    dest = {f"Dest{header}": value for header, value in pbx.channel("5").items()}
    pbx.say("DialBegin", **pbx.channel("3"), **dest, DestAccountCode="duty-8001")
    assert [line.split()[:3] for line in pbx.told()[1:]] == [["AgentRinging", "call-1", "agent=8001"]]


def test_a_mailbox_that_lifts_stops_ringing_when_it_is_given_up() -> None:
    pbx = Pbx()
    dials_duty(pbx)
    pbx.told()
    pbx.lifts("5")
    pbx.hangs_up("5")
    assert [line.split()[:3] for line in pbx.told()] == [["AgentStoppedRinging", "call-1", "agent=8001"]]


def test_it_is_found_again_after_a_reconnect() -> None:
    pbx = Pbx()
    told = pbx.rebuild(
        snapshot(
            status("1", "PJSIP/trunk400-0000001a", 60, Exten="4001234567", BridgeID="x"),
            status("5", MOBILE, 50, linked="1", AccountCode="duty-8001", BridgeID="x"),
        )
    )
    assert [line.split()[:3] for line in told if line.startswith("CallAnswered")] == [
        ["CallAnswered", "call-1", "agent=8001"]
    ]
