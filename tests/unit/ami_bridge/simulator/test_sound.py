"""Frames of recordings, backgrounds and two voices together."""

import wave
from pathlib import Path

import numpy as np
import pytest

from ami_bridge.simulator.sound import (
    FRAME_BYTES,
    SAMPLES,
    SILENT_FRAME,
    Clip,
    SoundError,
    SoundLibrary,
    Voice,
    interleave,
)


def record(file: Path, samples: list[int], rate: int = 8000) -> Path:
    with wave.open(str(file), "wb") as recording:
        recording.setnchannels(1)
        recording.setsampwidth(2)
        recording.setframerate(rate)
        recording.writeframes(np.array(samples, dtype="<i2").tobytes())
    return file


def steady(value: int, frames: int = 1) -> Clip:
    return Clip(np.full(SAMPLES * frames, value, dtype=np.int16))


def test_a_clip_is_padded_to_whole_frames() -> None:
    clip = Clip(np.ones(SAMPLES + 1, dtype=np.int16))
    assert (clip.frames, clip.seconds) == (2, 0.04)
    assert clip.frame(1) == b"\x01\x00" + bytes(FRAME_BYTES - 2)


def test_a_voice_says_its_clip_and_then_falls_back_to_its_background() -> None:
    voice = Voice(steady(1))
    voice.play(steady(9, frames=2), at_frame=100)
    heard = [voice.frame(number) for number in (99, 100, 101, 102)]
    assert heard == [steady(1).frame(0), steady(9).frame(0), steady(9).frame(0), steady(1).frame(0)]


def test_a_voice_without_background_or_on_hold_sends_nothing() -> None:
    silent, held = Voice(None), Voice(steady(1))
    held.sends = False
    assert (silent.frame(5), held.frame(5)) == (None, None)


def test_two_voices_share_a_stereo_frame() -> None:
    assert interleave(b"\x01\x02\x03\x04", b"\x05\x06\x07\x08") == b"\x01\x02\x05\x06\x03\x04\x07\x08"


def test_a_recording_is_read_with_its_gain(tmp_path: Path) -> None:
    record(tmp_path / "a.wav", [1000] * SAMPLES)
    clip = SoundLibrary(tmp_path).clip("a.wav", gain_db=-20)
    assert clip.frame(0) == steady(100).frame(0)


def test_backgrounds_that_need_no_file(tmp_path: Path) -> None:
    sounds = SoundLibrary(tmp_path)
    digital, comfort = sounds.background("digital"), sounds.background("comfort")
    assert digital is not None
    assert comfort is not None
    assert digital.frame(0) == SILENT_FRAME
    assert 0 < np.abs(np.frombuffer(comfort.frame(3), dtype="<i2")).mean() < 50
    assert sounds.background("nothing") is None


def test_a_recording_of_another_shape_is_refused(tmp_path: Path) -> None:
    record(tmp_path / "wide.wav", [0] * 160, rate=16000)
    with pytest.raises(SoundError, match="must be 8000 Hz, 16 bit, mono, but is 16000 Hz"):
        SoundLibrary(tmp_path).clip("wide.wav")
    with pytest.raises(SoundError, match="No such file"):
        SoundLibrary(tmp_path).clip("none.wav")
