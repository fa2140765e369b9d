import pytest
from hypothesis import given
from hypothesis import strategies as st

from prompts.lexicon import Lexicon
from prompts.matching import Hit, PhraseMatcher
from prompts.text import normalise

MATCHER = PhraseMatcher(
    {
        "attitude": Lexicon(words=("态度不好", "什么态度", "投诉你"), unless=("态度很好",)),
        "complaint": Lexicon(words=("投诉", "我要投诉")),
        "department": Lexicon(words=("转…部",)),
        "greeting": Lexicon(words=("你好",), whole=True),
        "abuse": Lexicon(words=("骗子", "垃圾公司"), negations=()),
    }
)


def find(text: str) -> list[Hit]:
    return MATCHER.find(normalise(text))


def test_all_lexicons_answer_in_one_pass_and_in_their_order() -> None:
    assert find("你这是什么态度,我要投诉你!你们就是一群骗子") == [
        Hit("attitude", "什么态度", "什么态度", exact=True),
        Hit("complaint", "我要投诉", "我要投诉", exact=True),
        Hit("abuse", "骗子", "骗子", exact=True),
    ]


def test_a_garbled_word_is_known_by_its_sound_and_says_so() -> None:
    assert find("这是什么太度") == [Hit("attitude", "什么态度", "什么太度", exact=False)]


def test_words_of_two_syllables_never_match_by_sound() -> None:
    assert find("偏子") == []


@pytest.mark.parametrize(
    ("text", "barred"),
    [
        ("我不是要投诉", "前面有「不是」"),
        ("是不是要投诉", None),
        ("有没有投诉", None),
        ("不是,你听我说,我要投诉", None),
    ],
)
def test_negation_turns_a_word_round_and_a_question_does_not(text: str, barred: str | None) -> None:
    assert [hit.barred for hit in find(text) if hit.lexicon == "complaint"] == [barred]


def test_a_phrase_that_must_not_trigger_bars_the_lexicon() -> None:
    assert find("你态度很好,不是态度不好") == [
        Hit("attitude", "态度不好", "态度不好", exact=True, barred="前面有「不是」")
    ]
    assert find("什么态度,态度很好啊")[0].barred == "同时说了「态度很好」"


def test_a_phrase_that_must_not_trigger_may_have_a_gap_and_an_end() -> None:
    aid = Lexicon(words=("急救",), unless=("急救…课", "谢谢。"))
    matcher = PhraseMatcher({"aid": aid})
    barred = [
        hit.barred
        for text in ("有没有急救的课", "急救员都走了还上什么课", "要急救谢谢", "谢谢你要急救")
        for hit in matcher.find(normalise(text))
    ]
    assert barred == ["同时说了「急救…课」", None, "同时说了「谢谢。」", None]


def test_what_only_sounds_like_a_veto_silences_only_what_only_sounds_like_a_word() -> None:
    matcher = PhraseMatcher({"advice": Lexicon(words=("我建议",), unless=("我讲一",))})
    assert [(hit.exact, hit.barred) for hit in matcher.find(normalise("我建议你们周末也上班"))] == [
        (True, None)
    ]
    assert [(hit.exact, hit.barred) for hit in matcher.find(normalise("您给我讲一下"))] == [
        (False, "同时说了「我讲一」")
    ]


def test_a_negation_may_share_its_end_with_the_word() -> None:
    matcher = PhraseMatcher({"cancel": Lexicon(words=("想取消", "要退货"))})
    barred = [
        hit.barred
        for text in ("我不想取消", "不要退货", "我想取消", "要不要退货")
        for hit in matcher.find(normalise(text))
    ]
    assert barred == ["前面有「不想」", "前面有「不要」", None, None]


def test_words_with_a_gap() -> None:
    assert [hit.said for hit in find("麻烦帮我转一下培训部的老师")] == ["转一下培训部"]
    assert find("转了一大圈什么也没有找到还是不行部") == []


def test_a_whole_word_must_be_the_whole_utterance() -> None:
    assert [hit.lexicon for hit in find("嗯,你好!")] == ["greeting"]
    assert find("你好我想问一下") == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("好知道了谢谢", "谢谢"),
        ("谢谢啊。", "谢谢"),
        ("背面谢谢这二零一二", None),
        ("这里转到培训部", "转到培训部"),
        ("转到培训部的电话是多少", None),
    ],
)
def test_a_word_with_a_full_stop_must_end_the_utterance(text: str, said: str | None) -> None:
    matcher = PhraseMatcher({"ends": Lexicon(words=("谢谢。", "转…部。"))})
    assert [hit.said for hit in matcher.find(normalise(text))] == ([] if said is None else [said])


def test_nothing_is_found_in_nothing() -> None:
    assert find("") == find("……") == PhraseMatcher({}).find(normalise("你好")) == []


@given(st.text(max_size=80))
def test_no_text_breaks_it(text: str) -> None:
    for hit in find(text):
        assert hit.said in text
