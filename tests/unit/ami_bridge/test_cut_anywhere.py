"""The link is lost at any message of any recording, and back at once: nothing is told twice, nothing is left behind."""

from pathlib import Path

import pytest

from ami_bridge.events import (
    CallAnswered,
    CallEnded,
    CallEvent,
    CallStarted,
    PbxBack,
    PhoneChanged,
    QueueLength,
)
from ami_bridge.messages import AmiMessage
from ami_bridge.replay import read_recording
from ami_bridge.snapshot import PbxSnapshot
from ami_bridge.tracker import CallTracker
from tests.unit.ami_bridge.script import LINE, message, snapshot
from tests.unit.ami_bridge.stories import story

RECORDINGS = sorted((Path(__file__).parent / "recordings").glob("*.jsonl"))
Recording = list[tuple[float, AmiMessage]]


def recorded(path: Path) -> Recording:
    return list(read_recording(path.read_text(encoding="utf-8").splitlines()))


class Status:
    """What Status would answer after the messages so far."""

    def __init__(self) -> None:
        self._channels: dict[str, dict[str, str]] = {}
        self._born: dict[str, float] = {}

    def hear(self, said: AmiMessage, now: float) -> None:
        uniqueid = said.get("Uniqueid") or ""
        if said.event == "Newchannel":
            self._born[uniqueid] = now
            self._channels[uniqueid] = dict(said.headers) | {"BridgeID": "", "Application": ""}
        channel = self._channels.get(uniqueid)
        if (
            said.event == "DialBegin"
            and (dialled := self._channels.get(said.get("DestUniqueid") or "")) is not None
        ):
            dialled["Application"] = "AppDial"
        if channel is None:
            return
        for header in ("ChannelState", "Channel", "Linkedid"):
            channel[header] = said.get(header) or channel[header]
        match said.event:
            case "BridgeEnter":
                channel["BridgeID"] = said.get("BridgeUniqueid") or ""
            case "BridgeLeave":
                channel["BridgeID"] = ""
            case "Rename":
                channel["Channel"] = said.get("Newname") or ""
            case "Hangup":
                del self._channels[uniqueid]
            case _:
                pass

    def snapshot(self, now: float) -> PbxSnapshot:
        living = [
            message(
                "Status", **{**channel, "Event": "Status", "Seconds": str(int(now - self._born[uniqueid]))}
            )
            for uniqueid, channel in self._channels.items()
        ]
        return snapshot(*living, uptime_s=1000.0 + now)


def tell(tracker: CallTracker, messages: Recording) -> list[CallEvent]:
    return [event for at, said in messages for event in tracker.handle(said, at)]


def cuts(messages: Recording) -> list[tuple[int, PbxSnapshot]]:
    status = Status()
    found = [(0, status.snapshot(0.0))]
    for index, (at, said) in enumerate(messages, start=1):
        status.hear(said, at)
        found.append((index, status.snapshot(at)))
    return found


@pytest.mark.parametrize("path", RECORDINGS, ids=lambda path: path.stem)
def test_a_moment_without_the_link_changes_no_call(path: Path) -> None:
    messages = recorded(path)
    told = story(tell(CallTracker(LINE), messages))
    for index, living in cuts(messages):
        tracker = CallTracker(LINE)
        events = tell(tracker, messages[:index])
        now = messages[index - 1][0] if index else 0.0
        tracker.lost("closed", now)
        again = tracker.rebuild(living, now)
        assert again[-1] == PbxBack(0.0, restarted=False, version="22.10.1")
        found = [event for event in again if not isinstance(event, PhoneChanged | QueueLength | PbxBack)]
        assert len(found) <= 1, index  # a dial that is seen a message before it is told
        assert story([*events, *found, *tell(tracker, messages[index:])]) == told, index
        assert tracker.empty


@pytest.mark.parametrize("path", RECORDINGS, ids=lambda path: path.stem)
def test_a_program_started_in_mid_call_finds_it_and_sees_its_end(path: Path) -> None:
    messages = recorded(path)
    for index, living in cuts(messages):
        tracker = CallTracker(LINE)
        now = messages[index - 1][0] if index else 0.0
        events = [*tracker.rebuild(living, now), *tell(tracker, messages[index:])]
        started = [event.call_id for event in events if isinstance(event, CallStarted)]
        ended = [event.call_id for event in events if isinstance(event, CallEnded)]
        assert len(set(started)) == len(started), index
        assert sorted(started) == sorted(ended), index
        for event in events:
            if isinstance(event, CallAnswered):
                assert event.call_id in started, index
                assert min(event.ring_s, event.wait_s, event.age) >= 0.0, index
        assert tracker.empty
