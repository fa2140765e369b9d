"""Judgements: enough to go by, held for a while, taken back at another threshold."""

from dataclasses import replace

from asr.events import AudioJudged, AudioKind, LegId
from asr.judge import Judge
from asr.meter import Reading

ME = LegId("agent")
FINE = Reading(-25.0, -60.0, -20.0, 40.0, 0.0, 0.0, 0.0)


def judged(readings: list[Reading], missing_s: float = 0.0) -> list[tuple[int, AudioJudged]]:
    """Each reading has half a second more of voice than the one before."""
    judge = Judge(ME)
    spoken = [replace(reading, voiced_s=number * 0.5) for number, reading in enumerate(readings, 1)]
    return [
        (number, event)
        for number, reading in enumerate(spoken, 1)
        for event in judge.on_reading(reading, missing_s)
    ]


def test_ordinary_speech_is_not_judged() -> None:
    assert judged([FINE] * 50) == []


def test_quiet_begins_after_a_second_and_ends_at_another_threshold() -> None:
    quiet, between, better = (replace(FINE, voice_dbfs=level) for level in (-44.0, -36.5, -30.0))
    assert judged([quiet] * 3 + [between] * 5 + [better] * 5) == [
        (2, AudioJudged(ME, AudioKind.TOO_QUIET, True, "-44.0 dBFS")),
        (11, AudioJudged(ME, AudioKind.TOO_QUIET, False, "-30.0 dBFS")),
    ]


def test_one_odd_reading_is_no_judgement() -> None:
    assert (
        judged([FINE, replace(FINE, voice_dbfs=-50.0), FINE, replace(FINE, snr_db=2.0, noise_dbfs=-45.0)] * 4)
        == []
    )


def test_an_unchanging_voice_is_not_judged_again_while_nobody_speaks() -> None:
    judge = Judge(ME)
    quiet = replace(FINE, voice_dbfs=-44.0, voiced_s=1.0)
    assert [event for _ in range(20) for event in judge.on_reading(quiet, 0.0)] == []


def test_noise_is_judged_by_its_level_or_by_what_it_leaves_of_the_voice() -> None:
    loud = replace(FINE, noise_dbfs=-30.0, voice_dbfs=None, snr_db=None)
    near = replace(FINE, noise_dbfs=-45.0, snr_db=6.0)
    assert judged([loud] * 2 + [FINE] * 3) == [
        (2, AudioJudged(ME, AudioKind.NOISY, True, "噪声 -30.0 dBFS")),
        (5, AudioJudged(ME, AudioKind.NOISY, False, "噪声 -60.0 dBFS,信噪比 40.0 dB")),
    ]
    assert judged([near] * 2) == [
        (2, AudioJudged(ME, AudioKind.NOISY, True, "噪声 -45.0 dBFS,信噪比 6.0 dB"))
    ]


def test_clipping() -> None:
    assert judged([replace(FINE, clipped_share=0.02)] * 2 + [FINE] * 3) == [
        (2, AudioJudged(ME, AudioKind.CLIPPED, True, "2.0% 的样本满幅")),
        (5, AudioJudged(ME, AudioKind.CLIPPED, False, "0.0% 的样本满幅")),
    ]


def test_a_shout_is_very_loud_or_far_over_what_this_voice_usually_is() -> None:
    assert judged([replace(FINE, voice_dbfs=-8.0)] * 2) == [
        (2, AudioJudged(ME, AudioKind.SHOUTING, True, "-8.0 dBFS"))
    ]
    calm, raised = replace(FINE, voice_dbfs=-26.0), replace(FINE, voice_dbfs=-14.0)
    assert judged([calm] * 10 + [raised] * 2) == [
        (12, AudioJudged(ME, AudioKind.SHOUTING, True, "-14.0 dBFS,平时 -25.4 dBFS"))
    ]


def test_a_calm_voice_on_an_overdriven_line_is_no_shout() -> None:
    driven = replace(FINE, voice_dbfs=-8.0, clipped_share=0.02)
    assert [event.kind for _, event in judged([driven] * 20)] == [AudioKind.CLIPPED]


def test_a_raised_voice_is_a_shout_however_much_is_clipped() -> None:
    calm, shout = replace(FINE, voice_dbfs=-20.0), replace(FINE, voice_dbfs=-8.0, clipped_share=0.02)
    assert [
        (at, event.kind, event.present) for at, event in judged([calm] * 10 + [shout] * 2 + [calm] * 3)
    ] == [
        (12, AudioKind.CLIPPED, True),
        (12, AudioKind.SHOUTING, True),
        (15, AudioKind.CLIPPED, False),
        (15, AudioKind.SHOUTING, False),
    ]


def test_what_is_clipped_does_not_become_usual() -> None:
    calm, loud = replace(FINE, voice_dbfs=-20.0), replace(FINE, voice_dbfs=-11.5, clipped_share=0.02)
    shout = replace(loud, voice_dbfs=-10.5)
    told = [event for _, event in judged([calm] * 10 + [loud] * 20 + [shout] * 2)]
    assert [event.kind for event in told] == [AudioKind.CLIPPED, AudioKind.SHOUTING]


def test_a_voice_that_lingers_in_its_room_is_far() -> None:
    far, between, near = (replace(FINE, fall_db_per_s=fall) for fall in (120.0, 145.0, 220.0))
    assert judged([FINE] * 3 + [far] * 2 + [between] * 4 + [near] * 3) == [
        (5, AudioJudged(ME, AudioKind.FAR, True, "音节每秒衰减 120 dB")),
        (12, AudioJudged(ME, AudioKind.FAR, False, "音节每秒衰减 220 dB")),
    ]


def test_in_noise_nothing_is_said_about_the_room() -> None:
    noisy = replace(FINE, fall_db_per_s=130.0, snr_db=28.0)
    assert judged([FINE] * 3 + [noisy] * 4 + [replace(noisy, snr_db=None)] * 4) == []


def test_a_muted_phone_is_told_before_the_three_seconds_of_its_rule_are_over() -> None:
    room = replace(FINE, room_s=1.0)
    assert judged([replace(room, zero_s=2.4), replace(room, zero_s=2.9), room]) == [
        (2, AudioJudged(ME, AudioKind.DIGITAL_SILENCE, True, "2.9 秒全是零", lasted_s=2.9)),
        (3, AudioJudged(ME, AudioKind.DIGITAL_SILENCE, False, "0.0 秒全是零")),
    ]


def test_zeros_say_nothing_of_a_telephone_whose_room_was_never_heard() -> None:
    gated = replace(FINE, room_s=0.9)
    assert judged([replace(gated, zero_s=seconds) for seconds in (2.9, 10.0, 60.0)]) == []


def test_no_frames_at_all() -> None:
    assert judged([FINE] * 2, missing_s=2.0) == [
        (1, AudioJudged(ME, AudioKind.NO_AUDIO, True, "2.0 秒没有收到声音", lasted_s=2.0))
    ]
