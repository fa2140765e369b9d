"""How many voices one core can listen to, and what they cost in memory: through our own path, with the bundled model."""

import gc
import multiprocessing
import threading
import time
from collections.abc import Callable
from pathlib import Path

from asr import mini_zh
from asr.events import LegId
from asr.hear import read_wav
from asr.leg import Leg
from asr.pcm import FRAME_BYTES, FRAME_S, seconds_of
from asr.pool import RecognizerPool, SpeechStream, StreamEvent, UtteranceRecognized
from asr.recognizer import VoskModel
from tests.bench.rows import Row

FILES = (
    "caller_complaint_h000.wav",
    "caller_price_course_h029.wav",
    "caller_slow_service_h035.wav",
    "caller_address_h032.wav",
    "agent_script_h070.wav",
    "agent_price_course_h060.wav",
)
PATIENCE_S = 300.0


class _Deaf:
    """No recognizer: what is left is the event loop's share."""

    def begin(self, utterance: int) -> None: ...
    def feed(self, pcm: bytes) -> None: ...
    def finish(self) -> None: ...
    def close(self) -> None: ...


class _Finals:
    """Waits until every utterance that was begun is recognized."""

    def __init__(self) -> None:
        self._count = 0
        self._news = threading.Condition()

    def __call__(self, event: StreamEvent) -> None:
        if isinstance(event, UtteranceRecognized):
            with self._news:
                self._count += 1
                self._news.notify_all()

    def wait(self, count: int) -> None:
        with self._news:
            if not self._news.wait_for(lambda: self._count >= count, PATIENCE_S):
                raise TimeoutError("the recognizers did not keep up")


def play(pcm: bytes, leg: Leg) -> None:
    for number in range(len(pcm) // FRAME_BYTES):
        leg.on_audio(pcm[number * FRAME_BYTES : (number + 1) * FRAME_BYTES], (number + 1) * FRAME_S)


def cpu_of(work: Callable[[], None]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


def resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 1e6


class _Counting:
    """A stream that says how many utterances went through it."""

    def __init__(self, stream: SpeechStream) -> None:
        self._stream = stream
        self.utterances = 0

    def begin(self, utterance: int) -> None:
        self.utterances += 1
        self._stream.begin(utterance)

    def feed(self, pcm: bytes) -> None:
        self._stream.feed(pcm)

    def finish(self) -> None:
        self._stream.finish()

    def close(self) -> None:
        self._stream.close()


def _recognize_all(pool: RecognizerPool, pcm: bytes, legs: int) -> None:
    finals = _Finals()
    streams = [_Counting(pool.open(finals)) for _ in range(legs)]
    for stream in streams:
        play(pcm, Leg(LegId("bench"), stream, 0.0))
    finals.wait(sum(stream.utterances for stream in streams))


def _cost() -> list[Row]:
    speech = b"".join(read_wav(mini_zh.SPEECH / file) for file in FILES) * 2
    seconds = seconds_of(speech)
    model = VoskModel(mini_zh.MODEL)
    own = cpu_of(lambda: play(speech, Leg(LegId("bench"), _Deaf(), 0.0))) / seconds
    quiet = bytes(60 * 16_000)
    idle = cpu_of(lambda: play(quiet, Leg(LegId("bench"), _Deaf(), 0.0))) / seconds_of(quiet)
    with RecognizerPool(model.recognizer, workers=2, longest_backlog_s=1e9) as pool:
        _recognize_all(pool, speech[: len(speech) // 2], 1)
        whole = cpu_of(lambda: _recognize_all(pool, speech, 2)) / (2 * seconds)
    return [
        Row(
            "one speaking leg, whole path",
            whole * 1000,
            "ms CPU/s",
            "",
            "warm recognizers; two legs, two threads",
        ),
        Row("of that on the event loop", own * 1000, "ms CPU/s", "", "voice activity, meters, judgement"),
        Row("one silent leg", idle * 1000, "ms CPU/s", "", "nothing is decoded"),
        Row("speaking legs per core", 1 / whole, "legs", "", "everybody speaks all the time"),
        Row(
            "legs per core, speaking 40 %",
            1 / (0.4 * whole + 0.6 * idle),
            "legs",
            "",
            "an ordinary conversation's leg",
        ),
    ]


def _memory(legs: int, results: "multiprocessing.Queue[float]") -> None:
    """In a process of its own, so that nothing before it counts."""
    speech = b"".join(read_wav(mini_zh.SPEECH / file) for file in FILES[:1])
    model = VoskModel(mini_zh.MODEL)
    with RecognizerPool(model.recognizer, workers=2, idle_recognizers=8, longest_backlog_s=1e9) as pool:
        _recognize_all(pool, speech, legs)
        gc.collect()
        results.put(resident_mb())


def _resident(legs: int) -> float:
    spawn = multiprocessing.get_context("spawn")
    results: multiprocessing.Queue[float] = spawn.Queue()
    process = spawn.Process(target=_memory, args=(legs, results))
    process.start()
    megabytes = results.get(timeout=PATIENCE_S)
    process.join()
    return megabytes


def run() -> list[Row]:
    note = "bundled model; every leg has just spoken"
    return _cost() + [
        Row(f"resident with {legs} legs", _resident(legs), "MB", "", note) for legs in (0, 10, 50)
    ]
