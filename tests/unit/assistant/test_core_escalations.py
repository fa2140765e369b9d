"""Escalations: raised, told again and more widely, taken up, closed."""

from datetime import UTC, datetime
from typing import Literal

from ami_bridge.events import CallAnswered, CallEnded, EndReason, Party
from asr.events import SpeechStarted
from assistant.core.escalations import FromBook
from assistant.effects import Effect, Notify, Save, SaveFirst
from assistant.messages import Escalate, EscalationChanged, HandleEscalation
from assistant.notify.rules import DEFAULT_RULES, letters
from assistant.notify.rules import Audience as Told
from assistant.people import Person
from assistant.records import Audited, EscalationAgain, EscalationHandled, EscalationRaised
from prompts.advice import RaiseEscalation
from prompts.facts import SituationId
from tests.support.core_bench import (
    A2,
    AGENT,
    BOSS,
    CALL,
    LEG,
    OTHER,
    PHONE2,
    TRUNK,
    Bench,
    heard,
    orders,
    reasons,
    shown,
    view,
)


def raise_one(bench: Bench, now: float) -> list[Effect]:
    bench.advise(RaiseEscalation(SituationId("abuse"), ("S0-31",), "客户辱骂", "你个骗子", True))
    return bench.core.on_speech(CALL, Party.CALLER, SpeechStarted(LEG, 0.0), now)


def insult(bench: Bench, words: str, now: float) -> list[Effect]:
    bench.advise(RaiseEscalation(SituationId("abuse"), ("S0-31",), "客户辱骂", words, True))
    return bench.core.on_speech(CALL, Party.CALLER, SpeechStarted(LEG, now), now)


def excerpts(bench: Bench) -> list[tuple[int, str]]:
    return [(one.times, one.excerpt) for one in bench.core.snapshot(BOSS, 100.0).escalations]


def test_an_escalation_repeats_until_somebody_takes_it_up(bench: Bench) -> None:
    bench.talking()
    raised = raise_one(bench, 10.0)
    assert orders(raised) == [
        Save(EscalationRaised("e1", CALL, "8001", "abuse", "客户辱骂", "你个骗子", True), 10.0),
        Notify("escalation", True, "坐席 8001:客户辱骂"),
    ]
    assert ("supervisors", "EscalationChanged") in shown(raised)
    assert bench.core.snapshot(BOSS, 10.0).calls[0].escalated
    assert bench.core.next_deadline() == 70.0
    repeated = bench.core.on_timer(70.0)
    assert orders(repeated) == [Notify("escalation", True, "坐席 8001:客户辱骂(第 2 次提醒)", 1)]
    asked = bench.core.on_browser(BOSS, HandleEscalation(escalation_id="e1", do="acknowledge"), 75.0)
    handled = EscalationHandled("e1", "acknowledged", "9001", "")
    assert asked == [
        Save(Audited("9001", "escalation_acknowledge", "e1", ""), 75.0),
        SaveFirst(handled, 75.0, "9001"),
    ]
    assert bench.core.next_deadline() == 130.0
    taken = bench.core.on_saved(handled, 75.1)
    assert shown(taken) == [("8001", "EscalationChanged"), ("supervisors", "EscalationChanged")]
    assert bench.core.next_deadline() is None
    bench.calls(80.0, CallEnded(CALL, EndReason.HUNG_UP, None))
    bench.core.on_browser(BOSS, HandleEscalation(escalation_id="e1", do="close", note="已回电"), 90.0)
    closed = bench.core.on_saved(EscalationHandled("e1", "closed", "9001", "已回电"), 90.0)
    changed = view(closed, EscalationChanged)
    assert isinstance(changed, EscalationChanged)
    assert (changed.escalation.state, changed.escalation.note, changed.escalation.repeats) == (
        "closed",
        "已回电",
        1,
    )
    assert bench.core.snapshot(BOSS, 91.0).escalations == []


def test_what_comes_up_again_on_a_call_counts_on_what_nobody_has_closed_yet(bench: Bench) -> None:
    bench.talking()
    raise_one(bench, 10.0)
    bench.advise(RaiseEscalation(SituationId("abuse"), ("S0-31",), "客户辱骂", "骗子公司", True))
    again = bench.core.on_speech(CALL, Party.CALLER, SpeechStarted(LEG, 1.0), 12.0)
    assert (orders(again), shown(again)) == (
        [Save(EscalationAgain("e1", 2, "你个骗子 …… 骗子公司"), 12.0)],
        [("8001", "EscalationChanged"), ("supervisors", "EscalationChanged")],
    )
    (one,) = bench.core.snapshot(BOSS, 12.0).escalations
    assert (one.escalation_id, one.times, one.excerpt, one.age_s) == ("e1", 2, "你个骗子 …… 骗子公司", 2.0)
    insult(bench, "还钱", 13.0)
    assert excerpts(bench) == [(3, "你个骗子 …… 还钱")]
    looked_up = RaiseEscalation(
        SituationId("abuse"), ("S0-31",), "客户辱骂", "坐席手动调出", True, by_hand=True
    )
    bench.advise(looked_up)
    assert bench.core.on_speech(CALL, Party.CALLER, SpeechStarted(LEG, 1.5), 13.5) == []
    assert excerpts(bench) == [(3, "你个骗子 …… 还钱")]
    bench.advise(RaiseEscalation(SituationId("complaint"), ("S0-32",), "客户投诉", "我要投诉", False))
    other = bench.core.on_speech(CALL, Party.CALLER, SpeechStarted(LEG, 2.0), 14.0)
    assert orders(other) == [
        Save(EscalationRaised("e2", CALL, "8001", "complaint", "客户投诉", "我要投诉", False), 14.0),
        Notify("escalation", False, "坐席 8001:客户投诉"),
    ]
    bench.core.on_saved(EscalationHandled("e1", "closed", "9001", "已处理"), 15.0)
    afresh = raise_one(bench, 16.0)
    assert orders(afresh) == [
        Save(EscalationRaised("e3", CALL, "8001", "abuse", "客户辱骂", "你个骗子", True), 16.0),
        Notify("escalation", True, "坐席 8001:客户辱骂"),
    ]


def test_what_has_become_urgent_is_a_report_of_its_own(bench: Bench) -> None:
    bench.talking()
    bench.advise(RaiseEscalation(SituationId("abuse"), ("S0-31",), "客户辱骂", "你个骗子", False))
    bench.core.on_speech(CALL, Party.CALLER, SpeechStarted(LEG, 0.0), 10.0)
    assert orders(raise_one(bench, 11.0)) == [
        Save(EscalationRaised("e2", CALL, "8001", "abuse", "客户辱骂", "你个骗子", True), 11.0),
        Notify("escalation", True, "坐席 8001:客户辱骂"),
    ]


def test_an_escalation_is_assigned_and_told_to_whom_it_concerns(bench: Bench) -> None:
    bench.talking()
    bench.core.on_browser(AGENT, Escalate(call_id=CALL, note="请接手"), 9.0)
    asked = bench.core.on_browser(
        BOSS, HandleEscalation(escalation_id="e1", do="assign", to="8002", note="请回电"), 10.0
    )
    handled = EscalationHandled("e1", "acknowledged", "9001", "请回电", "8002")
    assert asked == [
        Save(Audited("9001", "escalation_assign", "e1", "8002 请回电"), 10.0),
        SaveFirst(handled, 10.0, "9001"),
    ]
    told = bench.core.on_saved(handled, 10.1)
    assert shown(told) == [
        ("8001", "EscalationChanged"),
        ("8002", "EscalationChanged"),
        ("supervisors", "EscalationChanged"),
    ]
    assert [e.assigned_to for e in bench.core.snapshot(OTHER, 11.0).escalations] == ["8002"]
    assert bench.core.on_saved(EscalationHandled("gone", "closed", "9001", ""), 12.0) == []


def test_the_agent_it_was_given_to_closes_it_and_nobody_else_but_supervisors(bench: Bench) -> None:
    def close(who: Person) -> list[Effect]:
        return bench.core.on_browser(
            who, HandleEscalation(escalation_id="e1", do="close", note="已回电"), 12.0
        )

    bench.talking()
    bench.core.on_browser(AGENT, Escalate(call_id=CALL, note="请接手"), 9.0)
    for given_to in ("8003", "8002"):
        told = bench.core.on_saved(EscalationHandled("e1", "acknowledged", "9001", "", given_to), 10.0)
    # Who had it before sees that it went to somebody else.
    assert shown(told) == [
        ("8001", "EscalationChanged"),
        ("8002", "EscalationChanged"),
        ("8003", "EscalationChanged"),
        ("supervisors", "EscalationChanged"),
    ]
    assert reasons(close(AGENT)) == ["这条上报没有交给您处理。"]
    closed = EscalationHandled("e1", "closed", "8002", "已回电")
    assert close(OTHER) == [
        Save(Audited("8002", "escalation_close", "e1", "已回电"), 12.0),
        SaveFirst(closed, 12.0, "8002"),
    ]
    ended = view(bench.core.on_saved(closed, 12.1), EscalationChanged)
    assert isinstance(ended, EscalationChanged)
    assert (ended.escalation.state, ended.escalation.by, ended.escalation.note) == (
        "closed",
        "8002",
        "已回电",
    )


def test_with_every_reminder_more_people_hear_of_it_and_with_none_once_it_is_taken_up(bench: Bench) -> None:
    def told(effects: list[Effect]) -> list[list[Told]]:
        notices = [effect for effect in effects if isinstance(effect, Notify)]
        noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
        return [[letter.audience for letter in letters(DEFAULT_RULES, one, noon)] for one in notices]

    bench.talking()
    supervisors = [Told.SUPERVISORS]
    assert told(raise_one(bench, 10.0)) == [supervisors]
    assert told(bench.core.on_timer(69.9)) == []
    assert told(bench.core.on_timer(70.0)) == [[*supervisors, Told.DUTY]]
    assert told(bench.core.on_timer(130.0)) == [[*supervisors, Told.DUTY, Told.ADMINISTRATORS]]
    bench.core.on_saved(EscalationHandled("e1", "acknowledged", "9001", ""), 131.0)
    assert told(bench.core.on_timer(190.0)) == []
    assert bench.core.next_deadline() is None


def test_what_meets_the_next_agent_of_a_call_is_a_report_of_its_own(bench: Bench) -> None:
    bench.talking()
    raise_one(bench, 10.0)
    bench.calls(20.0, CallAnswered(CALL, A2, TRUNK, PHONE2, 0.0, 0.0, None))
    bench.engine.facts.clear()
    assert orders(insult(bench, "骗子公司", 30.0)) == [
        Save(EscalationRaised("e2", CALL, "8002", "abuse", "客户辱骂", "骗子公司", True), 30.0),
        Notify("escalation", True, "坐席 8002:客户辱骂"),
    ]


def test_a_call_found_again_after_a_restart_is_reported_as_it_was(bench: Bench) -> None:
    known = FromBook(
        "x1", CALL, "8001", "138", "客户辱骂", "你个骗子", True, 60.0, True, "9001", None, None, 2
    )
    bench.core.on_known_escalations([known], 0.0)
    bench.talking()
    assert [call.escalated for call in bench.core.snapshot(BOSS, 6.0).calls] == [True]
    assert orders(insult(bench, "骗子公司", 10.0)) == [
        Save(EscalationAgain("x1", 3, "你个骗子 …… 骗子公司"), 10.0)
    ]


def test_what_the_last_run_left_unfinished_is_on_the_board_and_repeats_at_once(bench: Bench) -> None:
    open_one = FromBook("x1", CALL, "8001", "138", "辱骂", "……", True, 300.0, False, None, None, None)
    taken_up = FromBook("x2", CALL, "8001", None, "求助", "", False, 90.0, True, "9001", "在看", "8002", 3)
    told = bench.core.on_known_escalations([open_one, taken_up], 1000.0)
    assert shown(told) == [("supervisors", "EscalationChanged")] * 2
    seen = bench.core.snapshot(BOSS, 1000.0).escalations
    assert [(e.escalation_id, e.state, e.age_s, e.by, e.times) for e in seen] == [
        ("x1", "open", 300.0, None, 1),
        ("x2", "acknowledged", 90.0, "9001", 3),
    ]
    assert bench.core.next_deadline() == 1000.0
    assert orders(bench.core.on_timer(1000.0)) == [
        Notify("escalation", True, "坐席 8001:辱骂(第 6 次提醒)", 5)
    ]


def test_an_escalation_is_closed_by_who_took_it_up_and_says_how_it_ended(bench: Bench) -> None:
    bench.talking()
    bench.core.on_browser(AGENT, Escalate(call_id=CALL, note="请接手"), 9.0)

    def ask(do: Literal["acknowledge", "close"], note: str = "") -> list[Effect]:
        return bench.core.on_browser(BOSS, HandleEscalation(escalation_id="e1", do=do, note=note), 10.0)

    assert reasons(ask("close", "已回电")) == ["请先接手,处理好再关闭。"]
    ask("acknowledge")
    bench.core.on_saved(EscalationHandled("e1", "acknowledged", "9001", ""), 10.1)
    assert reasons(ask("close", "  ")) == ["请写下处理结果再关闭。"]
    assert SaveFirst(EscalationHandled("e1", "closed", "9001", "已回电"), 10.0, "9001") in ask(
        "close", "已回电"
    )


def test_an_agent_asks_for_help_with_the_callers_last_words(bench: Bench) -> None:
    bench.talking()
    bench.core.on_speech(CALL, Party.CALLER, heard("我要投诉"), 8.0)
    effects = bench.core.on_browser(AGENT, Escalate(call_id=CALL, note=" 请接手 "), 9.0)
    raised = EscalationRaised("e1", CALL, "8001", None, "坐席求助:请接手", "我要投诉", True)
    assert orders(effects) == [
        SaveFirst(raised, 9.0, "8001"),
        Notify("escalation", True, "坐席 8001:坐席求助", words="请接手"),
        Save(Audited("8001", "escalate", CALL, "请接手"), 9.0),
    ]
    # The supervisors hear at once; that it is reported is said when nothing can take it back.
    assert shown(effects) == [("supervisors", "EscalationChanged")]
    assert not bench.core.snapshot(AGENT, 9.0).calls[0].escalated
    told = shown(bench.core.on_saved(raised, 9.1))
    assert told[0] == ("8001", "EscalationChanged")
    assert ("8001", "CallChanged") in told
    assert bench.core.snapshot(AGENT, 9.2).calls[0].escalated
