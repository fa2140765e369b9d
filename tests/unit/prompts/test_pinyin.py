import pytest

from prompts.pinyin import alternatives, encode, readings


@pytest.mark.parametrize(
    ("heard", "meant"),
    [
        ("按全", "安全"),
        ("再", "在"),
        ("兰州", "南州"),
        ("英文", "因文"),
        ("真正", "怎争"),
        ("十四", "四十"[::-1]),
        ("女", "吕"),
    ],
)
def test_what_a_telephone_garbles_sounds_alike(heard: str, meant: str) -> None:
    assert encode(heard) == encode(meant)


@pytest.mark.parametrize(("one", "other"), [("投诉", "同事"), ("骗子", "盘子"), ("对", "谁")])
def test_what_differs_sounds_different(one: str, other: str) -> None:
    assert encode(one) != encode(other)


def test_letters_and_digits_stand_for_themselves() -> None:
    assert encode("ab1") == "ab1"
    assert readings("a") == ()


def test_characters_of_several_readings_give_bounded_alternatives() -> None:
    assert encode("行") in alternatives("行")
    assert 1 < len(alternatives("行")) <= 8
    assert len(alternatives("行长行长行长")) == 8
