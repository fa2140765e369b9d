"""What the variables of a phrase stand for in one call: who answers, the day, the turn of its wording."""

import pytest

from prompts.facts import Answered, CallContext
from tests.unit.prompts.line import Line, pack

NAMES = {"8001": "刘敏", "8002": "徐茂"}
VARIANTS = ["您好,请问需要什么帮助?", "您好,请问有什么可以帮到您?", "您好,我是刘敏,很高兴为您服务"]


def greeting(context: CallContext, agent: str = "8001") -> object:
    return Line(pack("addon_telecom10000"), context).play([(0.0, Answered(agent, 1, 1))]).told()[0][4]


@pytest.mark.parametrize("turn", range(6))
def test_wordings_take_turns_from_call_to_call(turn: int) -> None:
    assert greeting(CallContext(agents=NAMES, turn=turn)) == VARIANTS[turn % 3]


def test_who_answers_introduces_himself_by_his_own_name() -> None:
    assert (
        greeting(CallContext(agent_no="8001", agents=NAMES, turn=2), "8002") == "您好,我是徐茂,很高兴为您服务"
    )


def test_without_a_name_nothing_is_missing_from_the_sentence() -> None:
    assert greeting(CallContext(turn=2)) == "您好,很高兴为您服务"
