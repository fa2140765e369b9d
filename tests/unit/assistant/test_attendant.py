"""A pestering caller goes to the automated attendant (S0-39): by the agent's button, or by the script's own end."""

from dataclasses import replace
from pathlib import Path

import pytest

from ami_bridge.events import (
    CallAnswered,
    CallEnded,
    CallEvent,
    CallHeld,
    CallId,
    CallStarted,
    ChannelName,
    Direction,
    EndReason,
    Extension,
    Party,
)
from assistant.config import ConfigError, TransferSection, load
from assistant.core import Core, CoreSettings
from assistant.core.desk import Attendant
from assistant.effects import Effect, OpenAgentEar, Redirect, Save, ToAgent
from assistant.messages import CallChanged, CallGone, CallUpSituation, CardShown, Refused, SendToAttendant
from assistant.people import Person
from assistant.records import Audited, CallFinished, LegBegan, LegFinished, NoteTaken
from prompts.advice import Advice, CardButton, GoneWhy, RemoveCard
from prompts.advice import SendToAttendant as SendAdvised
from prompts.facts import CalledUp, CardId, Fact, SituationId, TransferFell, Transferred
from tests.support.engines import OneEngine, a_card, show

CALL = CallId("1700000000.1")
TRUNK, PHONE = ChannelName("PJSIP/trunk400-1"), ChannelName("PJSIP/8001-2")
AGENT, OTHER = Person(1, "8001", "刘敏", "agent"), Person(2, "8003", "徐茂", "agent")
PLACE = Attendant("hotline-attendant", "s")
ASK = SendToAttendant(call_id=CALL)
SENT = Transferred("自动台", blind=True)


class Line:
    def __init__(self, place: Attendant | None = PLACE) -> None:
        self.scripts = OneEngine()
        self.core = Core(self.scripts, CoreSettings(attendant=place), lambda: "e")
        self.happen(0.0, CallStarted(CALL, Direction.INBOUND, TRUNK, "13800138000", None, "400", "trunk400"))

    def answered(self) -> "Line":
        self.happen(1.0, CallAnswered(CALL, Extension("8001"), TRUNK, PHONE, 1.0, 1.0, "line400"))
        self.scripts.noted.facts.clear()
        return self

    def happen(self, now: float, *events: CallEvent) -> list[Effect]:
        return [effect for event in events for effect in self.core.on_call(event, now)]

    def advise(self, *advice: Advice) -> None:
        self.scripts.noted.answer = lambda fact, _now: [] if isinstance(fact, Transferred) else list(advice)

    @property
    def facts(self) -> list[Fact]:
        return self.scripts.noted.facts


def states(effects: list[Effect]) -> list[str]:
    """Of the call, as its agent's page is told."""
    return [
        one.message.call.state
        for one in effects
        if isinstance(one, ToAgent) and isinstance(one.message, CallChanged)
    ]


def orders(effects: list[Effect]) -> list[Effect]:
    return [one for one in effects if isinstance(one, Redirect | OpenAgentEar | Save)]


def refusal(effects: list[Effect]) -> str:
    [reason] = [
        one.message.reason for one in effects if isinstance(one, ToAgent) and isinstance(one.message, Refused)
    ]
    return reason


def test_the_agent_sends_the_caller_there_and_the_call_is_on_its_way() -> None:
    line = Line().answered()
    effects = line.core.on_browser(AGENT, ASK, 8.0)
    assert orders(effects) == [
        Save(Audited("8001", "attendant", CALL, ""), 8.0),
        Redirect(CALL, TRUNK, "hotline-attendant", "s", "8001"),
        OpenAgentEar(CALL, False),
    ]
    assert (states(effects), line.facts) == (["transferring"], [SENT])


def test_a_script_that_says_so_does_it_after_everything_else_it_advises() -> None:
    line = Line().answered()
    gone = RemoveCard(CardId("c1"), SituationId("s1"), GoneWhy.SAID)
    line.advise(SendAdvised(SituationId("harassment"), "骚扰电话"), gone)
    effects = line.core.on_browser(AGENT, CallUpSituation(call_id=CALL, situation_id="abuse"), 9.0)
    assert orders(effects)[1:] == [Redirect(CALL, TRUNK, "hotline-attendant", "s"), OpenAgentEar(CALL, False)]
    assert (states(effects), line.facts) == (["transferring"], [CalledUp(SituationId("abuse")), SENT])


def test_what_the_pbx_refuses_leaves_the_caller_with_the_agent_who_is_told() -> None:
    line = Line().answered()
    line.core.on_browser(AGENT, ASK, 8.0)
    effects = line.core.on_not_sent(CALL, "8001", "No such extension", 8.1)
    assert refusal(effects) == "电话系统没有照办:No such extension"
    assert (orders(effects), states(effects)) == ([OpenAgentEar(CALL, True)], ["talking"])
    assert line.facts == [SENT, TransferFell("自动台")]


def test_a_refusal_that_comes_too_late_changes_nothing() -> None:
    line = Line().answered()
    assert line.core.on_not_sent("gone", "8001", "No such channel", 8.0) == []
    assert orders(line.core.on_not_sent(CALL, None, "No such channel", 8.0)) == []


def test_once_the_caller_is_there_the_agent_is_free_and_the_record_says_where() -> None:
    line = Line().answered()
    line.core.on_browser(AGENT, ASK, 8.0)
    effects = line.core.on_sent(CALL, 8.1)
    assert orders(effects) == [
        Save(LegFinished(CALL, 1, 7.0, 0.0), 8.1),
        Save(NoteTaken(CALL, "8001", "来电者已转自动台"), 8.1),
    ]
    assert [one for one in effects if isinstance(one, ToAgent)] == [ToAgent("8001", CallGone(call_id=CALL))]
    snapshot = line.core.snapshot(AGENT, 8.2)
    assert (snapshot.calls, snapshot.agents[0].call_id) == ([], None)
    assert line.core.on_sent(CALL, 9.0) == []
    ended = line.happen(20.0, CallEnded(CALL, EndReason.HUNG_UP, Party.CALLER))
    assert [one for one in ended if isinstance(one, ToAgent)] == []
    saved = [type(one.record) for one in ended if isinstance(one, Save)]
    assert LegFinished not in saved, "the agent's time on the call was over before"
    assert CallFinished in saved


def test_a_caller_whom_the_attendant_sends_back_has_a_new_leg() -> None:
    line = Line().answered()
    line.core.on_browser(AGENT, ASK, 8.0)
    line.core.on_sent(CALL, 8.1)
    again = CallAnswered(CALL, Extension("8003"), TRUNK, ChannelName("PJSIP/8003-3"), 1.0, 30.0, "line400")
    effects = line.happen(30.0, again)
    assert [one.agent for one in effects if isinstance(one, ToAgent)] == ["8003"]
    legs = [one.record for one in effects if isinstance(one, Save) and isinstance(one.record, LegBegan)]
    assert [(leg.leg, leg.agent) for leg in legs] == [(2, "8003")]


@pytest.mark.parametrize(
    ("line", "who", "why"),
    [
        (Line(None).answered(), AGENT, "已设置自动台"),
        (Line().answered(), OTHER, "这不是您的通话"),
        (Line(), AGENT, "这不是您的通话"),
    ],
)
def test_who_may_not_is_refused(line: Line, who: Person, why: str) -> None:
    effects = line.core.on_browser(who, ASK, 8.0)
    assert why in refusal(effects)
    assert orders(effects) == []


def test_nobody_is_sent_from_hold() -> None:
    line = Line().answered()
    line.happen(5.0, CallHeld(CALL, Party.AGENT, Extension("8001")))
    assert "要在通话中" in refusal(line.core.on_browser(AGENT, ASK, 8.0))


@pytest.mark.parametrize(("place", "buttons"), [(PLACE, ["transfer", "attendant"]), (None, ["transfer"])])
def test_the_button_is_there_only_where_there_is_an_attendant(
    place: Attendant | None, buttons: list[str]
) -> None:
    line = Line(place).answered()
    card = replace(a_card(), buttons=(CardButton.TRANSFER, CardButton.ATTENDANT))
    line.advise(show(card))
    effects = line.happen(5.0, CallHeld(CALL, Party.AGENT, Extension("8001")))
    shown = [
        one.message for one in effects if isinstance(one, ToAgent) and isinstance(one.message, CardShown)
    ]
    assert [message.card.buttons for message in shown] == [buttons]


def test_the_place_is_two_settings_that_belong_together(tmp_path: Path) -> None:
    file = tmp_path / "hotline.toml"
    file.write_text(
        '[transfer]\nattendant_context = "hotline-attendant"\nattendant_exten = "s"\n', encoding="utf-8"
    )
    assert load(file, {}).transfer == TransferSection(
        attendant_context="hotline-attendant", attendant_exten="s"
    )
    file.write_text('[transfer]\nattendant_exten = "s"\n', encoding="utf-8")
    with pytest.raises(ConfigError, match=r"hotline\.toml:1.*要一起写"):
        load(file, {})
    file.write_text('[transfer]\nattendant_context = "a,b"\nattendant_exten = "s"\n', encoding="utf-8")
    with pytest.raises(ConfigError, match="attendant_context"):
        load(file, {})
