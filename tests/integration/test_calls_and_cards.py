"""From the SIP call to the agent's page: the right phrase at the right moment, on a real Asterisk with a real recognizer."""

import asyncio

import pytest

from tests.integration.site import Site, side_by_side
from tests.lab.overlay import SUPERVISOR, desk_agents, desk_number
from tests.lab.phone_call import CallRefusedError
from tests.lab.speech import saying
from tests.support.until import PATIENCE_S

OPENING = saying("agent_script_h069", pause_s=0.3)
"""您好，请问有什么可以帮助您"""


async def answered_after_2_s(site: Site) -> None:
    """S0-16: the greeting is there the moment the call is answered, and goes when it has been said."""
    async with site.conversation(1, after=2.0, agent=OPENING) as talk:
        card = await talk.page.wait("card")
        assert "S0-16" in card["card"]["sources"]
        assert talk.page.at(card) - talk.answered_at < 0.5
        said = await talk.page.wait("card_gone")
        assert (said["card_id"], said["why"]) == (card["card"]["card_id"], "said")
        heard = await talk.page.wait("transcript", lambda m: m["line"]["final"])
        assert (heard["line"]["party"], heard["line"]["text"]) == ("agent", "您好请问有什么可以帮助您")
        await talk.caller.hang_up()
        await talk.is_over()


async def answered_after_12_s(site: Site) -> None:
    """S0-02, S0-30, S2-44: past the third ring everyone sees it; the apology replaces the greeting at the moment of answer."""
    first, second = desk_agents(2)
    async with (
        site.program.page(second) as colleague,
        site.lab.phone(second),
        site.conversation(2, after=12.0, agent=OPENING) as talk,
    ):
        notice = await colleague.wait("notice")
        assert "S0-02" in notice["card"]["sources"]
        assert 10.5 < colleague.at(notice) - (talk.answered_at - 12.0) < 12.0
        await colleague.wait("notice_gone", lambda m: m["card_id"] == notice["card"]["card_id"])
        card = await talk.page.wait("card")
        assert {"S0-30", "S2-44"} <= set(card["card"]["sources"])
        assert talk.page.at(card) - talk.answered_at < 0.5
        await talk.caller.hang_up()
        await talk.is_over()
        greetings = [m for m in talk.page.messages if m["type"] == "card" and "S0-16" in m["card"]["sources"]]
        assert greetings == []
        assert [m for m in colleague.messages if m["type"] == "card"] == [], f"{first} took the call"


async def silent_caller(site: Site) -> None:
    """S0-17, S2-27: 5 s, the phrase, 5 s, the phrase, 5 s, the farewell, 5 s, and the agent may hang up."""
    loop = asyncio.get_running_loop()
    async with site.conversation(3, agent=OPENING) as talk:
        ended = talk.answered_at + OPENING.seconds
        for step in (1, 2, 3):
            card = await talk.page.wait(
                "card", lambda m, step=step: "S0-17" in m["card"]["sources"] and m["card"]["step"] == step
            )
            waited = talk.page.at(card) - ended
            print(f"silent call, step {step}: {waited:.2f} s after the agent's phrase")
            assert 4.8 < waited < 5.8
            assert card["card"]["steps"] == 3
            said = saying("agent_script_h069", pause_s=0.3)
            talk.agent.rtp.play(said)
            ended = loop.time() + said.seconds
        call_id, card_id = talk.call_id, card["card"]["card_id"]
        over = await talk.page.wait(
            "card",
            lambda m: m["card"]["card_id"] == card_id and "hang_up" in m["card"]["buttons"],
            since=talk.page.after(card),
        )
        assert talk.page.at(over) - ended < 6.0
        assert not talk.caller.ended.is_set(), "hanging up is the agent's decision"
        await talk.page.send("hang_up", call_id=call_id)
        await talk.is_over()


async def complaint_about_attitude(site: Site) -> None:
    """S0-33: what the caller says is recognized, the phrase appears, the supervisor is told and acknowledges."""
    caller = saying("caller_agent_attitude_h038", pause_s=5.0)
    async with (
        site.program.page(SUPERVISOR) as boss,
        site.conversation(4, agent=OPENING, caller=caller) as talk,
    ):
        heard = await talk.page.wait(
            "transcript", lambda m: m["line"]["party"] == "caller" and m["line"]["final"]
        )
        assert "客服态度" in heard["line"]["text"]
        card = await talk.page.wait("card", lambda m: "S0-33" in m["card"]["sources"])
        print(
            f"complaint: card {talk.page.at(card) - talk.answered_at - caller.seconds:.2f} s after the last syllable"
        )
        assert talk.page.at(card) - talk.answered_at - caller.seconds < 2.5
        raised = await boss.wait("escalation", lambda m: m["escalation"]["call_id"] == talk.call_id)
        escalation = raised["escalation"]
        assert (escalation["state"], escalation["agent"]) == ("open", desk_agents(4)[0])
        assert "客服态度" in escalation["excerpt"]
        await boss.send(
            "handle_escalation", escalation_id=escalation["escalation_id"], do="acknowledge", note=""
        )
        done = await boss.wait(
            "escalation",
            lambda m: (
                m["escalation"]["escalation_id"] == escalation["escalation_id"]
                and m["escalation"]["state"] == "acknowledged"
            ),
        )
        assert done["escalation"]["by"]
        await talk.caller.hang_up()
        await talk.is_over()


async def held_30_s(site: Site) -> None:
    """S2-40 at 25 s of hold, S2-41 the moment the call is taken back."""
    loop = asyncio.get_running_loop()
    async with site.conversation(5, agent=OPENING) as talk:
        await talk.page.wait("transcript", lambda m: m["line"]["party"] == "agent" and m["line"]["final"])
        held_at = loop.time()
        await talk.agent.hold()
        await talk.page.wait("call", lambda m: m["call"]["state"] == "held")
        card = await talk.page.wait("card", lambda m: "S2-40" in m["card"]["sources"], timeout=30)
        print(f"hold: card after {talk.page.at(card) - held_at:.2f} s")
        assert 24.8 < talk.page.at(card) - held_at < 25.6
        await asyncio.sleep(max(0.0, held_at + 30 - loop.time()))
        back_at = loop.time()
        await talk.agent.unhold()
        thanks = await talk.page.wait("card", lambda m: "S2-41" in m["card"]["sources"])
        assert talk.page.at(thanks) - back_at < 0.5
        silent = [m for m in talk.page.messages if m["type"] == "card" and "S0-17" in m["card"]["sources"]]
        assert silent == [], "hold is not silence"
        await talk.agent.hang_up()
        await talk.is_over()


async def caller_abandons(site: Site) -> None:
    """The caller gives up while it rings: the page shows the ringing and its end, and no card stays behind."""
    extension, number = desk_agents(6)[0], desk_number(6)
    async with (
        site.program.page(extension) as page,
        site.lab.phone(extension) as phone,
        site.lab.caller("13800138006") as calling,
    ):
        call = await calling.prepare(number)

        async def give_up() -> None:
            with pytest.raises(CallRefusedError, match="487"):
                await call.place(number)

        async with asyncio.TaskGroup() as group:
            group.create_task(give_up())
            ringing = await phone.rings()
            shown = await page.wait("call", lambda m: extension in m["call"]["ringing_agents"])
            await call.hang_up()
        await asyncio.wait_for(ringing.ended.wait(), PATIENCE_S)
        await page.wait("call_gone", lambda m: m["call_id"] == shown["call"]["call_id"])
        assert [m for m in page.messages if m["type"] in ("card", "notice")] == []


async def hostile_name(site: Site) -> None:
    """A caller's name is shown as it was sent: text, whatever it contains."""
    name = "王小明😀<img src=x onerror=alert(1)>${SHELL(id)},『引号』"
    async with site.conversation(7, agent=OPENING, name=name) as talk:
        view = await talk.page.wait("call", lambda m: m["call"]["state"] == "talking")
        assert view["call"]["caller_name"] == name
        await talk.caller.hang_up()
        await talk.is_over()


async def dialect(site: Site) -> None:
    """S0-21: clear speech the recognizer cannot make sense of; 听得懂 ends it (S2-33)."""
    caller = saying("dialect_yue_1", "dialect_yue_2", "dialect_yue_4", pause_s=4.0)
    async with site.conversation(8, agent=OPENING, caller=caller) as talk:
        card = await talk.page.wait("card", lambda m: "S0-21" in m["card"]["sources"], timeout=30)
        await talk.page.send(
            "move_card", call_id=talk.call_id, card_id=card["card"]["card_id"], move="understood"
        )
        gone = await talk.page.wait("card_gone", lambda m: m["card_id"] == card["card"]["card_id"])
        assert gone["why"] in ("done", "dismissed")
        await talk.caller.hang_up()
        await talk.is_over()


async def test_each_call_gets_its_phrase(site: Site) -> None:
    """Eight calls at once, as waiting is most of them."""
    await side_by_side(
        site,
        answered_after_2_s,
        answered_after_12_s,
        silent_caller,
        complaint_about_attitude,
        held_30_s,
        caller_abandons,
        hostile_name,
        dialect,
    )
