"""The engine's cards: what is on them, when they come, wait and go, and what the agent's moves do."""

import pytest

from prompts.advice import Audience, Card, CardButton, Countdown, ShowCard, Traced
from prompts.facts import (
    AgentMove,
    AgentMoved,
    Answered,
    CallContext,
    CalledUp,
    CardId,
    Fact,
    HungUp,
    Ringing,
    SituationId,
    Sound,
    SoundIs,
    SpeechBegan,
    SpeechEnded,
)
from tests.unit.prompts.greeted import (
    ANSWERED,
    GREETED,
    GREETED_TOLD,
    GREETING,
    HELP,
    ONE_MOMENT,
    QUESTION,
    speech,
    told,
)
from tests.unit.prompts.line import AGENT, CALLER, HEARING, Line, pack, said


def test_the_card_carries_everything_that_is_read() -> None:
    line = Line(pack()).play([(0.0, Answered("8001", ring_s=4, wait_s=6))])
    assert line.advised == [
        (0.0, Traced(SituationId("greeting"), fired=True, because="电话接通")),
        (
            0.0,
            ShowCard(
                Card(
                    card_id=CardId("greeting-1"),
                    situation_id=SituationId("greeting"),
                    sources=("S0-16",),
                    title="接听首句",
                    phrase=GREETING,
                    verbatim=None,
                    hint=None,
                    next_phrase=None,
                    never=("喂,你好",),
                    step=1,
                    steps=1,
                    countdown=None,
                    why="电话接通",
                    evidence=(),
                    priority=40,
                    buttons=(),
                    audience=Audience.AGENT,
                    pack="yixunwang400",
                    pack_version="1.0",
                )
            ),
        ),
    ]


def test_the_greeting_is_ticked_off_when_said() -> None:
    assert told(GREETED, 7.9) == GREETED_TOLD


def test_a_greeting_in_other_words_is_over_when_the_caller_has_answered_it() -> None:
    facts = [ANSWERED, *HEARING, *speech(1, 3), (3.5, SpeechBegan(CALLER)), (5.0, SpeechEnded(CALLER))]
    assert told(facts, 6) == [
        (0.0, "show", "greeting-1", 1, GREETING),
        (5.0, "remove", "greeting-1", "expired"),
    ]


def test_a_caller_who_speaks_first_is_still_to_be_greeted() -> None:
    facts = [ANSWERED, *HEARING, (0.5, SpeechBegan(CALLER)), (1.5, SpeechEnded(CALLER))]
    assert told(facts, 2) == [(0.0, "show", "greeting-1", 1, GREETING)]


def test_who_goes_on_speaking_is_not_promised_an_answer_before_the_words_are_known() -> None:
    asks = [(4.0, SpeechBegan(CALLER)), (6.0, SpeechEnded(CALLER)), (6.5, QUESTION)]
    goes_on = [
        (8.0, SpeechBegan(CALLER)),
        (12.0, SpeechEnded(CALLER)),
        (12.1, said(CALLER, 2, "坐地铁怎么走")),
    ]
    assert told([*GREETED, *asks, *goes_on], 18) == [
        *GREETED_TOLD,
        (17.0, "show", "answer_delay_question-2", 1, ONE_MOMENT),
    ]


def test_a_phrase_may_be_read_to_its_end() -> None:
    asks = [(4.0, SpeechBegan(CALLER)), (6.0, SpeechEnded(CALLER)), (6.5, QUESTION)]
    reads = [
        (12.0, SpeechBegan(AGENT)),
        (12.9, said(AGENT, 2, "请稍等", final=False)),
        (14.0, SpeechEnded(AGENT)),
    ]
    assert told([*GREETED, *asks, *reads], 15) == [
        *GREETED_TOLD,
        (11.0, "show", "answer_delay_question-2", 1, ONE_MOMENT),
        (14.0, "remove", "answer_delay_question-2", "cancelled"),
    ]


def test_nothing_new_comes_up_while_the_agent_reads() -> None:
    """The silence is broken; what it asked for has waited behind another card."""
    asks = [(4.0, SpeechBegan(CALLER)), (6.0, SpeechEnded(CALLER)), (6.5, QUESTION)]
    reads = [(17.0, SpeechBegan(AGENT)), (19.0, SpeechEnded(AGENT))]
    assert told([*GREETED, *asks, *reads], 20)[-4:] == [
        (16.0, "waiting", "awkward_silence-3"),
        (17.0, "remove", "awkward_silence-3", "cancelled"),
        (17.0, "waiting"),
        (19.0, "remove", "answer_delay_question-2", "cancelled"),
    ]


def test_a_call_found_alive_is_not_greeted() -> None:
    assert told([(0.0, Answered("8001", 20, 30, age=120)), *HEARING], 4) == []


def test_a_question_to_the_caller_waits_until_the_caller_has_spoken() -> None:
    speaking = [
        (5.0, SpeechBegan(CALLER)),
        (6.0, said(CALLER, 1, "你们就是一群骗子")),
        (9.0, SpeechEnded(CALLER)),
    ]
    assert told([*GREETED, *speaking], 9.5)[3:] == [
        (6.0, "escalate", "客户情绪激烈、言语辱骂", "你们就是一群骗子", True),
        (6.0, "waiting", "abuse-2"),
        (9.0, "show", "abuse-2", 1, "对不起,先生/小姐,请问有什么可以帮助您?", CardButton.ESCALATE),
        (9.0, "waiting"),
    ]


def test_what_a_clock_brings_waits_for_the_words_of_a_caller_who_has_just_stopped() -> None:
    """Otherwise it would show for the blink between the end of a voice and the better card that its words bring."""

    def shown(*words: tuple[float, Fact]) -> list[tuple[float, str]]:
        speaking = [(5.0, SpeechBegan(CALLER)), (6.0, noisy), (11.0, SpeechEnded(CALLER, ago=0.3))]
        line = Line(pack()).play([*GREETED, *speaking, *words], 12)
        cards = [(at, one.card) for at, one in line.advised if isinstance(one, ShowCard)]
        return [(at, card.situation_id) for at, card in cards if at > 4]

    noisy = SoundIs(CALLER, Sound.NOISY, present=True)
    assert shown() == [(11.5, "noisy")]
    assert shown((11.1, said(CALLER, 1, "没有什么"))) == [(11.1, "noisy")]
    assert shown((11.1, said(CALLER, 1, "你们就是一群骗子"))) == [(11.1, "abuse")]


@pytest.mark.parametrize(
    ("move", "why"),
    [
        (AgentMove.SAID, "said"),
        (AgentMove.NEXT, "done"),
        (AgentMove.DISMISS, "dismissed"),
        (AgentMove.UNDERSTOOD, "dismissed"),
    ],
)
def test_the_agents_moves(move: AgentMove, why: str) -> None:
    assert told([ANSWERED, (1.0, AgentMoved(CardId("greeting-1"), move))], 2) == [
        (0.0, "show", "greeting-1", 1, GREETING),
        (1.0, "remove", "greeting-1", why),
    ]


def test_consent_opens_the_way_to_hang_up() -> None:
    noise = [
        (5.0, SpeechBegan(CALLER)),
        (6.0, SoundIs(CALLER, Sound.NOISY, present=True)),
        (8.0, SpeechEnded(CALLER)),
    ]
    line = Line(pack("chint800")).play([*GREETED, *noise], 10)
    shown = [entry for entry in line.told() if entry[1] == "show" and "noisy" in str(entry[2])]
    assert shown[-1][5:] == (CardButton.CALL_BACK, CardButton.CONSENTED)
    card_id = CardId(str(shown[-1][2]))
    line.play([(11.0, AgentMoved(card_id, AgentMove.CONSENTED))])
    assert line.told()[-1][5:] == (CardButton.CALL_BACK, CardButton.HANG_UP)


def test_another_agent_begins_with_a_clean_screen() -> None:
    facts = [ANSWERED, (20.0, CalledUp(SituationId("transfer"))), (25.0, Answered("8002", 0, 25, again=True))]
    assert told(facts, 25)[2:] == [
        (
            20.0,
            "show",
            "transfer-2",
            1,
            "关于您的问题我立即为您转交相关负责人为您解答,好吗?",
            CardButton.TRANSFER,
        ),
        (25.0, "remove", "transfer-2", "cancelled"),
        (25.0, "show", "taken_over-3", 1, GREETING),
    ]


def test_the_end_removes_everything_and_nothing_follows() -> None:
    line = Line(pack()).play([ANSWERED, *HEARING, (3.5, HungUp(None))], 4)
    assert line.told()[-3:] == [
        (3.5, "remove", "greeting-1", "call_ended"),
        (3.5, "remove", "answer_now-2", "call_ended"),
        (3.5, "waiting"),
    ]
    assert line.engine.next_deadline() is None
    assert line.engine.on_fact(Ringing("8001"), 9) == line.engine.on_timer(9) == []


def test_the_trace_says_what_decided() -> None:
    line = Line(pack()).play([*GREETED, (6.0, said(CALLER, 1, "我不是要投诉你"))])
    assert [(at, line_.situation_id, line_.fired, line_.because) for at, line_ in line.engine.trace] == [
        (0.0, "greeting", True, "电话接通"),
        (6.0, "attitude_complaint", False, "客户说「投诉你」;前面有「不是」"),
        (6.0, "complaint", False, "客户说「要投诉」;前面有「不是」"),
    ]


def test_a_countdown_says_its_label_and_length() -> None:
    line = Line(pack()).play([*GREETED, *speech(9, 11)], 12)
    card = line.advised[-1][1]
    assert isinstance(card, ShowCard)
    assert card.card.countdown == Countdown("稍停五秒", 5.0, 16.0)
    assert card.card.next_phrase == HELP


def test_the_agents_number_fills_the_phrase() -> None:
    line = Line(pack(), CallContext()).play(
        [(0.0, Answered("8007", 1, 1)), (1.0, CalledUp(SituationId("ask_agent_self")))]
    )
    assert line.told()[-2][4] == "对不起,我的工号是8007号。"


def test_an_asking_card_that_another_one_pushed_aside_does_not_come_back_while_the_caller_speaks() -> None:
    """S3-09: nothing that asks something of the caller comes up while the caller speaks, the second time no more than the first."""
    facts: list[tuple[float, Fact]] = [
        *GREETED,
        (10.0, said(CALLER, 1, "这个不方便说")),
        (12.0, said(CALLER, 2, "你们这些骗子王八蛋")),
        (14.0, SpeechBegan(CALLER)),
        (15.0, AgentMoved(CardId("abuse-4"), AgentMove.DISMISS)),
        (19.0, SpeechEnded(CALLER)),
    ]
    shown = [(one[0], one[2]) for one in told(facts, 20) if one[1] == "show" and one[0] >= 10]
    assert shown == [(10.0, "unwilling-3"), (12.0, "abuse-4"), (19.0, "unwilling-3")]
