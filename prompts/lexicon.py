"""Lexicons: the words that tell what somebody means, and the words around them that say they do not mean it."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

NEGATIONS = ("不是", "并不", "没有", "并没", "不想", "不要", "不用", "没想", "没说")
"""Right before a word these turn it round: 我不是要投诉."""


class Model(BaseModel):
    """A value written in a pack; what it does not know is a mistake, not an extra."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=False, str_min_length=1)


class Lexicon(Model):
    """Words of one meaning. `…` inside a word stands for up to `gap` characters (转…部), `。` behind it for the utterance's end."""

    words: tuple[str, ...]
    unless: tuple[str, ...] = ()
    """Phrases that, when said too, mean that it was not meant; `…` and `。` as in words."""
    negations: tuple[str, ...] = NEGATIONS
    window: Annotated[int, Field(ge=0, le=12)] = 3
    """How many characters may stand between a negation and the word it turns round."""
    gap: Annotated[int, Field(ge=0, le=20)] = 6
    pinyin: bool | None = None
    """Whether words may match by sound. By itself: from three syllables on."""
    whole: bool = False
    """The word must be the whole utterance: for words too general otherwise."""
    general: bool = False
    """Its words are short on purpose: no card comes for them alone."""
    own: bool = False
    """A list each house fills for itself (《禁用语列表》, S1-27): may be empty."""
