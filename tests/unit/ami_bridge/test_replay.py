"""The forms `hotline replay` takes and gives."""

import json

import pytest

from ami_bridge.replay import RecordingError, read_recording, replay

NEW = {
    "Event": "Newchannel",
    "Channel": "PJSIP/trunk400-00000001",
    "ChannelState": "4",
    "CallerIDNum": "13800138000",
    "Exten": "4001234567",
    "Uniqueid": "1.1",
    "Linkedid": "1.1",
}
GONE = {"Event": "Hangup", "Channel": "PJSIP/trunk400-00000001", "Uniqueid": "1.1", "Cause": "16"}
STORY = [
    {
        "at": 1.5,
        "event": "CallStarted",
        "call_id": "1.1",
        "direction": "inbound",
        "channel": "PJSIP/trunk400-00000001",
        "caller_number": "13800138000",
        "caller_name": None,
        "dialled": "4001234567",
        "trunk": "trunk400",
        "age": 0.0,
    },
    {"at": 3.0, "event": "CallEnded", "call_id": "1.1", "reason": "not_answered", "by": None},
]


def test_lines_with_seconds() -> None:
    lines = [f"1.5 {json.dumps(NEW)}\n", "\n", f"3\t{json.dumps(GONE)}\r\n"]
    assert list(replay(lines)) == STORY


def test_lines_without_seconds_happen_with_the_one_before() -> None:
    lines = [f"1.5 {json.dumps(NEW)}", json.dumps(GONE)]
    assert [event["at"] for event in replay(lines)] == [1.5, 1.5]


def test_timestamps_of_the_pbx_count_where_no_second_is_written() -> None:
    lines = [
        json.dumps({**NEW, "Timestamp": "1795293084.5"}),
        json.dumps({**GONE, "Timestamp": "1795293086.0"}),
    ]
    assert [event["at"] for event in replay(lines)] == [0.0, 1.5]


def test_one_array_over_many_lines() -> None:
    lines = json.dumps([NEW, GONE], indent=1).splitlines(keepends=True)
    assert [event["event"] for event in replay(lines)] == ["CallStarted", "CallEnded"]


def test_nothing_gives_nothing() -> None:
    assert list(replay([])) == []
    assert list(replay(["\n", "  \n"])) == []
    assert list(replay(["[]"])) == []


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        ([json.dumps(NEW), "Event: Hangup"], "line 2: not JSON"),
        (["1.0 {"], "line 1: not JSON"),
        (["nonsense {}"], "line 1: not JSON"),
        (["", "42"], "line 2: an AMI message is an object"),
        ([json.dumps({"Event": {"a": 1}})], "line 1: header 'Event'"),
        ([f"2 {json.dumps(NEW)}", f"1 {json.dumps(GONE)}"], "line 2: second 1 is before"),
        (["[{}, 3]"], "item 2: an AMI message is an object"),
        (["[{},"], "not a JSON array"),
        (["[" * 100_000], "nested too deep"),
        (["nan {}"], "line 1"),
    ],
)
def test_a_bad_line_is_named(lines: list[str], fault: str) -> None:
    with pytest.raises(RecordingError, match=fault):
        list(read_recording(lines))
