import pytest

from prompts.templates import Template, TemplateError, known_words


@pytest.mark.parametrize(
    ("source", "values", "filled"),
    [
        ("您好!", {}, "您好!"),
        ("我的工号是{agent_no}号。", {"agent_no": "8001"}, "我的工号是8001号。"),
        ("我的工号是{agent_no}号。", {}, None),
        ("并在[{promise_hours}小时内,]给您答复", {"promise_hours": "24"}, "并在24小时内,给您答复"),
        ("并在[{promise_hours}小时内,]给您答复", {}, "并在给您答复"),
        ("{apology|对不起},让您久等了", {}, "对不起,让您久等了"),
        ("{apology|对不起},让您久等了", {"apology": "很抱歉"}, "很抱歉,让您久等了"),
        ("{apology|对不起},{caller}", {}, None),
    ],
)
def test_a_phrase_is_filled_or_says_it_cannot_be(
    source: str, values: dict[str, str], filled: str | None
) -> None:
    assert Template.parse(source).fill(values) == filled


@pytest.mark.parametrize("source", ["[a", "a]", "{", "{A}", "[[a]]", "{a b}", "{a|}", "{a|b|c}", "{a|{b}}"])
def test_a_broken_phrase_is_refused(source: str) -> None:
    with pytest.raises(TemplateError):
        Template.parse(source)


def test_values_are_text_and_never_templates() -> None:
    assert Template.parse("{surname}先生").fill({"surname": "{title}[x]"}) == "{title}[x]先生"


def test_variables_say_whether_the_phrase_is_whole_without_them() -> None:
    assert list(Template.parse("{a}[和{b}]").variables()) == [("a", False), ("b", True)]
    assert list(Template.parse("{a|甲}[和{b}]").variables()) == [("a", True), ("b", True)]


def test_a_phrase_in_its_authors_words() -> None:
    assert Template.parse("{apology|对不起},再见").as_written() == "对不起,再见"
    assert Template.parse("再见").as_written() == "再见"
    assert Template.parse("{apology|对不起}[,{surname}]").as_written() is None


def test_outside_a_call_what_only_a_call_knows_stands_as_it_is() -> None:
    source = "{apology|对不起},{company}[,{agent_no}号]"
    assert known_words(source, {"company": "甲公司"}) == "对不起,甲公司[,{agent_no}号]"
