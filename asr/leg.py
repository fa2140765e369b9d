"""One leg: its sound in, what it says and how it sounds out, in order.

Time is the caller's clock, never a count of frames: the PBX sends none while a channel is still, so a stretch without frames
is silence of that length. Recognition is asked through a stream and answers later; its results are handed back in. While the
gate is shut the leg's sound is somebody else's (music, ringing, prompts): counted, not judged nor recognized.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count
from typing import assert_never

from asr.events import (
    AudioStarted,
    Heard,
    LegEnd,
    LegEnded,
    LegId,
    LevelReading,
    RecognitionChanged,
    SpeechEvent,
    SpeechStarted,
    SpeechStopped,
    Word,
)
from asr.judge import Judge
from asr.meter import Loudness, Meter, snr
from asr.pcm import FRAME_BYTES, FRAME_S, SILENT_FRAME, seconds_of
from asr.pool import Pace, SpeechStream, StreamEvent, TextSoFar, UtteranceLost, UtteranceRecognized
from asr.sound import NOTHING, FrameListener, FrameSound
from asr.vad import Began, Ceased, VoiceActivity

GAP_S = 0.4
"""Frames this late are jitter, or a machine busy elsewhere; later than this, the time without them is silence. Less than the
half second of silence that ends an utterance, so it delays nothing."""
LONGEST_GAP_S = 10.0
"""More silence than this at once tells nothing more."""
PRE_ROLL_S = 0.3
"""Sound before the first voice goes to the recognizer too: soft beginnings, and a moment to settle."""
FEED_FRAMES = 5
READING_S = 0.5
LONGEST_UTTERANCE_S = 20.0
MIN_REPORTED_VOICED_S = 0.3
"""A final result comes for every utterance with at least this much voice; for shorter ones only if a word was understood."""
LAST_WORDS_S = 2.0
"""How long a leg that has ended waits for what is still being recognized."""

_PRE_ROLL_FRAMES = round(PRE_ROLL_S / FRAME_S)
_ONSET_FRAMES = 10


@dataclass(slots=True)
class _Utterance:
    number: int
    began_s: float
    """Place of its first sound on the leg's timeline."""
    voiced_before_s: float
    """Voice of the same speech that was cut off into utterances before this one."""
    loudness: Loudness
    voiced_s: float = 0.0
    ended_at: float | None = None


class Leg:
    """`numbers`: where utterances take theirs from; shared by legs whose text must not be mixed up, such as those of a tap and of
    the tap that replaced it."""

    def __init__(
        self, leg: LegId, stream: SpeechStream, now: float, numbers: Iterator[int] | None = None
    ) -> None:
        self.leg = leg
        self.done = False
        """`LegEnded` was given out."""
        self._stream = stream
        self._listener = FrameListener()
        self._activity = VoiceActivity()
        self._meter = Meter()
        self._judge = Judge(leg)
        self._open = True
        self._started = False
        self._rest = b""
        self._behind_s = 0.0
        """How long before now the frame under the ear was spoken: more than none while sound that came late is heard."""
        self._position_s = 0.0
        self._accounted_until = self._last_frame_at = now
        self._next_reading = now + READING_S
        self._before: deque[bytes] = deque(maxlen=_PRE_ROLL_FRAMES + _ONSET_FRAMES)
        self._unfed: list[bytes] = []
        self._speaking: _Utterance | None = None
        self._awaited: dict[int, _Utterance] = {}
        """Utterances whose final result is still to come, the one being spoken included."""
        self._numbers = count(1) if numbers is None else numbers
        self._ending: tuple[LegEnd, float] | None = None

    # -- what happens to a leg ---------------------------------------------------------------------------------------

    def on_audio(self, pcm: bytes, now: float) -> list[SpeechEvent]:
        """Sound of any length that ends now: a frame, or all that came while the machine was busy."""
        events: list[SpeechEvent] = []
        if not self._started:
            self._started = True
            events.append(AudioStarted(self.leg))
            self._accounted_until = now - seconds_of(pcm)
        events += self._silence_until(now - seconds_of(pcm), now)
        self._accounted_until = self._last_frame_at = now
        events += self._judge.on_missing(0.0)
        if self._open:
            sound = self._rest + pcm
            whole = len(sound) - len(sound) % FRAME_BYTES
            self._rest = sound[whole:]
            for end in range(FRAME_BYTES, whole + 1, FRAME_BYTES):
                frame = sound[end - FRAME_BYTES : end]
                self._behind_s = (len(sound) - end) / FRAME_BYTES * FRAME_S
                events += self._on_frame(frame, self._listener.listen(frame), now)
            self._behind_s = 0.0
        else:
            self._position_s += seconds_of(pcm)
        return events + self._readings(now)

    def on_tick(self, now: float) -> list[SpeechEvent]:
        """To be called often (20 times a second): notices what does not arrive."""
        if self._ending is not None:
            return self._end() if now >= self._ending[1] else []
        events = self._silence_until(now, now) if self._started else []
        return events + self._readings(now)

    def on_recognition(self, event: StreamEvent, now: float) -> list[SpeechEvent]:
        """What the stream's listener was told, back on the leg's own thread."""
        events: list[SpeechEvent] = []
        match event:
            case TextSoFar(number, text):
                utterance = self._awaited.get(number)
                if utterance and text:
                    events.append(self._heard(utterance, text, None, (), final=False, now=now))
            case UtteranceRecognized():
                events += self._on_final(event, now)
            case UtteranceLost(number, _):
                self._awaited.pop(number, None)
            case Pace(state, behind_s, dropped_s):
                events.append(RecognitionChanged(self.leg, state, round(behind_s, 2), round(dropped_s, 2)))
            case _:
                assert_never(event)
        if self._ending is not None and not self._awaited:
            events += self._end()
        return events

    def gate(self, open_: bool, now: float) -> list[SpeechEvent]:
        """Shutting it ends what is being said."""
        if open_ == self._open:
            return []
        events = [] if open_ else self._stop_speaking(now)
        self._open = open_
        self._before.clear()
        self._rest = b""
        return events

    def end(self, why: LegEnd, now: float) -> list[SpeechEvent]:
        """No sound comes any more. `LegEnded` follows when the last words are recognized, or given up."""
        if self._ending is not None:
            return []
        events = self._stop_speaking(now)
        self._ending = (why, now + LAST_WORDS_S)
        return events if self._awaited else [*events, *self._end()]

    def give_up(self) -> list[SpeechEvent]:
        """After `end`: does not wait for the last words any longer."""
        return self._end()

    # -- time ----------------------------------------------------------------------------------------------------------

    def _silence_until(self, instant: float, now: float) -> list[SpeechEvent]:
        missing = instant - self._accounted_until
        if missing <= GAP_S:
            return []
        self._accounted_until = instant
        events: list[SpeechEvent] = []
        for _ in range(round(min(missing, LONGEST_GAP_S) / FRAME_S)):
            events += self._on_frame(SILENT_FRAME, NOTHING, now) if self._open else []
        self._position_s += max(0.0, missing - LONGEST_GAP_S) if self._open else missing
        return events

    def _readings(self, now: float) -> list[SpeechEvent]:
        if now < self._next_reading:
            return []
        self._next_reading = max(self._next_reading + READING_S, now + READING_S / 2)
        missing_s = now - self._last_frame_at
        if not self._open or not self._started:
            return list(self._judge.on_missing(missing_s))
        reading = self._meter.reading()
        level = LevelReading(
            self.leg,
            round(reading.level_dbfs, 1),
            _rounded(reading.noise_dbfs),
            _rounded(reading.snr_db),
            round(reading.clipped_share, 4),
            self._activity.speaking,
        )
        return [level, *self._judge.on_reading(reading, missing_s)]

    # -- speech --------------------------------------------------------------------------------------------------------

    def _on_frame(self, frame: bytes, sound: FrameSound, now: float) -> list[SpeechEvent]:
        self._position_s += FRAME_S
        self._before.append(frame)
        change = self._activity.on_frame(sound, self._meter.noise_dbfs)
        self._meter.on_frame(sound, self._activity.speaking)
        match change:
            case Began(ago):
                return self._start_speaking(ago)
            case Ceased():
                return self._finish(change, sound.present, now)
            case None:
                pass
        if self._speaking is not None:
            self._go_on(self._speaking, frame, sound)
            if self._position_s - self._speaking.began_s > LONGEST_UTTERANCE_S - FRAME_S / 2:
                self._cut(self._speaking, now)
        return []

    def _start_speaking(self, ago: float) -> list[SpeechEvent]:
        heard_before = min(len(self._before), round(ago / FRAME_S) + _PRE_ROLL_FRAMES)
        self._begin_utterance(self._position_s - heard_before * FRAME_S, 0.0)
        self._unfed = list(self._before)[-heard_before:]
        self._feed()
        return [SpeechStarted(self.leg, round(ago + self._behind_s, 3))]

    def _begin_utterance(self, began_s: float, voiced_before_s: float) -> None:
        number = next(self._numbers)
        self._speaking = _Utterance(number, began_s, voiced_before_s, Loudness())
        self._awaited[number] = self._speaking
        self._stream.begin(number)

    def _go_on(self, utterance: _Utterance, frame: bytes, sound: FrameSound) -> None:
        if sound.active:
            utterance.loudness.add(sound.level_dbfs)
        utterance.voiced_s = self._activity.spoken_s - utterance.voiced_before_s
        self._unfed.append(frame)
        if len(self._unfed) >= FEED_FRAMES:
            self._feed()

    def _feed(self) -> None:
        self._stream.feed(b"".join(self._unfed))
        self._unfed = []

    def _cut(self, utterance: _Utterance, now: float) -> None:
        """Somebody speaks on and on: what there is becomes final, the rest another utterance."""
        self._feed()
        self._stream.finish()
        utterance.ended_at = now - self._behind_s
        self._begin_utterance(self._position_s, self._activity.spoken_s)

    def _stop_speaking(self, now: float) -> list[SpeechEvent]:
        ceased = self._activity.cease()
        return self._finish(ceased, True, now) if ceased else []

    def _finish(self, ceased: Ceased, present: bool, now: float) -> list[SpeechEvent]:
        utterance, self._speaking = self._speaking, None
        if utterance is None:
            return []
        self._feed()
        self._stream.finish()
        ago = ceased.ago + self._behind_s if present else max(ceased.ago, now - self._last_frame_at)
        utterance.ended_at = now - ago
        utterance.voiced_s = max(0.0, ceased.voiced_s - utterance.voiced_before_s)
        return [SpeechStopped(self.leg, round(ago, 3), round(ceased.voiced_s, 3))]

    # -- results -------------------------------------------------------------------------------------------------------

    def _on_final(self, event: UtteranceRecognized, now: float) -> list[SpeechEvent]:
        utterance = self._awaited.pop(event.utterance, None)
        if utterance is None:
            return []
        result = event.result
        if not result.text and utterance.voiced_s < MIN_REPORTED_VOICED_S:
            return []
        words = tuple(
            replace(
                word,
                start=round(word.start + utterance.began_s, 3),
                end=round(word.end + utterance.began_s, 3),
            )
            for word in result.words
        )
        # Nothing understood of what was never decoded says nothing about how well it was spoken.
        confidence = None if event.lost_s and not result.text else result.confidence
        return [self._heard(utterance, result.text, confidence, words, final=True, now=now)]

    def _heard(
        self,
        utterance: _Utterance,
        text: str,
        confidence: float | None,
        words: tuple[Word, ...],
        *,
        final: bool,
        now: float,
    ) -> Heard:
        level = utterance.loudness.dbfs
        return Heard(
            self.leg,
            utterance.number,
            text,
            confidence,
            words,
            final,
            round(utterance.voiced_s, 3),
            round(level, 1) if level is not None else -90.0,
            _rounded(snr(level, self._meter.noise_dbfs)),
            round(now - utterance.ended_at, 3) if utterance.ended_at is not None else 0.0,
        )

    def _end(self) -> list[SpeechEvent]:
        if self.done or self._ending is None:
            return []
        self.done = True
        self._stream.close()
        return [LegEnded(self.leg, self._ending[0])]


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
