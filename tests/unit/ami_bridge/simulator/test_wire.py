"""The PBX's end of AMI: actions from bytes however they are cut, messages that stay one message."""

import pytest

from ami_bridge.simulator.wire import ActionReader, ActionTooLongError, encode

PING = b"Action: Ping\r\nActionID: 1\r\n\r\n"


@pytest.mark.parametrize("cut", range(1, len(PING)))
def test_an_action_may_be_cut_anywhere(cut: int) -> None:
    reader = ActionReader()
    actions = reader.feed(PING[:cut]) + reader.feed(PING[cut:] + PING)
    assert [(action.name, action.get("actionid")) for action in actions] == [("ping", "1"), ("ping", "1")]


def test_a_long_line_and_an_endless_action_are_refused() -> None:
    with pytest.raises(ActionTooLongError):
        ActionReader().feed(b"Action: " + b"x" * 2000 + b"\r\n\r\n")
    with pytest.raises(ActionTooLongError):
        ActionReader().feed(b"A: b\r\n" * 20_000)


def test_a_line_break_in_a_value_does_not_begin_a_header() -> None:
    assert (
        encode([("Event", "X"), ("CallerIDName", "王\r\nEvent: Y")])
        == "Event: X\r\nCallerIDName: 王  Event: Y\r\n\r\n".encode()
    )
