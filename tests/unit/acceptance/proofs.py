"""Rules of class T that no timer of a call shows: the line, the calendar, the phones, the program itself; and the tests that prove them."""

import re

from tests.unit.acceptance.rows import ROOT, rows

PROOFS: dict[str, tuple[str, ...]] = {
    "S0-05": (
        "unit/assistant/test_outbound.py::test_a_call_out_is_hung_up_reported_and_written_down",
        "integration/test_line_guard.py::test_the_400_line_never_calls_out",
    ),
    "S0-06": (
        "unit/assistant/duty/test_calendar.py::test_instant",
        "unit/assistant/duty/test_decision.py::test_in_office_hours_the_queue",
        "integration/test_duty_dialplan.py::test_where_calls_go_after_hours",
    ),
    "S0-07": (
        "unit/assistant/duty/test_decision.py::test_outside_the_duty_mobile",
        "integration/test_duty_dialplan.py::test_where_calls_go_after_hours",
        "integration/test_duty_boundaries.py::test_an_office_that_stays_closed_takes_a_message_after_the_last_mobile",
    ),
    "S0-08": (
        "unit/assistant/test_line_health.py::test_a_long_quiet_in_office_hours_is_tested",
        "integration/test_line_test.py::test_a_test_call_is_heard_both_ways_or_names_the_silent_one",
    ),
    "S0-11": (
        "unit/assistant/test_phones.py::test_in_use_without_a_call_is_off_the_hook",
        "unit/assistant/test_phones.py::test_a_phone_that_turns_down_one_call_after_the_other",
        "unit/assistant/test_phones.py::test_how_long_and_in_which_words_is_a_houses_to_set",
    ),
    "S2-05": (
        "unit/assistant/test_outbound.py::test_a_call_out_is_hung_up_reported_and_written_down",
        "unit/assistant/test_outbound.py::test_what_the_dialplan_refused_is_reported_and_written_down",
    ),
    "S4-25": ("unit/assistant/test_phones.py::test_a_phone_that_is_gone_while_somebody_sits_there",),
    "S4-27": (
        "integration/test_faults.py::test_ami_link_cut_in_mid_call",
        "integration/test_faults.py::test_recognizer_killed_in_mid_call",
        "unit/assistant/test_health.py::test_without_a_recognizer_the_page_says_what_still_works",
    ),
    "S4-29": ("shell/test_commands.py::test_doctor_names_what_is_wrong_and_how_to_mend_it",),
}
"""By row: tests below `tests`."""


def rows_proved_elsewhere() -> list[str]:
    return [row.row_id for row in rows().values() if row.kind == "T" and not row.happens_on_a_call]


def missing(proof: str) -> bool:
    """Whether no such test is there."""
    path, _, name = proof.partition("::")
    file = ROOT / "tests" / path
    return not file.is_file() or not re.search(
        rf"^(async )?def {name}\(", file.read_text("utf-8"), re.MULTILINE
    )
