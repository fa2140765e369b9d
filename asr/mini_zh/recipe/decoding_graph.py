"""HCL: the lexicon as one minimal transducer, expanded to the transitions of the acoustic model.

Phone p is transition state p; its transition ids are 2p-1 (stay) and 2p (move on).
"""

import math
from dataclasses import dataclass

import kaldifst
from lexicon import PHONES, SILENCE, Pronunciation

START, BETWEEN_WORDS, AFTER_SILENCE, AFTER_MARK = range(4)
FIRST_FREE_STATE = 4
LAST_PHONE = len(PHONES) - 1
LAST_TRANSITION = 2 * LAST_PHONE
NO_LABEL = 0

Arc = tuple[int, int, int, int, float]  # from, to, phone, word, cost


@dataclass(frozen=True)
class SilenceCosts:
    silence: float
    no_silence: float


def silence_costs(probability: float) -> SilenceCosts:
    return SilenceCosts(-math.log(probability), -math.log(1 - probability))


def disambiguation_marks(lexicon: list[Pronunciation]) -> int:
    """The marks of the words, and one more for silence."""
    return max(entry.mark for entry in lexicon) + 1


def mark_label(mark: int) -> int:
    """Marks are numbered behind the phones."""
    return LAST_PHONE + mark


def disambiguation_transitions(lexicon: list[Pronunciation]) -> list[int]:
    return [LAST_TRANSITION + mark for mark in range(1, disambiguation_marks(lexicon) + 1)]


def word_arcs(
    entry: Pronunciation, word_id: int, word_penalty: float, costs: SilenceCosts, free_state: int
) -> list[Arc]:
    """One path from between words, through new states, to between words or to silence."""
    labels = [*entry.phones] + ([mark_label(entry.mark)] if entry.mark else [])
    arcs = []
    state, word, cost = BETWEEN_WORDS, word_id, entry.cost + word_penalty
    for new_state, label in enumerate(labels[:-1], start=free_state):
        arcs.append((state, new_state, label, word, cost))
        state, word, cost = new_state, NO_LABEL, 0.0
    arcs.append((state, BETWEEN_WORDS, labels[-1], word, cost + costs.no_silence))
    arcs.append((state, AFTER_SILENCE, labels[-1], word, cost + costs.silence))
    return arcs


def lexicon_arcs(
    lexicon: list[Pronunciation], word_ids: dict[str, int], silence_probability: float, word_penalty: float
) -> list[Arc]:
    costs = silence_costs(silence_probability)
    silence_mark = mark_label(disambiguation_marks(lexicon))
    arcs = [
        (START, BETWEEN_WORDS, NO_LABEL, NO_LABEL, costs.no_silence),
        (START, AFTER_SILENCE, NO_LABEL, NO_LABEL, costs.silence),
        (AFTER_SILENCE, AFTER_MARK, SILENCE, NO_LABEL, 0.0),
        (AFTER_MARK, BETWEEN_WORDS, silence_mark, NO_LABEL, 0.0),
    ]
    free_state = FIRST_FREE_STATE
    for entry in lexicon:
        path = word_arcs(entry, word_ids[entry.word], word_penalty, costs, free_state)
        free_state += len(path) - 2
        arcs += path
    return arcs


def minimal_lexicon(arcs: list[Arc]) -> kaldifst.StdVectorFst:
    lines = [f"{source} {target} {phone} {word} {cost:.5f}" for source, target, phone, word, cost in arcs]
    fst = kaldifst.compile("\n".join(lines) + f"\n{BETWEEN_WORDS} 0.0\n")
    kaldifst.arcsort(fst, "ilabel")
    kaldifst.determinize_star(fst, use_log=True)
    kaldifst.minimize_encoded(fst)
    arc_count = sum(fst.num_arcs(state) for state in range(fst.num_states))
    print("det/min L: states", fst.num_states, "arcs", arc_count, flush=True)
    return fst


class TransitionExpansion:
    """Splits each state by the phone that enters it, so that each can carry that phone's self-loop."""

    def __init__(self, fst: kaldifst.StdVectorFst) -> None:
        self.fst = fst
        self.ids: dict[tuple[int, int], int] = {}
        self.todo: list[tuple[int, int]] = []
        self.arcs: list[str] = []
        self.finals: list[str] = []
        self._state(fst.start, NO_LABEL)
        while self.todo:
            self._expand(*self.todo.pop())

    def _state(self, state: int, entered_by: int) -> int:
        key = (state, entered_by)
        if key not in self.ids:
            self.ids[key] = len(self.ids)
            self.todo.append(key)
        return self.ids[key]

    def _expand(self, state: int, entered_by: int) -> None:
        here = self.ids[(state, entered_by)]
        if entered_by:
            self.arcs.append(f"{here} {here} {2 * entered_by - 1} 0 0")
        for arc in kaldifst.ArcIterator(self.fst, state):
            phone = arc.ilabel
            is_phone = NO_LABEL < phone <= LAST_PHONE
            target = self._state(arc.nextstate, phone if is_phone else NO_LABEL)
            self.arcs.append(f"{here} {target} {transition(phone)} {arc.olabel} {arc.weight.value:.5f}")
        final_cost = self.fst.final(state).value
        if final_cost != math.inf:
            self.finals.append(f"{here} {final_cost:.5f}")


def transition(label: int) -> int:
    """The transition that leaves a phone; marks go behind the transitions, as they went behind the phones."""
    return 2 * label if label <= LAST_PHONE else LAST_TRANSITION + label - LAST_PHONE


def expand_transitions(fst: kaldifst.StdVectorFst) -> str:
    """The decoding graph in the text form that fstcompile reads, its start state first."""
    expanded = TransitionExpansion(fst)
    print("HCL states", len(expanded.ids), "arcs", len(expanded.arcs), flush=True)
    return "\n".join(expanded.arcs + expanded.finals) + "\n"
