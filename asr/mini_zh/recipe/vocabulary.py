"""Which words the model can write down: every common character, and the frequent words of the two corpora."""

import collections
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import jieba
from units import syl_units
from zh_front import HAN, chars, pinyin

COMMON_CHARACTERS = 4200
CANDIDATE_CHARACTERS = 5200  # some of the most common have no syllable in our units
LONGEST_WORD = 5
DOMAIN_WEIGHT = 40  # a word said once to a hotline is worth this many in general text
DICTIONARY_SCALE = 1e4

HOTLINE_WORDS = (
    "医讯网 罐疗 刺熨疗法 正骨 刘垚 徐茂罡 李雪莲 杨雪峰 喂喂 客服 工号 退费 转人工 好吗 行吗 可以吗"
)
NOT_WORDS = "小姐您好 您好请问"

Sentence = list[str]


def read_texts(path: Path) -> Iterator[str]:
    """The text column of `kind<TAB>text` lines."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield line.rstrip("\n").split("\t", 1)[-1]


def read_corpora(work: Path) -> tuple[list[str], list[str]]:
    """Hotline turns and general clauses. A comma is where a caller may stop, but the decoder hears
    the whole turn, so the turn stays one sentence and its commas vanish."""
    hotline = [chars(text) for text in read_texts(work / "domain_train.txt")]
    return hotline, list(read_texts(work / "free_train.txt"))


def hotline_segmenter() -> jieba.Tokenizer:
    jieba.setLogLevel(60)
    segmenter = jieba.Tokenizer()
    for word in HOTLINE_WORDS.split():
        segmenter.add_word(word, 3000)
    for word in NOT_WORDS.split():
        segmenter.del_word(word)
    return segmenter


def speakable(word: str) -> bool:
    syllables = [syl_units(syllable) for syllable in pinyin(word)]
    return len(syllables) == len(word) and None not in syllables


def character_counts(texts: Iterable[str], dictionary: dict[str, int]) -> collections.Counter[str]:
    counts: collections.Counter[str] = collections.Counter(c for text in texts for c in text)
    for word, frequency in dictionary.items():
        if frequency and len(word) == 1 and HAN.fullmatch(word):
            counts[word] += frequency / DICTIONARY_SCALE
    return counts


def frequent_words(
    hotline: list[Sentence], general: list[Sentence], characters: collections.Counter[str], limit: int
) -> list[str]:
    in_hotline = collections.Counter(word for sentence in hotline for word in sentence)
    in_general = collections.Counter(word for sentence in general for word in sentence)
    score = {
        word: in_general[word] + DOMAIN_WEIGHT * in_hotline[word]
        for word in set(in_hotline) | set(in_general)
        if len(word) > 1
    }
    words: list[str] = []
    for word in sorted(score, key=score.get, reverse=True):
        if len(word) <= LONGEST_WORD and all(c in characters for c in word) and speakable(word):
            words.append(word)
        if len(words) >= limit:
            break
    return words


@dataclass(frozen=True)
class Vocabulary:
    words: set[str]
    share: dict[str, float]  # how common each word is in the dictionary; they sum to 1

    def spell(self, sentence: Sentence) -> Sentence:
        """Words outside the vocabulary become the characters inside it."""
        return [
            part
            for word in sentence
            for part in ([word] if word in self.words else [c for c in word if c in self.words])
        ]


def dictionary_share(words: set[str], dictionary: dict[str, int]) -> dict[str, float]:
    frequency = {word: dictionary.get(word, 0) + 1 for word in words}
    total = sum(frequency.values())
    return {word: count / total for word, count in frequency.items()}


def choose_vocabulary(
    hotline_texts: list[str], general_texts: list[str], size: int
) -> tuple[Vocabulary, list[Sentence], list[Sentence]]:
    """-> the vocabulary, and both corpora segmented into its words."""
    segmenter = hotline_segmenter()
    hotline = [list(segmenter.cut(text, HMM=False)) for text in hotline_texts]
    general = [list(segmenter.cut(text, HMM=False)) for text in general_texts]
    characters = character_counts(hotline_texts + general_texts, segmenter.FREQ)
    single = [c for c, _ in characters.most_common(CANDIDATE_CHARACTERS) if speakable(c)][:COMMON_CHARACTERS]
    multi = frequent_words(hotline, general, characters, size - len(single))
    words = set(single) | set(multi)
    print("vocab", len(words), "single", len(single), flush=True)
    vocabulary = Vocabulary(words, dictionary_share(words, segmenter.FREQ))
    return vocabulary, [vocabulary.spell(s) for s in hotline], [vocabulary.spell(s) for s in general]
