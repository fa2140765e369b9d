"""Levels, noise floor and signal-to-noise ratio from measured frames."""

import pytest

from asr.meter import Meter, Reading, snr
from asr.sound import NOTHING, FrameSound


def frame(
    level: float, active: bool = False, periodic: bool = False, tone: bool = False, clipped: int = 0
) -> FrameSound:
    return FrameSound(level, active, periodic, tone, clipped, zero=level <= -85)


def reading(*parts: tuple[int, FrameSound, bool]) -> Reading:
    meter = Meter()
    for count, sound, speaking in parts:
        for _ in range(count):
            meter.on_frame(sound, speaking)
    return meter.reading()


NOISE = frame(-50.0)
VOICE = frame(-20.0, active=True, periodic=True)


def test_a_leg_that_was_never_heard_has_a_floor_and_no_opinions() -> None:
    assert Meter().reading() == Reading(-90.0, None, None, None, 0.0, 0.0, 0.0)


def test_noise_is_what_sounds_while_nobody_speaks_and_voice_what_sounds_while_somebody_does() -> None:
    told = reading((50, NOISE, False), (100, VOICE, True), (25, NOISE, True))
    assert told.noise_dbfs == -50.0
    assert told.voice_dbfs == pytest.approx(-20.0)
    assert told.snr_db == pytest.approx(30.0, abs=0.1)
    assert told.level_dbfs == pytest.approx(-50.0)
    assert told.voiced_s == 2.0


def test_the_beginning_of_speech_is_not_taken_for_noise() -> None:
    told = reading(
        (20, NOISE, False), (9, frame(-20.0, active=True), False), (20, VOICE, True), (11, NOISE, False)
    )
    assert told.noise_dbfs == -50.0


def test_tones_and_missing_frames_are_no_noise() -> None:
    told = reading((100, frame(-15.0, tone=True), False), (100, NOTHING, False))
    assert (told.noise_dbfs, told.zero_s) == (None, 0.0)


def test_zeros_are_counted_until_something_sounds() -> None:
    assert reading((100, frame(-90.0), False)).zero_s == 2.0
    assert reading((100, frame(-90.0), False), (1, NOISE, False)).zero_s == 0.0


def test_the_room_is_the_longest_stretch_with_a_sound_and_no_voice() -> None:
    zeros, noise, speech = (100, frame(-90.0), False), (30, NOISE, False), (50, NOISE, True)
    assert reading(zeros, speech, zeros).room_s == 0.0
    assert reading(noise, zeros, noise, speech, noise).room_s == 0.6
    assert reading((25, NOISE, False), noise, zeros).room_s == 1.1


def test_clipped_samples_are_a_share_of_the_voice() -> None:
    assert reading((100, frame(-5.0, True, True, clipped=16), True)).clipped_share == 0.1


def test_snr_takes_the_noise_out_of_the_voice() -> None:
    assert snr(-20.0, -23.01) == pytest.approx(0.0, abs=0.05)
    assert snr(-20.0, -15.0) == -10.0
    assert snr(None, -50.0) is None
    assert snr(-20.0, None) is None
