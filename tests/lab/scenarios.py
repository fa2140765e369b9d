"""Kinds of calls, played on the lab's Asterisk with real SIP phones: the same steps make recordings and integration tests."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass

from tests.lab.ami import AmiLog
from tests.lab.asterisk import Lab
from tests.lab.overlay import LINE
from tests.lab.phone import Phone
from tests.lab.phone_call import CallRefusedError, PhoneCall
from tests.lab.tap_listener import TapAudio, TapListener, stereo_tap
from tests.support.until import PATIENCE_S

DIRECT = "400123480"
"""Followed by an agent's last digit: a number that rings that agent's phone without a queue."""
ONE_BY_ONE = "4001234599"
"""A queue that rings 8003 for 6 s, then 8004."""


@dataclass(frozen=True)
class Stage:
    """What a scenario plays on."""

    lab: Lab
    ami: AmiLog
    taps: TapListener

    async def tap(self, channel: str) -> TapAudio:
        tap_id, audio = self.taps.expect()
        await self.ami.action("Originate", **stereo_tap(self.taps.port, tap_id, channel))
        await asyncio.wait_for(audio.first.wait(), PATIENCE_S)
        return audio

    async def caller_channel(self) -> str:
        joined = await self.ami.wait_for("Newchannel", Context="from-trunk400")
        return joined["Channel"]


Scenario = Callable[[Stage], Awaitable[None]]


async def answered_call(
    stack: AsyncExitStack,
    stage: Stage,
    agent: Phone,
    *,
    after: float = 1.0,
    number: str = LINE,
    name: str | None = None,
) -> tuple[PhoneCall, PhoneCall]:
    """A caller dials, this agent's phone rings and answers: (the caller's end, the agent's end)."""
    caller = await stack.enter_async_context(stage.lab.caller())
    call = await caller.prepare(number, name=name)
    async with asyncio.TaskGroup() as group:
        group.create_task(call.place(number))
        answering = group.create_task(agent.answers(after))
    return call, answering.result()


async def _unanswered(call: PhoneCall, number: str) -> None:
    """Place a call that is going to be refused or given up."""
    try:
        await call.place(number)
    except CallRefusedError:
        return
    raise AssertionError("the call was answered")


async def queue_answered(stage: Stage, after: float) -> None:
    async with AsyncExitStack() as stack:
        agent = await stack.enter_async_context(stage.lab.phone("8001"))
        call, _ = await answered_call(stack, stage, agent, after=after)
        await stage.tap(await stage.caller_channel())
        await asyncio.sleep(2)  # the length of the talk
        await call.hang_up()


async def queue_answered_2s(stage: Stage) -> None:
    await queue_answered(stage, 2.0)


async def queue_answered_12s(stage: Stage) -> None:
    await queue_answered(stage, 12.0)


async def two_agents_ringall(stage: Stage) -> None:
    async with AsyncExitStack() as stack:
        agent = await stack.enter_async_context(stage.lab.phone("8001"))
        other = await stack.enter_async_context(stage.lab.phone("8002"))
        call, end = await answered_call(stack, stage, agent, after=2.0)
        other_call = await other.rings()
        await asyncio.wait_for(other_call.ended.wait(), PATIENCE_S)
        await asyncio.sleep(2)
        await end.hang_up()
        await asyncio.wait_for(call.ended.wait(), PATIENCE_S)


async def abandoned(stage: Stage) -> None:
    async with stage.lab.phone("8001") as agent, stage.lab.caller() as caller:
        call = await caller.prepare(LINE)
        async with asyncio.TaskGroup() as group:
            group.create_task(_unanswered(call, LINE))
            ringing = await agent.rings()
            await asyncio.sleep(3)
            await call.hang_up()
        await asyncio.wait_for(ringing.ended.wait(), PATIENCE_S)


async def no_answer_next_agent(stage: Stage) -> None:
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(stage.lab.phone("8003"))
        agent = await stack.enter_async_context(stage.lab.phone("8004"))
        call, _ = await answered_call(stack, stage, agent, number=ONE_BY_ONE)
        await asyncio.sleep(1)
        await call.hang_up()


async def busy_next_agent(stage: Stage) -> None:
    async with AsyncExitStack() as stack:
        refusing = await stack.enter_async_context(stage.lab.phone("8003"))
        agent = await stack.enter_async_context(stage.lab.phone("8004"))

        async def refuse() -> None:
            (await refusing.rings()).refuse()

        async with asyncio.TaskGroup() as group:
            group.create_task(refuse())
            call, _ = await answered_call(stack, stage, agent, number=ONE_BY_ONE)
        await asyncio.sleep(1)
        await call.hang_up()


async def hold_by_agent(stage: Stage) -> None:
    async with AsyncExitStack() as stack:
        agent = await stack.enter_async_context(stage.lab.phone("8001"))
        call, end = await answered_call(stack, stage, agent)
        await stage.tap(await stage.caller_channel())
        await asyncio.sleep(2)
        await end.hold()
        await asyncio.sleep(5)
        await end.unhold()
        await asyncio.sleep(2)
        await call.hang_up()


async def hold_by_caller(stage: Stage) -> None:
    async with AsyncExitStack() as stack:
        agent = await stack.enter_async_context(stage.lab.phone("8001"))
        call, end = await answered_call(stack, stage, agent)
        await call.hold()
        await asyncio.sleep(3)
        await call.unhold()
        await asyncio.sleep(1)
        await end.hang_up()


async def hung_up_on_hold(stage: Stage) -> None:
    async with AsyncExitStack() as stack:
        agent = await stack.enter_async_context(stage.lab.phone("8001"))
        call, end = await answered_call(stack, stage, agent)
        await end.hold()
        await asyncio.sleep(3)
        await call.hang_up()


async def direct_dial(stage: Stage) -> None:
    async with AsyncExitStack() as stack:
        agent = await stack.enter_async_context(stage.lab.phone("8001"))
        call, _ = await answered_call(stack, stage, agent, number=DIRECT + "1")
        await asyncio.sleep(1)
        await call.hang_up()


async def direct_dial_busy(stage: Stage) -> None:
    async with stage.lab.phone("8001") as agent, stage.lab.caller() as caller:
        call = await caller.prepare(DIRECT + "1")
        async with asyncio.TaskGroup() as group:
            group.create_task(_unanswered(call, DIRECT + "1"))
            (await agent.rings()).refuse()


async def internal_call(stage: Stage) -> None:
    async with stage.lab.phone("8001") as one, stage.lab.phone("8002") as two:
        async with asyncio.TaskGroup() as group:
            placing = group.create_task(one.call("8002"))
            group.create_task(two.answers(1.0))
        await asyncio.sleep(1)
        await placing.result().hang_up()


async def blind_transfer(stage: Stage) -> None:
    async with AsyncExitStack() as stack:
        agent = await stack.enter_async_context(stage.lab.phone("8001"))
        call, end = await answered_call(stack, stage, agent)
        await stage.tap(await stage.caller_channel())
        await asyncio.sleep(1)
        colleague = await stack.enter_async_context(stage.lab.phone("8002"))
        async with asyncio.TaskGroup() as group:
            group.create_task(end.transfer("8002"))
            group.create_task(colleague.answers(2.0))
        await asyncio.sleep(2)
        await call.hang_up()


async def blind_transfer_unanswered(stage: Stage) -> None:
    """To a phone that is busy: the caller is left without anyone and the PBX ends the call."""
    async with AsyncExitStack() as stack:
        agent = await stack.enter_async_context(stage.lab.phone("8001"))
        call, end = await answered_call(stack, stage, agent)
        await asyncio.sleep(1)
        colleague = await stack.enter_async_context(stage.lab.phone("8002"))
        async with asyncio.TaskGroup() as group:
            group.create_task(end.transfer("8002"))
            (await colleague.rings()).refuse()
        await asyncio.wait_for(call.ended.wait(), PATIENCE_S)


async def _consult(
    stack: AsyncExitStack, stage: Stage, agent: Phone, end: PhoneCall
) -> tuple[PhoneCall, PhoneCall]:
    """The agent holds the caller and asks a colleague: (the agent's end, the colleague's end)."""
    colleague = await stack.enter_async_context(stage.lab.phone("8002"))
    await end.hold()
    async with asyncio.TaskGroup() as group:
        asking = group.create_task(agent.call("8002"))
        answering = group.create_task(colleague.answers(1.0))
    await asyncio.sleep(1)
    return asking.result(), answering.result()


async def attended_transfer(stage: Stage) -> None:
    async with AsyncExitStack() as stack:
        agent = await stack.enter_async_context(stage.lab.phone("8001"))
        call, end = await answered_call(stack, stage, agent)
        await stage.tap(await stage.caller_channel())
        await asyncio.sleep(1)
        consultation, _ = await _consult(stack, stage, agent, end)
        await end.transfer_to(consultation)
        await asyncio.wait_for(end.ended.wait(), PATIENCE_S)
        await asyncio.sleep(2)
        await call.hang_up()


async def attended_transfer_cancelled(stage: Stage) -> None:
    async with AsyncExitStack() as stack:
        agent = await stack.enter_async_context(stage.lab.phone("8001"))
        call, end = await answered_call(stack, stage, agent)
        await asyncio.sleep(1)
        consultation, _ = await _consult(stack, stage, agent, end)
        await consultation.hang_up()
        await end.unhold()
        await asyncio.sleep(2)
        await call.hang_up()


async def attended_transfer_by_keys(stage: Stage) -> None:
    """With the PBX's own *2, for phones without a transfer button: the consultation is a Local channel."""
    async with AsyncExitStack() as stack:
        agent = await stack.enter_async_context(stage.lab.phone("8001"))
        call, end = await answered_call(stack, stage, agent)
        await asyncio.sleep(1)
        colleague = await stack.enter_async_context(stage.lab.phone("8002"))
        end.rtp.press("*2")
        await asyncio.sleep(3)
        end.rtp.press("8002")
        await colleague.answers(1.0)
        await asyncio.sleep(1)
        end.rtp.press("*2")
        await stage.ami.wait_for("AttendedTransfer", timeout=10)
        await asyncio.sleep(2)
        await call.hang_up()


async def pickup(stage: Stage) -> None:
    async with AsyncExitStack() as stack:
        agent = await stack.enter_async_context(stage.lab.phone("8001"))
        colleague = await stack.enter_async_context(stage.lab.phone("9001"))
        caller = await stack.enter_async_context(stage.lab.caller())
        call = await caller.prepare(LINE)
        async with asyncio.TaskGroup() as group:
            group.create_task(call.place(LINE))
            ringing = await agent.rings()
            await asyncio.sleep(2)
            await colleague.call("**8001")
        await asyncio.wait_for(ringing.ended.wait(), PATIENCE_S)
        await asyncio.sleep(1)
        await call.hang_up()


async def hostile_caller_name(stage: Stage) -> None:
    async with AsyncExitStack() as stack:
        agent = await stack.enter_async_context(stage.lab.phone("8001"))
        name = '王小明😀<img src=x onerror=alert(1)>${SHELL(id)},"引号"'
        call, _ = await answered_call(stack, stage, agent, name=name)
        await asyncio.sleep(1)
        await call.hang_up()


async def outbound(stage: Stage) -> None:
    async with stage.lab.phone("8001") as agent, stage.lab.provider() as provider:
        async with asyncio.TaskGroup() as group:
            placing = group.create_task(agent.call("13900139000"))
            group.create_task(provider.answers(2.0))
        await asyncio.sleep(2)
        await placing.result().hang_up()


async def supervisor_listens(stage: Stage) -> None:
    async with AsyncExitStack() as stack:
        agent = await stack.enter_async_context(stage.lab.phone("8001"))
        supervisor = await stack.enter_async_context(stage.lab.phone("9001"))
        call, _ = await answered_call(stack, stage, agent)
        channel = await stage.caller_channel()
        spy = {"Channel": "PJSIP/9001", "Application": "ChanSpy", "Data": f"{channel},uqES", "Async": "true"}
        async with asyncio.TaskGroup() as group:
            listening = group.create_task(supervisor.answers(1.0))
            await stage.ami.action("Originate", **spy, CallerID='"listen" <400>')
        await asyncio.sleep(2)
        assert listening.result().rtp.received.frames, "the supervisor hears nothing"
        await call.hang_up()


async def two_calls_at_once(stage: Stage) -> None:
    async with AsyncExitStack() as stack:
        one = await stack.enter_async_context(stage.lab.phone("8001"))
        first, _ = await answered_call(stack, stage, one)
        two = await stack.enter_async_context(stage.lab.phone("8002"))
        second, _ = await answered_call(stack, stage, two)
        await asyncio.sleep(1)
        await first.hang_up()
        await asyncio.sleep(1)
        await second.hang_up()


SCENARIOS: dict[str, Scenario] = {
    "queue-answered-2s": queue_answered_2s,
    "queue-answered-12s": queue_answered_12s,
    "two-agents-ringall": two_agents_ringall,
    "abandoned-while-ringing": abandoned,
    "no-answer-next-agent": no_answer_next_agent,
    "busy-next-agent": busy_next_agent,
    "hold-by-agent": hold_by_agent,
    "hold-by-caller": hold_by_caller,
    "hung-up-on-hold": hung_up_on_hold,
    "direct-dial": direct_dial,
    "direct-dial-busy": direct_dial_busy,
    "internal-call": internal_call,
    "blind-transfer": blind_transfer,
    "blind-transfer-to-busy": blind_transfer_unanswered,
    "attended-transfer": attended_transfer,
    "attended-transfer-cancelled": attended_transfer_cancelled,
    "attended-transfer-by-keys": attended_transfer_by_keys,
    "pickup": pickup,
    "hostile-caller-name": hostile_caller_name,
    "outbound": outbound,
    "supervisor-listens": supervisor_listens,
    "two-calls-at-once": two_calls_at_once,
}
