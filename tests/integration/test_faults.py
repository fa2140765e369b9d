"""What breaks around a call must not hurt the call, and help comes back by itself."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from tests.integration.site import USERS, Site, hears_on
from tests.lab.asterisk import Lab
from tests.lab.overlay import SUPERVISOR, desk_agents
from tests.lab.rtp import Sound
from tests.lab.speech import saying
from tests.lab.tones import tone
from tests.support.page import Message
from tests.support.program import Program
from tests.support.tcp_proxy import TcpProxy

OPENING = saying("agent_script_h069", pause_s=0.3)
HUMMING = Sound(tone(700, 2, level=300), endless=True)
"""A caller whose packets can be counted, too quiet to be taken for speech."""
QUESTION = saying("caller_price_course_h028", pause_s=0.5)
HALF_OPEN_SEEN_S = 20.0
"""Twice the time between pings."""


@asynccontextmanager
async def site_behind_a_proxy(lab: Lab, folder: Path) -> AsyncIterator[tuple[Site, TcpProxy]]:
    async with TcpProxy(lab.ports.ami) as proxy:
        program = Program(folder, proxy.port, lab.secret)
        await program.add_users(USERS)
        async with program:
            yield Site(lab, program), proxy


def part_of(message: Message, name: str) -> dict[str, str]:
    return next(part for part in message["line"]["parts"] if part["name"] == name)


def pbx_is(state: str) -> Callable[[Message], bool]:
    return lambda message: part_of(message, "pbx")["state"] == state


def recognizer_is(state: str) -> Callable[[Message], bool]:
    return lambda message: part_of(message, "recognizer")["state"] == state


async def test_ami_link_cut_in_mid_call(lab: Lab, tmp_path: Path) -> None:
    """The page says so at once; the link comes back; it is the same call, no second one, still heard and still guided."""
    async with (
        site_behind_a_proxy(lab, tmp_path) as (site, proxy),
        site.conversation(1, agent=OPENING) as talk,
    ):
        await talk.page.wait("transcript", lambda m: m["line"]["final"])
        since, cut_at = talk.page.mark, asyncio.get_running_loop().time()
        proxy.refuse()
        lost = await talk.page.wait("line", pbx_is("down"), since=since)
        assert talk.page.at(lost) - cut_at < 1.0
        assert await hears_on(talk.caller, 1.0) > 40, "the call goes on without us"
        proxy.mend()
        await talk.page.wait("line", pbx_is("ok"), since=since, timeout=15)
        back = talk.page.mark
        talk.caller.rtp.play(QUESTION)
        heard = await talk.page.wait(
            "transcript", lambda m: m["line"]["party"] == "caller" and m["line"]["final"], since=back
        )
        assert heard["line"]["call_id"] == talk.call_id
        await talk.caller.hang_up()
        await talk.is_over()
        assert {m["call"]["call_id"] for m in talk.page.messages if m["type"] == "call"} == {talk.call_id}


async def test_ami_link_half_open_in_mid_call(lab: Lab, tmp_path: Path) -> None:
    """Nothing closes and nothing comes: noticed by the missing answer to a ping, said, and mended without losing the call."""
    async with (
        site_behind_a_proxy(lab, tmp_path) as (site, proxy),
        site.conversation(1, agent=OPENING) as talk,
    ):
        await talk.page.wait("transcript", lambda m: m["line"]["final"])
        since, frozen_at = talk.page.mark, asyncio.get_running_loop().time()
        proxy.freeze()
        lost = await talk.page.wait("line", pbx_is("down"), since=since, timeout=HALF_OPEN_SEEN_S + 5)
        print(f"half-open link noticed after {talk.page.at(lost) - frozen_at:.1f} s")
        assert talk.page.at(lost) - frozen_at < HALF_OPEN_SEEN_S
        assert "没有回应" in part_of(lost, "pbx")["text"]
        assert await hears_on(talk.caller, 1.0) > 40, "the call goes on without us"
        proxy.mend()
        await talk.page.wait("line", pbx_is("ok"), since=since, timeout=40)
        await talk.caller.hang_up()
        await talk.is_over()
        assert {m["call"]["call_id"] for m in talk.page.messages if m["type"] == "call"} == {talk.call_id}


async def test_recognizer_killed_in_mid_call(site: Site) -> None:
    """-9 for the process that listens: it is said, another one listens to the same call within seconds, nobody hangs up."""
    async with site.conversation(1, agent=OPENING) as talk:
        await talk.page.wait("transcript", lambda m: m["line"]["final"])
        since = talk.page.mark
        killed_at = asyncio.get_running_loop().time()
        os.kill(site.program.listener(), signal.SIGKILL)
        await talk.page.wait("line", recognizer_is("down"), since=since)
        await talk.page.wait("line", recognizer_is("ok"), since=since, timeout=20)
        back = await talk.page.wait("call", lambda m: m["call"]["audio"] == "ok", since=since, timeout=20)
        print(f"heard again {talk.page.at(back) - killed_at:.1f} s after the kill")
        talk.caller.rtp.play(QUESTION)
        heard = await talk.page.wait(
            "transcript", lambda m: m["line"]["party"] == "caller" and m["line"]["final"], since=since
        )
        assert "多少钱" in heard["line"]["text"]
        assert not talk.caller.ended.is_set()
        await talk.agent.hang_up()
        await talk.is_over()


async def test_call_that_ends_while_the_link_is_down(lab: Lab, tmp_path: Path) -> None:
    """A ghost is not left behind."""
    async with (
        site_behind_a_proxy(lab, tmp_path) as (site, proxy),
        site.conversation(1, agent=OPENING) as talk,
    ):
        proxy.refuse()
        await talk.page.wait("line", pbx_is("down"))
        await talk.caller.hang_up()
        proxy.mend()
        await talk.is_over()


async def test_asterisk_restarts(site: Site) -> None:
    """Calls die with Asterisk; the page is told, and the next call is helped as ever."""
    async with site.conversation(1, agent=OPENING) as talk:
        await talk.page.wait("transcript", lambda m: m["line"]["final"])
        await site.lab.restart()
        lost = await talk.page.wait("line", pbx_is("down"))
        await talk.page.wait("call_gone", lambda m: m["call_id"] == talk.call_id)
        await talk.page.wait("line", pbx_is("ok"), since=talk.page.after(lost), timeout=20)
        for call in (talk.caller, talk.agent):
            call.forget()
    async with site.conversation(1, agent=OPENING) as talk:
        card = await talk.page.wait("card")
        assert "S0-16" in card["card"]["sources"]
        await talk.page.wait("transcript", lambda m: m["line"]["final"])
        await talk.caller.hang_up()
        await talk.is_over()


async def test_program_killed_in_mid_call(site: Site) -> None:
    """-9: both phones go on hearing each other; the restarted program finds the call, taps it again and helps.

    What the supervisor had written to the agent, who had not read it, is on the page again.
    """
    loop = asyncio.get_running_loop()
    async with site.conversation(1, agent=OPENING, caller=HUMMING) as talk:
        async with site.program.page(SUPERVISOR) as boss:
            await boss.send("tell_agent", agent=desk_agents(1)[0], text="请核对")
            written = await talk.page.wait("supervisor_says")
        await talk.page.wait("transcript", lambda m: m["line"]["final"])
        since = talk.page.mark
        await site.program.kill()
        for call in (talk.caller, talk.agent):
            assert not call.ended.is_set()
        async with asyncio.TaskGroup() as group:
            counting = [group.create_task(hears_on(call, 2.0)) for call in (talk.caller, talk.agent)]
        print("packets in 2 s without the program:", [task.result() for task in counting])
        assert min(task.result() for task in counting) > 90
        started = loop.time()
        await site.program.start()
        found = await talk.page.wait(
            "call", lambda m: m["call"]["call_id"] == talk.call_id and m["call"]["audio"] == "ok", since=since
        )
        print(f"call on the page again {talk.page.at(found) - started:.1f} s after the restart")
        back = await talk.page.wait("snapshot", since=since)
        assert back["unread"] == [written]
        talk.caller.rtp.play(QUESTION)
        heard = await talk.page.wait(
            "transcript", lambda m: m["line"]["party"] == "caller" and m["line"]["final"], since=since
        )
        assert "多少钱" in heard["line"]["text"]
        await talk.agent.hang_up()
        await talk.is_over()
