"""The stages of a call: reached by what was said, in whatever order, and what stays missing."""

import pytest

from prompts.facts import Said
from prompts.stages import Stage, StageTracker
from tests.unit.prompts.line import AGENT, CALLER, said

NOTHING: frozenset[str] = frozenset()


def after(*told: tuple[Said, frozenset[str]]) -> StageTracker:
    tracker = StageTracker()
    for one, heard in told:
        tracker.on_said(one, heard)
    return tracker


def by_agent(text: str, *heard: str) -> tuple[Said, frozenset[str]]:
    return said(AGENT, 1, text), frozenset(heard)


def by_caller(text: str, *heard: str) -> tuple[Said, frozenset[str]]:
    return said(CALLER, 1, text), frozenset(heard)


GREETED = by_agent("您好医讯网请问有什么可以帮助您的", "agent_greets")
ASKED = by_caller("我想问一下培训的时间")
SOLVED = by_agent("培训下个月五号开始在三楼教室")
CONFIRMED = by_agent("请问还有什么可以帮助您", "asks_more")
CLOSED = by_agent("感谢您的来电再见", "goodbye_agent")


def test_a_whole_call_reaches_one_stage_after_the_other() -> None:
    tracker = StageTracker()
    reached = []
    for one, heard in (GREETED, ASKED, SOLVED, CONFIRMED, CLOSED):
        assert tracker.on_said(one, heard)
        reached.append(tracker.reached[-1])
    assert reached == list(Stage)
    assert tracker.missing == ()


@pytest.mark.parametrize(
    ("told", "missing"),
    [
        ((), tuple(Stage)),
        ((GREETED, ASKED, SOLVED), (Stage.CONFIRM, Stage.CLOSE)),
        ((ASKED, SOLVED, CONFIRMED, CLOSED), (Stage.GREETING,)),
        ((GREETED, CLOSED), (Stage.NEED, Stage.SOLVE, Stage.CONFIRM)),
        ((GREETED, by_caller("您好", "caller_greets")), tuple(Stage)[1:]),
        ((GREETED, by_caller("喂")), tuple(Stage)[1:]),
        ((ASKED, by_agent("请稍等我马上为您查询一下", "wait_please")), (Stage.GREETING, *tuple(Stage)[2:])),
        (
            (ASKED, by_agent("帮您转接", "transfer_announced")),
            (Stage.GREETING, Stage.CONFIRM, Stage.CLOSE),
        ),
        ((ASKED, GREETED), (Stage.GREETING, *tuple(Stage)[2:])),
        ((by_agent("有什么可以帮您的", "asks_more"),), tuple(Stage)),
    ],
)
def test_what_was_not_heard_is_missing(
    told: tuple[tuple[Said, frozenset[str]], ...], missing: tuple[Stage, ...]
) -> None:
    assert after(*told).missing == missing


def test_short_answers_add_up_to_going_into_it() -> None:
    tracker = after(ASKED, by_agent("下个月五号"), by_agent("在三楼"))
    assert Stage.SOLVE in tracker.missing
    assert tracker.on_said(*by_agent("三零二教室"))
    assert tracker.reached == (Stage.NEED, Stage.SOLVE)


def test_only_final_words_count_and_only_what_is_new_is_told() -> None:
    tracker = StageTracker()
    assert not tracker.on_said(said(CALLER, 1, "我想问一下培训", final=False), NOTHING)
    assert not tracker.on_said(said(CALLER, 1, ""), NOTHING)
    assert tracker.on_said(*ASKED)
    assert not tracker.on_said(*ASKED)
