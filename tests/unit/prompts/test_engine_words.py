"""What the engine makes of words and voices: dialect, abuse, complaints, names, what must not be said."""

import pytest

from prompts.advice import CardButton, ComplaintNamed, ShowCard, Traced
from prompts.facts import (
    AgentMove,
    AgentMoved,
    CalledUp,
    CallerKnown,
    CardId,
    Fact,
    Said,
    SituationId,
    Sound,
    SoundIs,
)
from tests.unit.prompts.greeted import GREETED, GREETED_TOLD, MANDARIN, SOMEBODY, told
from tests.unit.prompts.line import AGENT, CALLER, Line, pack, said


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


def test_a_loud_voice_without_abuse_is_reported_as_that_and_the_trace_has_the_numbers() -> None:
    loud = SoundIs(CALLER, Sound.SHOUTING, present=True, measured="-8.0 dBFS,平时 -20.0 dBFS")
    line = Line(pack()).play([*GREETED, (6.0, loud)], 10)
    because = "客户喊叫,持续 3 秒(-8.0 dBFS,平时 -20.0 dBFS)"
    assert [entry for entry in line.told() if entry[1] == "escalate"] == [
        (9.0, "escalate", "客户大声喊叫", because, True)
    ]
    traced = [one for _, one in line.advised if isinstance(one, Traced) and one.situation_id == "abuse"]
    assert [(one.fired, one.because) for one in traced] == [(True, because)]


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


def test_a_name_told_is_used_at_once() -> None:
    facts = [
        *GREETED,
        (5.0, said(CALLER, 1, "我姓欧阳")),
        (6.0, CallerKnown("欧阳", "女士")),
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
