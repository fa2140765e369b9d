"""A call that changes hands: the card, the transcript and the tap go with it."""

import asyncio

from tests.integration.site import Conversation, Site, side_by_side
from tests.lab.overlay import desk_agents
from tests.lab.speech import saying
from tests.support.page import Page
from tests.support.until import PATIENCE_S

OPENING = saying("agent_script_h069", pause_s=0.3)
"""您好，请问有什么可以帮助您"""
AFTER_A_BREATH = saying("agent_script_h069", pause_s=1.2)
"""The colleagues' RTP timestamps begin below the first agents', which is what makes a tap deaf (docs/measurements.md)."""


async def _taken_over(talk: Conversation, colleague: Page, extension: str) -> None:
    """The colleague's page has the call, hears both sides, and the first agent's page has let it go."""
    view = await colleague.wait(
        "call", lambda m: m["call"]["call_id"] == talk.call_id and m["call"]["agent"] == extension
    )
    assert view["call"]["state"] == "talking"
    since = colleague.mark
    talk.caller.rtp.play(saying("caller_price_course_h028", pause_s=3.0))
    for party in ("agent", "caller"):
        await colleague.wait(
            "transcript",
            lambda m, party=party: m["line"]["party"] == party and m["line"]["final"],
            since=since,
        )
    left = await talk.page.wait("call_gone", lambda m: m["call_id"] == talk.call_id)
    assert [
        m for m in talk.page.messages[talk.page.messages.index(left) :] if m["type"] in ("transcript", "card")
    ] == []


async def blind(site: Site) -> None:
    """REFER: the colleague's phone rings, she answers, she has the call."""
    second = desk_agents(1)[1]
    async with site.conversation(1, agent=OPENING) as talk:
        await talk.page.wait("transcript", lambda m: m["line"]["final"])
        async with site.program.page(second) as colleague, site.lab.phone(second, first_stamp=1_000) as phone:
            await talk.agent.transfer(second)
            answering = await phone.answers(after=1.0)
            answering.rtp.play(AFTER_A_BREATH)
            await _taken_over(talk, colleague, second)
            await talk.caller.hang_up()
            await asyncio.wait_for(answering.ended.wait(), PATIENCE_S)
            await colleague.wait("call_gone", lambda m: m["call_id"] == talk.call_id)


async def attended(site: Site) -> None:
    """Hold, ask the colleague, REFER with Replaces: the caller is joined with the colleague."""
    second = desk_agents(2)[1]
    async with site.conversation(2, agent=OPENING) as talk:
        await talk.page.wait("transcript", lambda m: m["line"]["final"])
        async with site.program.page(second) as colleague, site.lab.phone(second, first_stamp=1_000) as phone:
            await talk.agent.hold()
            async with asyncio.TaskGroup() as group:
                asking = group.create_task(talk.phone.call(second))
                answering = group.create_task(phone.answers(after=1.0))
            await asyncio.sleep(1.0)  # the two speak before the agent decides
            await talk.agent.transfer_to(asking.result())
            await asyncio.wait_for(talk.agent.ended.wait(), PATIENCE_S)
            answering.result().rtp.play(AFTER_A_BREATH)
            await _taken_over(talk, colleague, second)
            await talk.caller.hang_up()
            await asyncio.wait_for(answering.result().ended.wait(), PATIENCE_S)
            await colleague.wait("call_gone", lambda m: m["call_id"] == talk.call_id)


async def attended_cancelled(site: Site) -> None:
    """The colleague cannot help: the agent takes the caller back, and it is the same call as before."""
    second = desk_agents(3)[1]
    async with site.conversation(3, agent=OPENING) as talk:
        await talk.page.wait("transcript", lambda m: m["line"]["final"])
        async with site.program.page(second) as colleague, site.lab.phone(second, first_stamp=1_000) as phone:
            await talk.agent.hold()
            async with asyncio.TaskGroup() as group:
                asking = group.create_task(talk.phone.call(second))
                group.create_task(phone.answers(after=1.0))
            await asyncio.sleep(1.0)  # the two speak before the agent decides
            await asking.result().hang_up()
            since = talk.page.mark
            await talk.agent.unhold()
            await talk.page.wait(
                "call",
                lambda m: m["call"]["call_id"] == talk.call_id and m["call"]["state"] == "talking",
                since=since,
            )
            talk.caller.rtp.play(saying("caller_price_course_h028", pause_s=0.5))
            await talk.page.wait(
                "transcript", lambda m: m["line"]["party"] == "caller" and m["line"]["final"], since=since
            )
            await talk.caller.hang_up()
            await talk.is_over()
            assert [m for m in colleague.messages if m.get("call", {}).get("call_id") == talk.call_id] == []


async def test_calls_that_change_hands(site: Site) -> None:
    await side_by_side(site, blind, attended, attended_cancelled)
