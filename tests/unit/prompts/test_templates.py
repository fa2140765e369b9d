import pytest

from prompts.templates import Template, TemplateError


@pytest.mark.parametrize(
    ("source", "values", "filled"),
    [
        ("您好!", {}, "您好!"),
        ("我的工号是{agent_no}号。", {"agent_no": "8001"}, "我的工号是8001号。"),
        ("我的工号是{agent_no}号。", {}, None),
        ("并在[{promise_hours}小时内,]给您答复", {"promise_hours": "24"}, "并在24小时内,给您答复"),
        ("并在[{promise_hours}小时内,]给您答复", {}, "并在给您答复"),
    ],
)
def test_a_phrase_is_filled_or_says_it_cannot_be(
    source: str, values: dict[str, str], filled: str | None
) -> None:
    assert Template.parse(source).fill(values) == filled


@pytest.mark.parametrize("source", ["[a", "a]", "{", "{A}", "[[a]]", "{a b}"])
def test_a_broken_phrase_is_refused(source: str) -> None:
    with pytest.raises(TemplateError):
        Template.parse(source)


def test_values_are_text_and_never_templates() -> None:
    assert Template.parse("{surname}先生").fill({"surname": "{title}[x]"}) == "{title}[x]先生"


def test_variables_say_whether_the_phrase_is_whole_without_them() -> None:
    assert list(Template.parse("{a}[和{b}]").variables()) == [("a", False), ("b", True)]
