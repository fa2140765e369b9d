"""People beside the call on the real PBX: a supervisor who listens, whispers or steps in, and a colleague who picks up."""

import asyncio

from assistant.core.requests import TAKES_OVER
from tests.integration.site import Conversation, Site, side_by_side
from tests.integration.voices import AGENT_HZ, BOSS_HZ, CALLER_HZ, heard_on, voice, voices
from tests.lab.ami import AmiLog
from tests.lab.overlay import SUPERVISOR, desk_agents, desk_number
from tests.lab.phone_call import PhoneCall
from tests.lab.scenarios import Stage
from tests.lab.tap_listener import TapListener
from tests.lab.tones import stereo
from tests.support.until import PATIENCE_S


async def heard_by(talk: Conversation, boss: PhoneCall) -> tuple[set[int], set[int], set[int]]:
    """What caller, agent and supervisor hear at the same time."""
    async with asyncio.TaskGroup() as group:
        hears = [group.create_task(heard_on(call)) for call in (talk.caller, talk.agent, boss)]
    caller, agent, supervisor = (one.result() for one in hears)
    return caller, agent, supervisor


async def supervisor_beside_the_call(site: Site) -> None:
    """Listen: nobody hears it. Whisper: the agent alone does. Barge: both do. The tap hears the supervisor in no case."""
    expected = {
        "listen": ({AGENT_HZ}, {CALLER_HZ}, {CALLER_HZ, AGENT_HZ}),
        "whisper": ({AGENT_HZ}, {CALLER_HZ, BOSS_HZ}, {CALLER_HZ, AGENT_HZ}),
        "barge": ({AGENT_HZ, BOSS_HZ}, {CALLER_HZ, BOSS_HZ}, {CALLER_HZ, AGENT_HZ}),
    }
    async with (
        TapListener() as taps,
        AmiLog(site.lab.ports.ami, site.lab.secret) as ami,
        site.lab.phone(SUPERVISOR, voice(BOSS_HZ)) as phone,
        site.program.page(SUPERVISOR) as boss,
        site.conversation(1, caller=voice(CALLER_HZ), agent=voice(AGENT_HZ)) as talk,
    ):
        channel = (await ami.wait_for("Newchannel", Context="from-trunk400", Exten=desk_number(1)))["Channel"]
        tap = await Stage(site.lab, ami, taps).tap(channel)
        for how, what in expected.items():
            await boss.send("join_call", call_id=talk.call_id, how=how)
            joined = await phone.answers()
            await asyncio.sleep(0.5)  # until the new voice is mixed in
            tapped = len(tap.frames)
            assert await heard_by(talk, joined) == what, how
            _, right = stereo(tap.frames[tapped:])
            assert voices(right) == {AGENT_HZ}, (
                f"{how}: what the supervisor says is never taken for the agent's"
            )
            await joined.hang_up()
        await talk.caller.hang_up()
        await talk.is_over()


async def supervisor_takes_over(site: Site) -> None:
    """Nothing happens before the supervisor lifts the phone; then the agent is free, and the call goes on, heard and recorded."""
    agent = desk_agents(4)[0]
    async with (
        site.lab.phone(SUPERVISOR, voice(BOSS_HZ)) as phone,
        site.program.page(SUPERVISOR) as boss,
        site.conversation(4, caller=voice(CALLER_HZ), agent=voice(AGENT_HZ)) as talk,
    ):
        await boss.send("join_call", call_id=talk.call_id, how="take_over")
        ringing = await phone.rings()
        said = await talk.page.wait("supervisor_says")
        assert (said["call_id"], said["text"]) == (talk.call_id, TAKES_OVER)
        assert await heard_on(talk.caller) == {AGENT_HZ}
        ringing.answer()
        await asyncio.wait_for(talk.agent.ended.wait(), PATIENCE_S)
        assert not talk.agent.ended_by_us
        await talk.page.wait("call_gone", lambda m: m["call_id"] == talk.call_id)
        taken = await boss.wait("call", lambda m: m["call"]["agent"] == SUPERVISOR)
        assert (taken["call"]["call_id"], taken["call"]["state"]) == (talk.call_id, "talking")
        assert await heard_on(talk.caller) == {BOSS_HZ}
        assert await heard_on(ringing) == {CALLER_HZ}
        views = [m["agent"] for m in boss.messages if m["type"] == "agent"]
        on_call = {view["extension"]: view["call_id"] for view in views}
        assert (on_call[agent], on_call[SUPERVISOR]) == (None, talk.call_id)
        since = boss.mark
        await ringing.hang_up()
        await asyncio.wait_for(talk.caller.ended.wait(), PATIENCE_S)
        await boss.wait("call_gone", lambda m: m["call_id"] == talk.call_id, since=since)


async def supervisor_takes_over_from_hold(site: Site) -> None:
    """No music stays with the caller."""
    async with (
        site.lab.phone(SUPERVISOR, voice(BOSS_HZ)) as phone,
        site.program.page(SUPERVISOR) as boss,
        site.conversation(5, caller=voice(CALLER_HZ), agent=voice(AGENT_HZ)) as talk,
    ):
        await talk.agent.hold()
        await boss.wait("call", lambda m: m["call"]["state"] == "held")
        await boss.send("join_call", call_id=talk.call_id, how="take_over")
        taken = await phone.answers()
        await boss.wait("call", lambda m: (m["call"]["agent"], m["call"]["state"]) == (SUPERVISOR, "talking"))
        await asyncio.wait_for(talk.agent.ended.wait(), PATIENCE_S)
        assert await heard_on(talk.caller) == {BOSS_HZ}
        assert await heard_on(taken) == {CALLER_HZ}
        await talk.caller.hang_up()
        await asyncio.wait_for(taken.ended.wait(), PATIENCE_S)


async def colleague_picks_up(site: Site) -> None:
    """S0-02: it rings on, everybody sees it, one click and the colleague's phone brings the caller."""
    first, neighbour = desk_agents(2)[0], desk_agents(3)[0]
    async with (
        site.lab.phone(first) as ringing_phone,
        site.lab.phone(neighbour, voice(AGENT_HZ)) as phone,
        site.program.page(neighbour) as page,
        site.lab.caller("13800138002", voice(CALLER_HZ)) as calling,
    ):
        call = await calling.prepare(desk_number(2))
        async with asyncio.TaskGroup() as group:
            group.create_task(call.place(desk_number(2)))
            ringing = await ringing_phone.rings()
            notice = await page.wait("notice")
            assert "S0-02" in notice["card"]["sources"]
            clicked = asyncio.get_running_loop().time()
            await page.send("pick_up", call_id=notice["card"]["call_id"])
            picked = await phone.answers()
        await page.wait("call", lambda m: m["call"]["agent"] == neighbour and m["call"]["state"] == "talking")
        print(f"picked up {asyncio.get_running_loop().time() - clicked:.2f} s after the click")
        await page.wait("notice_gone")
        await asyncio.wait_for(ringing.ended.wait(), PATIENCE_S)
        assert await heard_on(picked) == {CALLER_HZ}
        assert await heard_on(call) == {AGENT_HZ}
        await call.hang_up()
        await asyncio.wait_for(picked.ended.wait(), PATIENCE_S)


async def test_people_beside_the_call(site: Site) -> None:
    await side_by_side(site, supervisor_beside_the_call, colleague_picks_up)


async def test_a_supervisor_takes_a_call_over(site: Site) -> None:
    await supervisor_takes_over(site)
    await supervisor_takes_over_from_hold(site)
