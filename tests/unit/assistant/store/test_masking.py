import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.store.masking import mask_number, mask_text


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
        ("工号8001", "工号8001"),
        ("一二三四五", "一二三四五"),
    ],
)
def test_digits_in_words(said: str, shown: str) -> None:
    assert mask_text(said) == shown


@given(st.text())
def test_masking_keeps_the_length_and_is_stable(text: str) -> None:
    once = mask_text(text)
    assert len(once) == len(text)
    assert mask_text(once) == once
