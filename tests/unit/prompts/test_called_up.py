"""Cards the agent calls up by hand: what was asked for last is in front, and looking a phrase up marks nobody."""

import pytest

from prompts.advice import CardButton, ComplaintNamed, Traced
from prompts.facts import AgentMove, AgentMoved, Answered, CalledUp, CardId, Fact, SituationId
from tests.unit.prompts.line import CALLER, Facts, Line, Told, pack, said

ANSWERED = (0.0, Answered("8001", 1, 1))
GREETED = (1.0, AgentMoved(CardId("greeting-1"), AgentMove.DISMISS))
PARDON = "对不起,麻烦您将刚才反映的问题再复述一遍,好吗?"
CONSENT = "关于您的问题我立即为您转交相关负责人为您解答,好吗?"
TRANSFERRING = "请稍等,我立即为您转接。"
CALM = "请您不要着急,您现在安全吗?我马上为您联系。"
HELP = "对不起,先生/小姐,请问有什么可以帮助您?"
SORRY = "对不起,由于我们服务不周给您添麻烦了,请您原谅,您是否能将详细情况告诉我?"


def up(at: float, name: str) -> tuple[float, Fact]:
    return (at, CalledUp(SituationId(name)))


def told(*facts: tuple[float, Fact], until: float | None = None) -> list[Told]:
    return Line(pack()).play([ANSWERED, GREETED, *facts], until).told()[2:]


def test_what_was_called_up_last_is_in_front_and_what_waits_comes_back_where_it_was() -> None:
    calls: Facts = [
        up(3.0, "transfer"),
        (4.0, AgentMoved(CardId("transfer-2"), AgentMove.NEXT)),
        up(8.0, "ask_repeat"),
        up(9.0, "transfer"),
        up(10.0, "transfer"),
    ]
    step_2 = ("show", "transfer-2", 2, TRANSFERRING, CardButton.TRANSFER)
    assert told(*calls, until=20) == [
        (3.0, "show", "transfer-2", 1, CONSENT, CardButton.TRANSFER),
        (4.0, *step_2),
        (8.0, "show", "ask_repeat-3", 1, PARDON),
        (8.0, "waiting", "transfer-2"),
        (9.0, *step_2),
        (9.0, "waiting", "ask_repeat-3"),
    ]


def test_what_is_urgent_comes_before_what_was_called_up_earlier() -> None:
    calm = ("show", "emergency-3", 1, CALM, CardButton.ESCALATE)
    assert told(
        up(3.0, "ask_repeat"), (5.0, said(CALLER, 2, "救命着火了")), up(9.0, "ask_repeat"), until=9
    ) == [
        (3.0, "show", "ask_repeat-2", 1, PARDON),
        (5.0, "escalate", "突发事件,立即处理", "救命着火了", True),
        (5.0, *calm),
        (5.0, "waiting", "ask_repeat-2"),
        (9.0, "show", "ask_repeat-2", 1, PARDON),
        (9.0, "waiting", "emergency-3"),
    ]


def test_what_waits_for_consent_is_in_front_for_a_time_when_called_up_again() -> None:
    """Said already, it stands until the caller consents, and must not hide for the rest of the call what comes."""
    again: Facts = [
        up(3.0, "mute_wait"),
        (5.0, AgentMoved(CardId("mute_wait-2"), AgentMove.SAID)),
        up(6.0, "ask_repeat"),
        up(9.0, "mute_wait"),
        (35.0, said(CALLER, 2, "我要投诉你们")),
    ]
    line = Line(pack("service_center")).play([ANSWERED, GREETED, *again], until=45)
    assert [(one[0], one[2]) for one in line.told() if one[1] == "show"][1:] == [
        (3.0, "mute_wait-2"),
        (6.0, "ask_repeat-3"),
        (9.0, "mute_wait-2"),
        (39.0, "complaint-4"),
    ]


def test_what_was_asked_for_anew_stands_its_whole_time() -> None:
    gone = [
        one for one in told(up(3.0, "ask_repeat"), up(20.0, "ask_repeat"), until=90) if one[1] == "remove"
    ]
    assert gone == [(50.0, "remove", "ask_repeat-2", "expired")]


def test_a_waiting_complaint_that_is_called_up_is_not_reported_again() -> None:
    words: Facts = [(3.0, said(CALLER, 1, "你这是什么态度")), (4.0, said(CALLER, 2, "救命着火了"))]
    sorry = ("show", "attitude_complaint-2", 1, SORRY, CardButton.ESCALATE)
    assert told(*words, up(6.0, "attitude_complaint"), until=6) == [
        (3.0, "escalate", "客户投诉客服态度", "你这是什么态度", False),
        (3.0, ComplaintNamed("服务态度")),
        (3.0, *sorry),
        (4.0, "escalate", "突发事件,立即处理", "救命着火了", True),
        (4.0, "show", "emergency-3", 1, CALM, CardButton.ESCALATE),
        (4.0, "waiting", "attitude_complaint-2"),
        (6.0, *sorry),
        (6.0, "waiting", "emergency-3"),
    ]


def test_an_agent_may_call_for_help_with_a_card() -> None:
    assert told(up(3.0, "abuse"), up(5.0, "abuse"), until=6) == [
        (3.0, "escalate", "客户情绪激烈、言语辱骂", "坐席手动调出", True),
        (3.0, "show", "abuse-2", 1, HELP, CardButton.ESCALATE),
    ]


@pytest.mark.parametrize(
    ("name", "phrase"),
    [("passing_buck", "很抱歉给您添麻烦了,我来帮您处理。"), ("swearing", "对不起,请您原谅。")],
)
def test_looking_up_what_one_must_not_do_is_no_fault(name: str, phrase: str) -> None:
    assert told(up(3.0, name), up(4.0, name)) == [(3.0, "show", f"{name}-2", 1, phrase)]


@pytest.mark.parametrize("name", ["agent_hung_up_first", "transfer_unannounced"])
def test_what_has_no_phrase_cannot_be_called_up(name: str) -> None:
    line = Line(pack()).play([ANSWERED, GREETED, up(3.0, name)])
    assert line.told()[2:] == []
    assert line.engine.trace[-1] == (3.0, Traced(SituationId(name), False, "坐席手动调出;没有可显示的用语"))
