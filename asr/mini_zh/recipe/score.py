"""How far what was heard is from what was said. 幺 and 一 are the same."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from hearing import Heard
from pypinyin import lazy_pinyin
from zh_front import chars

YAO = str.maketrans("幺", "一")


class Row(NamedTuple):
    tag: str
    said: str
    heard: str
    errors: int
    confidence: float


def edit_distance(first: Sequence[str], second: Sequence[str]) -> int:
    row = list(range(len(second) + 1))
    for i, x in enumerate(first, 1):
        diagonal, row[0] = row[0], i
        for j, y in enumerate(second, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (x != y))
    return row[-1]


def comparable(said: str, heard: str) -> tuple[str, str]:
    return chars(said).translate(YAO), heard.translate(YAO)


class Score:
    """The sum of a set of utterances."""

    def __init__(self) -> None:
        self.errors = self.syllable_errors = self.characters = 0
        self.cpu = self.seconds = 0.0
        self.confidences: list[float] = []
        self.rows: list[Row] = []

    def add(self, tag: str, said: str, heard: Heard, seconds: float) -> None:
        reference, hypothesis = comparable(said, heard.text)
        errors = edit_distance(reference, hypothesis)
        self.errors += errors
        self.syllable_errors += edit_distance(lazy_pinyin(reference), lazy_pinyin(hypothesis))
        self.characters += len(reference)
        self.cpu += heard.cpu
        self.seconds += seconds
        self.confidences += [word["conf"] for word in heard.words]
        self.rows.append(Row(tag, said, heard.text, errors, heard.mean_confidence()))

    def accuracy(self) -> dict[str, Any]:
        characters = max(self.characters, 1)
        return {
            "cer": round(100 * self.errors / characters, 2),
            "syllable_er": round(100 * self.syllable_errors / characters, 2),
            "exact": sum(row.errors == 0 for row in self.rows),
        }

    def confidence(self) -> dict[str, float]:
        of_words = np.array(self.confidences) if self.confidences else np.zeros(1)
        of_utterances = np.array([row.confidence for row in self.rows])
        return {
            "conf_mean": round(float(of_words.mean()), 3),
            "conf_p10": round(float(np.percentile(of_words, 10)), 3),
            "conf_p50": round(float(np.percentile(of_words, 50)), 3),
            "conf_p90": round(float(np.percentile(of_words, 90)), 3),
            "utt_conf_mean": round(float(of_utterances.mean()), 3),
            "utt_conf_p10": round(float(np.percentile(of_utterances, 10)), 3),
            "utt_conf_p90": round(float(np.percentile(of_utterances, 90)), 3),
        }

    def summary(self, *, known_language: bool, timed: bool) -> dict[str, Any]:
        size = {"utts": len(self.rows), "chars": self.characters}
        accuracy = self.accuracy() if known_language else {}
        speed = {"rtf": round(self.cpu / max(self.seconds, 1e-6), 4)} if timed else {}
        return size | accuracy | self.confidence() | speed
