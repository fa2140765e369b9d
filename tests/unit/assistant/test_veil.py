"""What the roles that need no numbers see of the live call: everything but the numbers."""

import msgspec
import pytest

from assistant.effects import ToEveryone, ToSupervisors
from assistant.messages import CallChanged, EscalationChanged, Levels, LineOfText, TaskDue, Transcript, encode
from assistant.web.veil import veiled
from prompts.advice import Audience, RaiseEscalation
from prompts.facts import SituationId
from tests.support.core_bench import ANSWERED, BOSS, RINGING, STARTED, Bench
from tests.support.engines import a_card, show

NUMBER = "13800138000"


def everything() -> Bench:
    bench = Bench()
    bench.calls(0.0, STARTED)
    bench.advise(show(a_card("n1", audience=Audience.EVERYONE)))
    bench.calls(1.0, RINGING)
    bench.advise(
        RaiseEscalation(SituationId("s1"), ("S0-31",), f"请回电{NUMBER}", f"我的电话是{NUMBER}", urgent=True)
    )
    bench.calls(5.0, ANSWERED)
    return bench


def test_a_snapshot_holds_no_number_and_loses_nothing_else() -> None:
    plain = everything().core.snapshot(BOSS, 6.0)
    masked = veiled(plain)
    assert NUMBER in encode(plain).decode()
    assert NUMBER not in encode(masked).decode()
    assert "138****8000" in encode(masked).decode()
    assert type(masked) is type(plain)
    assert [call.call_id for call in masked.calls] == [call.call_id for call in plain.calls]  # type: ignore[union-attr]


def test_every_live_message_about_a_caller_is_veiled() -> None:
    bench = everything()
    messages = [
        effect.message
        for effect in bench.calls(7.0, ANSWERED)
        if isinstance(effect, ToSupervisors | ToEveryone)
    ]
    snapshot = bench.core.snapshot(BOSS, 6.0)
    line = LineOfText(
        call_id="1",
        party="caller",
        utterance=1,
        text=f"电话 {NUMBER}",
        final=True,
        confidence=None,
        marks=[NUMBER],
        at_s=1.0,
    )
    messages += [
        CallChanged(call=msgspec.structs.replace(snapshot.calls[0], crm_url=f"https://crm/{NUMBER}")),
        EscalationChanged(escalation=snapshot.escalations[0]),
        Transcript(line=line),
        TaskDue(task_id="t", kind="call_back", call_id="1", agent=None, text=f"回电 {NUMBER}", due_in_s=1.0),
        *snapshot.notices,
    ]
    assert all(NUMBER in encode(message).decode() for message in messages)
    assert [message for message in messages if NUMBER in encode(veiled(message)).decode()] == []


@pytest.mark.parametrize(
    ("name", "shown"),
    [(NUMBER, "138****8000"), ("王 13800138000", "王 13*******00"), ("王丽", "王丽"), (None, None)],
)
def test_a_name_that_is_the_number_stays_the_number(name: str | None, shown: str | None) -> None:
    call = msgspec.structs.replace(everything().core.snapshot(BOSS, 6.0).calls[0], caller_name=name)
    masked = veiled(CallChanged(call=call))
    assert isinstance(masked, CallChanged)
    assert (masked.call.caller_number, masked.call.caller_name) == ("138****8000", shown)


def test_what_is_about_no_caller_is_the_same() -> None:
    levels = Levels(call_id="1", party="caller", level_dbfs=-20.0, snr_db=None, speaking=True)
    assert veiled(levels) is levels
