"""What the program and the listening process say to each other, cut anywhere."""

import pytest

from asr.events import (
    AudioJudged,
    AudioKind,
    AudioStarted,
    Heard,
    LegEnd,
    LegEnded,
    LegId,
    LevelReading,
    RecognitionChanged,
    RecognitionState,
    SpeechStarted,
    SpeechStopped,
    Word,
)
from asr.talk import (
    LONGEST_BYTES,
    Alive,
    Drop,
    Expect,
    Gate,
    ModelLoaded,
    Order,
    TalkError,
    TalkParser,
    Task,
    Told,
    message_bytes,
)

LEG = LegId("t/caller")
EVERYTHING: list[Order | Told] = [
    Task("/models/cn", 2),
    Expect("t", (LEG, LegId("t/agent"))),
    Gate(LEG, False),
    Drop("t"),
    ModelLoaded(None),
    ModelLoaded("没有 conf/mfcc.conf"),
    Alive(1, 2, 3),
    AudioStarted(LEG),
    SpeechStarted(LEG, 0.2),
    SpeechStopped(LEG, 0.5, 1.5),
    Heard(LEG, 1, "你好", 0.9, (Word("你好", 0.1, 0.5, 0.9),), True, 0.4, -20.0, None, 0.3),
    LevelReading(LEG, -90.0, None, 12.5, 0.0, False),
    AudioJudged(LEG, AudioKind.NOISY, True, "SNR 5.0 dB"),
    RecognitionChanged(LEG, RecognitionState.LATE, 1.6, 0.0),
    LegEnded(LEG, LegEnd.LISTENER_DIED),
]


@pytest.mark.parametrize("piece", [1, 3, 7, 64, 4096])
def test_every_message_arrives_as_it_was_sent(piece: int) -> None:
    parser, sent = TalkParser(), b"".join(map(message_bytes, EVERYTHING))
    got = [message for at in range(0, len(sent), piece) for message in parser.feed(sent[at : at + piece])]
    assert got == EVERYTHING


@pytest.mark.parametrize(
    "nonsense",
    [
        (LONGEST_BYTES + 1).to_bytes(4, "big"),
        b"\x00\x00\x00\x03abc",
        message_bytes(Drop("t")).replace(b"Drop", b"Crop"),
        message_bytes(Drop("t")).replace(b"tap_id", b"tap_it"),
    ],
)
def test_anything_else_is_refused(nonsense: bytes) -> None:
    with pytest.raises(TalkError):
        TalkParser().feed(nonsense)
