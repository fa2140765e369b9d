"""An endless supply of training examples: telephone speech with the unit of every frame, and audio without speech."""

import multiprocessing
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import augment
import numpy as np
from alignment import Segment, alignment_of_synthesis, frame_labels
from features import SAMPLE_RATE, mfcc, mfcc_options
from network import output_frames
from utterances import Utterance, load_utterances

NO_SPEECH_SHARE = 0.10
BABBLE_SHARE = 0.12
BABBLERS = 5
QUEUED = 96


class Example(NamedTuple):
    features: np.ndarray
    labels: np.ndarray
    is_espeak: bool


@dataclass(frozen=True)
class Source:
    work: Path
    names: list[str]
    alignments: dict[str, list[Segment]]
    seed: int

    def utterances(self) -> list[Utterance]:
        """espeak-ng tells no durations: without an alignment its speech is of no use."""
        found = load_utterances(self.work, self.names)
        return [u for u in found if u.key in self.alignments or not u.is_espeak]


class ExampleMaker:
    def __init__(self, source: Source) -> None:
        self.alignments = source.alignments
        self.utterances = source.utterances()
        self.options = mfcc_options()
        self.shuffler = random.Random(source.seed)
        self.rng = np.random.default_rng(source.seed)

    def examples(self) -> Iterator[Example]:
        while True:
            self.shuffler.shuffle(self.utterances)
            for utterance in self.utterances:
                if self.shuffler.random() < NO_SPEECH_SHARE:
                    yield self.no_speech()
                yield self.speech(utterance)

    def no_speech(self) -> Example:
        features = self._features(augment.nospeech(self.rng))
        return Example(features, np.zeros(output_frames(len(features)), np.int16), is_espeak=False)

    def speech(self, utterance: Utterance) -> Example:
        audio, lead, scale = augment.speech(utterance.audio, self.rng, babble=self._babble())
        features = self._features(audio)
        segments = self.alignments.get(utterance.key) or alignment_of_synthesis(utterance.durations)
        labels = frame_labels(segments, lead / SAMPLE_RATE, scale, output_frames(len(features)))
        return Example(features, labels, utterance.is_espeak)

    def _babble(self) -> list[np.ndarray] | None:
        """Other voices played backwards."""
        if self.rng.random() >= BABBLE_SHARE:
            return None
        others = self.shuffler.sample(self.utterances, min(BABBLERS, len(self.utterances)))
        return [other.audio[::-1] for other in others]

    def _features(self, audio: np.ndarray) -> np.ndarray:
        return mfcc(audio, self.options).astype(np.float32)


def feed(queue: multiprocessing.Queue, source: Source) -> None:
    for example in ExampleMaker(source).examples():
        queue.put(example)


class ExampleQueue:
    """Examples made by a process of its own, so that the network need not wait for them."""

    def __init__(self, source: Source) -> None:
        self.queue: multiprocessing.Queue = multiprocessing.Queue(QUEUED)
        self.process = multiprocessing.Process(target=feed, args=(self.queue, source), daemon=True)

    def __enter__(self) -> "ExampleQueue":
        self.process.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()

    def take(self) -> Example:
        return self.queue.get()

    def waiting(self) -> int:
        return self.queue.qsize()
