"""Whoever sits beside the agent speaks on the line, yet the caller's tap hears the caller alone. Real words through the real
recognizer: what is written down tells who was heard.
"""

import asyncio

import pytest

from tests.integration.site import Site
from tests.integration.voices import LOUD
from tests.lab.overlay import SUPERVISOR
from tests.lab.phone_call import PhoneCall
from tests.lab.rtp import QUIET
from tests.lab.speech import saying
from tests.lab.tones import RATE, from_alaw, rms
from tests.support.page import Message

BOSS_SAYS, CALLER_SAYS = "caller_complaint_h001", "caller_address_h032"
UNDERSTOOD_WITHIN_S = 3.0


async def _say(call: PhoneCall, name: str) -> None:
    sound = saying(name)
    call.rtp.play(sound)
    await asyncio.sleep(sound.seconds)
    call.rtp.play(QUIET)
    await asyncio.sleep(UNDERSTOOD_WITHIN_S)


def _voices(messages: list[Message]) -> set[str]:
    """Whose words were written down, and who was seen to speak."""
    written = {m["line"]["party"] for m in messages if m["type"] == "transcript" and m["line"]["text"]}
    return written | {m["party"] for m in messages if m["type"] == "levels" and m["speaking"]}


def _loudest(call: PhoneCall, since: int) -> float:
    """Of the second-long stretches that reached this telephone."""
    samples = from_alaw(b"".join(call.rtp.received.frames[since:]))
    return max(rms(samples[at : at + RATE]) for at in range(0, len(samples), RATE))


@pytest.mark.parametrize(("how", "who_hears"), [("whisper", "agent"), ("barge", "caller")])
async def test_the_supervisors_voice_is_taken_for_nobodys(site: Site, how: str, who_hears: str) -> None:
    """It reaches the telephone it is meant for; nothing of it is written down or counted as the caller's or the agent's."""
    async with (
        site.program.page(SUPERVISOR) as boss,
        site.lab.phone(SUPERVISOR) as phone,
        site.conversation(1) as talk,
    ):
        await talk.page.wait("call", lambda m: m["call"]["audio"] == "ok")
        await boss.send("join_call", call_id=talk.call_id, how=how)
        joined = await phone.answers()
        ear: PhoneCall = getattr(talk, who_hears)
        before, frames = talk.page.mark, len(ear.rtp.received.frames)
        await _say(joined, BOSS_SAYS)
        assert _loudest(ear, frames) > LOUD
        assert _voices(talk.page.messages[before:]) == set()
        before = talk.page.mark
        await _say(talk.caller, CALLER_SAYS)
        assert _voices(talk.page.messages[before:]) == {"caller"}
        await joined.hang_up()
        await talk.caller.hang_up()
        await talk.is_over()
