"""The seven first situations, each as a whole list of what was advised and when."""

import pytest

from prompts.advice import Audience, Card, CardButton, ComplaintNamed, Countdown, ShowCard, Traced
from prompts.facts import (
    AgentMove,
    AgentMoved,
    Answered,
    AudioAvailable,
    CallContext,
    CalledUp,
    CallerKnown,
    CardId,
    Fact,
    Held,
    HungUp,
    Lifted,
    Resumed,
    Ringing,
    Said,
    SituationId,
    Sound,
    SoundIs,
    SpeechBegan,
    SpeechEnded,
    Transferred,
)
from tests.unit.prompts.line import AGENT, CALLER, HEARING, MUSIC, Line, Told, pack, said

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


def test_three_seconds_without_a_word_of_the_agent() -> None:
    facts = [ANSWERED, *HEARING, (4.0, SpeechBegan(AGENT))]
    assert told(facts, 4.5) == [
        (0.0, "show", "greeting-1", 1, GREETING),
        (3.0, "show", "answer_now-2", 1, GREETING),
        (3.0, "waiting", "greeting-1"),
        (4.0, "remove", "answer_now-2", "cancelled"),
        (4.0, "show", "greeting-1", 1, GREETING),
        (4.0, "waiting"),
    ]


def test_silent_call_through_all_its_steps() -> None:
    facts = [*GREETED, *speech(9, 11, ago=0.3), *speech(18, 20), *speech(26, 30)]
    assert told(facts, 60) == [
        *GREETED_TOLD,
        (8.0, "show", "silent_call-2", 1, HELP),
        (11.3, "show", "silent_call-2", 1, HELP, 16.0),
        (16.0, "show", "silent_call-2", 2, HELP),
        (20.0, "show", "silent_call-2", 2, HELP, 25.0),
        (25.0, "show", "silent_call-2", 3, NO_SOUND),
        (30.0, "show", "silent_call-2", 3, NO_SOUND, 35.0),
        (35.0, "show", "silent_call-2", 3, NO_SOUND, CardButton.HANG_UP),
    ]


def test_a_caller_who_never_spoke_is_not_asked_a_second_time_whether_he_is_there() -> None:
    goodbye = (30.5, said(AGENT, 2, "对不起您的电话没有声音请您换一部电话再打来好吗再见"))
    facts = [*GREETED, *speech(9, 11), *speech(18, 20), *speech(26, 30), goodbye]
    assert "still_there" not in str(told(facts, 90))


def test_the_caller_who_talks_at_once_with_the_agent_is_not_hidden_behind_a_greeting_in_other_words() -> None:
    answered = [*speech(1, 3), (3.5, SpeechBegan(CALLER)), (5.0, SpeechEnded(CALLER))]
    both = [(6.0, SpeechBegan(CALLER)), (6.5, SpeechBegan(AGENT))]
    assert told([ANSWERED, *HEARING, *answered, *both], 9) == [
        (0.0, "show", "greeting-1", 1, GREETING),
        (5.0, "remove", "greeting-1", "expired"),
        (8.5, "show", "talking_over_caller-2", 1, "您请说。"),
    ]


QUESTION = said(CALLER, 1, "请问你们公司在北京什么地方")
ONE_MOMENT = "请稍等,我马上为您解答。"


def test_five_seconds_without_an_answer_to_a_question() -> None:
    facts = [*GREETED, (4.0, SpeechBegan(CALLER)), (6.0, SpeechEnded(CALLER)), (6.5, QUESTION)]
    assert told(facts, 12) == [*GREETED_TOLD, (11.0, "show", "answer_delay_question-2", 1, ONE_MOMENT)]


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


def test_who_says_goodbye_waits_for_no_answer() -> None:
    asks = [(4.0, SpeechBegan(CALLER)), (6.0, SpeechEnded(CALLER)), (6.5, QUESTION)]
    leaves = [
        (8.0, SpeechBegan(CALLER)),
        (9.0, SpeechEnded(CALLER)),
        (9.5, said(CALLER, 2, "没有了谢谢再见")),
    ]
    assert told([*GREETED, *asks, *leaves], 18)[3:] == [
        (9.5, "show", "closing-2", 1, "请问还有什么可以帮助您?"),
    ]


def test_silent_call_counts_from_the_answer_when_the_agent_says_nothing() -> None:
    assert told([ANSWERED, *HEARING], 30) == [
        (0.0, "show", "greeting-1", 1, GREETING),
        (3.0, "show", "answer_now-2", 1, GREETING),
        (3.0, "waiting", "greeting-1"),
        (5.0, "remove", "greeting-1", "cancelled"),
        (5.0, "remove", "answer_now-2", "cancelled"),
        (5.0, "show", "silent_call-3", 1, HELP),
        (5.0, "waiting"),
    ]


@pytest.mark.parametrize("at", [8.5, 12.0, 15.9, 21.0, 33.0])
def test_any_word_of_the_caller_cancels_the_silent_call(at: float) -> None:
    facts = [*GREETED, *speech(9, 11), *speech(18, 20), *speech(26, 30)]
    before = [(when, fact) for when, fact in facts if when <= at]
    line = Line(pack()).play([*before, (at, SpeechBegan(CALLER))], until=at + 60)
    mine = [entry for entry in line.told() if "silent_call-2" in entry]
    assert mine[-1] == (at, "remove", "silent_call-2", "cancelled")
    assert not any("hang up" in entry for entry in line.told())


def test_hold_stops_the_silence_from_being_counted() -> None:
    facts = [*GREETED, *speech(9, 11), (13.0, MUSIC), (13.0, Held(AGENT)), (23.0, Resumed(AGENT))]
    silent = [entry for entry in told(facts, 40.0) if "silent_call-2" in entry and entry[1] == "show"]
    assert silent == [
        (8.0, "show", "silent_call-2", 1, HELP),
        (11.0, "show", "silent_call-2", 1, HELP, 16.0),
        (13.0, "show", "silent_call-2", 1, HELP),
        (23.0, "show", "silent_call-2", 1, HELP, 28.0),
        # The thank-you comes first (S2-41); behind it the five seconds run on, so that step 2 follows when it is over.
        (35.3, "show", "silent_call-2", 2, HELP),
    ]


def test_nothing_is_concluded_from_silence_that_cannot_be_heard() -> None:
    assert told([ANSWERED], 100) == [
        (0.0, "show", "greeting-1", 1, GREETING),
        (12.0, "remove", "greeting-1", "expired"),
    ]
    lost = (5.0, AudioAvailable(CALLER, False))
    assert told([*GREETED, lost], 100) == GREETED_TOLD


def test_a_late_tap_counts_silence_from_when_it_hears() -> None:
    late = [
        (10.0, AudioAvailable(CALLER, True)),
        (10.0, AudioAvailable(AGENT, True)),
        (10.5, SpeechBegan(AGENT)),
    ]
    ended = (11.0, SpeechEnded(AGENT))
    shown = [entry for entry in told([ANSWERED, *late, ended], 20) if entry[1] == "show"]
    assert shown[-1] == (16.0, "show", "silent_call-3", 1, HELP)


def test_ringing_past_the_third_ring() -> None:
    facts: list[tuple[float, Fact]] = [
        (0.0, Ringing("8001", rung_for=1.0)),
        (3.0, Ringing("8002")),
        (13.0, Answered("8001", 14, 15)),
    ]
    line = Line(pack()).play(facts, 20)
    assert line.told() == [
        (10.0, "show", "ringing_on-1", 1, "来电久响,请就近接听!"),
        (13.0, "remove", "ringing_on-1", "cancelled"),
        (13.0, "show", "ring_apology-2", 1, BUSY),
    ]
    notice = line.advised[1][1]
    assert isinstance(notice, ShowCard)
    assert notice.card.audience is Audience.EVERYONE


@pytest.mark.parametrize(("ring_s", "phrase"), [(10.9, GREETING), (11.0, BUSY)])
def test_the_third_ring_ends_at_eleven_seconds(ring_s: float, phrase: str) -> None:
    facts: list[tuple[float, Fact]] = [(0.0, Answered("8001", ring_s, ring_s))]
    assert [entry[4] for entry in told(facts, 1)] == [phrase]


def test_a_call_found_alive_is_not_greeted() -> None:
    assert told([(0.0, Answered("8001", 20, 30, age=120)), *HEARING], 4) == []


def test_twenty_five_seconds_of_hold_and_the_thanks() -> None:
    facts = [
        *GREETED,
        (5.0, SpeechBegan(CALLER)),
        (6.0, SpeechEnded(CALLER)),
        (7.0, MUSIC),
        (7.0, Held(AGENT)),
        (58.0, Resumed(AGENT)),
    ]
    assert told(facts, 59) == [
        *GREETED_TOLD,
        (32.0, "show", "hold_too_long-2", 1, STILL_LOOKING),
        (57.0, "remove", "hold_too_long-2", "expired"),
        (57.0, "show", "hold_too_long-3", 1, STILL_LOOKING),
        (58.3, "remove", "hold_too_long-3", "cancelled"),
        (58.3, "show", "hold_thanks-4", 1, THANKS),
    ]


def test_an_agent_who_holds_without_a_word_owes_the_thanks_and_no_greeting() -> None:
    facts: list[tuple[float, Fact]] = [
        ANSWERED,
        *HEARING,
        (1.0, MUSIC),
        (1.0, Held(AGENT)),
        (9.0, Resumed(AGENT)),
    ]
    assert told(facts, 13.9) == [
        (0.0, "show", "greeting-1", 1, GREETING),
        (9.3, "show", "hold_thanks-2", 1, THANKS),
        (9.3, "waiting", "greeting-1"),
    ]


@pytest.mark.parametrize(
    ("words", "blind", "marks"),
    [
        ("好的", True, ["transfer_unannounced", "transfer_unintroduced"]),
        ("好的", False, ["transfer_unannounced"]),
        ("请稍等我立即为您转接", True, []),
    ],
)
def test_a_call_handed_on_without_a_word_to_either_side_breaks_two_rules(
    words: str, blind: bool, marks: list[str]
) -> None:
    """S2-42: the caller is told. S2-43: who takes the call over is told, which a blind transfer leaves no time for."""
    facts = [*GREETED, (10.0, said(AGENT, 2, words)), (12.0, Transferred("8002", blind=blind))]
    assert [one[2] for one in told(facts, 13) if one[1] == "forbidden"] == marks


def test_nothing_shows_between_the_hold_and_the_thanks() -> None:
    asks = (6.0, said(CALLER, 1, "小儿推拿什么时候开班"))
    facts = [*GREETED, asks, (7.0, MUSIC), (7.0, Held(AGENT)), (40.0, Resumed(AGENT))]
    assert [entry for entry in told(facts, 49) if entry[0] > 32] == [
        (40.3, "remove", "hold_too_long-3", "cancelled"),
        (40.3, "show", "hold_thanks-4", 1, THANKS),
    ]


def test_no_thanks_for_a_caller_who_is_handed_on_in_the_instant_the_hold_ends() -> None:
    handed = [(9.0, Resumed(AGENT)), (9.0, Transferred("8002", blind=False))]
    taken = (9.01, Answered("8002", 0, 0, again=True))
    assert told([*GREETED, (5.0, MUSIC), (5.0, Held(AGENT)), *handed, taken], 12) == [
        *GREETED_TOLD,
        (9.0, "forbidden", "transfer_unannounced", "未先告知就转接", "转接至 8002,未先告知客户"),
        (9.01, "show", "taken_over-2", 1, GREETING),
    ]


def test_no_thanks_for_a_caller_who_is_put_on_hold_again_at_once() -> None:
    facts = [*GREETED, (5.0, MUSIC), (5.0, Held(AGENT)), (9.0, Resumed(AGENT)), (9.2, Held(AGENT))]
    assert told(facts, 20) == GREETED_TOLD


def test_the_callers_own_hold_is_not_ours() -> None:
    assert told([*GREETED, (5.0, Held(CALLER))], 200) == GREETED_TOLD


def dialect(at: float, utterance: int, confidence: float = 0.55) -> tuple[float, Fact]:
    return (at, said(CALLER, utterance, "您容了邮票龙", confidence=confidence))


def test_dialect_in_two_steps() -> None:
    facts = [*GREETED, dialect(6, 1), (9.0, said(AGENT, 2, "对不起请您讲普通话好吗谢谢")), dialect(12, 2)]
    assert told(facts, 13) == [
        *GREETED_TOLD,
        (6.0, "show", "dialect-2", 1, MANDARIN, CardButton.UNDERSTOOD),
        (9.0, "said", "dialect-2", 1),
        (9.0, "remove", "dialect-2", "said"),
        (12.0, "show", "dialect-3", 2, SOMEBODY, CardButton.UNDERSTOOD),
    ]


def test_an_understood_dialect_is_never_mentioned_again() -> None:
    understood = (8.0, AgentMoved(CardId("dialect-2"), AgentMove.UNDERSTOOD))
    facts = [*GREETED, dialect(6, 1), understood, dialect(12, 2), dialect(60, 3), dialect(65, 4)]
    assert [entry for entry in told(facts, 90) if "dialect" in str(entry)] == [
        (6.0, "show", "dialect-2", 1, MANDARIN, CardButton.UNDERSTOOD),
        (8.0, "remove", "dialect-2", "dismissed"),
    ]


@pytest.mark.parametrize(
    "unclear",
    [
        Said(CALLER, 1, "您容了", 0.5, True, 2.0, level_dbfs=-50.0, snr_db=30.0),
        Said(CALLER, 1, "您容了", 0.5, True, 2.0, level_dbfs=-20.0, snr_db=3.0),
        Said(CALLER, 1, "您容了", 0.5, True, 0.5, level_dbfs=-20.0, snr_db=30.0),
        Said(CALLER, 1, "您容了", 0.7, True, 2.0, level_dbfs=-20.0, snr_db=30.0),
        Said(CALLER, 1, "您容了", 0.5, False, 2.0, level_dbfs=-20.0, snr_db=30.0),
    ],
    ids=["too quiet", "too noisy", "too short", "only once and not so unsure", "not final"],
)
def test_what_may_be_unclear_for_another_reason_is_no_dialect(unclear: Said) -> None:
    assert told([*GREETED, (6.0, unclear)], 7) == GREETED_TOLD


def test_abuse_is_a_phrase_and_an_urgent_escalation() -> None:
    words = "你们就是一群骗子垃圾公司"
    line = Line(pack()).play([*GREETED, (6.0, said(CALLER, 1, words))], 7)
    assert line.told() == [
        *GREETED_TOLD,
        (6.0, "escalate", "客户情绪激烈、言语辱骂", words, True),
        (6.0, "show", "abuse-2", 1, "对不起,先生/小姐,请问有什么可以帮助您?", CardButton.ESCALATE),
    ]
    card = line.advised[-1][1]
    assert isinstance(card, ShowCard)
    assert card.card.evidence == ("垃圾公司",)
    assert card.card.verbatim == "对不起,先生/小,请问有什么可以帮助您?"


def test_a_lifted_phone_rings_no_more_while_its_announcement_is_played() -> None:
    line = Line(pack()).play([(0.0, Ringing("8001")), (9.0, Lifted("8001"))], 11.5)
    assert line.told() == []
    heard = [(12.2, AudioAvailable(CALLER, True)), (12.2, AudioAvailable(AGENT, True))]
    line.play([(12.0, Answered("8001", ring_s=9.0, wait_s=12.0)), *heard], 15.5)
    fired = [(at, one.situation_id) for at, one in line.advised if isinstance(one, Traced) and one.fired]
    assert fired == [(12.0, "greeting"), (15.0, "answer_now")]


def test_a_phone_that_rang_on_and_was_lifted_calls_nobody_any_more() -> None:
    line = Line(pack()).play([(0.0, Ringing("8001")), (12.0, Lifted("8001"))])
    assert [entry[:3] for entry in line.told()] == [
        (11.0, "show", "ringing_on-1"),
        (12.0, "remove", "ringing_on-1"),
    ]


def test_a_loud_voice_without_abuse_is_reported_as_that_and_the_trace_has_the_numbers() -> None:
    loud = SoundIs(CALLER, Sound.SHOUTING, present=True, measured="-8.0 dBFS,平时 -20.0 dBFS")
    line = Line(pack()).play([*GREETED, (6.0, loud)], 10)
    because = "客户喊叫,持续 3 秒(-8.0 dBFS,平时 -20.0 dBFS)"
    assert [entry for entry in line.told() if entry[1] == "escalate"] == [
        (9.0, "escalate", "客户大声喊叫", because, True)
    ]
    traced = [one for _, one in line.advised if isinstance(one, Traced) and one.situation_id == "abuse"]
    assert [(one.fired, one.because) for one in traced] == [(True, because)]


def test_a_mute_counts_from_its_beginning_but_never_from_before_the_agent_was_heard() -> None:
    def fired_at(*facts: tuple[float, Fact]) -> list[float]:
        line = Line(pack("chint800")).play([*GREETED, *facts], 40)
        traced = [(at, one) for at, one in line.advised if isinstance(one, Traced)]
        return [at for at, one in traced if one.fired and one.situation_id == "muted_untold"]

    muted = SoundIs(AGENT, Sound.DIGITAL_SILENCE, present=True, ago=5.0)
    assert fired_at((15.0, muted)) == [15.0]
    held = [(10.0, Held(AGENT)), (20.0, Resumed(AGENT))]
    assert fired_at(*held, (21.0, muted)) == [23.0]


def test_abuse_in_partial_results_must_be_heard_twice_and_counts_once() -> None:
    partials = [(5.0 + n / 10, said(CALLER, 1, "你们都是骗子" + "啊" * n, final=False)) for n in range(4)]
    final = (7.0, said(CALLER, 1, "你们都是骗子啊"))
    begun = [entry for entry in told([*GREETED, *partials, final], 8) if entry[1] == "escalate"]
    assert begun == [(5.1, "escalate", "客户情绪激烈、言语辱骂", "你们都是骗子啊", True)]


def test_a_complaint_about_attitude_is_escalated_with_its_words() -> None:
    words = "你这是什么态度我要投诉你"
    assert told([*GREETED, (6.0, said(CALLER, 1, words))], 7)[3:6] == [
        (6.0, "escalate", "客户投诉客服态度", words, False),
        (6.0, ComplaintNamed("服务态度")),
        (
            6.0,
            "show",
            "attitude_complaint-2",
            1,
            "对不起,由于我们服务不周给您添麻烦了,请您原谅,您是否能将详细情况告诉我?",
            CardButton.ESCALATE,
        ),
    ]


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


def test_a_name_told_is_used_at_once() -> None:
    facts = [
        *GREETED,
        (5.0, said(CALLER, 1, "我姓欧阳")),
        (6.0, CallerKnown(title="女士")),
        (7.0, CalledUp(SituationId("unwilling"))),
    ]
    shown = told(facts, 7)
    assert shown[3] == (5.0, "named", "欧阳", None)
    assert shown[-1][4] == "欧阳小姐,我们需要登记一下您的资料,以便更好地为您提供服务,请您配合一下。"


def test_a_forbidden_phrase_is_marked() -> None:
    facts = [*GREETED, (5.0, said(AGENT, 2, "喂嘴巴干净一点这又不是我的错呀"))]
    assert told(facts, 5.5) == [
        *GREETED_TOLD,
        (5.0, "forbidden", "abuse", "喂,嘴巴干净一点,这又不是我的错呀!", "喂嘴巴干净一点这又不是我的错"),
    ]
    assert (
        Line(pack()).play(GREETED).engine.instead_of(SituationId("abuse"))
        == "对不起,先生/小姐,请问有什么可以帮助您?"
    )


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
