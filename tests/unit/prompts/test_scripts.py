"""Scripts of several steps and what holds cards back: waits, repetitions, consent, cooldowns, budgets, transfers."""

from pathlib import Path

import pytest

from prompts import load_pack
from prompts.advice import CardButton
from prompts.facts import (
    AgentMove,
    AgentMoved,
    Answered,
    CalledUp,
    CardId,
    Held,
    HungUp,
    Ringing,
    SituationId,
    Sound,
    SoundIs,
    SpeechBegan,
    SpeechEnded,
    TransferFell,
    Transferred,
)
from prompts.pack import Pack
from tests.unit.prompts.line import AGENT, CALLER, HEARING, MUSIC, TALKING, Facts, Line, about, pack, said

LOUDER = "对不起!请您大声一点,好吗?"


def test_the_dialect_that_was_being_spoken_when_the_agent_asked_is_not_spoken_still() -> None:
    words: Facts = [
        (7.0, said(CALLER, 1, "", confidence=0.0)),
        (10.0, said(AGENT, 2, "对不起请您讲普通话好吗谢谢")),
        (10.2, said(CALLER, 2, "", confidence=0.0)),
        (15.0, said(CALLER, 3, "", confidence=0.0)),
    ]
    shown = [told for told in about("dialect", [*TALKING, *words], 16) if told[1] == "show"]
    assert [(told[0], told[3]) for told in shown] == [(7.0, 1), (15.0, 2)]


def test_a_sound_that_ceased_takes_its_card_with_it() -> None:
    sounds: Facts = [
        (4.0, SoundIs(CALLER, Sound.TOO_QUIET, present=True)),
        (7.0, SoundIs(CALLER, Sound.TOO_QUIET, present=False)),
    ]
    assert about("too_quiet", [*TALKING, *sounds], 30) == [
        (6.0, "show", "too_quiet-2", 1, LOUDER),
        (7.0, "remove", "too_quiet-2", "cancelled"),
    ]


def test_harassment_that_does_not_cease_is_escalated() -> None:
    words: Facts = [
        (5.0, said(CALLER, 1, "你声音真好听")),
        (7.0, said(AGENT, 2, "对不起您的要求不在我们的服务范围内请您挂机")),
        (9.0, said(CALLER, 2, "陪我聊聊天吧")),
    ]
    line = Line(pack()).play([*TALKING, *words], 10)
    assert [told for told in line.told() if told[1] in {"escalate", "show"}][1:] == [
        (
            5.0,
            "show",
            "harassment-2",
            1,
            "对不起,您的要求不在我们的服务范围内,请您挂机。",
            CardButton.TRANSFER,
        ),
        (9.0, "escalate", "骚扰电话,客户纠缠不休", "陪我聊聊天吧", True),
        (
            9.0,
            "show",
            "harassment-3",
            2,
            "对不起,您的要求不在我们的服务范围内,请您挂机。",
            CardButton.TRANSFER,
            CardButton.ATTENDANT,
        ),
    ]


PESTERED: Facts = [
    (5.0, said(CALLER, 1, "你声音真好听")),
    (7.0, said(AGENT, 2, "对不起您的要求不在我们的服务范围内请您挂机")),
    (9.0, said(CALLER, 2, "陪我聊聊天吧")),
]
REFUSED = (12.0, said(AGENT, 3, "对不起您的要求不在我们的服务范围内请您挂机"))


def _after_script(folder: Path) -> Pack:
    own = folder / "own.yaml"
    own.write_text(
        'pack: own\nversion: "1"\ntitle: 自己的\nextends: [yixunwang400]\n'
        "situations: {harassment: {attendant: after_script}}\n",
        encoding="utf-8",
    )
    return load_pack(own)


def test_a_pack_may_send_a_pestering_caller_to_the_attendant_once_the_last_phrase_was_said(
    tmp_path: Path,
) -> None:
    line = Line(_after_script(tmp_path)).play([*TALKING, *PESTERED, REFUSED], 14)
    assert [told for told in line.told() if told[0] == 12.0] == [
        (12.0, "said", "harassment-3", 2),
        (12.0, "remove", "harassment-3", "said"),
        (12.0, "attendant", "harassment"),
    ]


@pytest.mark.parametrize("how", ["the button is the agent's", "nothing was said"])
def test_otherwise_nobody_is_sent_to_the_attendant(tmp_path: Path, how: str) -> None:
    by_hand = how == "the button is the agent's"
    script, last = (pack(), [REFUSED]) if by_hand else (_after_script(tmp_path), [])
    line = Line(script).play([*TALKING, *PESTERED, *last], 100)
    assert [told for told in line.told() if told[1] == "attendant"] == []


def test_three_steps_each_ticked_off_by_being_said() -> None:
    spoken: Facts = [
        (5.0, CalledUp(SituationId("cannot_answer_now"))),
        (8.0, said(AGENT, 2, "对不起请您留下您的联系电话我们查询后将尽快与您联系好吗")),
        (12.0, said(AGENT, 3, "请问您贵姓")),
        (15.0, said(AGENT, 4, "谢谢您的合作再见")),
    ]
    steps = [told[:4] for told in about("cannot_answer_now", [*TALKING, *spoken], 16)]
    assert steps == [
        (5.0, "show", "cannot_answer_now-2", 1),
        (8.0, "said", "cannot_answer_now-2", 1),
        (8.0, "show", "cannot_answer_now-2", 2),
        (12.0, "said", "cannot_answer_now-2", 2),
        (12.0, "show", "cannot_answer_now-2", 3),
        (15.0, "said", "cannot_answer_now-2", 3),
        (15.0, "remove", "cannot_answer_now-2", "said"),
    ]


def test_the_next_button_advances_and_ends() -> None:
    moves: Facts = [
        (5.0, CalledUp(SituationId("transfer"))),
        (6.0, AgentMoved(CardId("transfer-2"), AgentMove.NEXT)),
        (7.0, AgentMoved(CardId("transfer-2"), AgentMove.NEXT)),
        (8.0, AgentMoved(CardId("transfer-2"), AgentMove.NEXT)),
    ]
    assert [told[:4] for told in about("transfer", [*TALKING, *moves], 9)] == [
        (5.0, "show", "transfer-2", 1),
        (6.0, "show", "transfer-2", 2),
        (7.0, "remove", "transfer-2", "done"),
    ]


def test_closing_then_the_caller_is_still_there() -> None:
    facts: Facts = [
        *TALKING,
        (5.0, said(CALLER, 1, "没有其他问题了")),
        (6.0, SpeechBegan(AGENT)),
        (7.0, SpeechEnded(AGENT)),
        (7.5, said(AGENT, 2, "感谢您的来电若有问题请再次来电谢谢再见")),
    ]
    assert about("still_there", facts, 12.5)[0] == (
        12.0,
        "show",
        "still_there-3",
        1,
        "请问还有什么可以帮助您?",
    )


def test_two_minutes_of_hold_without_a_result() -> None:
    shown = about("no_result_yet", [*TALKING, (5.0, MUSIC), (5.0, Held(AGENT))], 126)
    assert [told[:4] for told in shown] == [(125.0, "show", "no_result_yet-6", 1)]


def test_a_call_on_its_way_to_somebody_else_is_nobodys() -> None:
    line = Line(pack()).play([*TALKING, (5.0, Transferred("8002", blind=True))], 10)
    line.play([(10.0, Ringing("8002"))], 30)
    assert [told[:3] for told in line.told() if told[0] > 5.0] == [(21.0, "show", "ringing_on-2")]
    line.play([(31.0, Answered("8002", 21, 40, again=True))], 32)
    assert [told[2] for told in line.told() if told[0] == 31.0] == ["ringing_on-2", "taken_over-3"]


def test_a_wait_that_ended_with_a_fallen_transfer_is_announced_no_more() -> None:
    announced = (5.0, said(AGENT, 2, "请稍等我立即为您转接"))
    away: Facts = [(6.0, Transferred("8002", blind=True)), (9.0, TransferFell("8002"))]
    told = Line(pack()).play([*TALKING, announced, *away], 30).told()
    assert (19.0, "waiting", "awkward_silence-3") in told


def test_a_transfer_nobody_announced_is_marked_and_a_failed_one_comes_back() -> None:
    moved: Facts = [(5.0, Transferred("8002", blind=True)), (9.0, TransferFell("8002"))]
    announced = (4.0, said(AGENT, 2, "请稍等我立即为您转接"))
    marks = [told for told in Line(pack()).play([*TALKING, *moved], 9).told() if told[0] > 3]
    assert marks[0] == (
        5.0,
        "forbidden",
        "transfer_unannounced",
        "未先告知就转接",
        "转接至 8002,未先告知客户",
    )
    assert marks[1][:3] == (5.0, "forbidden", "transfer_unintroduced")
    assert marks[2][:3] == (9.0, "show", "transfer_failed-2")
    assert not about("transfer_unannounced", [*TALKING, announced, *moved], 9)


@pytest.mark.parametrize(("last", "marked"), [("好的", True), ("感谢您的来电谢谢再见", False)])
def test_hanging_up_first_is_marked_unless_goodbye_was_said(last: str, marked: bool) -> None:
    facts: Facts = [*TALKING, (5.0, said(AGENT, 2, last)), (6.0, HungUp(AGENT))]
    assert bool(about("agent_hung_up_first", facts, 7)) is marked


def test_another_phone_that_rings_during_the_talk_is_no_matter() -> None:
    assert about("ringing_on", [*TALKING, (4.0, Ringing("8009"))], 59) == []


SMALL = """\
pack: small
version: "1"
title: 小
settings: {budget: 2}
lexicons:
  one: {words: [一号词]}
  two: {words: [二号词]}
  three: {words: [三号词]}
  urgent: {words: [四号词]}
situations:
  one: {title: 一, sources: [A], triggers: [{kind: heard, lexicon: one}], steps: [{say: [甲, 乙]}], cooldown: 10, max_per_call: 3}
  two: {title: 二, sources: [A], triggers: [{kind: heard, lexicon: two}], steps: [{say: 丙}], priority: 60, inhibits: [one]}
  three: {title: 三, sources: [A], triggers: [{kind: heard, lexicon: three}], steps: [{say: 丁}]}
  urgent: {title: 四, sources: [A], triggers: [{kind: heard, lexicon: urgent}], steps: [{say: 戊}], priority: 90}
  ends: {title: 五, sources: [A], triggers: [{kind: both_silent, after: 3}], steps: [{say: 再见, then: {kind: silence, seconds: 2}}], hangup: after_wait}
"""


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    file = tmp_path_factory.mktemp("packs") / "small.yaml"
    file.write_text(SMALL, encoding="utf-8")
    return load_pack(file)


def talk(words: list[str], gap: float) -> Facts:
    return [
        (0.0, Answered("8001", 1, 1)),
        *[((n + 1) * gap, said(CALLER, n, word)) for n, word in enumerate(words)],
    ]


def because(script: Pack, facts: Facts) -> list[tuple[str, bool, str]]:
    line = Line(script).play(facts)
    return [
        (entry.situation_id, entry.fired, entry.because.rpartition(";")[2]) for _, entry in line.engine.trace
    ]


def test_cooldown_and_wordings_that_take_turns(small: Pack) -> None:
    facts = talk(["一号词"], 1)
    facts += [
        (2.0, AgentMoved(CardId("one-1"), AgentMove.SAID)),
        (5.0, said(CALLER, 7, "一号词")),
        (13.0, said(CALLER, 8, "一号词")),
    ]
    line = Line(small).play(facts)
    assert [told[4] for told in line.told() if told[1] == "show"] == ["甲", "乙"]
    assert because(small, facts)[1] == ("one", False, "3 秒前刚提示过")


def test_the_budget_of_a_call_lets_only_urgent_cards_through(small: Pack) -> None:
    assert because(small, talk(["一号词", "二号词", "三号词", "四号词"], 1)) == [
        ("one", True, "客户说「一号词」"),
        ("two", True, "客户说「二号词」"),
        ("three", False, "本次通话提示已满 2 条"),
        ("urgent", True, "客户说「四号词」"),
    ]


def test_one_situation_pushes_another_back(small: Pack) -> None:
    line = Line(small).play(talk(["一号词", "二号词", "一号词"], 1))
    assert line.told()[1:] == [(2.0, "remove", "one-1", "cancelled"), (2.0, "show", "two-2", 1, "丙")]
    assert because(small, talk(["二号词", "一号词"], 1))[1] == ("one", False, "「二」正在进行")


def test_the_higher_card_goes_in_front_and_the_lower_comes_back(small: Pack) -> None:
    facts = [*talk(["二号词", "四号词"], 1), (4.0, AgentMoved(CardId("urgent-2"), AgentMove.DISMISS))]
    assert Line(small).play(facts).told() == [
        (1.0, "show", "two-1", 1, "丙"),
        (2.0, "show", "urgent-2", 1, "戊"),
        (2.0, "waiting", "two-1"),
        (4.0, "remove", "urgent-2", "dismissed"),
        (4.0, "show", "two-1", 1, "丙"),
        (4.0, "waiting"),
    ]


def test_a_card_that_waits_too_long_goes_quietly(small: Pack) -> None:
    line = Line(small).play(talk(["二号词", "四号词"], 1), 25)
    assert line.told()[-2:] == [(22.0, "remove", "two-1", "expired"), (22.0, "waiting")]


def test_hanging_up_by_itself_only_where_the_pack_says_so(small: Pack) -> None:
    facts: Facts = [
        (0.0, Answered("8001", 1, 1)),
        *HEARING,
        (4.0, SpeechBegan(AGENT)),
        (5.0, SpeechEnded(AGENT)),
        (5.2, said(AGENT, 1, "再见")),
    ]
    assert Line(small).play(facts, 9).told() == [
        (3.0, "show", "ends-1", 1, "再见"),
        (5.0, "show", "ends-1", 1, "再见", 7.0),
        (5.2, "said", "ends-1", 1),
        (7.0, "remove", "ends-1", "done"),
        (7.0, "hang up", "ends"),
    ]


@pytest.mark.parametrize(("until", "marked"), [(34.0, True), (36.0, False)])
def test_hanging_up_where_the_script_ends_with_it_is_no_fault(until: float, marked: bool) -> None:
    """S0-17 against S2-16: the card's own button opens at 35 s."""
    facts: Facts = [*TALKING[:1], *HEARING]
    for begin in (9.0, 18.0, 27.0):
        facts += [(begin, SpeechBegan(AGENT)), (begin + 3, SpeechEnded(AGENT))]
    assert bool(about("agent_hung_up_first", [*facts, (until, HungUp(AGENT))], 40)) is marked


def test_no_call_is_hung_up_on_a_phrase_that_was_not_recognized(small: Pack) -> None:
    facts: Facts = [
        (0.0, Answered("8001", 1, 1)),
        *HEARING,
        (4.0, SpeechBegan(AGENT)),
        (5.0, SpeechEnded(AGENT)),
        (5.2, said(AGENT, 1, "你去吃饭吗")),
    ]
    assert Line(small).play(facts, 9).told()[-1] == (7.0, "show", "ends-1", 1, "再见", CardButton.HANG_UP)


@pytest.mark.parametrize(("limit", "times"), [("", 1), (", max_per_call: 2", 2), (", max_per_call: null", 3)])
def test_a_situation_comes_once_a_call_unless_the_script_says_so(
    tmp_path: Path, limit: str, times: int
) -> None:
    file = tmp_path / "house.yaml"
    file.write_text(
        'pack: house\nversion: "1"\ntitle: 某公司\nlexicons: {parking: {words: [停车场]}}\nsituations:\n'
        "  parking: {title: 问停车, sources: [A], triggers: [{kind: heard, lexicon: parking}], steps: [{say: 停车场在东门。}]"
        f"{limit}}}\n",
        encoding="utf-8",
    )
    asked: Facts = [(100.0 * turn, said(CALLER, turn, "停车场在哪里")) for turn in (1, 2, 3)]
    line = Line(load_pack(file)).play([(0.0, Answered("8001", 1, 1)), *asked], 350)
    assert len([told for told in line.told() if told[1] == "show"]) == times
    line.play([(351.0, CalledUp(SituationId("parking")))], 352)
    assert line.told()[-1][1] == "show", "by hand it always comes"
