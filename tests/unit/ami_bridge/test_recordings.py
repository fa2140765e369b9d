"""What a real Asterisk said, replayed: the whole story of each recorded call."""

from pathlib import Path

import pytest

from ami_bridge.events import CallEvent, Extension, MediaQuality, Party, PhoneChanged, PhoneState, Way
from ami_bridge.layout import LineLayout
from ami_bridge.messages import AmiMessage
from ami_bridge.replay import read_recording
from ami_bridge.tracker import CallTracker
from tests.unit.ami_bridge.stories import story

HERE = Path(__file__).parent
RECORDINGS = sorted((HERE / "recordings").glob("*.jsonl"))
LINE = LineLayout(trunks=frozenset({"trunk400", "trunk"}))


def recorded(name: str) -> list[tuple[float, AmiMessage]]:
    with (HERE / "recordings" / f"{name}.jsonl").open(encoding="utf-8") as lines:
        return list(read_recording(lines))


def tell(messages: list[tuple[float, AmiMessage]]) -> tuple[list[CallEvent], CallTracker]:
    tracker = CallTracker(LINE)
    return [event for at, message in messages for event in tracker.handle(message, at)], tracker


@pytest.mark.parametrize("path", RECORDINGS, ids=lambda path: path.stem)
def test_the_whole_story_is_told_and_nothing_is_kept(path: Path) -> None:
    events, tracker = tell(recorded(path.stem))
    assert story(events) == (HERE / "expected" / f"{path.stem}.txt").read_text(encoding="utf-8").splitlines()
    assert tracker.empty


@pytest.mark.parametrize("path", RECORDINGS, ids=lambda path: path.stem)
def test_a_message_heard_twice_is_told_once(path: Path) -> None:
    def of_calls(events: list[CallEvent]) -> list[str]:
        return [line for line in story(events) if line.split()[1].startswith("call-")]

    messages = recorded(path.stem)
    once, _ = tell(messages)
    twice, tracker = tell([message for message in messages for _ in range(2)])
    assert of_calls(twice) == of_calls(once)
    assert tracker.empty


def test_what_is_lost_of_a_voice_is_told_of_the_one_who_speaks() -> None:
    """The PBX's own reports (RTCPSent) count what reached it: here of a caller of whose packets a tenth is missing."""

    def lossy(message: AmiMessage) -> AmiMessage:
        if message.event != "RTCPSent" or not (message.get("Channel") or "").startswith("PJSIP/trunk"):
            return message
        return AmiMessage(
            [(name, "26" if name == "Report0FractionLost" else value) for name, value in message.headers]
        )

    events, _ = tell([(at, lossy(message)) for at, message in recorded("queue-call-two-mono-taps")])
    told = [event for event in events if isinstance(event, MediaQuality)]
    assert {(event.party, event.way, round(event.loss_share, 1)) for event in told} == {
        (Party.CALLER, Way.FROM_PHONE, 0.1),
        (Party.AGENT, Way.FROM_PHONE, 0.0),
    }


def test_phones_are_told_as_their_device_state_changes() -> None:
    events, _ = tell(recorded("queue-call-two-mono-taps"))
    agent = Extension("8001")
    assert [event for event in events if isinstance(event, PhoneChanged)] == [
        PhoneChanged(agent, PhoneState.RINGING),
        PhoneChanged(agent, PhoneState.IN_USE),
        PhoneChanged(agent, PhoneState.IDLE),
    ]
