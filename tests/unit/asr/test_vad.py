"""Beginning and end of speech from the marks of frames."""

from asr.pcm import FRAME_S
from asr.sound import NOTHING, FrameSound
from asr.vad import Began, Ceased, VoiceActivity

VOWEL = FrameSound(-20.0, active=True, periodic=True, tone=False, clipped=0, zero=False)
HISS = FrameSound(-25.0, active=True, periodic=False, tone=False, clipped=0, zero=False)
QUIET = FrameSound(-70.0, active=False, periodic=False, tone=False, clipped=0, zero=False)
TONE = FrameSound(-15.0, active=False, periodic=False, tone=True, clipped=0, zero=False)

Changes = list[tuple[float, Began | Ceased]]


def changes(frames: list[FrameSound], noise: float | None = -60.0) -> Changes:
    activity = VoiceActivity()
    told = [(number, activity.on_frame(frame, noise)) for number, frame in enumerate(frames, 1)]
    return [(round(number * FRAME_S, 2), change) for number, change in told if change is not None]


def test_a_word_begins_with_its_first_voice_and_ends_half_a_second_after_its_last() -> None:
    frames = [QUIET] * 20 + [VOWEL] * 30 + [QUIET] * 40
    assert changes(frames) == [(0.5, Began(0.1)), (1.5, Ceased(0.5, 0.6))]


def test_a_pause_at_a_comma_does_not_end_it() -> None:
    frames = [VOWEL] * 20 + [QUIET] * 20 + [VOWEL] * 20 + [QUIET] * 30
    assert changes(frames) == [(0.1, Began(0.1)), (1.7, Ceased(0.5, 1.2))]


def test_consonants_belong_to_the_voice() -> None:
    frames = [HISS] * 6 + [VOWEL] * 20 + [HISS] * 8 + [QUIET] * 30
    assert changes(frames) == [(0.18, Began(0.18)), (1.18, Ceased(0.5, 0.68))]


def test_noise_that_goes_on_does_not_keep_it_up() -> None:
    frames = [VOWEL] * 20 + [HISS] * 60
    (began, ceased) = changes(frames)
    assert began == (0.1, Began(0.1))
    assert ceased == (1.1, Ceased(0.5, 0.6))


def test_what_webrtcvad_says_after_the_end_is_not_the_voice() -> None:
    tail = FrameSound(-58.0, active=True, periodic=False, tone=False, clipped=0, zero=False)
    assert changes([VOWEL] * 20 + [tail] * 5 + [QUIET] * 30) == [(0.1, Began(0.1)), (0.9, Ceased(0.5, 0.4))]


def test_noise_tones_clicks_and_missing_frames_are_no_speech() -> None:
    for frames in ([HISS] * 200, [TONE] * 200, [QUIET, QUIET, VOWEL, VOWEL, QUIET] * 40, [NOTHING] * 200):
        assert changes(frames) == []


def test_missing_frames_end_speech_as_silence_does() -> None:
    assert changes([VOWEL] * 20 + [NOTHING] * 25) == [(0.1, Began(0.1)), (0.9, Ceased(0.5, 0.4))]


def test_it_can_be_ended_by_hand() -> None:
    activity = VoiceActivity()
    assert activity.cease() is None
    for _ in range(20):
        activity.on_frame(VOWEL, None)
    assert activity.cease() == Ceased(0.0, 0.4)
    assert not activity.speaking
