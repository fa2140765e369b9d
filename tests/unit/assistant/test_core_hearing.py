"""What the core makes of what is heard, and of the taps it is heard through."""

import pytest

from ami_bridge.events import CallEnded, EndReason, MediaQuality, Party, Way
from asr.events import AudioJudged, AudioKind, LevelReading, SpeechStarted, SpeechStopped
from assistant.core import TapChange
from assistant.effects import OpenAgentEar, Save, StartTap, StopTap
from assistant.messages import LineChanged, Transcript
from assistant.records import CallFinished, TextWasSaid
from prompts.facts import AudioAvailable, Said, Sound, SoundIs, Speaker, SpeechBegan, SpeechEnded
from tests.support.core_bench import (
    AGENT,
    ANSWERED,
    BOTH,
    CALL,
    LEG,
    PHONE,
    STARTED,
    TRUNK,
    Bench,
    heard,
    orders,
    shown,
    view,
)
from tests.support.engines import a_card, show


def test_speech_becomes_facts_and_the_silence_clock(bench: Bench) -> None:
    bench.talking()
    assert bench.core.snapshot(AGENT, 7.0).calls[0].silence_s == 2.0
    began = bench.core.on_speech(CALL, Party.AGENT, SpeechStarted(LEG, 0.2), 8.0)
    assert shown(began) == [("8001", "CallChanged"), ("supervisors", "CallChanged")]
    assert bench.core.snapshot(AGENT, 8.0).calls[0].silence_s is None
    bench.core.on_speech(CALL, Party.AGENT, SpeechStopped(LEG, 0.5, 1.5), 10.0)
    assert bench.core.snapshot(AGENT, 12.0).calls[0].silence_s == 2.5
    assert bench.engine.facts == [
        SpeechBegan(Speaker.AGENT, 0.2),
        SpeechEnded(Speaker.AGENT, 0.5, 1.5),
    ]
    finished = orders(bench.calls(15.0, CallEnded(CALL, EndReason.HUNG_UP, None)))[1]
    assert isinstance(finished, Save)
    assert isinstance(finished.record, CallFinished)
    assert finished.record.answer_delay_s == pytest.approx(2.8)
    assert finished.record.silence_s == pytest.approx(2.8 + 5.5)


def test_text_is_shown_marked_kept_and_saved_when_final(bench: Bench) -> None:
    bench.talking()
    partial = bench.core.on_speech(CALL, Party.CALLER, heard("我很", final=False), 9.0)
    assert orders(partial) == []
    bench.advise(show(a_card()))
    final = bench.core.on_speech(CALL, Party.CALLER, heard("我很生气"), 10.0)
    line = view(final, Transcript)
    assert isinstance(line, Transcript)
    assert (line.line.text, line.line.final, line.line.marks, line.line.at_s) == (
        "我很生气",
        True,
        ["生气"],
        4.7,
    )
    assert orders(final)[0] == Save(TextWasSaid(CALL, "caller", 1, "我很生气", 0.9, 4.7), 10.0)
    assert shown(final)[:2] == [("8001", "Transcript"), ("supervisors", "Transcript")]
    assert [kept.text for kept in bench.core.snapshot(AGENT, 11.0).transcript] == ["我很生气"]
    assert isinstance(bench.engine.facts[-1], Said)


def test_an_utterance_nobody_understood_is_a_fact_but_no_line(bench: Bench) -> None:
    bench.talking()
    assert bench.core.on_speech(CALL, Party.CALLER, heard(""), 10.0) == []
    assert bench.engine.facts == [Said(Speaker.CALLER, 1, "", 0.9, True, 1.5, -20.0, 25.0, 0.3)]


def test_levels_go_to_the_agent_always_and_to_the_board_once_a_second(bench: Bench) -> None:
    bench.talking()
    reading = LevelReading(LEG, -20.04, None, 12.34, 0.0, True)
    told = [shown(bench.core.on_speech(CALL, Party.CALLER, reading, 10.0 + n / 2)) for n in range(3)]
    assert told == [
        [("8001", "Levels"), ("supervisors", "Levels")],
        [("8001", "Levels")],
        [("8001", "Levels"), ("supervisors", "Levels")],
    ]


def test_how_it_sounds_and_what_the_network_loses(bench: Bench) -> None:
    bench.talking()
    bench.core.on_speech(CALL, Party.CALLER, AudioJudged(LEG, AudioKind.NOISY, True, "SNR 5 dB"), 10.0)
    for loss in (0.01, 0.05, 0.02, 0.01):
        bench.calls(11.0, MediaQuality(CALL, Party.CALLER, loss, 20.0))
    assert bench.engine.facts == [
        SoundIs(Speaker.CALLER, Sound.NOISY, True, "SNR 5 dB"),
        SoundIs(Speaker.CALLER, Sound.NETWORK_LOSS, True, "来路丢包 5%,抖动 20 ms"),
        SoundIs(Speaker.CALLER, Sound.NETWORK_LOSS, False, "来路丢包 1%,抖动 20 ms"),
    ]


def test_a_voice_is_whole_again_when_neither_half_of_its_way_loses(bench: Bench) -> None:
    bench.talking()
    for party, loss, way in (
        (Party.AGENT, 0.10, Way.TO_PHONE),
        (Party.CALLER, 0.05, Way.FROM_PHONE),
        (Party.AGENT, 0.00, Way.TO_PHONE),
        (Party.CALLER, 0.00, Way.FROM_PHONE),
    ):
        bench.calls(11.0, MediaQuality(CALL, party, loss, 20.0, way))
    assert bench.engine.facts == [
        SoundIs(Speaker.CALLER, Sound.NETWORK_LOSS, True, "去路丢包 10%,抖动 20 ms"),
        SoundIs(Speaker.CALLER, Sound.NETWORK_LOSS, False, "来路丢包 0%,抖动 20 ms"),
    ]


def test_a_lost_tap_is_made_anew_once_then_the_call_goes_on_unheard(bench: Bench) -> None:
    bench.talking()
    assert bench.core.on_tap(CALL, TapChange.LOST, BOTH, "gone", 10.0) == []
    assert bench.core.next_deadline() == 11.0
    again = bench.core.on_timer(11.0)
    assert orders(again) == [StopTap(CALL), StartTap(CALL, TRUNK, PHONE), OpenAgentEar(CALL, True)]
    bench.core.on_tap(CALL, TapChange.LOST, BOTH, "gone", 12.0)
    down = bench.core.on_timer(13.0)
    assert orders(down) == []
    assert bench.core.snapshot(AGENT, 13.0).calls[0].audio == "down"
    line = view(down, LineChanged)
    assert isinstance(line, LineChanged)
    assert [(part.name, part.state) for part in line.line.parts if part.name == "audio"] == [
        ("audio", "degraded")
    ]
    assert bench.engine.facts == [
        AudioAvailable(Speaker.CALLER, False),
        AudioAvailable(Speaker.AGENT, False),
        AudioAvailable(Speaker.CALLER, False),
        AudioAvailable(Speaker.AGENT, False),
    ]


def test_a_tap_that_was_heard_for_a_while_is_made_anew_each_time(bench: Bench) -> None:
    """The process that listens may die twice in one long call."""
    bench.talking()
    for lost_at in (20.0, 40.0, 60.0):
        bench.core.on_tap(CALL, TapChange.LOST, BOTH, "gone", lost_at)
        again = bench.core.on_timer(lost_at + 1)
        assert orders(again) == [StopTap(CALL), StartTap(CALL, TRUNK, PHONE), OpenAgentEar(CALL, True)]
        bench.core.on_tap(CALL, TapChange.UP, BOTH, "", lost_at + 2)


def test_a_tap_that_ends_with_its_call_is_no_loss(bench: Bench) -> None:
    bench.talking()
    bench.core.on_tap(CALL, TapChange.LOST, BOTH, "gone", 10.0)
    bench.calls(10.02, CallEnded(CALL, EndReason.HUNG_UP, None))
    assert bench.core.next_deadline() is None
    assert bench.core.on_timer(12.0) == []


def test_no_frames_on_one_voice_is_silence_on_both_a_broken_tap(bench: Bench) -> None:
    bench.talking()
    gone = AudioJudged(LEG, AudioKind.NO_AUDIO, True, "")
    assert bench.core.on_speech(CALL, Party.CALLER, gone, 10.0) == []
    assert bench.engine.facts == [SoundIs(Speaker.CALLER, Sound.NO_AUDIO, True, "")]
    both = bench.core.on_speech(CALL, Party.AGENT, gone, 10.5)
    assert orders(both) == [StopTap(CALL), StartTap(CALL, TRUNK, PHONE), OpenAgentEar(CALL, True)]


def test_the_agents_own_tap_may_end_while_the_caller_is_heard_on(bench: Bench) -> None:
    bench.talking()
    assert bench.core.on_tap(CALL, TapChange.LOST, (Party.AGENT,), "gone", 10.0) == []
    assert bench.engine.facts == [AudioAvailable(Speaker.AGENT, False)]
    assert bench.core.next_deadline() is None


def test_an_asterisk_without_audiosocket(bench: Bench) -> None:
    bench.calls(0.0, STARTED)
    bench.calls(5.0, ANSWERED)
    bench.core.on_tap(CALL, TapChange.IMPOSSIBLE, BOTH, "too old", 5.0)
    assert bench.core.snapshot(AGENT, 6.0).calls[0].audio == "down"
