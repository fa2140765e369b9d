"""What the core makes of what the engine advises."""

from ami_bridge.events import CallEnded, EndReason, Party
from asr.events import SpeechStarted
from assistant.effects import HangUp, Save, ToAgent, ToEveryone, ToSupervisors
from assistant.messages import CallUpSituation, CardGone, CardShown, MoveCard, NoticeGone, NoticeShown
from assistant.records import CallBegan, CardWasGone, CardWasShown, ForbiddenWasSaid, TraceLine
from prompts.advice import Audience, CallerNamed, GoneWhy, MarkForbidden, RemoveCard, Traced
from prompts.advice import HangUpCall as HangUpAdvised
from prompts.facts import AgentMove, AgentMoved, CalledUp, CardId, SituationId
from tests.support.core_bench import (
    AGENT,
    CALL,
    LEG,
    OTHER,
    RINGING,
    STARTED,
    TRUNK,
    Bench,
    orders,
    shown,
    view,
)
from tests.support.engines import a_card, show


def test_a_card_comes_and_goes(bench: Bench) -> None:
    bench.talking()
    bench.advise(show(a_card()))
    came = bench.core.on_browser(AGENT, CallUpSituation(call_id=CALL, situation_id="abuse"), 8.0)
    assert orders(came) == [
        Save(CardWasShown(CALL, "c1", "s1", ("S0-16",), 1, "您好", "测试", "8001", "p", "1"), 8.0)
    ]
    assert shown(came) == [
        ("8001", "CardShown"),
        ("supervisors", "CardShown"),
        ("8001", "CallChanged"),
        ("supervisors", "CallChanged"),
    ]
    assert bench.engine.facts == [CalledUp(SituationId("abuse"))]
    assert [card.card_id for card in bench.core.snapshot(AGENT, 9.0).cards] == ["c1"]
    bench.advise(RemoveCard(CardId("c1"), SituationId("s1"), GoneWhy.SAID))
    went = bench.core.on_browser(AGENT, MoveCard(call_id=CALL, card_id="c1", move="said"), 9.0)
    assert orders(went) == [Save(CardWasGone(CALL, "c1", GoneWhy.SAID), 9.0)]
    assert ToAgent("8001", CardGone(call_id=CALL, card_id="c1", why="said")) in went
    assert bench.engine.facts[-1] == AgentMoved(CardId("c1"), AgentMove.SAID)
    assert bench.core.snapshot(AGENT, 9.0).cards == []


def test_a_notice_is_for_everyone_and_goes_with_the_call(bench: Bench) -> None:
    bench.calls(0.0, STARTED)
    bench.advise(show(a_card("n1", audience=Audience.EVERYONE)))
    effects = bench.calls(1.0, RINGING)
    notice = view(effects, NoticeShown)
    assert isinstance(notice, NoticeShown)
    assert isinstance(effects[-1], ToEveryone)
    assert (notice.card.card_id, notice.caller_number, notice.ring_s) == ("n1", "13800138000", 0.0)
    again = bench.core.snapshot(OTHER, 4.5)
    assert again.cards == []
    assert [(one.card.card_id, one.caller_number, one.ring_s) for one in again.notices] == [
        ("n1", "13800138000", 3.5)
    ]
    ended = bench.calls(5.0, CallEnded(CALL, EndReason.ABANDONED, None))
    assert ToEveryone(NoticeGone(call_id=CALL, card_id="n1")) in ended
    assert bench.core.snapshot(OTHER, 6.0).notices == []


def test_forbidden_words_names_traces_and_a_script_that_hangs_up(bench: Bench) -> None:
    bench.talking()
    bench.advise(
        MarkForbidden(SituationId("s9"), ("S0-31",), "喂", "喂 说话呀"),
        CallerNamed("李", "女士"),
        Traced(SituationId("s9"), False, "冷却中"),
        HangUpAdvised(SituationId("s9"), "无声电话"),
    )
    effects = bench.core.on_speech(CALL, Party.AGENT, SpeechStarted(LEG, 0.0), 8.0)
    assert orders(effects) == [
        Save(ForbiddenWasSaid(CALL, "s9", "喂", "喂 说话呀", "8001"), 8.0),
        Save(TraceLine(CALL, "s9", False, "冷却中"), 8.0),
        HangUp(CALL, TRUNK, "无声电话"),
    ]
    assert ("8001", "ForbiddenSaid") in shown(effects)
    call = bench.core.snapshot(AGENT, 8.0).calls[0]
    assert (call.surname, call.title) == ("李", "女士")


def test_the_engines_deadline_is_the_cores(bench: Bench) -> None:
    bench.engine.deadline = 25.0
    bench.engine.on_wake = lambda _now: [show(a_card())]
    bench.talking()
    assert bench.core.next_deadline() == 25.0
    assert bench.core.calls_due(24.9) == []
    assert bench.core.calls_due(25.0) == [CALL]
    assert ("8001", "CardShown") in shown(bench.core.on_timer(25.0))
    assert bench.core.next_deadline() is None


def test_a_call_is_in_the_book_before_anything_of_it_is_shown(bench: Bench) -> None:
    bench.advise(show(a_card("c1")))
    effects = [*bench.calls(0.0, STARTED), *bench.calls(1.0, RINGING)]
    kinds = [type(e.record) if isinstance(e, Save) else type(e) for e in effects]
    first_shown = next(i for i, kind in enumerate(kinds) if kind in (ToAgent, ToSupervisors, ToEveryone))
    assert kinds.index(CallBegan) < first_shown
    shown_card = next(
        i for i, e in enumerate(effects) if isinstance(e, ToAgent) and isinstance(e.message, CardShown)
    )
    assert kinds.index(CallBegan) < kinds.index(CardWasShown) < shown_card
