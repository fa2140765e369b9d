from pathlib import Path

import pytest

from prompts import DEFAULT_PACK, PackError, load_pack, shipped_packs

PACK = """\
pack: mine
version: "1"
title: 我的
lexicons:
  angry:
    words: [骗子, 好]
situations:
  greeting:
    title: 首句
    sources: [S0-16]
    triggers: [{kind: answered}]
    steps:
      - say: 您好{nobody}
  angry:
    title: 骂人
    sources: [S0-31]
    triggers:
      - kind: heard
        lexicon: nowhere
    steps: [{say: "工号{agent_no}"}]
    requires: [nothing]
"""


def write(folder: Path, text: str, name: str = "mine.yaml") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def mistakes(file: Path) -> list[tuple[int, str, str]]:
    with pytest.raises(PackError) as refused:
        load_pack(file)
    assert str(file) in str(refused.value)
    return [(mistake.line, mistake.where, mistake.text) for mistake in refused.value.mistakes]


@pytest.mark.parametrize("name", shipped_packs())
def test_every_shipped_pack_is_sound(name: str) -> None:
    pack = load_pack(name)
    assert (pack.name, pack.warnings) == (name, ())


def test_the_default_pack_is_shipped() -> None:
    assert DEFAULT_PACK in shipped_packs()


def test_every_fault_of_meaning_is_told_at_once_with_its_line(tmp_path: Path) -> None:
    assert mistakes(write(tmp_path, PACK)) == [
        (6, "lexicons.angry.words.1", "「好」太短或太泛,会误触发;可写 whole: true"),
        (13, "situations.greeting.steps.0.say", "没有变量「nobody」"),
        (19, "situations.angry.triggers.0.lexicon", "没有「nowhere」这个词表"),
        (20, "situations.angry.steps.0.say", "「agent_no」可能未知:用 [ ] 括起含它的部分,或写 plain"),
        (21, "situations.angry.requires.0", "没有「nothing」这个情境"),
    ]


def test_every_fault_of_form_is_told_at_once_with_its_line(tmp_path: Path) -> None:
    text = (
        PACK.replace("title: 我的\n", "")
        .replace("kind: answered", "kind: rung")
        .replace("sources: [S0-31]", "sorces: [S0-31]")
    )
    found = mistakes(write(tmp_path, text))
    assert [(line, where) for line, where, _ in found] == [
        (1, "title"),
        (10, "situations.greeting.triggers.0"),
        (13, "situations.angry.sources"),
        (15, "situations.angry.sorces"),
    ]
    assert [text for _, where, text in found if where in {"title", "situations.angry.sorces"}] == [
        "缺少这一项",
        "不认识这一项",
    ]


@pytest.mark.parametrize(
    ("text", "line"),
    [("a: [", 1), ("- a\n", 1), ("", 1), ("pack: a\npack: b\n", 2), ("\tx: 1", 1)],
    ids=["not closed", "a list", "empty", "a key twice", "a tab"],
)
def test_what_is_no_yaml_of_ours_is_refused_with_its_line(tmp_path: Path, text: str, line: int) -> None:
    assert mistakes(write(tmp_path, text))[0][0] == line


def test_a_pack_that_does_not_exist(tmp_path: Path) -> None:
    assert "读不出来" in mistakes(tmp_path / "none.yaml")[0][2]


def test_a_pack_that_extends_itself(tmp_path: Path) -> None:
    file = write(tmp_path, "extends: [mine]\npack: mine\n")
    assert "互相继承" in [text for _, _, text in mistakes(file)]


def test_a_company_changes_single_phrases_without_copying_a_pack(tmp_path: Path) -> None:
    file = write(
        tmp_path,
        """\
pack: acme
version: "2"
title: 甲公司
extends: [yixunwang400]
variables: {company: 甲公司}
phrases:
  greeting: 您好,{company},请讲。
  silent_call.3: 听不见您的声音,再见。
situations:
  dialect: {priority: 10}
""",
    )
    acme, ours = load_pack(file), load_pack("yixunwang400")
    assert acme.situations.keys() == ours.situations.keys()
    assert acme.situations["greeting"].steps[0].say == "您好,{company},请讲。"
    assert acme.situations["silent_call"].steps[2].say == "听不见您的声音,再见。"
    assert acme.situations["silent_call"].steps[2].verbatim is None
    assert acme.situations["silent_call"].steps[1] == ours.situations["silent_call"].steps[1]
    assert acme.situations["dialect"].priority == 10
    assert acme.situations["dialect"].steps == ours.situations["dialect"].steps


def test_a_phrase_for_a_step_that_is_not_there(tmp_path: Path) -> None:
    file = write(
        tmp_path, 'pack: a\nversion: "1"\ntitle: a\nextends: [yixunwang400]\nphrases:\n  greeting.9: 您好\n'
    )
    assert mistakes(file) == [(6, "phrases.greeting.9", "没有这个情境或这一步")]


def test_a_mistake_in_an_inherited_file_names_that_file(tmp_path: Path) -> None:
    base = write(tmp_path, PACK, "base.yaml")
    top = write(tmp_path, 'pack: top\nversion: "1"\ntitle: top\nextends: [base]\n', "top.yaml")
    with pytest.raises(PackError) as refused:
        load_pack(top)
    assert {mistake.file for mistake in refused.value.mistakes} == {str(base)}


def test_a_template_that_is_not_there(tmp_path: Path) -> None:
    text = PACK.replace("    title: 首句\n", "    like: nobody\n")
    assert (9, "situations.greeting.like", "没有样板「nobody」") in mistakes(write(tmp_path, text))


def test_words_of_two_lexicons_are_pointed_out(tmp_path: Path) -> None:
    text = """\
pack: a
version: "1"
title: a
lexicons:
  one: {words: [大骗子]}
  two: {words: [大 骗 子]}
situations:
  one: {title: 一, sources: [X], triggers: [{kind: heard, lexicon: one}], steps: [{say: 好的}]}
  two: {title: 二, sources: [X], triggers: [{kind: heard, lexicon: two}], steps: [{say: 好的}]}
"""
    warnings = load_pack(write(tmp_path, text)).warnings
    assert [(warning.line, warning.text) for warning in warnings] == [(6, "「大 骗 子」也在词表「one」里")]


def test_a_script_must_lead_somewhere(tmp_path: Path) -> None:
    text = """\
pack: a
version: "1"
title: a
situations:
  one: {title: 一, sources: [X], triggers: [{kind: by_hand}], steps: [{say: 好的}, {say: 好的}]}
  two: {title: 二, sources: [X], triggers: [{kind: by_hand}], steps: [{say: 好的}], hangup: after_wait}
  three: {title: 三, sources: [X], triggers: [{kind: by_hand}]}
"""
    assert [(line, where) for line, where, _ in mistakes(write(tmp_path, text))] == [
        (5, "situations.one.steps.0"),
        (6, "situations.two.hangup"),
        (7, "situations.three"),
    ]
