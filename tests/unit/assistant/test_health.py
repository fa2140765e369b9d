"""How our own parts feel, in sentences."""

from asr.events import LegEnd, LegEnded, LegId, RecognitionChanged, RecognitionState
from assistant.health import Hearing, no_recognizer, records_part
from assistant.store import WriterState


def test_recognition_is_as_good_as_its_worst_leg() -> None:
    hearing = Hearing()
    first, second = LegId("1"), LegId("2")
    notes = [
        RecognitionChanged(first, RecognitionState.OK, 0.0, 0.0),
        RecognitionChanged(first, RecognitionState.LATE, 2.0, 0.0),
        RecognitionChanged(second, RecognitionState.DOWN, 0.0, 0.0),
        LegEnded(second, LegEnd.CLOSED_BY_PBX),
        RecognitionChanged(first, RecognitionState.OK, 0.0, 0.0),
        LegEnded(first, LegEnd.STOPPED),
    ]
    parts = [hearing.note(note) for note in notes]
    assert [None if part is None else part.state for part in parts] == [
        None,
        "degraded",
        "down",
        "degraded",
        "ok",
        None,
    ]


def test_records_are_well_behind_or_lost() -> None:
    states = [
        WriterState(behind=False, waiting=0, refused=0, dropped=0, problem=None),
        WriterState(behind=True, waiting=7, refused=0, dropped=0, problem="locked"),
        WriterState(behind=True, waiting=7, refused=2, dropped=1, problem="disk full"),
    ]
    parts = [records_part(state) for state in states]
    assert [part.state for part in parts] == ["ok", "degraded", "down"]
    assert "7 条" in parts[1].text
    assert "3 条(disk full)" in parts[2].text


def test_without_a_recognizer_the_page_says_what_still_works() -> None:
    part = no_recognizer("坏了")
    assert (part.name, part.state) == ("recognizer", "down")
    assert "照常" in part.text
