"""After hours on the real Asterisk, with the shipped dialplan: who rings, who must not swallow the caller, and what is left at the end.

The question is asked over the shipped FastAGI; the answers come from the very code that decides calls, one plan for each line, so
that all stories are played at once.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime

from ami_bridge.fast_agi import FastAgi, FastAgiSettings
from assistant.duty.answer import answer
from assistant.duty.plan_text import plan_from_text
from tests.integration.site import hears_on
from tests.lab.ami import AmiLog
from tests.lab.asterisk import Lab
from tests.lab.mobiles import Mobiles, accepts, is_busy, mailbox, never_answers
from tests.lab.overlay import desk_agents, duty_number
from tests.lab.phone_call import CallRefusedError, PhoneCall
from tests.support.until import PATIENCE_S, until

RING_S = 5
SENTENCE_S = 1.5
"""At least so long is the sentence before the next person."""
WAV_HEADER = 44
REFUSED = "trunk400 is a trunk of the 400 line"
LOOPED = 6
"""The desk whose mobile is forwarded to the line: it must still ring when the forwarded call asks for it."""


def mobile(desk: int, person: int) -> str:
    return f"1390000{desk:02}{person:02}"


def plan_text(desk: int, people: int, *, is_open: bool) -> str:
    """Today's date is ruled by hand, so that no holiday of the real calendar decides the test."""
    names = [f"p{desk}{person}" for person in range(1, people + 1)]
    rows = [
        f'  {name}: {{name: 值班{name}, number: "{mobile(desk, number)}", ring_s: {20 if desk == LOOPED else RING_S}}}'
        for number, name in enumerate(names, 1)
    ]
    hours = '{mon-sun: ["00:00-24:00"]}' if is_open else "{}"
    today = datetime.now(UTC).date()
    day = f"  {today}: {{open: 测试, like: mon}}"
    listed = "people:\n" + "\n".join(rows) if rows else "people: {}"
    return f"time_zone: UTC\nhours: {hours}\ndays:\n{day}\n{listed}\nalways: [{', '.join(names)}]\n"


@dataclass
class Stage:
    lab: Lab
    ami: AmiLog
    mobiles: Mobiles
    asked: list[str] = field(default_factory=list)

    @asynccontextmanager
    async def call(self, desk: int) -> AsyncIterator[PhoneCall]:
        """A caller who dials and waits; the call may be answered, or end, whenever it does."""
        number = duty_number(desk)
        async with self.lab.caller(f"1380013800{desk}") as caller, asyncio.TaskGroup() as group:
            call = await caller.prepare(number)
            placing = group.create_task(patiently(call, number))
            try:
                yield call
                await asyncio.wait_for(placing, 20)
            finally:
                await call.hang_up()

    async def answered(self, call: PhoneCall, within: float) -> None:
        await asyncio.wait_for(call.answered.wait(), within)


async def patiently(call: PhoneCall, number: str) -> None:
    try:
        await call.place(number)
    except CallRefusedError:
        if not call.ended_by_us:
            raise


PEOPLE = {1: 0, 2: 1, 3: 2, 4: 2, 5: 2, 6: 1, 7: 0, 8: 1}


@asynccontextmanager
async def stage(lab: Lab) -> AsyncIterator[Stage]:
    plans = {
        duty_number(desk): plan_from_text(plan_text(desk, people, is_open=desk == 1))
        for desk, people in PEOPLE.items()
    }
    manners = {
        mobile(2, 1): accepts,
        mobile(3, 1): never_answers,
        mobile(3, 2): accepts,
        mobile(4, 1): mailbox,
        mobile(4, 2): accepts,
        mobile(5, 1): is_busy,
        mobile(5, 2): never_answers,
        mobile(6, 1): never_answers,
        mobile(8, 1): accepts,
    }
    async with AmiLog(lab.ports.ami, lab.secret) as ami, Mobiles(lab, manners) as mobiles:
        playing = Stage(lab, ami, mobiles)

        def ask(dialled: str) -> object:
            playing.asked.append(dialled)
            return asdict(answer(plans[dialled], dialled, datetime.now(UTC)))

        agi = FastAgi(FastAgiSettings(port=0), ask)
        async with asyncio.TaskGroup() as group:
            running = group.create_task(agi.run())
            await agi.listening.wait()
            await set_globals(
                ami,
                HOTLINE_AGI=f"agi://127.0.0.1:{agi.port}/route",
                HOTLINE_SOUNDS=f"{lab.inner_directory}/etc/hotline/sounds/hotline",
                HOTLINE_MESSAGES=f"{lab.inner_directory}/spool/hotline",
            )
            try:
                yield playing
            finally:
                running.cancel()


async def set_globals(ami: AmiLog, **values: str) -> None:
    for name, value in values.items():
        response = await ami.action("Setvar", Variable=name, Value=value)
        assert response["Response"] == "Success", response


# -- the stories -----------------------------------------------------------------------------------------------------------


async def in_hours_the_queue_rings(stage: Stage) -> None:
    async with stage.lab.phone(desk_agents(1)[0]) as phone, stage.call(1) as call:
        (await phone.rings(10)).answer()
        await stage.answered(call, 5)
    assert stage.mobiles.rang(mobile(1, 1)) == 0


async def the_duty_mobile_takes_it(stage: Stage) -> None:
    """The caller hears something at once, is not charged before somebody took the call, and then both hear each other."""
    async with stage.call(2) as call:
        ringing = await stage.mobiles.rings(mobile(2, 1))
        assert len(call.rtp.received.frames) > 50, "the sentence, as early media"
        assert not call.answered.is_set()
        await asyncio.wait_for(ringing.answered.wait(), PATIENCE_S)
        assert not call.answered.is_set(), "lifted is not taken"
        await stage.answered(call, 10)
        assert await hears_on(call, 1.0) > 40
        assert await hears_on(ringing, 1.0) > 40


async def the_second_takes_what_the_first_does_not_answer(stage: Stage) -> None:
    async with stage.call(3) as call:
        first = await stage.mobiles.rings(mobile(3, 1))
        await asyncio.wait_for(first.ended.wait(), RING_S + 5)
        loop = asyncio.get_running_loop()
        gave_up = loop.time()
        await stage.mobiles.rings(mobile(3, 2), timeout=15)
        assert loop.time() - gave_up > SENTENCE_S, "the caller is told that somebody else is tried"
        await stage.answered(call, 10)


async def a_mailbox_does_not_swallow_the_caller(stage: Stage) -> None:
    async with stage.call(4) as call:
        box = await stage.mobiles.rings(mobile(4, 1))
        await asyncio.wait_for(box.answered.wait(), PATIENCE_S)
        taken = await stage.mobiles.rings(mobile(4, 2), timeout=40)
        assert not call.answered.is_set()
        assert box.ended.is_set()
        await stage.answered(call, 10)
        assert not taken.ended.is_set()


async def when_all_fail_a_message_is_taken(stage: Stage) -> None:
    async with stage.call(5) as call:
        await stage.mobiles.rings(mobile(5, 1))
        await stage.mobiles.rings(mobile(5, 2))
        await stage.answered(call, RING_S + 10)
        await leaves_a_message(stage, call)


async def nobody_on_duty_is_a_message_at_once(stage: Stage) -> None:
    async with stage.call(7) as call:
        await stage.answered(call, 5)
        await leaves_a_message(stage, call)


async def leaves_a_message(stage: Stage, call: PhoneCall) -> None:
    """Whoever speaks after the tone is kept, also if he just hangs up."""
    kept = stage.lab.directory / "spool" / "hotline"
    before = set(kept.glob("*.wav"))
    new = await until(lambda: set(kept.glob("*.wav")) - before, 25)
    await asyncio.sleep(1.0)  # a message of that length
    await call.hang_up()
    await until(lambda: all(file.stat().st_size > WAV_HEADER for file in new))


async def a_forward_that_comes_back_does_not_go_round(stage: Stage) -> None:
    """The mobile is forwarded to the very line: the second call finds it engaged and is offered to leave a message."""
    async with stage.call(6) as call:
        await stage.mobiles.rings(mobile(6, 1))
        again = duty_number(6)
        async with stage.lab.caller("13800138006") as forwarded:
            looped = await forwarded.call(again)
            assert looped.answered.is_set(), "the message"
            await looped.hang_up()
        assert stage.mobiles.rang(mobile(6, 1)) == 1
        await call.hang_up()


async def by_the_line_itself_nothing_is_forwarded(stage: Stage) -> None:
    """X1. Said in Asterisk's log, and the caller is not lost. (The sentences are away as well: they are left out.)"""
    await set_globals(stage.ami, HOTLINE_DUTY_TRUNK="trunk400", HOTLINE_SOUNDS="/nowhere")
    async with stage.lab.provider() as provider, stage.call(8) as call:
        await stage.answered(call, 5)
        await leaves_a_message(stage, call)
        assert provider.incoming.empty()
    assert stage.mobiles.rang(mobile(8, 1)) == 0
    assert REFUSED in stage.lab.log_tail(400)


async def by_another_400_line_neither(stage: Stage) -> None:
    """X1, where the call came in some other way: the guard knows the 400 trunks, and the forward asks it."""
    before = stage.lab.log_tail(400).count(REFUSED)
    in_by_another = f"Local/{duty_number(8)}@from-trunk400/n"
    await stage.ami.action(
        "Originate", Channel=in_by_another, Application="Morsecode", Data="0000", Async="true"
    )
    await stage.ami.wait_for("OriginateResponse", Application="Morsecode", Response="Success", timeout=10)
    assert stage.mobiles.rang(mobile(8, 1)) == 0
    assert stage.lab.log_tail(400).count(REFUSED) == before + 1


STORIES: list[Callable[[Stage], Awaitable[None]]] = [
    in_hours_the_queue_rings,
    the_duty_mobile_takes_it,
    the_second_takes_what_the_first_does_not_answer,
    a_mailbox_does_not_swallow_the_caller,
    when_all_fail_a_message_is_taken,
    nobody_on_duty_is_a_message_at_once,
    a_forward_that_comes_back_does_not_go_round,
]


async def test_where_calls_go_after_hours(lab: Lab) -> None:
    async with stage(lab) as playing:
        wrong: list[Exception] = []

        async def tell(story: Callable[[Stage], Awaitable[None]]) -> None:
            try:
                await story(playing)
            except Exception as error:  # noqa: BLE001 - the others shall still be played to their end
                error.add_note(f"in {story.__name__}")
                wrong.append(error)

        async with asyncio.TaskGroup() as group:
            for story in STORIES:
                group.create_task(tell(story))
        await tell(by_the_line_itself_nothing_is_forwarded)
        await tell(by_another_400_line_neither)
        if wrong:
            raise ExceptionGroup(f"Asterisk's log ends with:\n{lab.log_tail()}", wrong)
