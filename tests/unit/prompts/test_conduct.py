"""What the engine counts and tells of the agent's conduct on a call."""

from dataclasses import replace

from prompts.advice import Advice, ConductSummed, ShowCard, StagesReached, Traced
from prompts.facts import (
    AgentMove,
    AgentMoved,
    Answered,
    Fact,
    HungUp,
    Said,
    Sound,
    SoundIs,
    SpeechBegan,
    SpeechEnded,
)
from prompts.stages import Stage
from tests.unit.prompts.line import AGENT, CALLER, HEARING, Line, pack, said

ANSWERED: list[tuple[float, Fact]] = [(0.0, Answered("8001", 4.0, 5.0)), *HEARING]
TALKING: list[tuple[float, Fact]] = [
    *ANSWERED,
    (0.5, said(AGENT, 100, "您好,医讯网,请问有什么可以帮助您的?")),
    (0.9, said(CALLER, 100, "我想了解一下报名的时间")),
]
NO_COUNTS = {
    "polite": 0,
    "unsure": 0,
    "talk_overs": 0,
    "raised_voice": 0,
    "agent_chars": 0,
    "chars_per_s": None,
}


def told(line: Line) -> list[tuple[float, Advice]]:
    return [(at, one) for at, one in line.advised if isinstance(one, StagesReached | ConductSummed)]


def timed(utterance: int, text: str, seconds: float) -> Said:
    return replace(said(AGENT, utterance, text), spoken_s=seconds)


def test_a_call_with_head_and_tail() -> None:
    facts: list[tuple[float, Fact]] = [
        (2.0, timed(1, "您好,医讯网,请问有什么可以帮助您的?", 4.0)),
        (6.0, said(CALLER, 1, "我想了解一下报名的时间")),
        (9.0, timed(2, "报名的时间是这个月底之前", 3.0)),
        (14.0, timed(3, "请问还有什么可以帮助您?", 2.0)),
        (20.0, timed(4, "感谢您的来电,若有问题请再次来电,谢谢再见!", 5.0)),
        (25.0, HungUp(CALLER)),
    ]
    assert told(Line(pack()).play([*ANSWERED, *facts])) == [
        (2.0, StagesReached((Stage.GREETING,))),
        (6.0, StagesReached((Stage.GREETING, Stage.NEED))),
        (9.0, StagesReached((Stage.GREETING, Stage.NEED, Stage.SOLVE))),
        (14.0, StagesReached((Stage.GREETING, Stage.NEED, Stage.SOLVE, Stage.CONFIRM))),
        (20.0, StagesReached(tuple(Stage))),
        (25.0, ConductSummed((), 10, 0, 0, 0, 58, round(58 / 14, 2))),
    ]


def test_a_call_that_ends_without_a_closing_is_marked() -> None:
    facts: list[tuple[float, Fact]] = [
        (2.0, said(AGENT, 1, "您好医讯网请问有什么可以帮助您的")),
        (6.0, said(CALLER, 1, "我想了解一下报名的时间")),
        (9.0, said(AGENT, 2, "可能是这个月底吧我也不太清楚")),
        (12.0, HungUp(AGENT)),
    ]
    assert told(Line(pack()).play([*ANSWERED, *facts]))[-1] == (
        12.0,
        ConductSummed((Stage.CONFIRM, Stage.CLOSE), 3, 2, 0, 0, 30, None),
    )


def test_the_agents_button_counts_as_said() -> None:
    shown = [one.card.card_id for _, one in Line(pack()).play(ANSWERED).advised if isinstance(one, ShowCard)]
    line = Line(pack()).play([*ANSWERED, (1.0, AgentMoved(shown[0], AgentMove.SAID))])
    assert told(line) == [(1.0, StagesReached((Stage.GREETING,)))]


def test_talking_over_and_a_raised_voice_are_counted() -> None:
    facts: list[tuple[float, Fact]] = [
        (2.0, SpeechBegan(CALLER)),
        (3.0, SpeechBegan(AGENT)),
        (4.5, SpeechEnded(CALLER)),
        (5.0, SpeechEnded(AGENT)),
        (6.0, SpeechBegan(CALLER)),
        (6.2, SpeechBegan(AGENT)),
        (6.6, SpeechEnded(AGENT)),
        (8.0, SpeechEnded(CALLER)),
        (9.0, SoundIs(AGENT, Sound.SHOUTING, True)),
        (10.0, SoundIs(AGENT, Sound.SHOUTING, False)),
        (11.0, HungUp(None)),
    ]
    counts = NO_COUNTS | {"talk_overs": 1, "raised_voice": 1}
    assert told(Line(pack()).play([*ANSWERED, *facts])) == [(11.0, ConductSummed(tuple(Stage), **counts))]  # type: ignore[arg-type]


def test_nothing_is_missing_where_the_agent_was_not_heard_all_along() -> None:
    unheard = Line(pack()).play([(0.0, Answered("8001", 4.0, 5.0)), (9.0, HungUp(CALLER))])
    found = Line(pack()).play([(0.0, Answered("8001", 4.0, 5.0, age=60.0)), *HEARING, (9.0, HungUp(CALLER))])
    nobody = Line(pack()).play([(9.0, HungUp(CALLER))])
    assert told(unheard) == [(9.0, ConductSummed((), **NO_COUNTS))]  # type: ignore[arg-type]
    assert told(found) == told(unheard)
    assert told(nobody) == []


def test_whether_the_caller_was_called_by_name_is_counted_where_the_name_is_known() -> None:
    named: list[tuple[float, Fact]] = [
        (2.0, said(CALLER, 1, "我姓李先生")),
        (4.0, said(AGENT, 1, "李先生您请讲")),
    ]
    unused: list[tuple[float, Fact]] = [(2.0, said(CALLER, 1, "我姓李先生")), (4.0, said(AGENT, 1, "您请讲"))]
    unknown: list[tuple[float, Fact]] = [(4.0, said(AGENT, 1, "李先生您请讲"))]

    def used(facts: list[tuple[float, Fact]]) -> list[int | None]:
        line = Line(pack()).play([*ANSWERED, *facts, (9.0, HungUp(CALLER))])
        return [one.names_used for _, one in line.advised if isinstance(one, ConductSummed)]

    assert (used(named), used(unused), used(unknown)) == ([1], [0], [None])


def test_an_agent_too_fast_to_write_down_is_told_so_once() -> None:
    facts: list[tuple[float, Fact]] = [
        (10.0, timed(1, "您可以先填写申请表再到一楼大厅", 1.9)),
        (13.0, timed(2, "然后把材料交给前台就可以了", 1.7)),
        (16.0, timed(3, "审核三个工作日之后就会有短信", 1.8)),
    ]
    line = Line(pack()).play([*TALKING, *facts])
    cards = [one.card for _, one in line.advised if isinstance(one, ShowCard)]
    fast = [(card.phrase, card.why) for card in cards if card.situation_id == "speaking_too_fast"]
    assert fast == [("麻烦您记录一下,好吗?", "坐席语速 7.8 字/秒")]


def test_ordinary_pace_is_no_matter() -> None:
    line = Line(pack()).play([*TALKING, (10.0, timed(1, "您可以先填写申请表再把材料交到一楼大厅", 4.2))])
    assert [one for _, one in line.advised if isinstance(one, Traced) and "语速" in one.because] == []


def test_a_voice_broken_by_the_network_is_not_called_noisy() -> None:
    lossy = (1.0, SoundIs(CALLER, Sound.NETWORK_LOSS, True))
    noisy = (2.0, SoundIs(CALLER, Sound.NOISY, True))

    def shown(*facts: tuple[float, Fact]) -> list[str]:
        line = Line(pack()).play([*TALKING, *facts], until=12.0)
        ids = [one.card.situation_id for _, one in line.advised if isinstance(one, ShowCard)]
        return [name for name in ids if name in ("noisy", "network_loss")]

    assert shown(noisy) == ["noisy"]
    assert shown(lossy, noisy) == ["network_loss"]
    cured = (8.0, SoundIs(CALLER, Sound.NETWORK_LOSS, False))
    assert shown(lossy, noisy, cured)[:1] == ["network_loss"]
