"""There is always somebody, or an alarm: for any plan, any change, any line and any instant."""

from datetime import datetime, timedelta

import yaml
from hypothesis import given
from hypothesis import strategies as st

from assistant.duty.calendar import SHANGHAI
from assistant.duty.changes import Change, ChangeKind
from assistant.duty.decision import Route, decide
from assistant.duty.in_force import LOOK_AHEAD, PlanInForce

START = datetime(2026, 11, 16, tzinfo=SHANGHAI)
"""A Monday in a week without holidays."""
LINES = (None, "4001", "4002", "4009")
PEOPLE = ["wang", "li", "zhao"]

hours = st.integers(min_value=0, max_value=24 * 14)
some_people = st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=2, unique=True)
days = st.sampled_from(["mon-fri", "sat-sun", "mon-sun", "wed", "fri-sat"])
spans = st.sampled_from(["17:30-09:00", "12:00-13:00", "00:00-24:00", "08:00-20:00", "22:00-06:00"])
weeks = st.sampled_from(
    [
        {},
        {"mon-fri": ["09:00-12:00", "13:00-17:30"]},
        {"mon-fri": ["09:00-12:00"]},
        {"mon-sun": ["00:00-24:00"]},
    ]
)
weekly = st.lists(st.fixed_dictionaries({"days": days, "hours": spans, "people": some_people}), max_size=3)


def later(hour: int) -> datetime:
    return START + timedelta(hours=hour)


@st.composite
def rotas(draw: st.DrawFn) -> list[dict[str, object]]:
    """Shifts that do not overlap."""
    edges = sorted(draw(st.sets(hours, max_size=8)))
    return [
        {"from": later(start), "to": later(end), "people": draw(some_people)}
        for start, end in zip(edges[::2], edges[1::2], strict=False)
    ]


plans = st.fixed_dictionaries(
    {
        "hours": weeks,
        "lines": st.dictionaries(st.sampled_from(["4001", "4002"]), weeks),
        "people": st.just({key: {"name": key, "number": f"1380013800{n}"} for n, key in enumerate(PEOPLE)}),
        "rota": rotas(),
        "weekly": weekly,
        "always": st.sampled_from([[], [], ["zhao"]]),
    }
)


@st.composite
def changes(draw: st.DrawFn) -> Change:
    kind, start = draw(st.sampled_from(ChangeKind)), draw(hours)
    swap = kind is ChangeKind.SWAP
    return Change(
        change_id="c",
        kind=kind,
        start=later(start),
        end=later(start + draw(st.integers(min_value=1, max_value=72))),
        by="9001",
        reason="x",
        made_at=START,
        dialled=None if swap else draw(st.sampled_from(LINES)),
        leaves=draw(st.sampled_from(PEOPLE)) if swap else None,
        takes=draw(st.sampled_from(PEOPLE)) if swap else None,
    )


def in_force(document: dict[str, object], made: list[Change]) -> PlanInForce:
    force = PlanInForce()
    force.take_text(yaml.safe_dump(document))
    assert force.mistakes == []
    force.take_changes(made)
    return force


many_changes = st.lists(changes(), max_size=4)


@given(plans, many_changes, st.sampled_from(LINES), hours)
def test_somebody_is_rung_or_an_alarm_is_raised(
    document: dict[str, object], made: list[Change], line: str | None, hour: int
) -> None:
    force, at = in_force(document, made), later(hour)
    assert force.plan is not None
    decision = decide(force.plan, line, at)
    assert (decision.route is Route.DUTY) == bool(decision.people)
    if decision.route is Route.MESSAGE:
        assert decision.alarm is not None
        assert force.part(at).state == "down"


@given(plans, many_changes, st.sampled_from(LINES), hours)
def test_a_hole_within_the_week_is_told_before_it_comes(
    document: dict[str, object], made: list[Change], line: str | None, hour: int
) -> None:
    force, at = in_force(document, made), later(hour)
    assert force.plan is not None
    here = at
    while here < at + LOOK_AHEAD:
        decision = decide(force.plan, line, here)
        if decision.route is Route.MESSAGE:
            assert force.part(at).state != "ok"
            return
        here = decision.until


@given(plans, many_changes, st.sampled_from(LINES), hours)
def test_the_answer_holds_until_the_instant_it_names(
    document: dict[str, object], made: list[Change], line: str | None, hour: int
) -> None:
    force, at = in_force(document, made), later(hour)
    assert force.plan is not None
    now = decide(force.plan, line, at)
    assert now.until > at
    last = decide(force.plan, line, now.until - timedelta(seconds=1))
    assert (last.route, last.people) == (now.route, now.people)
