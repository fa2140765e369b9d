"""AMI framing: cut anywhere, fed rubbish, above its limits."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ami_bridge.messages import AmiMessage
from ami_bridge.wire import NotAmiError, UnsafeValueError, WireParser, check_header

GREETING = b"Asterisk Call Manager/11.0.0\r\n"
MESSAGES = [
    AmiMessage(
        [("Event", "Newchannel"), ("CallerIDName", "王小明😀"), ("AccountCode", ""), ("Uniqueid", "1.1")]
    ),
    AmiMessage([("Response", "Success"), ("ChanVariable", "a=1"), ("ChanVariable", "b: 2")]),
    AmiMessage([("Event", "Hangup"), ("Cause-txt", "Normal Clearing")]),
]
RAW = GREETING + b"".join(
    "".join(f"{name}: {value}\r\n" for name, value in message.headers).encode() + b"\r\n"
    for message in MESSAGES
)


def test_every_cut_gives_the_same_messages() -> None:
    for cut in range(len(RAW) + 1):
        parser = WireParser()
        assert parser.feed(RAW[:cut]) + parser.feed(RAW[cut:]) == MESSAGES, cut
        assert parser.ami_version == "11.0.0"


def test_byte_by_byte() -> None:
    parser = WireParser()
    assert [message for byte in RAW for message in parser.feed(bytes([byte]))] == MESSAGES


@given(st.lists(st.integers(0, len(RAW))))
def test_any_cuts_give_the_same_messages(cuts: list[int]) -> None:
    parser = WireParser()
    edges = [0, *sorted(cuts), len(RAW)]
    pieces = [RAW[start:end] for start, end in itertools.pairwise(edges)]
    assert [message for piece in pieces for message in parser.feed(piece)] == MESSAGES


@given(st.lists(st.binary(max_size=200)))
def test_rubbish_never_breaks_it_and_the_next_message_is_read(chunks: list[bytes]) -> None:
    parser = WireParser()
    parser.feed(GREETING)
    for chunk in chunks:
        parser.feed(chunk)
    parser.feed(b"\r\n\r\n\r\n\r\n")
    assert parser.feed(b"Event: After\r\n\r\n") == [AmiMessage([("Event", "After")])]


@given(st.binary(min_size=1))
def test_whoever_does_not_greet_as_an_ami_is_refused(first: bytes) -> None:
    if b"Asterisk Call Manager/".startswith(first[:22]):
        return
    with pytest.raises(NotAmiError):
        WireParser().feed(first + b"\r\n")


def test_an_endless_greeting_is_refused() -> None:
    with pytest.raises(NotAmiError):
        WireParser().feed(b"Asterisk Call Manager/" + b"1" * 300)


@pytest.mark.parametrize(
    "message",
    [
        b"Event: Big\r\nValue: " + b"x" * 5000,
        b"Event: Long\r\nValue: " + b"x" * 1500,
        b"Event: Many\r\n" + b"\r\n".join(b"Header: x" for _ in range(60)),
    ],
    ids=["message", "line", "headers"],
)
@pytest.mark.parametrize("step", [1, 100, 100_000])
def test_a_message_above_a_limit_is_dropped_whole_and_the_next_is_read(message: bytes, step: int) -> None:
    parser = WireParser(max_message=2000, max_line=1000, max_headers=50)
    raw = GREETING + message + b"\r\n\r\nEvent: After\r\n\r\n"
    found = [each for start in range(0, len(raw), step) for each in parser.feed(raw[start : start + step])]
    assert found == [AmiMessage([("Event", "After")])]
    assert parser.dropped == 1


def test_bytes_that_are_not_utf8_are_marked() -> None:
    parser = WireParser()
    parser.feed(GREETING)
    assert parser.feed(b"CallerIDName: \xff\xfe!\r\n\r\n") == [
        AmiMessage([("CallerIDName", "\ufffd\ufffd!")])
    ]


@pytest.mark.parametrize("value", ["a\r\nAction: Command", "a\nb", "a\rb", "a\0b", "x" * 1020, "\ud800"])
def test_a_value_that_would_leave_its_line_is_refused(value: str) -> None:
    with pytest.raises(UnsafeValueError):
        check_header("Channel", value)


@pytest.mark.parametrize("name", ["", "A: b", "Ac\r\ntion", "名"])
def test_a_header_name_is_plain(name: str) -> None:
    with pytest.raises(UnsafeValueError):
        check_header(name, "value")


@given(st.text(max_size=400))
def test_what_passes_the_check_stays_one_header(value: str) -> None:
    try:
        check_header("Data", value)
    except UnsafeValueError:
        return
    parser = WireParser()
    parser.feed(GREETING)
    assert parser.feed(f"Data: {value}\r\n\r\n".encode()) == [AmiMessage([("Data", value)])]
