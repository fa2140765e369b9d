"""Trunk lines in use, and the far end lost and back: as Asterisk 22 says it to an account with read=system,call."""

import pytest

from ami_bridge.events import TrunkEvent, TrunkLines, TrunkReach, TrunkReached
from ami_bridge.layout import LineLayout
from ami_bridge.messages import AmiMessage
from ami_bridge.snapshot import PbxSnapshot
from ami_bridge.trunks import TrunkWatch

ACCOUNT = "sip:4001234567@provider.example"


def said(event: str, **headers: str) -> AmiMessage:
    return AmiMessage([("Event", event), *headers.items()])


def channel(event: str, uniqueid: str, name: str, **more: str) -> AmiMessage:
    return said(event, Uniqueid=uniqueid, Channel=name, **more)


def device(state: str, name: str = "PJSIP/trunk400") -> AmiMessage:
    return said("DeviceStateChange", Device=name, State=state)


def peer(status: str) -> AmiMessage:
    return said("PeerStatus", ChannelType="PJSIP", Peer="PJSIP/trunk400", PeerStatus=status)


def contact(status: str, uri: str = "sip:192.0.2.1:5060") -> AmiMessage:
    return said("ContactStatus", URI=uri, ContactStatus=status, AOR="trunk400", EndpointName="trunk400")


def registry(status: str, account: str = ACCOUNT) -> AmiMessage:
    return said(
        "Registry", ChannelType="pjsip", Username=account, Domain="sip:provider.example", Status=status
    )


@pytest.fixture
def watch() -> TrunkWatch:
    return TrunkWatch(LineLayout(frozenset({"trunk400"})), frozenset({ACCOUNT}))


def told(watch: TrunkWatch, *messages: AmiMessage) -> list[TrunkEvent]:
    return [event for message in messages for event in watch.handle(message)]


def test_lines_are_counted_by_channel_whoever_talks_on_them(watch: TrunkWatch) -> None:
    assert told(
        watch,
        channel("Newchannel", "1", "PJSIP/trunk400-00000001"),
        channel("Newchannel", "1", "PJSIP/trunk400-00000001"),
        channel("Newchannel", "2", "PJSIP/8001-00000002"),
        channel("Newchannel", "3", "PJSIP/trunk-office-00000003"),
        channel("Newchannel", "4", "PJSIP/trunk400-00000004"),
        channel("Hangup", "1", "PJSIP/trunk400-00000001"),
        channel("Hangup", "1", "PJSIP/trunk400-00000001"),
        channel("Hangup", "2", "PJSIP/8001-00000002"),
    ) == [TrunkLines(1), TrunkLines(2), TrunkLines(1)]


def test_a_masquerade_takes_no_second_line(watch: TrunkWatch) -> None:
    """As Asterisk renames: the trunk's channel becomes `<MASQ>`, another takes its name, the first ends as a zombie."""
    name, other = "PJSIP/trunk400-00000001", "AsyncGoto/PJSIP/trunk400-00000001"
    events = told(
        watch,
        channel("Newchannel", "1", name),
        channel("Newchannel", "2", other),
        channel("Rename", "2", other, Newname=f"{name}<MASQ>"),
        channel("Rename", "1", name, Newname=f"{other}"),
        channel("Rename", "2", f"{name}<MASQ>", Newname=name),
        channel("Rename", "1", other, Newname=f"{other}<ZOMBIE>"),
        channel("Hangup", "1", f"{other}<ZOMBIE>"),
    )
    assert events[-1] == TrunkLines(1)
    assert told(watch, channel("Hangup", "2", name)) == [TrunkLines(0)]


@pytest.mark.parametrize(
    ("lost", "back"),
    [
        ((device("UNAVAILABLE"),), (device("NOT_INUSE"),)),
        ((peer("Unreachable"), device("UNAVAILABLE")), (peer("Reachable"), device("INUSE"))),
        ((device("INVALID"),), (device("UNKNOWN"),)),
    ],
)
def test_the_far_end_is_lost_once_and_back_once(
    watch: TrunkWatch, lost: tuple[AmiMessage, ...], back: tuple[AmiMessage, ...]
) -> None:
    assert told(watch, *back) == []
    assert told(watch, *lost) == [TrunkReached("trunk400", TrunkReach.NONE)]
    assert told(watch, *back) == [TrunkReached("trunk400", TrunkReach.FULL)]


def test_one_of_two_addresses_without_an_answer_is_weak(watch: TrunkWatch) -> None:
    second = "sip:192.0.2.2:5060"
    assert told(watch, contact("Reachable"), contact("Unreachable", second)) == [
        TrunkReached("trunk400", TrunkReach.WEAK)
    ]
    assert told(watch, peer("Unreachable"), contact("Unreachable")) == [
        TrunkReached("trunk400", TrunkReach.NONE)
    ]
    assert told(watch, peer("Reachable"), contact("Reachable"), contact("Removed", second)) == [
        TrunkReached("trunk400", TrunkReach.WEAK),
        TrunkReached("trunk400", TrunkReach.FULL),
    ]


def test_only_registrations_that_were_named_are_watched(watch: TrunkWatch) -> None:
    assert told(watch, registry("Rejected", "sip:office@provider.example"), registry("Registered")) == []
    assert told(watch, registry("Unregistered"), registry("Rejected"), registry("Registered")) == [
        TrunkReached(ACCOUNT, TrunkReach.NONE),
        TrunkReached(ACCOUNT, TrunkReach.FULL),
    ]


def test_other_peoples_devices_and_half_messages_say_nothing(watch: TrunkWatch) -> None:
    assert (
        told(
            watch,
            device("UNAVAILABLE", "PJSIP/8001"),
            said("DeviceStateChange", Device="PJSIP/trunk400"),
            said("PeerStatus", Peer="PJSIP/trunk400", PeerStatus="Registered"),
            said("ContactStatus", EndpointName="trunk400"),
            said("ContactStatus", EndpointName="8001", URI="sip:x", ContactStatus="Unreachable"),
            said("Registry", Username=ACCOUNT),
            said("Newstate", Uniqueid="1", Channel="PJSIP/trunk400-1"),
        )
        == []
    )


def test_a_snapshot_counts_anew_and_knows_a_dead_trunk(watch: TrunkWatch) -> None:
    told(
        watch, channel("Newchannel", "1", "PJSIP/trunk400-1"), channel("Newchannel", "2", "PJSIP/trunk400-2")
    )
    alive = said("Status", Uniqueid="2", Channel="PJSIP/trunk400-2")
    phone = said("Status", Uniqueid="3", Channel="PJSIP/8001-3")
    snapshot = PbxSnapshot("22", 1.0, channels=(alive, phone), devices=(device("UNAVAILABLE"),))
    assert watch.rebuild(snapshot) == [TrunkLines(1), TrunkReached("trunk400", TrunkReach.NONE)]
    assert watch.rebuild(snapshot) == []
