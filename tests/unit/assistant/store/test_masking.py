import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.store.masking import mask_line, mask_lines, mask_number, mask_text


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (None, None),
        ("8001", "8001"),
        ("95588", "***88"),
        ("13800138000", "138****8000"),
        ("+8613800138000", "+86*******8000"),
    ],
)
def test_numbers(number: str | None, shown: str | None) -> None:
    assert mask_number(number) == shown


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("我的号码是13800138000,谢谢", "我的号码是13*******00,谢谢"),
        ("幺三八零零幺三八零零零", "幺三*******零零"),
        ("身份证11010119900307123X", "身份证11**************3X"),
        ("138 0013 8000", "13*********00"),
        ("一三八;零零一三;八零零零", "一三*********零零"),
        ("一三八。嗯,零零一三…八零零零", "一三***********零零"),
        ("工号8001", "工号8001"),
        ("一二三四五", "一二三四五"),
    ],
)
def test_digits_in_words(said: str, shown: str) -> None:
    assert mask_text(said) == shown


def test_a_number_told_over_three_lines_is_one_number() -> None:
    assert mask_lines(["一三八", "零零一三。", "八零零零 谢谢"]) == ["一三*", "*****", "**零零 谢谢"]
    assert mask_lines(["工号8001", "好的"]) == ["工号8001", "好的"]
    assert mask_lines([]) == []


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("一三八", "***"),
        ("嗯零零一三,", "*****,"),
        ("我的号码是138", "我的号码是***"),
        ("工号8001的人", "工号8001的人"),
        ("等一下", "等一下"),
    ],
)
def test_what_may_be_a_piece_of_a_number_is_hidden_while_the_rest_is_not_said(said: str, shown: str) -> None:
    assert mask_line(said) == shown


@given(st.lists(st.text()))
def test_masking_lines_keeps_each_line_and_its_length(lines: list[str]) -> None:
    assert [len(line) for line in mask_lines(lines)] == [len(line) for line in lines]


@given(st.text())
def test_masking_keeps_the_length_and_is_stable(text: str) -> None:
    once = mask_text(text)
    assert len(once) == len(text)
    assert mask_text(once) == once
