"""Whatever happens on a call, in whatever order: nothing early, nothing left behind, nothing different the second time."""

from hypothesis import given, settings
from hypothesis import strategies as st

from prompts.advice import RemoveCard, SetWaiting, ShowCard, Traced
from prompts.facts import (
    AgentMove,
    AgentMoved,
    Answered,
    AudioAvailable,
    CalledUp,
    CallerKnown,
    CardId,
    Fact,
    Held,
    HoldMusicChanged,
    HungUp,
    Resumed,
    Ringing,
    Said,
    SituationId,
    Sound,
    SoundIs,
    Speaker,
    SpeechBegan,
    SpeechEnded,
    TransferFell,
    Transferred,
)
from tests.unit.prompts.line import AGENT, CALLER, Line, pack, said

SITUATIONS = tuple(pack().situations)
TEXTS = (
    "",
    "你们就是一群骗子垃圾公司",
    "你这是什么态度我要投诉你",
    "我不是要投诉",
    "我姓欧阳",
    "好的谢谢再见",
    "您好医讯网请问有什么可以帮助您的",
    "对不起请您讲普通话好吗谢谢",
    "喂说话呀再不说话我就挂了",
    "救命着火了",
    "怎么这么慢多少钱",
)
speakers = st.sampled_from(Speaker)
ago = st.floats(0, 1)
facts: st.SearchStrategy[Fact] = st.one_of(
    st.builds(Ringing, st.just("8001"), st.floats(0, 30)),
    st.builds(
        Answered,
        st.sampled_from(["8001", "8002"]),
        st.floats(0, 30),
        st.floats(0, 60),
        st.booleans(),
        st.sampled_from([0.0, 90.0]),
    ),
    st.builds(Held, speakers),
    st.builds(Resumed, speakers),
    st.builds(HoldMusicChanged, st.booleans()),
    st.builds(Transferred, st.just("8002"), st.booleans()),
    st.builds(TransferFell, st.none()),
    st.builds(SpeechBegan, speakers, ago),
    st.builds(SpeechEnded, speakers, ago),
    st.builds(
        Said,
        speakers,
        st.integers(1, 6),
        st.sampled_from(TEXTS),
        st.one_of(st.none(), st.floats(0, 1)),
        st.booleans(),
        st.floats(0, 4),
        st.floats(-60, 0),
        st.one_of(st.none(), st.floats(-5, 40)),
        ago,
    ),
    st.builds(SoundIs, speakers, st.sampled_from(Sound), st.booleans()),
    st.builds(AudioAvailable, speakers, st.booleans()),
    st.builds(
        AgentMoved,
        st.builds(
            lambda name, number: CardId(f"{name}-{number}"), st.sampled_from(SITUATIONS), st.integers(1, 8)
        ),
        st.sampled_from(AgentMove),
    ),
    st.builds(CalledUp, st.sampled_from([*map(SituationId, SITUATIONS), SituationId("nothing")])),
    st.builds(CallerKnown, st.sampled_from([None, "李"]), st.sampled_from([None, "先生"])),
)
calls = st.lists(st.tuples(st.floats(0.01, 40), facts), max_size=25)


def at_instants(steps: list[tuple[float, Fact]]) -> list[tuple[float, Fact]]:
    now = 0.0
    timed = []
    for pause, fact in steps:
        now += pause
        timed.append((now, fact))
    return timed


@settings(max_examples=120, deadline=None)
@given(calls)
def test_no_order_of_facts_breaks_it_and_the_end_removes_everything(steps: list[tuple[float, Fact]]) -> None:
    timed = at_instants(steps)
    end = timed[-1][0] + 1 if timed else 1.0
    line = Line(pack()).play([*timed, (end, HungUp(None))])
    on_screen: set[str] = set()
    waiting: set[str] = set()
    for _, advice in line.advised:
        match advice:
            case ShowCard(card=card):
                on_screen.add(card.card_id)
                assert "{" not in card.phrase
                assert "[" not in card.phrase
            case RemoveCard(card_id=card_id):
                assert card_id in on_screen | waiting
                on_screen.discard(card_id)
                waiting.discard(card_id)
            case SetWaiting(waiting=entries):
                waiting = {entry.card_id for entry in entries}
            case _:
                pass
    assert (on_screen, waiting, line.engine.next_deadline()) == (set(), set(), None)


@settings(max_examples=40, deadline=None)
@given(calls)
def test_the_same_call_gives_the_same_advice(steps: list[tuple[float, Fact]]) -> None:
    timed = at_instants(steps)
    assert Line(pack()).play(timed, 2000).advised == Line(pack()).play(timed, 2000).advised


@settings(max_examples=60, deadline=None)
@given(calls)
def test_a_deadline_always_has_an_effect_and_time_between_has_none(steps: list[tuple[float, Fact]]) -> None:
    """No timer fires before its time: asked a moment early, the engine advises nothing. And it never spins."""
    line = Line(pack())
    for at, fact in at_instants(steps):
        line.play([(at, fact)])
        due = line.engine.next_deadline()
        if due is not None and due > at:
            assert line.engine.on_timer(at + (due - at) * 0.99) == []


@settings(max_examples=40, deadline=None)
@given(calls, st.floats(0.5, 100))
def test_nothing_about_silence_fires_while_held(steps: list[tuple[float, Fact]], held_for: float) -> None:
    timed = [
        (at, fact)
        for at, fact in at_instants(steps)
        if not isinstance(fact, Resumed | Answered | Transferred)
    ]
    start: list[tuple[float, Fact]] = [(0.0, Answered("8001", 1, 1)), (0.0, Held(AGENT))]
    line = Line(pack()).play([*start, *timed], (timed[-1][0] if timed else 0) + held_for)
    silent = {
        "silent_call",
        "answer_now",
        "still_there",
        "awkward_silence",
        "no_response",
        "answer_delay_question",
    }
    called = {fact.situation_id for _, fact in timed if isinstance(fact, CalledUp)}
    fired = {advice.situation_id for _, advice in line.advised if isinstance(advice, Traced) and advice.fired}
    assert fired & silent <= called


@settings(max_examples=40, deadline=None)
@given(st.floats(0.1, 40), st.floats(0.1, 200))
def test_a_cancelled_silent_call_never_advances(spoke_at: float, later: float) -> None:
    hearing: list[tuple[float, Fact]] = [
        (0.0, Answered("8001", 1, 1)),
        (0.1, AudioAvailable(CALLER, True)),
        (0.1, AudioAvailable(AGENT, True)),
    ]
    spoken: list[tuple[float, Fact]] = [
        (spoke_at, SpeechBegan(CALLER)),
        (spoke_at + 0.5, said(CALLER, 1, "喂")),
        (spoke_at + 0.6, SpeechEnded(CALLER)),
    ]
    line = Line(pack()).play([*hearing, *[(max(at, 0.2), fact) for at, fact in spoken]], spoke_at + later)
    shown = [
        at
        for at, advice in line.advised
        if isinstance(advice, ShowCard) and advice.card.situation_id == "silent_call"
    ]
    assert all(at <= max(spoke_at, 0.2) for at in shown)
