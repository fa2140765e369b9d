"""Whatever happens on a call, in whatever order: nothing early, nothing left behind, nothing different the second time."""

from hypothesis import given, settings

from prompts.advice import RemoveCard, SetWaiting, ShowCard
from prompts.facts import Fact, HungUp
from tests.unit.prompts.any_call import at_instants, calls
from tests.unit.prompts.line import Line, pack


@settings(max_examples=120)
@given(calls)
def test_no_order_of_facts_breaks_it_and_the_end_removes_everything(steps: list[tuple[float, Fact]]) -> None:
    timed = at_instants(steps)
    end = timed[-1][0] + 1 if timed else 1.0
    line = Line(pack()).play([*timed, (end, HungUp(None))])
    on_screen: set[str] = set()
    waiting: set[str] = set()
    gone: set[str] = set()
    for _, advice in line.advised:
        match advice:
            case ShowCard(card=card):
                assert card.card_id not in gone
                on_screen.add(card.card_id)
                assert "{" not in card.phrase
                assert "[" not in card.phrase
            case RemoveCard(card_id=card_id):
                assert card_id in on_screen | waiting
                on_screen.discard(card_id)
                waiting.discard(card_id)
                gone.add(card_id)
            case SetWaiting(waiting=entries):
                waiting = {entry.card_id for entry in entries}
                assert not waiting & gone
            case _:
                pass
    assert (on_screen, waiting, line.engine.next_deadline()) == (set(), set(), None)


@settings(max_examples=40)
@given(calls)
def test_the_same_call_gives_the_same_advice(steps: list[tuple[float, Fact]]) -> None:
    timed = at_instants(steps)
    assert Line(pack()).play(timed, 2000).advised == Line(pack()).play(timed, 2000).advised


@settings(max_examples=60)
@given(calls)
def test_a_deadline_always_has_an_effect_and_time_between_has_none(steps: list[tuple[float, Fact]]) -> None:
    """No timer fires before its time: asked a moment early, the engine advises nothing. And it never spins."""
    line = Line(pack())
    for at, fact in at_instants(steps):
        line.play([(at, fact)])
        due = line.engine.next_deadline()
        if due is not None and due > at:
            assert line.engine.on_timer(at + (due - at) * 0.99) == []
