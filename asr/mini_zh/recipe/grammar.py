"""G: the language model as a back-off acceptor, in the text form that fstcompile reads."""

import collections
import math
from dataclasses import dataclass

from ngram import END, START, UNSEEN_WORD, Gram, Grams

EPSILON = 0  # the arc to the shorter context


@dataclass(frozen=True)
class Acceptor:
    text: str
    states: int
    arcs: int


Followers = dict[Gram, list[tuple[str, float]]]


def words_after(grams: Grams) -> Followers:
    after: Followers = collections.defaultdict(list)
    for same_length in grams[1:]:
        for gram, probability in same_length.items():
            after[gram[:-1]].append((gram[-1], probability))
    return after


def number_contexts(grams: Grams) -> dict[Gram, int]:
    """A state for each context and for every shorter one it backs off to, shortest first."""
    contexts = {
        gram[start:-1] for same_length in grams[2:] for gram in same_length for start in range(len(gram) - 1)
    }
    ids: dict[Gram, int] = {(START,): 0, (): 1}
    for context in sorted(contexts, key=lambda context: (len(context), context)):
        ids.setdefault(context, len(ids))
    return ids


def backed_off_probability(grams: Grams, backoff: dict[Gram, float], context: Gram, word: str) -> float:
    weight = 1.0
    while True:
        known = grams[len(context) + 1].get((*context, word))
        if known is not None:
            return known * weight
        if not context:
            return UNSEEN_WORD
        weight *= backoff[context]
        context = context[1:]


def backoff_weights(grams: Grams, contexts: list[Gram], after: Followers) -> dict[Gram, float]:
    """What a context leaves to the words it does not list, over what the shorter context gives them."""
    backoff: dict[Gram, float] = {(): 1.0}
    for context in sorted(contexts, key=len):
        if not context:
            continue
        listed = listed_below = 0.0
        for word, probability in after.get(context, []):
            listed += probability
            listed_below += backed_off_probability(grams, backoff, context[1:], word)
        backoff[context] = max(1 - listed, 1e-5) / max(1 - listed_below, 1e-5)
    return backoff


def longest_known(context: Gram, ids: dict[Gram, int]) -> int:
    while context not in ids:
        context = context[1:]
    return ids[context]


def backoff_acceptor(grams: Grams, word_ids: dict[str, int]) -> Acceptor:
    longest_context = len(grams) - 2
    ids = number_contexts(grams)
    after = words_after(grams)
    backoff = backoff_weights(grams, list(ids), after)
    lines: list[str] = []
    finals: list[str] = []
    for context, state in ids.items():
        arcs = []
        if context:
            arcs.append((EPSILON, -math.log(backoff[context]), ids[context[1:]]))
        for word, probability in after.get(context, []):
            cost = -math.log(probability)
            if word == END:
                finals.append(f"{state}\t{cost:.5f}")
            elif word in word_ids:
                target = longest_known((*context, word)[-longest_context:], ids)
                arcs.append((word_ids[word], cost, target))
        lines += [f"{state}\t{target}\t{label}\t{label}\t{cost:.5f}" for label, cost, target in sorted(arcs)]
    return Acceptor("\n".join(lines + finals) + "\n", len(ids), len(lines))
