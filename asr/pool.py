"""Recognizers at work: a few threads, one shared model, and a bounded backlog of sound for every leg.

A leg gets a stream; the stream queues the leg's sound; whichever thread is free takes all of it (so lateness merges by itself)
and hands results to the stream's listener. A recognizer is lent for one utterance and then goes to the next one who speaks: a
new one costs a quarter of a second of CPU before it is warm, a big model's costs 100 MB, and silence needs none.

When a stream's backlog is full, its oldest sound is dropped and that is said: a leg that is late must not take the memory, and
late help is no help. When there are more streams than threads, those go first whose speaker has finished: a card waits for them.
Nothing here knows calls, sockets or asyncio; listeners are called on the worker threads.
"""

import ctypes
import os
import queue
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import count
from typing import Protocol

from asr.backlog import Backlog, Begin, Finish, Item, Sound, merged
from asr.events import RecognitionState
from asr.pcm import seconds_of
from asr.recognizer import RecognitionError, Recognized, Recognizer, RecognizerMaker

LATE_FROM_S = 1.5
IN_TIME_BELOW_S = 0.4
LONGEST_BACKLOG_S = 6.0
TURN_S = 2.0
"""How much sound of one stream a thread decodes before the others have their turn."""
JOIN_TIMEOUT_S = 5.0

_FIRST, _IN_TURN, _LAST = range(3)


@dataclass(frozen=True, slots=True)
class TextSoFar:
    utterance: int
    text: str


@dataclass(frozen=True, slots=True)
class UtteranceRecognized:
    """`lost_s`: seconds of the utterance's sound that were dropped because recognition was late."""

    utterance: int
    result: Recognized
    lost_s: float


@dataclass(frozen=True, slots=True)
class UtteranceLost:
    """Its recognizer failed; nothing more comes of this utterance."""

    utterance: int
    reason: str


@dataclass(frozen=True, slots=True)
class Pace:
    state: RecognitionState
    behind_s: float
    dropped_s: float


StreamEvent = TextSoFar | UtteranceRecognized | UtteranceLost | Pace


class SpeechStream(Protocol):
    """What a leg sees of recognition: utterances one after another. Never blocks, never raises."""

    def begin(self, utterance: int) -> None: ...

    def feed(self, pcm: bytes) -> None: ...

    def finish(self) -> None: ...

    def close(self) -> None:
        """No more events are wanted."""


StreamListener = Callable[[StreamEvent], None]


class RecognizerPool:
    """`with RecognizerPool(VoskModel(folder).recognizer, workers=2) as pool: stream = pool.open(listener)`."""

    def __init__(
        self,
        make: RecognizerMaker,
        workers: int = 2,
        idle_recognizers: int = 8,
        longest_backlog_s: float = LONGEST_BACKLOG_S,
        niceness: int = 0,
    ) -> None:
        """`niceness`: how far the threads yield to the rest of the machine (Linux)."""
        self._make = make
        self._niceness = niceness
        self._idle_most = idle_recognizers
        self._longest_backlog_s = longest_backlog_s
        self._idle: list[Recognizer] = []
        self._lock = threading.Lock()
        self._ready: queue.PriorityQueue[tuple[int, int, PooledStream | None]] = queue.PriorityQueue()
        # Each stream stands in `_ready` once, and once more for each end of an utterance in its bounded backlog.
        self._turns = count()
        self._threads = [
            threading.Thread(target=self._work, name=f"recognizer-{number}", daemon=True)
            for number in range(workers)
        ]

    def __enter__(self) -> "RecognizerPool":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        """Ends the threads after what they are at; blocks for at most JOIN_TIMEOUT_S."""
        for _ in self._threads:
            self._ready.put((_LAST, next(self._turns), None))
        for thread in self._threads:
            thread.join(JOIN_TIMEOUT_S)
        self._idle.clear()

    def open(self, listener: StreamListener) -> "PooledStream":
        return PooledStream(self, listener, Backlog(self._longest_backlog_s))

    def call_thread(self, stream: "PooledStream") -> None:
        """For the pool's own streams: this one has work."""
        self._ready.put((_FIRST if stream.finishing else _IN_TURN, next(self._turns), stream))

    def lend(self) -> Recognizer:
        """For the pool's own streams. Making happens under the lock: Kaldi's is not safe beside itself (vosk-api 606)."""
        with self._lock:
            return self._idle.pop() if self._idle else self._make()

    def take_back(self, recognizer: Recognizer) -> None:
        with self._lock:
            if len(self._idle) < self._idle_most:
                self._idle.append(recognizer)
                return
        del recognizer
        give_memory_back()

    def _work(self) -> None:
        if self._niceness and sys.platform == "linux":  # elsewhere priorities are the whole process's
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), self._niceness)
        while (stream := self._ready.get()[2]) is not None:
            if stream.work():
                self.call_thread(stream)


class PooledStream:
    """One leg's sound on its way through the pool. `begin`, `feed`, `finish`, `close` from one thread; `work` from a worker."""

    def __init__(self, pool: RecognizerPool, listener: StreamListener, backlog: Backlog) -> None:
        self._pool = pool
        self._listener = listener
        self._backlog = backlog
        self._closed = False
        self._state = RecognitionState.OK
        self._decoding: _Decoding | None = None

    def begin(self, utterance: int) -> None:
        self._put(Begin(utterance))

    def feed(self, pcm: bytes) -> None:
        self._put(Sound(pcm))

    def finish(self) -> None:
        self._put(Finish())

    def close(self) -> None:
        self._closed = True
        self._put(Finish())

    @property
    def finishing(self) -> bool:
        return self._backlog.finishing

    def work(self) -> bool:
        """Decodes one turn's worth; whether there is more that nobody is at."""
        taken = self._backlog.take(TURN_S)
        if taken is None:
            return False
        for item in merged(taken):
            try:
                self._decode(item)
            except RecognitionError as error:
                self._fail(str(error))
        more, behind_s = self._backlog.done()
        if self._state is RecognitionState.LATE and behind_s < IN_TIME_BELOW_S:
            self._pace(RecognitionState.OK, behind_s, 0.0)
        return more

    def _put(self, item: Item) -> None:
        call, behind_s, dropped_s = self._backlog.put(item)
        if dropped_s or (behind_s > LATE_FROM_S and self._state is RecognitionState.OK):
            self._pace(RecognitionState.LATE, behind_s, dropped_s)
        if call:
            self._pool.call_thread(self)

    def _decode(self, item: Item) -> None:
        match item:
            case Begin(utterance):
                self._decoding = _Decoding(utterance, None)
                self._decoding.recognizer = self._pool.lend()
            case Sound(pcm, lost_s) if self._decoding:
                text = self._decoding.accept(pcm, lost_s)
                if text is not None:
                    self._tell(TextSoFar(self._decoding.utterance, text))
            case Finish(lost_s) if self._decoding:
                done = self._decoding.finish(lost_s)
                self._give_back()
                self._tell(done)
                if self._state is RecognitionState.DOWN:
                    self._pace(RecognitionState.OK, 0.0, 0.0)

    def _fail(self, reason: str) -> None:
        """The recognizer is thrown away; the next utterance tries another."""
        failed, self._decoding = self._decoding, None
        if failed is not None:
            self._tell(UtteranceLost(failed.utterance, reason))
        if self._state is not RecognitionState.DOWN:
            self._pace(RecognitionState.DOWN, 0.0, 0.0)

    def _give_back(self) -> None:
        if self._decoding and self._decoding.recognizer:
            self._pool.take_back(self._decoding.recognizer)
        self._decoding = None

    def _pace(self, state: RecognitionState, behind_s: float, dropped_s: float) -> None:
        self._state = state
        self._tell(Pace(state, behind_s, dropped_s))

    def _tell(self, event: StreamEvent) -> None:
        if not self._closed:
            self._listener(event)


class _Decoding:
    """One utterance in a recognizer, and which of its sound was dropped, so that word times stay true."""

    def __init__(self, utterance: int, recognizer: Recognizer | None) -> None:
        self.utterance = utterance
        self.recognizer = recognizer
        self._fed_s = 0.0
        self._lost_s = 0.0
        self._shifts: list[tuple[float, float]] = []
        self._text = ""

    def accept(self, pcm: bytes, lost_s: float) -> str | None:
        """The text so far, if it changed."""
        if self.recognizer is None:
            return None
        self._note_lost(lost_s)
        before, self._text = self._text, self.recognizer.accept(pcm)
        self._fed_s += seconds_of(pcm)
        return self._text if self._text != before else None

    def finish(self, lost_s: float) -> UtteranceRecognized:
        if self.recognizer is None:
            raise RecognitionError("there is no recognizer")
        self._note_lost(lost_s)
        result = self.recognizer.finish()
        words = tuple(
            replace(
                word, start=word.start + self._shift_at(word.start), end=word.end + self._shift_at(word.start)
            )
            for word in result.words
        )
        return UtteranceRecognized(self.utterance, replace(result, words=words), self._lost_s)

    def _note_lost(self, lost_s: float) -> None:
        if lost_s:
            self._lost_s += lost_s
            self._shifts.append((self._fed_s, self._lost_s))

    def _shift_at(self, instant: float) -> float:
        return max((lost for fed, lost in self._shifts if fed <= instant), default=0.0)


def give_memory_back() -> None:
    """glibc keeps what Kaldi freed (276 MB measured after a few recognizers of a big model) until it is asked."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
