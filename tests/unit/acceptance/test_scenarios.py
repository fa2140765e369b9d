"""Every scenario shows what it promises, at the second it promises, and nothing it must not."""

import re

import pytest

from tests.unit.acceptance.play import Case, cases, instruction_is_on, phrase_is_on, shelf, shown
from tests.unit.acceptance.rows import rows, rows_of_calls

NOT_RECOGNIZED_TEXT = re.compile(r"[^\u4e00-\u9fff]")
"""A recognizer writes simplified characters: no punctuation, no digits, no spaces between words once joined."""
TRADITIONAL = set("這為務說語請電話間題業時來謝您們問對開關經") - set("您")


@pytest.fixture(params=cases(), ids=lambda case: case.name)
def case(request: pytest.FixtureRequest) -> Case:
    found: Case = request.param
    return found


def test_it_shows_the_rows_it_names(case: Case) -> None:
    seen = shown(case)
    assert [row for row in case.rows if not seen.proves(row)] == []


def test_everything_it_promises_comes_true(case: Case) -> None:
    seen = shown(case)
    assert {name: seen.steps_of(name) for name in case.cards} == case.cards
    assert {
        name: next((gone["why"] for gone in seen.gone if gone["card_id"].startswith(f"{name}-")), None)
        for name in case.gone
    } == case.gone
    assert {name: [c["phrase"] for c in seen.cards_of(name)][-1:] for name in case.says} == {
        name: [phrase] for name, phrase in case.says.items()
    }
    assert {name: [c["hint"] for c in seen.cards_of(name)][-1:] for name in case.hints} == {
        name: [hint] for name, hint in case.hints.items()
    }
    assert [name for name in case.absent if seen.proves(name) or seen.cards_of(name)] == []
    reasons = [one["reason"] for one in seen.escalations]
    assert case.escalates is None or case.escalates in reasons
    assert [row for row in case.marks if not any(row in mark["sources"] for mark in seen.forbidden)] == []
    assert [one["to"] for one in seen.redirects] == ([] if case.redirects is None else [case.redirects])
    assert case.hangs_up is None or bool(seen.hang_ups) is case.hangs_up


def test_its_trigger_is_what_a_line_brings(case: Case) -> None:
    """Words as a recognizer writes them; a situation is called up by hand only where nothing but the agent can know."""
    said = [
        text
        for step in case.scenario.steps
        for text in (step.caller_says, step.agent_says, step.agent_tells_colleague)
        if text
    ]
    assert [text for text in said if NOT_RECOGNIZED_TEXT.search(text) or TRADITIONAL & set(text)] == []
    situations = shelf(case.pack).default.situations
    called = {step.call_up for step in case.scenario.steps if step.call_up is not None}
    by_itself = {
        name
        for name in called
        if all(trigger.kind != "by_hand" for trigger in situations[name].triggers)
        and not any(step.audio == "impossible" for step in case.scenario.steps)
    }
    assert by_itself == set(), "these come by themselves: show it"


@pytest.mark.parametrize("row", rows_of_calls(), ids=lambda row: row.row_id)
def test_every_row_is_proved_word_for_word(row: object) -> None:
    assert isinstance(row, type(rows_of_calls()[0]))
    proving = [case for case in cases() if row.row_id in case.rows]
    assert proving, f"no scenario shows {row.row_id} {row.situation}"
    cards = [card for case in proving for card in shown(case).cards_of(row.row_id)]
    assert [p.text for p in row.phrases if not any(phrase_is_on(card, row, p.text) for card in cards)] == []
    assert [t for t in row.instructions if not any(instruction_is_on(card, t) for card in cards)] == []
    nevers = {text for card in cards for text in (*card["never"], *card["never_do"])}
    assert [text for text in row.forbidden if text not in nevers] == []
    corrected = [p.text for p in row.phrases if p.slip and any(p.text in card["phrase"] for card in cards)]
    assert corrected == [], "the agent would read out the document's slip"


def test_names_are_unique_and_rows_exist() -> None:
    names = [case.name for case in cases()]
    assert len(names) == len(set(names))
    assert {row for case in cases() for row in case.rows} <= rows().keys()


@pytest.mark.parametrize(
    "pack", ["yixunwang400", "service_center", "chint800", "addon_telecom10000", "addon_handbook"]
)
def test_what_a_pack_calls_the_documents_text_is_the_documents_text(pack: str) -> None:
    texts = [phrase.text for row in rows().values() for phrase in row.phrases]
    texts += [text for row in rows().values() for text in row.instructions]
    claimed = {
        (name, step.document_text(variant))
        for name, situation in shelf(pack).default.situations.items()
        for step in situation.steps
        for variant in range(len(step.variants))
    }
    assert [one for one in claimed if one[1] is not None and not any(text in one[1] for text in texts)] == []
