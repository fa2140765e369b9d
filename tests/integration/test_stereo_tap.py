"""One stereo tap on the caller's channel gives both voices, apart, whatever the phones do.

This is what `AudioSocket` + `ChanSpy(…,uqDES)` is relied on for; the numbers it prints are in docs/measurements.md. Run
`pytest -s tests/integration/test_stereo_tap.py` to see them.
"""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass

import numpy as np
import pytest

from tests.lab.overlay import desk_agents, desk_number
from tests.lab.rtp import NOTHING, Sound
from tests.lab.scenarios import Stage
from tests.lab.tap_listener import TapAudio, stereo_tap
from tests.lab.tones import rms, share_of_tone, stereo, tone
from tests.support.until import PATIENCE_S

CALLER_HZ, AGENT_HZ, MUSIC_HZ = 700, 1100, 440
LEAK = 0.005
"""At most this part of one side's energy may be the other side's voice."""

CALLER, AGENT = Sound(tone(CALLER_HZ, 2), endless=True), Sound(tone(AGENT_HZ, 2), endless=True)


@dataclass(frozen=True)
class Part:
    """A stretch of a call as the tap heard it."""

    frames_per_s: float
    sizes: set[int]
    left_rms: float
    right_rms: float
    left: dict[int, float]
    right: dict[int, float]
    longest_gap_ms: float

    def __str__(self) -> str:
        return (
            f"{self.frames_per_s:5.1f} frames/s, longest gap {self.longest_gap_ms:4.0f} ms, "
            f"left rms {self.left_rms:5.0f}, agent's share {self.left[AGENT_HZ]:.6f}, "
            f"right rms {self.right_rms:5.0f}, caller's share {self.right[CALLER_HZ]:.6f}, music {self.right[MUSIC_HZ]:.4f}"
        )


@dataclass(frozen=True)
class Heard:
    first_frame_ms: float
    talk: Part
    hold: Part
    after: Part


async def _part(tap: TapAudio, seconds: float) -> Part:
    """The next stretch, without its first half second: what is on the way when it begins belongs to the one before."""
    loop = asyncio.get_running_loop()
    begin = loop.time() + 0.5
    await asyncio.sleep(seconds + 0.5)
    inside = [n for n, at in enumerate(tap.times) if begin <= at < begin + seconds]
    left, right = stereo([tap.frames[n] for n in inside])
    gaps = np.diff([tap.times[n] for n in inside])
    return Part(
        len(inside) / seconds,
        {len(tap.frames[n]) for n in inside},
        rms(left),
        rms(right),
        {hz: share_of_tone(left, hz) for hz in (CALLER_HZ, AGENT_HZ)},
        {hz: share_of_tone(right, hz) for hz in (CALLER_HZ, AGENT_HZ, MUSIC_HZ)},
        float(gaps.max()) * 1000,
    )


async def _tapped_call(
    stage: Stage, desk: int, caller_says: Sound, agent_says: Sound, jitter_s: float
) -> Heard:
    loop, number, caller_number = asyncio.get_running_loop(), desk_number(desk), f"1380013800{desk}"
    async with AsyncExitStack() as stack:
        agent = await stack.enter_async_context(
            stage.lab.phone(desk_agents(desk)[0], agent_says, jitter_s=jitter_s)
        )
        caller = await stack.enter_async_context(
            stage.lab.caller(caller_number, caller_says, jitter_s=jitter_s)
        )
        call = await caller.prepare(number)
        async with asyncio.TaskGroup() as group:
            group.create_task(call.place(number))
            answering = group.create_task(agent.answers(0.5))
        channel = (
            await stage.ami.wait_for("Newchannel", Context="from-trunk400", CallerIDNum=caller_number)
        )["Channel"]
        await stage.ami.wait_for("BridgeEnter", Channel=channel)
        tap_id, tap = stage.taps.expect()
        asked = loop.time()
        await stage.ami.action("Originate", **stereo_tap(stage.taps.port, tap_id, channel))
        await asyncio.wait_for(tap.first.wait(), PATIENCE_S)
        talk = await _part(tap, 3.0)
        await answering.result().hold()
        hold = await _part(tap, 3.0)
        await answering.result().unhold()
        after = await _part(tap, 3.0)
        await call.hang_up()
        await asyncio.wait_for(tap.closed.wait(), PATIENCE_S)
    return Heard((tap.times[0] - asked) * 1000, talk, hold, after)


async def test_both_voices_arrive_apart(stage: Stage) -> None:
    """Five calls side by side: plain, with 40 ms of jitter, and with one or both phones sending nothing at all."""
    calls = {
        "plain": (1, CALLER, AGENT, 0.0),
        "jitter of 40 ms": (2, CALLER, AGENT, 0.04),
        "caller sends nothing": (3, NOTHING, AGENT, 0.0),
        "agent sends nothing": (4, CALLER, NOTHING, 0.0),
        "nobody sends": (5, NOTHING, NOTHING, 0.0),
    }
    async with asyncio.TaskGroup() as group:
        running = {name: group.create_task(_tapped_call(stage, *how)) for name, how in calls.items()}
    heard = {name: task.result() for name, task in running.items()}
    for name, what in heard.items():
        print(f"\n{name}: first frame after {what.first_frame_ms:.0f} ms")
        print(f"  talk  {what.talk}\n  hold  {what.hold}\n  after {what.after}")

    for name, what in heard.items():
        _, caller_says, agent_says, _ = calls[name]
        assert what.first_frame_ms < 300, name
        for part in (what.talk, what.hold, what.after):
            assert part.sizes == {640}, name
            assert part.frames_per_s == pytest.approx(50, abs=5), name
            assert part.left[AGENT_HZ] < LEAK, name
            assert part.right[CALLER_HZ] < LEAK, name
            if caller_says is CALLER:
                assert part.left[CALLER_HZ] > 0.9, name
            else:
                assert part.left_rms < 20, name
        assert what.hold.right[MUSIC_HZ] > 0.95, f"{name}: on hold the right side is the music"
        for part in (what.talk, what.after):
            if agent_says is AGENT:
                assert part.right[AGENT_HZ] > 0.9, name
            else:
                assert part.right_rms < 20, name


async def test_tap_of_a_channel_that_does_not_exist_ends_by_itself(stage: Stage) -> None:
    tap_id, tap = stage.taps.expect()
    await stage.ami.action("Originate", **stereo_tap(stage.taps.port, tap_id, "PJSIP/trunk400-ffffffff"))
    await asyncio.wait_for(tap.closed.wait(), PATIENCE_S)
    await stage.ami.wait_for("Hangup", Uniqueid=f"spy-{tap_id}", timeout=5)
    assert tap.frames == []


async def test_losing_the_listener_leaves_the_call_alone(stage: Stage) -> None:
    """Our end of the tap is cut in mid-call: both phones go on hearing each other."""
    async with AsyncExitStack() as stack:
        agent = await stack.enter_async_context(stage.lab.phone("8001", AGENT))
        caller = await stack.enter_async_context(stage.lab.caller(sound=CALLER))
        call = await caller.prepare("4001234567")
        async with asyncio.TaskGroup() as group:
            group.create_task(call.place("4001234567"))
            answering = group.create_task(agent.answers(0.2))
        await stage.tap(await stage.caller_channel())
        stage.taps.cut()
        await stage.ami.wait_for("ChanSpyStop", timeout=5)
        before = len(call.rtp.received.frames), len(answering.result().rtp.received.frames)
        await asyncio.sleep(2)  # over which the packets are counted
        after = len(call.rtp.received.frames), len(answering.result().rtp.received.frames)
        assert min(after[0] - before[0], after[1] - before[1]) > 90, (
            "fewer than 45 packets a second reach a phone"
        )
        assert not call.ended.is_set()
        await call.hang_up()
        await asyncio.wait_for(answering.result().ended.wait(), PATIENCE_S)


async def test_tap_made_anew_after_a_transfer_hears_the_new_agent(stage: Stage) -> None:
    """Where the new agent's RTP timestamps begin below the old one's, the old tap's right side stays silent for good.

    So does a second tap beside it. Once the old tap has gone, a new one hears both sides again: a call that changes hands
    must be tapped anew, the old tap first.
    """
    loop = asyncio.get_running_loop()
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(stage.lab.phone("8001", AGENT, first_stamp=1_000_000_000))
        caller = await stack.enter_async_context(stage.lab.caller(sound=CALLER))
        call = await caller.prepare("4001234567")
        async with asyncio.TaskGroup() as group:
            group.create_task(call.place("4001234567"))
            answering = group.create_task(first.answers(0.2))
        channel = await stage.caller_channel()
        old = await stage.tap(channel)
        second = await stack.enter_async_context(stage.lab.phone("8002", AGENT, first_stamp=1_000))
        await answering.result().transfer("8002")
        await second.answers(0.5)
        deaf = await _part(old, 2.0)
        stage.taps.cut()
        asked = loop.time()
        new = await stage.tap(channel)
        heard = await _part(new, 2.0)
        print(
            f"\nold tap after the transfer {deaf}\nnew tap after {(new.times[0] - asked) * 1000:.0f} ms {heard}"
        )
        assert heard.left[CALLER_HZ] > 0.9
        assert heard.right[AGENT_HZ] > 0.9
        await call.hang_up()
