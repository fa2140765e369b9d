"""Any call at all: facts of every kind in any order, for tests of what must hold whatever happens."""

from hypothesis import strategies as st

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
    Lifted,
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
from tests.unit.prompts.line import pack

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
    st.builds(Lifted, st.just("8001")),
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
    st.builds(SoundIs, speakers, st.sampled_from(Sound), st.booleans(), st.just(""), st.floats(0, 6)),
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
