"""The shipped packs against the list of rows: each rule that happens on a call is data, and can be shown whole."""

from pathlib import Path

import pytest

from prompts import PackError, load_pack, shipped_packs
from prompts.facts import Answered, CallContext, CalledUp, SituationId, Speaker
from prompts.situations import Situation, Step
from prompts.templates import Template
from prompts.text import normalise
from tests.unit.prompts.line import AGENT, HEARING, Line, pack, said


def numbered(document: str, *spans: tuple[int, int]) -> list[str]:
    return [f"{document}-{number:02}" for first, last in spans for number in range(first, last + 1)]


REAL_TIME = [
    *numbered("S0", (3, 4), (13, 13), (16, 45)),
    *numbered(
        "S1", (3, 6), (8, 12), (14, 14), (16, 16), (19, 19), (21, 21), (23, 23), (25, 25), (27, 27), (29, 29)
    ),
    *numbered("S2", (3, 4), (16, 18), (21, 21), (24, 60)),
    *numbered("S3", (2, 6), (8, 20), (24, 24)),
    *numbered("S4", (4, 5), (7, 8), (18, 21), (24, 24), (28, 28), (30, 32)),
]
TIMERS_AND_KNOWLEDGE = [
    "S0-02",
    "S1-01",
    "S1-15",
    "S1-17",
    "S1-18",
    "S1-20",
    "S1-22",
    "S2-19",
    "S3-21",
    "S3-22",
    "S3-23",
]
EVERY = [(name, situation_id) for name in shipped_packs() for situation_id in pack(name).situations]


@pytest.mark.parametrize("row", [*REAL_TIME, *TIMERS_AND_KNOWLEDGE])
def test_each_row_is_data(row: str) -> None:
    holders = [
        name
        for name in shipped_packs()
        for situation in pack(name).situations.values()
        if row in situation.sources
    ]
    assert holders


def situation_of(name: str, situation_id: str) -> Situation:
    return pack(name).situations[situation_id]


@pytest.mark.parametrize(("name", "situation_id"), EVERY)
def test_each_situation_can_be_called_up_and_shows_whole_sentences(name: str, situation_id: str) -> None:
    situation = situation_of(name, situation_id)
    for context in (
        CallContext(),
        CallContext(variables={"promise_hours": "24", "topic": "退费", "owner": "刘垚"}),
    ):
        line = Line(pack(name), context).play(
            [(0.0, Answered("8001", 0, 0, age=99)), (0.0, CalledUp(SituationId(situation_id)))]
        )
        shown = [
            told for told in line.told() if told[1] == "show" and str(told[2]).startswith(f"{situation_id}-")
        ]
        assert len(shown) == min(1, len(situation.steps))
        assert not any(sign in str(told[4]) for told in shown for sign in "{}[]")


def written(step: Step) -> list[str | None]:
    return [Template.parse(variant).as_written() for variant in step.variants]


@pytest.mark.parametrize(
    ("name", "situation_id", "step", "phrase"),
    [
        ("yixunwang400", "noisy", 0, "对不起,您的电话杂音太大,听不清,请您换一部电话再次打来好吗?再见!"),
        (
            "yixunwang400",
            "suggestion",
            0,
            "谢谢您,您提出的宝贵建议,我们将及时反馈给公司相关负责人员,再次感谢您对我们工作的关心和支持",
        ),
        ("service_center", "noisy", 0, "很抱歉,您的电话杂音太大,无法听清,请您换一部电话再次打来好吗?再见!"),
        ("service_center", "silent_call", 2, "很抱歉,您的电话没有声音,请您换一部电话再次打来,好吗?再见!"),
        ("chint800", "silent_call", 0, "您好,电话已接通,请问有什么可以帮到您?"),
        ("addon_telecom10000", "complaint_sympathy", 0, "您的心情我非常理解"),
    ],
)
def test_phrases_are_the_documents_own(name: str, situation_id: str, step: int, phrase: str) -> None:
    assert phrase in written(situation_of(name, situation_id).steps[step])


def test_the_documents_slips_are_kept_beside_the_reading_shown() -> None:
    step = situation_of("yixunwang400", "cannot_answer_now").steps[0]
    assert step.verbatim == "对不起,请您留下您的我们查询后将尽快与您联系,好吗?"
    assert written(step) == ["对不起,请您留下您的联系电话,我们查询后将尽快与您联系,好吗?"]


@pytest.mark.parametrize(
    ("text", "theirs"),
    [("你们给我弄错了", True), ("不好意思我弄错了", False), ("是我记错了", False), ("我打错了", False)],
)
def test_a_mistake_is_ours_unless_the_caller_owns_it(text: str, theirs: bool) -> None:
    hits = pack("yixunwang400").matchers[Speaker.CALLER].find(normalise(text))
    assert [hit.word for hit in hits if hit.lexicon == "fault_of_ours" and hit.barred is None] == (
        ["给我弄错"] if theirs else []
    )


LENT = (
    "transfer_failed",
    "taken_over",
    "still_there",
    "complaint",
    "mistake_complaint",
    "agent_too_soft",
    "speakerphone",
)
"""What the 800 document is silent about, in the words of the others."""


def test_every_house_is_served_where_its_own_document_is_silent() -> None:
    houses = ("yixunwang400", "service_center", "chint800")
    assert [
        (name, one)
        for name in houses
        for one in (*LENT, "abuse", "dialect")
        if one not in pack(name).situations
    ] == []
    shared = ("music_missing", "muted_untold", "mute_told", "mute_untold")
    assert [
        (name, one) for name in shipped_packs() for one in shared if one not in pack(name).situations
    ] == []
    for one in LENT:
        own = set(pack("chint800").situations[one].sources)
        assert own & {source for name in houses[:2] for source in pack(name).situations[one].sources}


def test_the_list_of_a_house_is_empty_until_the_house_fills_it(tmp_path: Path) -> None:
    """S1-27: 《禁用语列表》 is an annex nobody has; marked and corrected gently, never escalated."""
    assert {pack(name).document.lexicons["house_forbidden"].words for name in shipped_packs()} == {()}
    file = tmp_path / "house.yaml"
    file.write_text(
        'pack: house\nversion: "1"\ntitle: 某公司\nextends: [yixunwang400]\n'
        "lexicons: {house_forbidden: {words: [这是规定, 你自己看], unless: [这是规定好的]}}\n",
        encoding="utf-8",
    )
    call = [
        (0.0, Answered("8001", 0, 0, age=99)),
        *HEARING,
        (2.0, said(AGENT, 1, "这个这是规定好的时间")),
        (5.0, said(AGENT, 2, "这是归定没办法")),
    ]
    assert Line(pack("yixunwang400")).play(call, 6).told() == []
    assert [told[:4] for told in Line(load_pack(file)).play(call, 6).told()] == [
        (5.0, "forbidden", "house_forbidden", "这是归定"),
        (5.0, "show", "house_forbidden-1", 1),
    ]


def test_any_other_list_must_have_words(tmp_path: Path) -> None:
    file = tmp_path / "house.yaml"
    file.write_text(
        'pack: house\nversion: "1"\ntitle: 某公司\nextends: [yixunwang400]\nlexicons: {abuse: {words: []}}\n',
        encoding="utf-8",
    )
    with pytest.raises(PackError, match="不能为空"):
        load_pack(file)
