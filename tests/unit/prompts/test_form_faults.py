"""Whatever pydantic finds wrong is told in Chinese, with what should stand there."""

from datetime import date, datetime
from enum import Enum
from typing import Annotated, Literal

import pytest
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from prompts.form_faults import sentence


def _even(value: int) -> int:
    if value % 2:
        raise ValueError("应当是双数")
    return value


class OneKind(BaseModel):
    kind: Literal["one"]


class OtherKind(BaseModel):
    kind: Literal["other"]


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


class Form(BaseModel):
    model_config = ConfigDict(extra="forbid")

    text: str = ""
    whole: int = 0
    number: float = 0
    yes: bool = False
    day: date = date(2026, 1, 1)
    moment: datetime = datetime(2026, 1, 1)  # noqa: DTZ001
    aware: AwareDatetime | None = None
    several: Annotated[tuple[str, ...], Field(min_length=2, max_length=2)] = ("a", "b")
    some: Annotated[list[str], Field(min_length=1)] = ["a"]
    named: dict[str, str] = {}
    name: Annotated[str, Field(min_length=1, max_length=3)] = "a"
    long: Annotated[str, Field(min_length=2)] = "ab"
    digits: Annotated[str, Field(pattern=r"^\d*$")] = ""
    above: Annotated[float, Field(gt=0, lt=10)] = 1
    within: Annotated[float, Field(ge=0.5, le=30)] = 1
    one_of: Literal["a", "b"] = "a"
    finite: Annotated[float, Field(allow_inf_nan=False)] = 0
    even: Annotated[int, AfterValidator(_even)] = 0
    colour: Colour = Colour.RED
    of_a_kind: Annotated[OneKind | OtherKind, Field(discriminator="kind")] | None = None


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"text": 1}, "应当是文字"),
        ({"whole": "x"}, "应当是整数"),
        ({"whole": 1.5}, "应当是整数"),
        ({"number": "x"}, "应当是数字"),
        ({"yes": "x"}, "应当是 true 或 false"),
        ({"day": "2026-02-30"}, "应当是日期,如 2026-12-31"),
        ({"moment": "x"}, "应当是日期和时间,如 2026-12-31 17:30"),
        ({"aware": "2026-01-01T00:00:00"}, "时间要带时区,如 2026-12-31T17:30:00+08:00"),
        ({"several": "x"}, "应当是列表(每行一个「- 」)"),
        ({"several": ["a"]}, "至少要有 2 项"),
        ({"several": ["a"] * 3}, "最多 2 项"),
        ({"some": 1}, "应当是列表(每行一个「- 」)"),
        ({"some": []}, "不能为空"),
        ({"named": 1}, "应当是一组「名称: 值」"),
        ({"name": ""}, "不能为空"),
        ({"name": "abcd"}, "最多 3 个字"),
        ({"long": "a"}, "至少 2 个字"),
        ({"digits": "x"}, "写法不对"),
        ({"above": 0}, "应当大于 0"),
        ({"above": 10}, "应当小于 10"),
        ({"within": 0.1}, "不能小于 0.5"),
        ({"within": 31}, "不能大于 30"),
        ({"one_of": "c"}, "只能是 'a'、'b'"),
        ({"finite": float("nan")}, "应当是数字"),
        ({"even": 1}, "应当是双数"),
        ({"colour": "green"}, "只能是 'red'、'blue'"),
        ({"of_a_kind": {"kind": "third"}}, "「third」不是 'kind' 的一种,只能是 'one'、'other'"),
        ({"of_a_kind": {}}, "缺少 'kind'"),
        ({"nothing": 1}, "不认识这一项"),
    ],
)
def test_each_fault_says_what_should_stand_there(wrong: dict[str, object], told: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Form.model_validate(wrong)
    assert [sentence(one["type"], one.get("ctx")) for one in caught.value.errors()] == [told]


def test_a_format_may_have_words_of_its_own_and_an_unknown_fault_is_still_told() -> None:
    assert sentence("string_type", None, {"string_type": "应当是文字(加引号)"}) == "应当是文字(加引号)"
    assert sentence("recursion_loop") == "写法不对"
