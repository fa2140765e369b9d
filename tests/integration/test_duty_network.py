"""After hours with the question crossing a network that fails, and with hours that end while a caller waits: nobody is lost.

And what a caller leaves behind when nobody can be rung is found by the call it belongs to.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta

from ami_bridge.fast_agi import FastAgi, FastAgiSettings
from assistant.duty.answer import answer
from assistant.duty.messages_left import MessagesLeft
from assistant.duty.plan_text import plan_from_text
from tests.integration.test_duty_dialplan import mobile, plan_text, set_globals
from tests.integration.test_duty_program import calls
from tests.lab.ami import AmiLog
from tests.lab.asterisk import Lab
from tests.lab.mobiles import Manner, Mobiles, accepts
from tests.lab.overlay import desk_agents, duty_number
from tests.support.tcp_proxy import TcpProxy
from tests.support.until import PATIENCE_S, until

DESK = 2
ON_DUTY = mobile(DESK, 1)
KEPT = "The plan it left says duty"
LIMIT_S = 2.0
"""One second for the question, and what a busy machine needs for the rest."""
SHUT, OPEN = (plan_from_text(plan_text(DESK, 1, is_open=is_open)) for is_open in (False, True))


@dataclass
class Asked:
    """Whoever is asked where calls go. `meanwhile`: what happens to the network just before the answer."""

    plan: object
    meanwhile: Callable[[], None] | None = None
    times: int = 0

    def __call__(self, dialled: str) -> object:
        self.times += 1
        if self.meanwhile is not None:
            self.meanwhile()
        return asdict(answer(self.plan, dialled, datetime.now(UTC)))  # type: ignore[arg-type]


@asynccontextmanager
async def asking(
    lab: Lab, asked: Callable[[str], object], manners: dict[str, Manner] | None = None
) -> AsyncIterator[tuple[AmiLog, Mobiles, TcpProxy]]:
    """The dialplan's question goes to `asked` through a network that can be cut."""
    agi = FastAgi(FastAgiSettings(port=0), asked)
    async with (
        AmiLog(lab.ports.ami, lab.secret) as ami,
        Mobiles(lab, manners or {ON_DUTY: accepts}) as mobiles,
        asyncio.TaskGroup() as group,
    ):
        running = group.create_task(agi.run())
        await agi.listening.wait()
        async with TcpProxy(agi.port) as proxy:
            await set_globals(
                ami, HOTLINE_AGI=f"agi://127.0.0.1:{proxy.port}/route", HOTLINE_SOUNDS="/nowhere"
            )
            yield ami, mobiles, proxy
        running.cancel()


async def test_a_message_is_found_by_its_call(lab: Lab) -> None:
    nobody = plan_from_text(plan_text(DESK, 0, is_open=False))
    folder = lab.directory / "spool" / "hotline"
    async with asking(lab, Asked(nobody)) as (ami, _, _):
        await set_globals(ami, HOTLINE_MESSAGES=f"{lab.inner_directory}/spool/hotline")
        async with calls(lab, DESK) as call:
            came = await ami.wait(
                lambda m: m.get("Event") == "Newchannel" and m["Channel"].startswith("PJSIP/trunk400-")
            )
            await asyncio.wait_for(call.answered.wait(), PATIENCE_S)
            await until(lambda: MessagesLeft(folder).file(came["Uniqueid"]))


async def test_a_call_that_was_decided_without_us_leaves_a_note(lab: Lab) -> None:
    folder = lab.directory / "spool" / "hotline"
    folder.mkdir(exist_ok=True)
    asked = Asked(SHUT)
    async with asking(lab, asked) as (ami, mobiles, proxy):
        await set_globals(ami, HOTLINE_MESSAGES=f"{lab.inner_directory}/spool/hotline")
        await until_the_mobile_rings(lab, ami, mobiles)
        began = datetime.now(UTC) - timedelta(seconds=1)
        proxy.refuse()
        await until_the_mobile_rings(lab, ami, mobiles)
    [note] = MessagesLeft(folder).unseen(began, datetime.now(UTC))
    assert (note.number, note.dialled, note.left_message) == (f"1380013800{DESK}", duty_number(DESK), False)


async def until_the_mobile_rings(lab: Lab, ami: AmiLog, mobiles: Mobiles) -> float:
    """From the caller's channel to the mobile's, by Asterisk's own events; the person then takes the call."""
    since, rang = len(ami.messages), mobiles.rang(ON_DUTY)
    async with calls(lab, DESK) as call:
        await mobiles.rings(ON_DUTY, rang + 1)
        await asyncio.wait_for(call.answered.wait(), PATIENCE_S)
    began, rung = (
        next(
            float(message["Timestamp"])
            for _, message in ami.messages[since:]
            if message.get("Event") == "Newchannel" and message["Channel"].startswith(f"PJSIP/{trunk}-")
        )
        for trunk in ("trunk400", "trunk-duty")
    )
    return rung - began


async def test_a_network_that_stalls_or_drops_in_mid_question_costs_a_second(lab: Lab) -> None:
    asked = Asked(SHUT)
    async with asking(lab, asked) as (ami, mobiles, proxy):
        await until_the_mobile_rings(lab, ami, mobiles)
        assert (asked.times, KEPT in lab.log_tail(400)) == (1, False)
        for fault in (proxy.freeze, proxy.cut, proxy.refuse):
            asked.meanwhile = fault
            if fault == proxy.refuse:  # not even a connection
                fault()
            before = lab.log_tail(400).count(KEPT)
            took = await until_the_mobile_rings(lab, ami, mobiles)
            print(f"{fault.__name__}: from the call's arrival to the mobile {took:.2f} s")
            assert took < LIMIT_S
            assert lab.log_tail(400).count(KEPT) == before + 1
            proxy.mend()
        asked.meanwhile = None
        await until_the_mobile_rings(lab, ami, mobiles)
        assert lab.log_tail(400).count(KEPT) == 3, "a network that is back is asked again"


async def test_hours_that_end_while_a_caller_waits_count_once_the_queue_gives_up(lab: Lab) -> None:
    """The caller goes on waiting, for the phone still rings; when the queue gives up, the mobile rings."""
    asked = Asked(OPEN)
    async with asking(lab, asked) as (_, mobiles, _), AsyncExitStack() as at_the_desk:
        phone = await at_the_desk.enter_async_context(lab.phone(desk_agents(DESK)[0]))
        async with calls(lab, DESK) as call:
            ringing = await phone.rings(10)
            asked.plan = SHUT
            assert (asked.times, ringing.ended.is_set(), mobiles.rang(ON_DUTY)) == (1, False, 0)
            await at_the_desk.aclose()  # nobody is left in the queue
            await mobiles.rings(ON_DUTY)
            await asyncio.wait_for(call.answered.wait(), PATIENCE_S)
        assert asked.times == 2
