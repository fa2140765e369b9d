"""Which unit is spoken when: from the durations of the synthesis, or by Viterbi with a trained network."""

from dataclasses import dataclass

import numpy as np
from units import ID, INITIALS, glide, syl_units

FRAME = 0.03  # seconds between outputs of the network
FRAME_CENTRE = 0.0125
FRAME_EDGE = 0.0025
SYNTHESIS_RATE = 24000
SHORTEST_GLIDE = 0.035
IMPOSSIBLE = -1e30
LEAST_SCORE = -4.0
OPTIONAL_SILENCE = -1

Segment = list[float]  # unit id, start, end in seconds


def alignment_of_synthesis(durations: list[tuple[str, int]]) -> list[Segment]:
    """'#n' pauses belong to the final before them; a zero initial ('^') with no duration of its own joins its final."""
    segments: list[Segment] = []
    now, zero_initial = 0.0, None
    for phone, samples in durations:
        end = now + samples / SYNTHESIS_RATE
        if phone in ("sil", "eos"):
            segments.append([0, now, end])
        elif phone[0] == "#":
            if segments:
                segments[-1][2] = end
        elif phone == "^":
            zero_initial = now
        elif phone in INITIALS or zero_initial is None:
            segments.append([ID[phone], now, end])
        else:
            segments += final_with_zero_initial(phone, zero_initial, now, end)
            zero_initial = None
        now = end
    return segments


def final_with_zero_initial(final: str, start: float, now: float, end: float) -> list[Segment]:
    unit = glide(final[:-1])
    if unit is None:
        return [[ID[final], start, end]]
    middle = max(now, start + SHORTEST_GLIDE)
    return [[ID[unit], start, middle], [ID[final], middle, end]]


def frame_labels(segments: list[Segment], lead: float, scale: float, frames: int) -> np.ndarray:
    """The unit of every output frame, silence outside; the audio was stretched by `scale` and begins at `lead`."""
    labels = np.zeros(frames, np.int16)
    centres = np.arange(frames) * FRAME + FRAME_CENTRE
    for unit, start, end in segments:
        first, behind = np.searchsorted(centres, [lead + start * scale, lead + end * scale])
        labels[first:behind] = unit
    return labels


def unit_sequence(pinyin: list[str]) -> list[int]:
    """The units of the syllables, with a silence that may be left out around each."""
    sequence = [OPTIONAL_SILENCE]
    for syllable in pinyin:
        sequence += [ID[unit] for unit in syl_units(syllable)] + [OPTIONAL_SILENCE]
    return sequence


@dataclass(frozen=True)
class BestPath:
    states: np.ndarray  # for every frame, a place in the sequence
    score: float  # log-likelihood per frame


def best_path(scores: np.ndarray, may_skip: np.ndarray) -> BestPath | None:
    """Viterbi: scores (frames, places) of a sequence whose marked places may be left out."""
    frames, places = scores.shape
    everywhere = np.arange(places)
    # two places forward in one frame, over a place that may be left out
    jumps = np.concatenate([[False, False], may_skip[1:-1]])
    best = np.full(places, IMPOSSIBLE)
    best[0] = scores[0, 0]
    if may_skip[0]:
        best[1] = scores[0, 1]
    steps = np.zeros((frames, places), np.int8)
    for frame in range(1, frames):
        moved = np.concatenate([[IMPOSSIBLE], best[:-1]])
        jumped = np.where(jumps, np.concatenate([[IMPOSSIBLE, IMPOSSIBLE], best[:-2]]), IMPOSSIBLE)
        choices = np.stack([best, moved, jumped])
        steps[frame] = choices.argmax(0)
        best = choices[steps[frame], everywhere] + scores[frame]
    place = places - 1
    if may_skip[-1] and best[-2] > best[-1]:
        place -= 1
    if best[place] < IMPOSSIBLE / 10:
        return None
    return BestPath(trace_back(steps, place), best.max() / frames)


def trace_back(steps: np.ndarray, place: int) -> np.ndarray:
    states = np.zeros(len(steps), int)
    for frame in range(len(steps) - 1, -1, -1):
        states[frame] = place
        place -= int(steps[frame, place])
    return states


def align(log_likelihood: np.ndarray, pinyin: list[str]) -> list[Segment] | None:
    """log_likelihood (frames, units) -> the segments of the syllables; None when they do not fit the audio."""
    sequence = np.array(unit_sequence(pinyin))
    units = np.maximum(sequence, 0)
    path = best_path(log_likelihood[:, units], sequence == OPTIONAL_SILENCE)
    if path is None or path.score < LEAST_SCORE:
        return None
    return segments_of(path.states, [int(unit) for unit in units])


def segments_of(states: np.ndarray, units: list[int]) -> list[Segment]:
    segments: list[Segment] = []
    first = 0
    for frame in range(1, len(states) + 1):
        if frame == len(states) or states[frame] != states[first]:
            segments.append([units[states[first]], first * FRAME - FRAME_EDGE, frame * FRAME - FRAME_EDGE])
            first = frame
    return segments
