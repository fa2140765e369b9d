from hypothesis import given
from hypothesis import strategies as st

from assistant.store.book import clean


@given(st.text())
def test_what_is_cleaned_can_be_stored_anywhere(text: str) -> None:
    kept = clean(text)
    assert isinstance(kept, str)
    assert "\0" not in kept
    kept.encode("utf-8")


def test_only_text_is_touched() -> None:
    assert clean(("a\0", 1, None, 2.5)) == ["a", 1, None, 2.5]
    assert clean("王小明😀\r\n") == "王小明😀\r\n"
