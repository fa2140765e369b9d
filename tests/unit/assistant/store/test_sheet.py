from dataclasses import replace
from datetime import UTC, datetime

from assistant.store.sheet import (
    EXCERPT_CHARS,
    CallFacts,
    Sheet,
    SheetEdit,
    caught_up,
    edited,
    excerpt,
    prefilled,
)

T0 = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
FACTS = CallFacts(
    "1.1", T0, "13800138000", "北京市", "8001", "王", "女士", ("投诉", "建议"), ("你好", "我要投诉")
)


def test_what_the_call_told_is_filled_in() -> None:
    assert prefilled(FACTS) == Sheet(
        call_id="1.1",
        came_at=T0,
        number="13800138000",
        caller_name="王女士",
        gender="女",
        region="北京市",
        organisation="",
        purpose="",
        recorder="8001",
        result="",
        notes="",
        category="投诉、建议",
        excerpt="你好;我要投诉",
    )


def test_what_is_missing_is_named() -> None:
    assert prefilled(FACTS).missing == ("organisation", "purpose", "result")


def test_an_edit_changes_what_it_names_and_counts_up() -> None:
    after = edited(
        prefilled(FACTS), SheetEdit(organisation=" 不详 ", purpose="本人", result="已答复"), "8001", T0
    )
    assert (after.organisation, after.caller_name, after.version, after.edited_by) == (
        "不详",
        "王女士",
        2,
        "8001",
    )
    assert after.complete


def test_spaces_are_not_an_answer() -> None:
    after = edited(
        prefilled(FACTS), SheetEdit(organisation="  ", purpose="本人", result="已答复"), "8001", T0
    )
    assert after.missing == ("organisation",)


def test_what_the_call_tells_later_fills_gaps_and_changes_nothing_that_is_written() -> None:
    told = prefilled(replace(FACTS, notes=("要回电", "周三\n下午", "要回电")))
    written = replace(
        prefilled(FACTS), caller_name="王芳", gender="", category=" ", notes="要回电,勿忘\n下午"
    )
    after = caught_up(written, told)
    assert after == replace(told, caller_name="王芳", notes="要回电,勿忘\n下午\n要回电\n周三")
    assert caught_up(after, told) == after
    assert caught_up(replace(written, notes=""), told).notes == "要回电\n周三\n下午"


def test_a_long_excerpt_is_cut() -> None:
    cut = excerpt(("很长的话" * 100,))
    assert len(cut) == EXCERPT_CHARS
    assert cut.endswith("…")
