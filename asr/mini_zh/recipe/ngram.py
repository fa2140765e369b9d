"""The n-gram language model: estimation, interpolation of two models, pruning. Knows nothing of files or graphs."""

import collections
import math

Gram = tuple[str, ...]
Counts = collections.Counter[Gram]
Grams = list[
    dict[Gram, float]
]  # by length: grams[n] maps n words to the probability of the last after the others

START, END = "<s>", "</s>"
DISCOUNT = 0.75
UNSEEN_WORD = 1e-9
LEAST_BACKOFF = 1e-4


def count_ngrams(sentences: list[list[str]], order: int) -> list[Counts]:
    counts: list[Counts] = [collections.Counter() for _ in range(order + 1)]
    for sentence in sentences:
        words = [START, *sentence, END]
        for end in range(2, len(words) + 1):
            for n in range(1, min(order, end) + 1):
                counts[n][tuple(words[end - n : end])] += 1
    return counts


def continuation_counts(counts: list[Counts], order: int) -> list[Counts]:
    """Kneser-Ney: below the highest order an n-gram counts once for each word seen before it.
    Nothing can stand before a sentence start, so there the plain count stays."""
    continued = list(counts)
    for n in range(order - 1, 0, -1):
        continued[n] = collections.Counter(gram[1:] for gram in counts[n + 1])
        for gram, count in counts[n].items():
            if gram[0] == START:
                continued[n][gram] = count
    return continued


def smoothed_unigrams(counts: Counts, share: dict[str, float]) -> dict[Gram, float]:
    """Every word of the vocabulary gets a floor from the dictionary, so that all can be recognised."""
    total = sum(counts.values())
    left_over = DISCOUNT * len(counts) / total
    even = 0.1 / (len(share) + 1)
    raw = {
        (word,): max(counts.get((word,), 0) - DISCOUNT, 0) / total
        + left_over * (0.9 * share.get(word, 0) + even)
        for word in [*share, END]
    }
    norm = sum(raw.values())
    return {gram: probability / norm for gram, probability in raw.items()}


class NgramModel:
    """Interpolated absolute discounting (Kneser-Ney lower orders) with count cut-offs."""

    def __init__(
        self, sentences: list[list[str]], least_count: dict[int, int], share: dict[str, float], order: int
    ) -> None:
        counts = count_ngrams(sentences, order)
        continued = continuation_counts(counts, order)
        self.order = order
        self.grams: Grams = [{}, smoothed_unigrams(continued[1], share)]
        self.backoff: dict[Gram, float] = {}
        for n in range(2, order + 1):
            self._add_order(n, counts[n], continued[n], least_count[n])

    def _add_order(self, n: int, counts: Counts, continued: Counts, least_count: int) -> None:
        context_total: collections.Counter[Gram] = collections.Counter()
        for gram, count in continued.items():
            context_total[gram[:-1]] += count
        discounted = {
            gram: max(count - DISCOUNT, 0) / context_total[gram[:-1]]
            for gram, count in continued.items()
            if counts[gram] >= least_count and (n == 2 or gram[:-1] in self.grams[n - 1])
        }
        kept: dict[Gram, float] = collections.defaultdict(float)
        for gram, probability in discounted.items():
            kept[gram[:-1]] += probability
        for context, mass in kept.items():
            self.backoff[context] = max(1 - mass, LEAST_BACKOFF)
        self.grams.append({})
        for gram, probability in discounted.items():
            self.grams[n][gram] = probability + self.backoff[gram[:-1]] * self.probability(gram[1:])

    def probability(self, gram: Gram) -> float:
        """P(last word | the words before it), from the longest n-gram known."""
        for n in range(min(len(gram), self.order), 1, -1):
            known = self.grams[n].get(gram[-n:])
            if known is not None:
                return self._backed_off(gram, n, known)
        return self._backed_off(gram, 1, self.grams[1].get(gram[-1:], UNSEEN_WORD))

    def _backed_off(self, gram: Gram, known_length: int, probability: float) -> float:
        for n in range(known_length + 1, min(len(gram), self.order) + 1):
            probability *= self.backoff.get(gram[-n:-1], 1.0)
        return probability


def interpolate(first: NgramModel, second: NgramModel, first_share: float) -> Grams:
    """Static interpolation of two back-off models over the union of their n-grams."""
    mixed: Grams = [{}]
    for n in range(1, first.order + 1):
        mixed.append(
            {
                gram: first_share * first.probability(gram) + (1 - first_share) * second.probability(gram)
                for gram in set(first.grams[n]) | set(second.grams[n])
            }
        )
    return mixed


def history_probability(grams: Grams, history: Gram) -> float:
    probability = 1.0
    for n in range(1, len(history) + 1):
        known = history[:n]
        # one word in eight begins a sentence
        probability *= 0.12 if known == (START,) else grams[n].get(known, 1e-6)
    return probability


def loss_without(grams: Grams, gram: Gram, probability: float) -> float:
    """How much the model worsens when this n-gram is left to the order below it."""
    below = grams[len(gram) - 1].get(gram[1:]) or 1e-7
    return history_probability(grams, gram[:-1]) * probability * math.log(max(probability / below, 1.0001))


def prune(grams: Grams, least_loss: dict[int, float]) -> None:
    """Drop n-grams that change the model little, highest order first; contexts that are needed stay."""
    order = len(grams) - 1
    for n in range(order, 1, -1):
        needed = {gram[:-1] for gram in grams[n + 1]} if n < order else set()
        grams[n] = {
            gram: probability
            for gram, probability in grams[n].items()
            if gram in needed or loss_without(grams, gram, probability) >= least_loss[n]
        }


def drop_orphans(grams: Grams) -> None:
    """A trigram is reached through the bigram of its context; without it, it can never be."""
    grams[3] = {
        gram: probability
        for gram, probability in grams[3].items()
        if gram[:-1] in grams[2] or gram[0] == START
    }
