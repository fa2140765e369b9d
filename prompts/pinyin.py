"""How characters sound: text as a string of syllable codes, one code a character, so that 在 equals 再 and 按 equals 安.

Tones are dropped and the pairs Mandarin speakers of different regions merge are folded (z/zh, c/ch, s/sh, n/l, -n/-ng):
a telephone recognizer garbles just these. Knows nothing of rules.
"""

import functools
import re
import unicodedata

from pypinyin import Style, lazy_pinyin
from pypinyin.constants import PINYIN_DICT

_CODE_BASE = 0xE000
"""Codes live in Unicode's private use area, where no text of ours lives."""


@functools.lru_cache(maxsize=30_000)
def readings(char: str) -> tuple[str, ...]:
    """Folded syllables of one character, commonest first; empty for what is not a Chinese character."""
    listed: str = PINYIN_DICT.get(ord(char), "")
    folded = (_fold(reading) for reading in listed.split(",") if reading)
    return tuple(dict.fromkeys(folded))


def _fold(syllable: str) -> str:
    letters = unicodedata.normalize("NFD", syllable)
    plain = "".join(
        "v" if letter == "\u0308" else letter for letter in letters if letter.isalpha() or letter == "\u0308"
    )
    plain = plain.replace("uv", "v")
    plain = re.sub(r"^(z|c|s)h", r"\1", plain)
    plain = re.sub(r"^n(?=.)", "l", plain)
    return re.sub(r"(?<=[aeio])ng$", "n", plain)


@functools.cache
def _codes() -> dict[str, str]:
    """Every folded syllable there is, numbered in alphabetical order."""
    syllables = {
        _fold(reading) for listed in PINYIN_DICT.values() for reading in listed.split(",") if reading
    }
    return {syllable: chr(_CODE_BASE + number) for number, syllable in enumerate(sorted(syllables))}


@functools.lru_cache(maxsize=30_000)
def _code(char: str) -> str:
    sounds = readings(char)
    return _codes()[sounds[0]] if sounds else char


def encode(text: str) -> str:
    """One code a character, commonest reading. Letters and digits stand for themselves."""
    return "".join(map(_code, text))


def alternatives(text: str) -> tuple[str, ...]:
    """Codes of a phrase: each character's commonest reading, which is how a recognized text is encoded, and the phrase's own.

    No other readings: 台 can be yí and 告 gù in no word anybody says here, but 点私事 would then sound like 电视台.
    """
    spoken = [_code_of(syllable, char) for syllable, char in zip(_phrase(text), text, strict=True)]
    return tuple(dict.fromkeys((encode(text), "".join(spoken))))


def _phrase(text: str) -> list[str]:
    """One syllable a character, as the characters are read in this phrase (银行, 长大)."""
    syllables: list[str] = lazy_pinyin(text, style=Style.TONE)
    return syllables if len(syllables) == len(text) else list(text)


def _code_of(syllable: str, char: str) -> str:
    return _codes().get(_fold(syllable), _code(char)) if readings(char) else char
