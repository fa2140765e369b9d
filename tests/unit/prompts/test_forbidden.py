"""Phrases that must not be said are known as people say them, and nothing that may be said is taken for one."""

from pathlib import Path

import pytest
import yaml

from prompts import shipped_packs
from prompts.facts import Answered, SituationId
from prompts.forbidden import Forbidden, all_said
from tests.unit.prompts.line import AGENT, CALLER, HEARING, Line, pack, said

DATA = Path(__file__).parents[2] / "bench" / "data"
FORBIDDEN = {
    one.phrase: Forbidden(SituationId(one.phrase), one.phrase, one.whole)
    for name in shipped_packs()
    for one in pack(name).forbidden
}
NEAR_MISSES = [
    (phrase, words)
    for phrase, ways in yaml.safe_load((DATA / "near_misses.yaml").read_text("utf-8")).items()
    for words in ways
]
BEYOND = {"再不说话我就挂了"}
"""Half a phrase: it may be said in earnest, and the script itself ends with hanging up."""


def found(text: str) -> list[str]:
    return [one.phrase for one, _ in all_said(FORBIDDEN.values(), text)]


@pytest.mark.parametrize(("phrase", "words"), NEAR_MISSES)
def test_a_phrase_is_known_without_its_opening_and_with_a_syllable_wrong(phrase: str, words: str) -> None:
    assert phrase in FORBIDDEN
    assert bool(found(words)) is (words not in BEYOND)


@pytest.mark.parametrize("phrase", FORBIDDEN)
def test_every_phrase_is_known_word_for_word(phrase: str) -> None:
    only = [FORBIDDEN[phrase]]
    assert [one.phrase for one, _ in all_said(only, phrase)] == [phrase]


@pytest.mark.parametrize("name", shipped_packs())
def test_no_phrase_that_is_to_be_said_counts_as_forbidden(name: str) -> None:
    prescribed = {
        phrase
        for situation in pack(name).situations.values()
        for step in situation.steps
        for phrase in (*step.variants, *step.either)
    }
    assert {phrase: found(phrase) for phrase in prescribed if found(phrase)} == {}


@pytest.mark.parametrize(
    "words",
    [
        *("您好请问有什么可以帮您", "你好请讲", "喂您好医讯网", "请问您说的是什么意思", "您再等等", "请您大声一点好吗"),
        *("请问您的名字叫什么", "您的名字叫什么", "请问您贵姓", "不好意思我查一下", "刚才的电话是我同事接的"),
        *("这个没办法的话我再问一下同事", "您还有什么要说的", "您听清楚了吗", "没关系您慢慢说", "您过两天再来也可以"),
        *("我不太清楚我帮您问一下", "您打错电话了这里是医讯网", "请您看清楚后再拨", "线路忙让您久等了", "您说吧我在听"),
    ],
)  # fmt: skip
def test_ordinary_and_polite_words_are_not_forbidden(words: str) -> None:
    assert found(words) == []


def test_nothing_in_ordinary_talk_is_forbidden() -> None:
    talk = yaml.safe_load((DATA / "ordinary.yaml").read_text("utf-8"))["agent"]
    assert {words: found(words) for words in talk if found(words)} == {}


def test_a_situation_is_marked_once_by_the_phrase_that_fits_best() -> None:
    phrases = [
        Forbidden(SituationId("one"), "喂,没事了吧,您挂……电话吧!"),
        Forbidden(SituationId("one"), "喂,没事了吧,您挂电话。"),
        Forbidden(SituationId("two"), "喂,不可能的吧。"),
    ]
    assert [(one.phrase, words) for one, words in all_said(phrases, "那个,没事了吧,您挂电话吧,再见")] == [
        ("喂,没事了吧,您挂……电话吧!", "没事了吧,您挂电话吧")
    ]


def test_an_author_may_want_the_whole_utterance() -> None:
    whole = [Forbidden(SituationId("one"), "喂,打错电话了!请看清楚后再拨", whole=True)]
    assert all_said(whole, "喂打错电话了请看清楚后再拨好吧") == []
    assert all_said(whole, "喂打错电话了请看清楚后再拨")


def test_on_a_call_only_the_agents_final_words_are_marked() -> None:
    words = "嘴巴干净点这又不是我的错"
    facts = [
        (0.0, Answered("8001", 1, 1)),
        *HEARING,
        (3.0, said(AGENT, 1, words, final=False)),
        (4.0, said(CALLER, 1, words)),
        (5.0, said(AGENT, 1, words)),
    ]
    marks = [told for told in Line(pack()).play(facts).told() if told[1] == "forbidden"]
    assert marks == [(5.0, "forbidden", "abuse", "喂,嘴巴干净一点,这又不是我的错呀!", words)]
