"""A caller who asks for an agent by name (S0-25, S2-35)."""

import pytest

from prompts.advice import ShowCard
from prompts.colleagues import asked_for
from prompts.facts import Answered, CallContext
from tests.unit.prompts.line import CALLER, HEARING, Line, pack, said

NAMES = ("刘敏", "徐茂", "王")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("我找刘敏", "刘敏"),
        ("麻烦你帮我找一下刘民", "刘敏"),
        ("徐茂在不在啊", "徐茂"),
        ("叫一下徐茂吧", "徐茂"),
        ("请找你们那个徐茂", "徐茂"),
        ("刘敏和徐茂都行让徐茂接", "徐茂"),
        ("我叫刘敏", None),
        ("刘敏给我讲过了", None),
        ("找王总", None),
        ("", None),
    ],
)
def test_who_is_asked_for(text: str, name: str | None) -> None:
    assert asked_for(text, NAMES) == name


def test_the_card_names_the_colleague_and_only_the_houses_own_names_bring_it() -> None:
    def shown(*names: str) -> list[tuple[str, str | None]]:
        known = CallContext(agent_no="8001", colleagues=names)
        talk = [(0.0, Answered("8001", 4.0, 5.0)), *HEARING, (5.0, said(CALLER, 1, "你好我找一下刘敏"))]
        line = Line(pack(), known).play(talk, 6.0)
        cards = [one.card for _, one in line.advised if isinstance(one, ShowCard)]
        return [(card.why, card.hint) for card in cards if card.situation_id == "private_call"]

    assert shown("刘敏", "徐茂") == [("客户找刘敏", "客户找的是刘敏;或者请其留下(联系电话)")]
    assert shown("徐茂") == []


def test_without_a_name_the_hint_is_whole() -> None:
    talk = [(0.0, Answered("8001", 4.0, 5.0)), *HEARING, (5.0, said(CALLER, 1, "我是她同学"))]
    cards = [one.card for _, one in Line(pack()).play(talk, 6.0).advised if isinstance(one, ShowCard)]
    assert [card.hint for card in cards if card.situation_id == "private_call"] == ["或者请其留下(联系电话)"]
