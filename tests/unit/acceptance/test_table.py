"""The page that says how each rule is recognised is what the packs and the scenarios say."""

from tests.unit.acceptance.proofs import PROOFS, missing, rows_proved_elsewhere
from tests.unit.acceptance.rows import rows, rows_of_calls
from tests.unit.acceptance.table import PAGE, How, how, live, page


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "python -m tests.unit.acceptance.table"


def test_what_only_the_agent_can_know_is_manual_and_nothing_else_is() -> None:
    by_hand = {row.row_id for row in rows_of_calls() if how(row) is How.MANUAL}
    assert by_hand == {
        *("S0-24", "S0-26", "S0-34", "S0-38", "S0-41", "S0-42"),
        *("S1-15", "S1-22"),
        *("S2-19", "S2-36", "S2-50", "S2-53", "S2-55", "S2-57"),
        *("S3-05", "S3-11", "S3-13"),
    }
    assert how(rows()["S0-17"]) is How.AUTOMATIC
    assert how(rows()["S2-33"]) is How.ASSISTED


def test_the_most_telling_rules_are_proved_live_too() -> None:
    assert live() <= {row.row_id for row in rows_of_calls()}
    assert len(live()) >= 30


def test_every_rule_of_line_calendar_and_phones_names_tests_that_are_there() -> None:
    assert sorted(PROOFS) == sorted(rows_proved_elsewhere())
    assert [proof for proofs in PROOFS.values() for proof in proofs if missing(proof)] == []
