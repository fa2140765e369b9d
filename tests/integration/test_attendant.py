"""A pestering caller is sent to the automated attendant by the real PBX (S0-39): the agent is free, the caller is spoken to by a machine."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.integration.site import USERS, Conversation, Site, hears_on, side_by_side
from tests.lab.ami import AmiLog
from tests.lab.asterisk import Lab
from tests.lab.overlay import SUPERVISOR
from tests.lab.speech import saying
from tests.support.page import Message
from tests.support.program import Program
from tests.support.until import PATIENCE_S

OPENING = saying("agent_script_h069", pause_s=0.3)
PLACE = "[transfer]\nattendant_context = 'hotline-attendant'\nattendant_exten = 's'\n"


@pytest_asyncio.fixture
async def site_with_attendant(lab: Lab, tmp_path: Path) -> AsyncIterator[Site]:
    program = Program(tmp_path, lab.ports.ami, lab.secret, more=PLACE)
    await program.add_users(USERS)
    async with AmiLog(lab.ports.ami, lab.secret) as ami:
        sounds = f"{lab.inner_directory}/etc/hotline/sounds/hotline"
        answer = await ami.action("Setvar", Variable="HOTLINE_SOUNDS", Value=sounds)
        assert answer["Response"] == "Success"
    async with program:
        yield Site(lab, program)


async def _pestered(talk: Conversation) -> Message:
    """The card at its last step, which has the button."""
    await talk.page.send("call_up", call_id=talk.call_id, situation_id="harassment")
    first = await _card(talk, 1)
    assert first["buttons"] == ["transfer"]
    await talk.page.send("move_card", call_id=talk.call_id, card_id=first["card_id"], move="next")
    return await _card(talk, 2)


async def _card(talk: Conversation, step: int) -> Message:
    shown = await talk.page.wait(
        "card", lambda m: m["card"]["situation_id"] == "harassment" and m["card"]["step"] == step
    )
    card: Message = shown["card"]
    return card


async def sent(site: Site) -> None:
    async with (
        site.program.page(SUPERVISOR) as supervisor,
        site.conversation(1, agent=OPENING) as talk,
    ):
        last = await _pestered(talk)
        assert last["buttons"] == ["transfer", "attendant"]
        told = await supervisor.wait("escalation", lambda m: m["escalation"]["call_id"] == talk.call_id)
        assert told["escalation"]["reason"] == "骚扰电话,客户纠缠不休"
        since = talk.page.mark
        await talk.page.send("attendant", call_id=talk.call_id)
        await talk.page.wait("call", lambda m: m["call"]["state"] == "transferring", since=since)
        await asyncio.wait_for(talk.agent.ended.wait(), PATIENCE_S)
        assert not talk.agent.ended_by_us
        await talk.page.wait("call_gone", lambda m: m["call_id"] == talk.call_id, since=since)
        assert not talk.caller.ended.is_set(), "the agent is free while the caller is spoken to"
        assert await hears_on(talk.caller, 2.0) > 50
        await asyncio.wait_for(talk.caller.ended.wait(), PATIENCE_S)
        assert not talk.caller.ended_by_us
        await supervisor.wait("call_gone", lambda m: m["call_id"] == talk.call_id)
        later = talk.page.messages[since:]
        assert [m for m in later if m["type"] in ("card", "forbidden", "refused")] == []


async def test_a_pestering_caller_is_sent_to_the_attendant(site_with_attendant: Site) -> None:
    await side_by_side(site_with_attendant, sent)
