"""The AudioSocket parser: the same frames however the stream is cut, one fault for what is no AudioSocket."""

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asr.audiosocket import (
    KEEP_ALIVE,
    MAX_PAYLOAD_BYTES,
    SAMPLE_RATES,
    Frame,
    FrameKind,
    FrameParser,
    frame_bytes,
    tap_id_of,
)

TAP = uuid.UUID("7c8a3c1e-0d4f-4b53-9d66-0f1f0a6f5d11")
CALL = [
    Frame(FrameKind.UUID, TAP.bytes),
    Frame(FrameKind.SLIN, bytes(range(256)) + bytes(64)),
    Frame(FrameKind.DTMF, b"5"),
    Frame(FrameKind.SLIN16, b"\x01\x02" * 320),
    Frame(FrameKind.SLIN, b""),
    Frame(FrameKind.ERROR, b"\x01"),
    Frame(FrameKind.HANGUP, b""),
]
WIRE = b"".join(frame_bytes(frame.kind, frame.payload) for frame in CALL)


def parsed(pieces: list[bytes]) -> tuple[list[Frame], str | None]:
    parser = FrameParser()
    frames = [frame for piece in pieces for frame in parser.feed(piece)]
    return frames, None if parser.error is None else str(parser.error)


def test_a_call_cut_at_every_byte_gives_the_same_frames() -> None:
    for cut in range(len(WIRE) + 1):
        assert parsed([WIRE[:cut], WIRE[cut:]]) == (CALL, None)


def test_a_call_that_comes_byte_by_byte() -> None:
    assert parsed([bytes([byte]) for byte in WIRE]) == (CALL, None)


@pytest.mark.parametrize("kind", [kind for kind in FrameKind if kind in SAMPLE_RATES])
def test_every_kind_of_sound_is_known(kind: FrameKind) -> None:
    assert parsed([frame_bytes(kind, b"\0\0")]) == ([Frame(kind, b"\0\0")], None)


def test_the_length_is_big_endian_and_the_keep_alive_is_one_whole_frame() -> None:
    assert frame_bytes(FrameKind.SLIN, bytes(0x0140))[:3] == b"\x10\x01\x40"
    assert parsed([KEEP_ALIVE]) == ([Frame(FrameKind.SLIN, bytes(320))], None)


def test_the_tap_id_is_text() -> None:
    assert tap_id_of(CALL[0]) == str(TAP)


@pytest.mark.parametrize(
    ("wire", "error"),
    [
        (b"\x02\x00\x00", "unknown frame kind 0x02"),
        (b"GET / HTTP/1.1\r\n", "unknown frame kind 0x47"),
        (b"\x10\xff\xfe", "frame of 65534 bytes; the most is 15360"),
        (b"\x10" + (MAX_PAYLOAD_BYTES + 2).to_bytes(2, "big"), "frame of 15362 bytes; the most is 15360"),
        (b"\x01\x00\x0f", "tap id of 15 bytes; it has 16"),
        (b"\x10\x00\x03abc", "audio frame of 3 bytes is not whole samples"),
    ],
)
def test_what_is_no_audiosocket_is_one_error(wire: bytes, error: str) -> None:
    assert parsed([wire]) == ([], error)


def test_frames_before_a_fault_are_given_out_and_nothing_after() -> None:
    for cut in range(len(WIRE), len(WIRE) + 4):
        stream = WIRE + b"\x77\x00\x00" + WIRE
        assert parsed([stream[:cut], stream[cut:], WIRE]) == (CALL, "unknown frame kind 0x77")


@given(st.lists(st.binary(max_size=600), max_size=12))
def test_random_bytes_neither_break_it_nor_pile_up(pieces: list[bytes]) -> None:
    parser = FrameParser()
    for piece in pieces:
        for frame in parser.feed(piece):
            assert len(frame.payload) <= MAX_PAYLOAD_BYTES
        assert parser.pending_bytes <= MAX_PAYLOAD_BYTES + 3
    assert parsed(pieces) == parsed([b"".join(pieces)])


@given(st.data())
def test_any_frames_cut_anywhere_come_out_whole(data: st.DataObject) -> None:
    frames = data.draw(
        st.lists(
            st.builds(
                Frame,
                st.sampled_from(sorted(SAMPLE_RATES)),
                st.binary(max_size=400).filter(lambda payload: len(payload) % 2 == 0),
            ),
            max_size=8,
        )
    )
    wire = b"".join(frame_bytes(frame.kind, frame.payload) for frame in frames)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(wire)), max_size=6)))
    pieces = [wire[start:end] for start, end in zip([0, *cuts], [*cuts, len(wire)], strict=True)]
    assert parsed(pieces) == (frames, None)
