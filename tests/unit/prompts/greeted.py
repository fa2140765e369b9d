"""A call that was greeted, the phrases of 医讯网 that follow, and what a pack tells of the facts of a call."""

from prompts.facts import Answered, Fact, SpeechBegan, SpeechEnded
from tests.unit.prompts.line import AGENT, CALLER, HEARING, Line, Told, pack, said

GREETING = "您好,医讯网,请问有什么可以帮助您的?"
HELP = "您好!请问有什么可以帮助您?"
NO_SOUND = "对不起,您的电话没有声音,请您换一部电话再打来好吗?再见!"
BUSY = "对不起,刚才因为线路忙,让您久等了!请问有什么可以帮助您?"
STILL_LOOKING = "很抱歉,您的问题正在查询中,麻烦您再等待一下,谢谢!"
THANKS = "谢谢您的等候。很抱歉,让您久等了!"
MANDARIN = "对不起,请您讲普通话,好吗?谢谢!"
SOMEBODY = "对不起,请您找一个可以讲普通话的人来,好吗?谢谢!"
ANSWERED = (0.0, Answered("8001", ring_s=4, wait_s=6))
GREETED: list[tuple[float, Fact]] = [
    ANSWERED,
    *HEARING,
    (1.0, SpeechBegan(AGENT)),
    (3.0, SpeechEnded(AGENT)),
    (3.5, said(AGENT, 1, "您好医讯网请问有什么可以帮助您的")),
]
GREETED_TOLD: list[Told] = [
    (0.0, "show", "greeting-1", 1, GREETING),
    (3.5, "said", "greeting-1", 1),
    (3.5, "remove", "greeting-1", "said"),
]


def speech(begin: float, end: float, *, ago: float = 0.0) -> list[tuple[float, Fact]]:
    return [(begin, SpeechBegan(AGENT)), (end + ago, SpeechEnded(AGENT, ago=ago))]


def told(facts: list[tuple[float, Fact]], until: float, name: str = "yixunwang400") -> list[Told]:
    return Line(pack(name)).play(facts, until).told()


QUESTION = said(CALLER, 1, "请问你们公司在北京什么地方")
ONE_MOMENT = "请稍等,我马上为您解答。"
