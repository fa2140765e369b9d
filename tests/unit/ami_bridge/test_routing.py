"""Nothing unsafe is ever told to a PBX, whoever sent it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ami_bridge.routing import UnusableAnswerError, variables_of

GOOD = {"route": "duty", "targets": "13800138000/25/8001", "until": 1795600000, "plan": "1795600000:queue:"}


def test_a_good_answer_becomes_five_variables_with_the_status_last() -> None:
    assert variables_of(GOOD) == [
        ("HOTLINE_ROUTE", "duty"),
        ("HOTLINE_TARGETS", "13800138000/25/8001"),
        ("HOTLINE_UNTIL", "1795600000"),
        ("HOTLINE_PLAN", "1795600000:queue:"),
        ("HOTLINE_STATUS", "ok"),
    ]


@pytest.mark.parametrize(
    "bad",
    [
        {"route": "sales"},
        {"targets": '138"\nEXEC System "id'},
        {"targets": "13800138000/25/8001,rg"},
        {"targets": "${SHELL(id)}"},
        {"plan": ""},
        {"plan": "1795600000:queue:\n"},
        {"plan": "1" * 1001},
        {"until": "soon"},
        {"until": True},
        {"until": -1},
        {"route": None},
    ],
)
def test_one_bad_value_spoils_the_answer(bad: dict[str, object]) -> None:
    with pytest.raises(UnusableAnswerError):
        variables_of({**GOOD, **bad})


@pytest.mark.parametrize("answer", [None, [], "queue", 3])
def test_what_is_no_object_is_no_answer(answer: object) -> None:
    with pytest.raises(UnusableAnswerError):
        variables_of(answer)


@given(st.text(), st.sampled_from(["route", "targets", "plan", "until"]))
def test_whatever_passes_is_safe(text: str, key: str) -> None:
    try:
        told = variables_of({**GOOD, key: text})
    except UnusableAnswerError:
        return
    for _, value in told:
        assert value.isascii()
        assert not set(value) & set("\"'\\\n\r,$;&|()[]{} ")
