"""Which type of complaint a call is told to be (X13)."""

import pytest

from prompts.advice import ComplaintNamed
from tests.unit.prompts.greeted import GREETED
from tests.unit.prompts.line import CALLER, Line, pack, said

PLAIN, ATTITUDE = "我要投诉", "你这是什么态度我要投诉你"


@pytest.mark.parametrize("name", ["yixunwang400", "service_center", "chint800"])
@pytest.mark.parametrize(
    ("words", "named"),
    [
        ([PLAIN], ["客户投诉"]),
        ([PLAIN, ATTITUDE], ["客户投诉", "服务态度"]),
        ([ATTITUDE, PLAIN], ["服务态度"]),
    ],
)
def test_a_complaint_has_no_type_until_one_is_heard_and_keeps_it(
    name: str, words: list[str], named: list[str]
) -> None:
    spoken = [(6.0 + 10 * n, said(CALLER, n + 1, one)) for n, one in enumerate(words)]
    advised = [advice for _, advice in Line(pack(name)).play([*GREETED, *spoken], 40).advised]
    assert [one.complaint for one in advised if isinstance(one, ComplaintNamed)] == named
