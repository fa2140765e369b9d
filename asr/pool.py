"""Recognizers at work: a few threads, one shared model, and a bounded backlog of sound for every leg.

A leg gets a stream; the stream queues the leg's sound; whichever thread is free takes all of it (so lateness merges by itself)
and hands results to the stream's listener. A recognizer is lent for one utterance and then goes to the next one who speaks: a
new one costs a quarter of a second of CPU before it is warm, a big model's costs 100 MB, and silence needs none.

When a stream's backlog is full, its oldest sound is dropped and that is said: a leg that is late must not take the memory, and
late help is no help. Nothing here knows calls, sockets or asyncio; listeners are called on the worker threads.
"""

import ctypes
import queue
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol, assert_never

from asr.events import RecognitionState
from asr.pcm import seconds_of
from asr.recognizer import RecognitionError, Recognized, Recognizer, RecognizerMaker

LATE_FROM_S = 1.5
IN_TIME_BELOW_S = 0.4
LONGEST_BACKLOG_S = 6.0
TURN_S = 2.0
"""How much sound of one stream a thread decodes before the others have their turn."""
JOIN_TIMEOUT_S = 5.0


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


@dataclass(frozen=True, slots=True)
class _Begin:
    utterance: int


@dataclass(frozen=True, slots=True)
class _Sound:
    pcm: bytes
    lost_before_s: float = 0.0
    """Sound of the same utterance that was dropped just before this."""


@dataclass(frozen=True, slots=True)
class _Finish:
    lost_before_s: float = 0.0


_Item = _Begin | _Sound | _Finish


class _Backlog:
    """What a stream still has to decode. The one thing two threads touch."""

    def __init__(self, longest_s: float) -> None:
        self._longest_s = longest_s
        self._lock = threading.Lock()
        self._items: deque[_Item] = deque()
        self._waiting_s = 0.0
        self._taken_s = 0.0
        self._scheduled = False

    def put(self, item: _Item) -> tuple[bool, float, float]:
        """(must a thread be called, seconds behind, seconds dropped)"""
        with self._lock:
            self._items.append(item)
            if isinstance(item, _Sound):
                self._waiting_s += seconds_of(item.pcm)
            dropped = self._drop_oldest() if self._waiting_s > self._longest_s else 0.0
            call, self._scheduled = not self._scheduled, True
            return call, self._waiting_s + self._taken_s, dropped

    def take(self, most_s: float) -> list[_Item]:
        """The oldest items, up to about `most_s` of sound."""
        with self._lock:
            taken: list[_Item] = []
            self._taken_s = 0.0
            while self._items and self._taken_s < most_s:
                item = self._items.popleft()
                if isinstance(item, _Sound):
                    self._taken_s += seconds_of(item.pcm)
                taken.append(item)
            self._waiting_s -= self._taken_s
            return taken

    def done(self) -> tuple[bool, float]:
        """(is there more, seconds behind); when there is not, the next `put` calls a thread again."""
        with self._lock:
            self._taken_s = 0.0
            self._scheduled = bool(self._items)
            return self._scheduled, self._waiting_s

    def _drop_oldest(self) -> float:
        """Makes room for a quarter, so that a hopeless leg drops seldom and at length instead of mincing every word."""
        dropped = 0.0
        lost = 0.0
        kept: deque[_Item] = deque()
        while self._items and self._waiting_s > self._longest_s * 0.75:
            item = self._items.popleft()
            match item:
                case _Sound(pcm, lost_before_s):
                    lost += seconds_of(pcm) + lost_before_s
                    dropped += seconds_of(pcm)
                    self._waiting_s -= seconds_of(pcm)
                case _Finish(lost_before_s):
                    kept.append(_Finish(lost + lost_before_s))
                    lost = 0.0
                case _Begin():
                    kept.append(item)
                case _:
                    assert_never(item)
        match self._items[0] if lost and self._items else None:
            case _Sound(pcm, lost_before_s):
                self._items[0] = _Sound(pcm, lost_before_s + lost)
            case _Finish(lost_before_s):
                self._items[0] = _Finish(lost_before_s + lost)
            case _:
                pass
        kept.extend(self._items)
        self._items = kept
        return dropped


class RecognizerPool:
    """`with RecognizerPool(VoskModel(folder).recognizer, workers=2) as pool: stream = pool.open(listener)`."""

    def __init__(
        self,
        make: RecognizerMaker,
        workers: int = 2,
        idle_recognizers: int = 8,
        longest_backlog_s: float = LONGEST_BACKLOG_S,
    ) -> None:
        self._make = make
        self._idle_most = idle_recognizers
        self._longest_backlog_s = longest_backlog_s
        self._idle: list[Recognizer] = []
        self._lock = threading.Lock()
        self._ready: queue.SimpleQueue[PooledStream | None] = queue.SimpleQueue()
        # Each stream stands in `_ready` at most once, so it needs no bound of its own.
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
            self._ready.put(None)
        for thread in self._threads:
            thread.join(JOIN_TIMEOUT_S)
        self._idle.clear()

    def open(self, listener: StreamListener) -> "PooledStream":
        return PooledStream(self, listener, _Backlog(self._longest_backlog_s))

    def call_thread(self, stream: "PooledStream") -> None:
        """For the pool's own streams: this one has work."""
        self._ready.put(stream)

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
        while (stream := self._ready.get()) is not None:
            if stream.work():
                self._ready.put(stream)


class PooledStream:
    """One leg's sound on its way through the pool. `begin`, `feed`, `finish`, `close` from one thread; `work` from a worker."""

    def __init__(self, pool: RecognizerPool, listener: StreamListener, backlog: _Backlog) -> None:
        self._pool = pool
        self._listener = listener
        self._backlog = backlog
        self._closed = False
        self._state = RecognitionState.OK
        self._decoding: _Decoding | None = None

    def begin(self, utterance: int) -> None:
        self._put(_Begin(utterance))

    def feed(self, pcm: bytes) -> None:
        self._put(_Sound(pcm))

    def finish(self) -> None:
        self._put(_Finish())

    def close(self) -> None:
        self._closed = True
        self._put(_Finish())

    def work(self) -> bool:
        """Decodes one turn's worth; whether there is more."""
        for item in _merged(self._backlog.take(TURN_S)):
            try:
                self._decode(item)
            except RecognitionError as error:
                self._fail(str(error))
        more, behind_s = self._backlog.done()
        if self._state is RecognitionState.LATE and behind_s < IN_TIME_BELOW_S:
            self._pace(RecognitionState.OK, behind_s, 0.0)
        return more

    def _put(self, item: _Item) -> None:
        call, behind_s, dropped_s = self._backlog.put(item)
        if dropped_s or (behind_s > LATE_FROM_S and self._state is RecognitionState.OK):
            self._pace(RecognitionState.LATE, behind_s, dropped_s)
        if call:
            self._pool.call_thread(self)

    def _decode(self, item: _Item) -> None:
        match item:
            case _Begin(utterance):
                self._decoding = _Decoding(utterance, None)
                self._decoding.recognizer = self._pool.lend()
            case _Sound(pcm, lost_s) if self._decoding:
                text = self._decoding.accept(pcm, lost_s)
                if text is not None:
                    self._tell(TextSoFar(self._decoding.utterance, text))
            case _Finish(lost_s) if self._decoding:
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


def _merged(items: list[_Item]) -> list[_Item]:
    """Sounds that follow each other as one: fewer and larger pieces when there is much to do."""
    merged: list[_Item] = []
    for item in items:
        last = merged[-1] if merged else None
        if isinstance(item, _Sound) and isinstance(last, _Sound) and not item.lost_before_s:
            merged[-1] = _Sound(last.pcm + item.pcm, last.lost_before_s)
        else:
            merged.append(item)
    return merged


def give_memory_back() -> None:
    """glibc keeps what Kaldi freed (276 MB measured after a few recognizers of a big model) until it is asked."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
