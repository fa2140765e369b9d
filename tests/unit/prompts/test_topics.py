"""Who takes an enquiry is named on its card, and all of them when several topics were named (S0-03, S0-04)."""

from pathlib import Path

import pytest

from prompts import load_pack
from prompts.advice import RemoveCard, ShowCard
from prompts.facts import Answered, CallContext, CalledUp, Fact, SituationId
from prompts.pack import PackError
from prompts.topics import Topic, heard_among, standing_values, values_of_topics
from tests.unit.prompts.line import AGENT, CALLER, HEARING, Line, pack, said

CUPPING = Topic(name="中医罐疗技能培训", owner="李雪莲", lexicon="topic_cupping")
NEEDLING = Topic(name="刘氏刺熨疗法", owner="徐茂罡", lexicon="topic_needling")
UNLISTED = Topic(name="产品销售", owner="杨雪峰", lexicon="buy", listed=False)
TALKING: list[tuple[float, Fact]] = [
    (0.0, Answered("8001", 4.0, 5.0)),
    *HEARING,
    (1.0, said(AGENT, 1, "您好医讯网请问有什么可以帮助您的")),
]
BOTH: list[tuple[float, Fact]] = [
    (5.0, said(CALLER, 2, "罐疗培训什么时候开班")),
    (8.0, said(CALLER, 3, "还有刘氏刺熨疗法")),
]


def hints(
    facts: list[tuple[float, Fact]], context: CallContext | None = None, of: str = "course"
) -> list[tuple[float, str | None]]:
    line = Line(pack(), context).play([*TALKING, *facts], 10.0)
    cards = [(at, one.card) for at, one in line.advised if isinstance(one, ShowCard)]
    return [(at, card.hint) for at, card in cards if card.situation_id == of]


def test_the_card_on_the_screen_names_every_owner_as_topics_are_named() -> None:
    assert hints(BOTH) == [
        (5.0, "转项目负责人:李雪莲—中医罐疗技能培训"),
        (8.0, "转项目负责人:李雪莲—中医罐疗技能培训;徐茂罡—刘氏刺熨疗法"),
    ]


def test_whom_the_house_put_down_comes_before_the_pack() -> None:
    known = CallContext(owners={"中医罐疗技能培训": "王芳、赵亮"})
    assert hints(BOTH, known)[-1] == (8.0, "转项目负责人:王芳、赵亮—中医罐疗技能培训;徐茂罡—刘氏刺熨疗法")


PRICE = (5.0, said(CALLER, 2, "你们那个理疗仪多少钱"))
COURSES = (5.0, said(CALLER, 2, "培训课程什么时候开班"))
BY_HAND = (5.0, CalledUp(SituationId("buy")))


@pytest.mark.parametrize(
    ("owners", "asked", "card", "hint"),
    [
        ({}, PRICE, "buy", "产品销售咨询:转事业部经理(杨雪峰)"),
        ({}, COURSES, "course", "转项目负责人:刘垚—中医预防保健调理师;李雪莲—中医罐疗技能培训;徐茂罡—刘氏刺熨疗法"),
        ({"产品销售": "王芳"}, PRICE, "buy", "产品销售咨询:转王芳"),
        ({"产品销售": "王芳"}, BY_HAND, "buy", "产品销售咨询:转王芳"),
        ({"中医罐疗技能培训": "赵六"}, COURSES, "course", "转项目负责人:刘垚—中医预防保健调理师;赵六—中医罐疗技能培训;徐茂罡—刘氏刺熨疗法"),
    ],
)  # fmt: skip
def test_the_card_names_who_takes_it_now_before_any_topic_was_named(
    owners: dict[str, str], asked: tuple[float, Fact], card: str, hint: str
) -> None:
    assert hints([asked], CallContext(owners=owners), card) == [(5.0, hint)]


def test_a_price_and_a_course_are_one_card() -> None:
    facts = [(5.0, said(CALLER, 2, "这个多少钱")), (7.0, said(CALLER, 3, "我说的是罐疗培训"))]
    line = Line(pack()).play([*TALKING, *facts], 9.0)
    told = [
        (at, one.card.situation_id) if isinstance(one, ShowCard) else (at, one.situation_id, one.why.value)
        for at, one in line.advised
        if isinstance(one, ShowCard | RemoveCard)
    ]
    assert told[2:] == [(5.0, "buy"), (7.0, "buy", "cancelled"), (7.0, "course")]


def test_what_the_variables_of_topics_stand_for() -> None:
    assert values_of_topics([], {}) == {}
    assert standing_values([], {}) == {}
    assert standing_values([CUPPING, UNLISTED], {"中医罐疗技能培训": "王芳"}) == {
        "owner_topic_cupping": "王芳",
        "owner_buy": "杨雪峰",
        "owners": "王芳—中医罐疗技能培训",
    }
    assert values_of_topics([CUPPING, NEEDLING], {"刘氏刺熨疗法": "李雪莲"}) == {
        "topic": "中医罐疗技能培训、刘氏刺熨疗法",
        "owner": "李雪莲",
        "owners": "李雪莲—中医罐疗技能培训;李雪莲—刘氏刺熨疗法",
    }
    assert heard_among([CUPPING, NEEDLING], {"topic_needling", "buy"}) == [NEEDLING]


def test_a_house_with_other_topics_loses_no_more_than_the_names(tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text('pack: own\nversion: "1"\ntitle: 自己的\nextends: [yixunwang400]\ntopics: []\n', "utf-8")
    line = Line(load_pack(own)).play([*TALKING, PRICE], 6.0)
    assert [one.card.hint for at, one in line.advised if isinstance(one, ShowCard) and at == 5.0] == [
        "产品销售咨询"
    ]


@pytest.mark.parametrize(
    ("added", "told"),
    [
        ("topics: [{name: 甲, owner: 乙, lexicon: nowhere}]", "没有「nowhere」这个词表"),
        ("situations: {course: {steps: [{say: 好的, hint: '找{nobody}'}]}}", "没有变量「nobody」"),
        ("situations: {course: {steps: [{say: 好的, hint: '找{colleague}'}]}}", "「colleague」可能未知"),
        ("situations: {course: {steps: [{say: 好的, hint: '找{'}]}}", "括号不成对"),
    ],
)
def test_a_pack_with_a_topic_or_a_hint_that_leads_nowhere_is_refused(
    tmp_path: Path, added: str, told: str
) -> None:
    own = tmp_path / "own.yaml"
    own.write_text(
        f'pack: own\nversion: "1"\ntitle: 自己的\nextends: [yixunwang400]\n{added}\n', encoding="utf-8"
    )
    with pytest.raises(PackError, match=told):
        load_pack(own)
