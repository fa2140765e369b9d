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


def test_a_phrase_sounds_as_it_is_read_and_as_a_recognized_text_is_encoded() -> None:
    assert alternatives("银行") == (encode("银行"), encode("银航"))
    assert alternatives("投诉") == (encode("投诉"),)
    assert alternatives("a1") == ("a1",)


def test_readings_nobody_uses_do_not_sound_alike() -> None:
    assert encode("点私事") not in alternatives("电视台")
