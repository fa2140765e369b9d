"""AmiMessage: order, repeats, absence."""

import pytest

from ami_bridge.messages import AmiMessage


def test_headers_keep_their_order_and_repeats() -> None:
    message = AmiMessage([("Event", "X"), ("ChanVariable", "a=1"), ("ChanVariable", "b=2")])
    assert message.headers == (("Event", "X"), ("ChanVariable", "a=1"), ("ChanVariable", "b=2"))
    assert message.get("ChanVariable") == "a=1"
    assert message.all("ChanVariable") == ("a=1", "b=2")
    assert (message.event, message.response, message.action_id) == ("X", None, None)


def test_absent_is_none_and_empty_is_empty() -> None:
    message = AmiMessage(
        [("AccountCode", ""), ("CallerIDNum", "<unknown>"), ("Position", "3"), ("Count", "many")]
    )
    assert (message.get("AccountCode"), message.get("Nothing")) == ("", None)
    assert (message.known("AccountCode"), message.known("CallerIDNum"), message.known("Position")) == (
        None,
        None,
        "3",
    )
    assert (message.number("Position"), message.number("Count"), message.number("Nothing")) == (3, None, None)


def test_a_message_does_not_change() -> None:
    message = AmiMessage([("Event", "X")])
    with pytest.raises(AttributeError):
        message.headers = ()  # type: ignore[misc]


def test_from_json_takes_lists_for_repeats_and_numbers_for_text() -> None:
    message = AmiMessage.from_json(
        {"Event": "X", "ChanVariable": ["a=1", "b=2"], "Count": 2, "Up": True, "No": None}
    )
    assert message.headers == (
        ("Event", "X"),
        ("ChanVariable", "a=1"),
        ("ChanVariable", "b=2"),
        ("Count", "2"),
        ("Up", "true"),
        ("No", ""),
    )
    with pytest.raises(ValueError, match="'Event'"):
        AmiMessage.from_json({"Event": {"nested": 1}})
