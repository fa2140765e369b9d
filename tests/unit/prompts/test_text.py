import pytest

from prompts.text import normalise


@pytest.mark.parametrize(
    ("raw", "plain"),
    [
        ("喂,说话呀!再不说话,我就挂了", "喂说话再不说话我就挂了"),
        ("再 不 說 話 我 就 掛 了", "再不说话我就挂了"),
        ("电话1３8幺", "电话一三八一"),
        ("ＡＢc", "abc"),
        ("嗯,啊,……", ""),
        ("", ""),
        ("😀<b>你</b>\r\n", "b你b"),
    ],
)
def test_spellings_of_one_saying_become_one(raw: str, plain: str) -> None:
    assert normalise(raw).text == plain


def test_what_matched_is_found_again_in_what_was_said() -> None:
    text = normalise("你好, 我 要 投 诉 你!")
    start = text.text.index("投诉")
    assert text.spoken(start, start + 2) == "投 诉"
