"""How a voice sounds: what our judge says of recordings whose harm is known, graded by level, noise, room and loss.

Three voices of the bundled test speech, each about 16 s, over a floor of -62 dBFS, through a leg without a recognizer. A judgement
counts if it was given out at any time. Between the grades that must be judged and those that must not there is a band in which
either is right; it is left out of the matrix and shown by grade. A calm voice on an overdriven line is clipped and no shout. A room that
sounds for long blurs the ends of syllables by which it is known: at 1.2 s about half of the voices are found (28 of 51 bundled ones;
42 at 0.8 s, 43 at 0.5 s, one without a room). The thresholds for far and shouting voices were set on synthetic speech only. Lost packets are no judgement of ours:
`network_loss` comes from RTCP; the rows show what loss looks like to the judge.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from asr import mini_zh
from asr.events import AudioJudged, AudioKind, LegId
from asr.hear import hear, read_wav
from asr.pcm import RATE, samples_of
from asr.recognizer import Recognized
from tests.bench._voices import Sound, a_law, at_level, in_room, noise, with_loss, with_noise
from tests.bench.rows import Row

VOICES = (
    ("caller_complaint_h000.wav", "caller_transfer_h016.wav", "caller_name_phone_h025.wav"),
    ("caller_complaint_h001.wav", "caller_agent_low_voice_h010.wav", "caller_wants_supervisor_h006.wav"),
    ("agent_script_h070.wav", "agent_price_course_h060.wav", "agent_script_h072.wav"),
)
FLOOR_DBFS = -62.0
NONE = "none"


@dataclass(frozen=True)
class Grade:
    """`truth`: what must be judged (`none`: nothing); None where either is right."""

    name: str
    truth: str | None
    harm: Callable[[Sound], Sound]


class _Deaf:
    def accept(self, pcm: bytes) -> str:
        return ""

    def finish(self) -> Recognized:
        return Recognized("", 0.0, ())


def run() -> list[Row]:
    voices = [_voice(files) for files in VOICES]
    judged = {grade: [_kinds(grade.harm(voice)) for voice in voices] for grade in _grades()}
    matrix: dict[str, Counter[str]] = {}
    for grade, results in judged.items():
        for kinds in results if grade.truth is not None else ():
            matrix.setdefault(grade.truth or "", Counter()).update(kinds or [NONE])
    rows = [_matrix_row(truth, counts, judged) for truth, counts in matrix.items()]
    return rows + [_grade_row(grade, results) for grade, results in judged.items()]


def _voice(files: Sequence[str]) -> Sound:
    return np.concatenate(
        [samples_of(read_wav(mini_zh.SPEECH / file)).astype(np.float64) / 32_768 for file in files]
    )


def _grades() -> Iterator[Grade]:
    for dbfs in (-45, -42, -40, -38, -36, -34, -30, -26, -20, -16, -12, -10):
        truth = AudioKind.TOO_QUIET if dbfs <= -40 else None if dbfs in (-38, -36, -12, -10) else NONE
        yield Grade(f"level {dbfs} dBFS", truth, lambda voice, dbfs=dbfs: at_level(voice, dbfs))
    for kind in ("white", "street"):
        for snr in (-5, 0, 5, 8, 10, 12, 15, 20, 30):
            truth = AudioKind.NOISY if snr <= 8 else None if snr <= 15 else NONE
            yield Grade(
                f"{kind} noise, SNR {snr} dB",
                truth,
                lambda voice, snr=snr, kind=kind: with_noise(at_level(voice, -22), snr, kind),
            )
    for seconds in (0.2, 0.4, 0.6, 0.8, 1.2):
        truth = AudioKind.FAR if seconds >= 0.6 else None
        yield Grade(
            f"reverberation {seconds} s",
            truth,
            lambda voice, seconds=seconds: at_level(in_room(voice, seconds), -24),
        )
    for gain in (6, 12, 20):
        yield Grade(
            f"driven {gain} dB over full scale",
            AudioKind.CLIPPED,
            lambda voice, gain=gain: np.clip(voice / np.abs(voice).max() * 10 ** (gain / 20), -1, 1),
        )
    for raised_db in (6, 14):
        yield Grade(
            f"raised by {raised_db} dB after a while",
            AudioKind.SHOUTING if raised_db > 9 else NONE,
            lambda voice, raised_db=raised_db: np.concatenate(
                [at_level(voice, level) for level in (-22, raised_db - 22)]
            ),
        )
    for share in (0.03, 0.1, 0.2):
        yield Grade(
            f"{share:.0%} of the packets lost",
            None,
            lambda voice, share=share: with_loss(at_level(voice, -22), share),
        )
    yield Grade("a muted phone", AudioKind.DIGITAL_SILENCE, lambda voice: voice * 0.0)


def _kinds(sound: Sound) -> set[str]:
    floor = noise(len(sound), "white", 5) * 10 ** (FLOOR_DBFS / 20)
    pcm = a_law(np.clip(sound + floor, -1, 1))
    if not sound.any():
        pcm += bytes(16 * RATE)  # the key is pressed once the room was heard
    events = hear(pcm, LegId("bench"), _Deaf())
    return {event.kind.value for _, event in events if isinstance(event, AudioJudged) and event.present}


def _matrix_row(truth: str, counts: Counter[str], judged: dict[Grade, list[set[str]]]) -> Row:
    total = sum(len(results) for grade, results in judged.items() if grade.truth == truth)
    told = ", ".join(f"{name} {count}" for name, count in counts.most_common())
    return Row(f"is {truth}: judged so", 100 * counts[truth] / total, "%", "", f"of {total}: {told}")


def _grade_row(grade: Grade, results: list[set[str]]) -> Row:
    counts = Counter(name for kinds in results for name in kinds or [NONE])
    told = ", ".join(f"{name} {count}" for name, count in counts.most_common())
    wanted = "" if grade.truth is None else grade.truth
    right = sum((not kinds) if wanted == NONE else wanted in kinds for kinds in results)
    return Row(grade.name, right if wanted else 0, f"of {len(results)}" if wanted else "—", wanted, told)
