"""An ordinary call by SIPp, a SIP implementation that is not ours: the laboratory itself is sound."""

import asyncio

import numpy as np

from tests.lab.scenarios import Stage
from tests.lab.sipp import SippCall, sipp_caller
from tests.lab.tones import from_alaw, share_of_tone, stereo, tone
from tests.support.until import PATIENCE_S


async def test_queue_call_by_sipp(stage: Stage) -> None:
    """SIPp dials the line, the agent answers and hears it, the tap hears it too, and SIPp hangs up and is content."""
    name = "王小明😀<b>"
    call = SippCall("4001234567", from_name=name, alaw=tone(700, 2), talk_s=4.0)
    async with stage.lab.phone("8001") as agent, sipp_caller(stage.lab, call) as calling:
        end = await agent.answers(1.0)
        started = await stage.ami.wait_for("Newchannel", Context="from-trunk400")
        tap = await stage.tap(started["Channel"])
        result = await asyncio.wait_for(calling, 15)
        await asyncio.wait_for(tap.closed.wait(), PATIENCE_S)
    assert result.ended_normally, result.output
    assert (started["CallerIDNum"], started["CallerIDName"]) == ("13800138000", name)
    left, _ = stereo(tap.frames[25:])
    heard = from_alaw(end.rtp.received.samples)
    assert share_of_tone(left, 700) > 0.9
    assert share_of_tone(heard[np.flatnonzero(np.abs(heard) > 1000)[0] :], 700) > 0.9
