"""What a careful author is asked to look at again; the shipped packs need not be."""

from pathlib import Path

import pytest

from prompts import load_pack, shipped_packs

HEAD = 'pack: a\nversion: "1"\ntitle: a\n'
TWO = """\
situations:
  one: {title: 一, sources: [X], triggers: [{kind: heard, lexicon: one}], steps: [{say: 好的}]%s}
  two: {title: 二, sources: [X], triggers: [{kind: heard, lexicon: two}], steps: [{say: 好的}]}
"""


def warnings(folder: Path, text: str) -> list[tuple[int, str]]:
    file = folder / "mine.yaml"
    file.write_text(HEAD + text, encoding="utf-8")
    return [(warning.line, warning.text) for warning in load_pack(file).warnings]


@pytest.mark.parametrize(
    ("one", "two", "line", "warning"),
    [
        ("大骗子", "大 骗 子", 6, "「大 骗 子」也在词表「one」里"),
        ("要投诉", "我要投诉你", 6, "说「我要投诉你」也就说了词表「one」的「要投诉」"),
        ("我要投诉你", "要投诉", 5, "说「我要投诉你」也就说了词表「two」的「要投诉」"),
        ("刺熨疗法", "次运疗法", 6, "「次运疗法」和词表「one」的「刺熨疗法」读音一样"),
        ("有货", "现在友货没有", 0, ""),
        ("停车场", "食堂在哪", 0, ""),
    ],
)
def test_words_that_call_up_two_situations(
    tmp_path: Path, one: str, two: str, line: int, warning: str
) -> None:
    lexicons = f"lexicons:\n  one: {{words: [{one}]}}\n  two: {{words: [{two}]}}\n"
    assert warnings(tmp_path, lexicons + TWO % "") == ([(line, warning)] if line else [])


@pytest.mark.parametrize(
    ("unless", "inhibits"), [("要投诉你", ""), ("", ", inhibits: [two]")], ids=["unless", "inhibits"]
)
def test_what_is_kept_apart_is_no_overlap(tmp_path: Path, unless: str, inhibits: str) -> None:
    lexicons = f"lexicons:\n  one: {{words: [要投诉], unless: [{unless or '不要投诉'}]}}\n  two: {{words: [我要投诉你]}}\n"
    assert warnings(tmp_path, lexicons + TWO % inhibits) == []


@pytest.mark.parametrize(
    ("never", "warned"),
    [
        ("喂,请您稍等一下", True),
        ("请您稍等一下", True),
        ("稍等一下", False),
        ("这不可能", False),
    ],
)
def test_a_forbidden_phrase_that_must_be_said_elsewhere(tmp_path: Path, never: str, warned: bool) -> None:
    text = (
        "situations:\n"
        f"  one: {{title: 一, sources: [X], triggers: [{{kind: by_hand}}], never: [{{say: '{never}'}}]}}\n"
        "  two: {title: 二, sources: [X], triggers: [{kind: by_hand}], steps: [{say: '{apology|对不起},请您稍等一下'}]}\n"
    )
    expected = [(5, f"禁用语「{never}」在要说的话「对不起,请您稍等一下」里")] if warned else []
    assert warnings(tmp_path, text) == expected


def test_in_the_shipped_packs_nothing_overlaps() -> None:
    assert [(name, warning) for name in shipped_packs() for warning in load_pack(name).warnings] == []
