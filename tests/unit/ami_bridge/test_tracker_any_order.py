"""Messages in any order, with some missing, and nonsense: no call is left behind."""

import random
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from ami_bridge.events import CallEnded, CallStarted
from ami_bridge.messages import AmiMessage
from ami_bridge.replay import read_recording
from ami_bridge.tracker import HANDLERS, CallTracker
from tests.unit.ami_bridge.script import LINE


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
