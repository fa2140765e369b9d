"""After hours with the whole program: `hotline-agi` started by Asterisk asks it, and no call is lost when it is stopped or gone."""

import asyncio
import os
import shutil
import signal
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx

from tests.integration.site import USERS
from tests.integration.test_duty_dialplan import patiently, set_globals
from tests.lab.agi import install_agi
from tests.lab.ami import AmiLog
from tests.lab.asterisk import Lab
from tests.lab.mobiles import Mobiles, accepts
from tests.lab.overlay import SUPERVISOR, desk_agents, duty_number
from tests.lab.phone_call import PhoneCall
from tests.support.page import Page
from tests.support.program import PASSWORD, Program
from tests.support.until import PATIENCE_S

MOBILE = "13900000101"
LAST_RESORT = "13900000102"
PERSON = desk_agents(1)[0]
PLAN = f'hours: {{}}\npeople: {{wang: {{name: 王芳, number: "{MOBILE}", extension: "{PERSON}"}}}}\nalways: [wang]\n'


def calls(lab: Lab, desk: int) -> AbstractAsyncContextManager[PhoneCall]:
    return dials(lab, duty_number(desk), f"1380013800{desk}")


@asynccontextmanager
async def dials(lab: Lab, number: str, shown: str) -> AsyncIterator[PhoneCall]:
    async with lab.caller(shown) as caller, asyncio.TaskGroup() as group:
        call = await caller.prepare(number)
        placing = group.create_task(patiently(call, number))
        try:
            yield call
        finally:
            await call.hang_up()
            await placing


@asynccontextmanager
async def duty_program(lab: Lab, folder: Path, ami: AmiLog) -> AsyncIterator[Program]:
    (folder / "duty.yaml").write_text(PLAN)
    token = folder / "route.token"
    more = f"[duty]\nplan = '{folder}/duty.yaml'\ntoken_file = '{token}'\n"
    program = Program(folder, lab.ports.ami, lab.secret, more=more)
    await program.add_users(USERS)
    async with program:
        shutil.copy(token, lab.directory / "token")
        await set_globals(
            ami,
            HOTLINE_AGI=install_agi(lab),
            HOTLINE_SERVICE=f"http://127.0.0.1:{program.web_port}",
            HOTLINE_TOKEN=f"{lab.inner_directory}/token",
            HOTLINE_SOUNDS="/nowhere",
            HOTLINE_ZONE="UTC",
            # A machine so busy that not even the first question is answered in a second still finds the mobile.
            HOTLINE_NUMBERS=f"{MOBILE}/25/{PERSON}",
        )
        yield program


async def test_the_duty_mobile_with_the_program_well_stopped_and_gone(lab: Lab, tmp_path: Path) -> None:
    async with (
        AmiLog(lab.ports.ami, lab.secret) as ami,
        Mobiles(lab, {MOBILE: accepts, LAST_RESORT: accepts}) as mobiles,
        duty_program(lab, tmp_path, ami) as program,
    ):
        async with program.page(PERSON) as page:
            await is_tracked_like_any_call(lab, mobiles, page)
        await the_record_is_to_be_completed(program)
        await an_override_holds_for_the_next_call(lab, program)
        well = await time_to_ring(lab, ami, mobiles)
        os.kill(program.pid, signal.SIGSTOP)
        try:
            stopped = await time_to_ring(lab, ami, mobiles)
        finally:
            os.kill(program.pid, signal.SIGCONT)
        print(
            f"from the call's arrival to the mobile: {well:.2f} s, with the program stopped {stopped:.2f} s"
        )
        assert stopped < 2.0
        await program.kill()
        gone = await time_to_ring(lab, ami, mobiles)
        print(f"with the program killed: {gone:.2f} s")
        assert "The plan it left says duty" in lab.log_tail(400)
        await without_anything_the_hours_decide(lab, ami, mobiles)


async def is_tracked_like_any_call(lab: Lab, mobiles: Mobiles, page: Page) -> None:
    """The duty person's page rings, sees the call answered only when it was taken, is heard and helped, and sees it end."""
    async with calls(lab, 1) as call:
        ringing = await mobiles.rings(MOBILE)
        await page.wait("call", lambda m: m["call"]["state"] == "ringing")
        talking = await page.wait("call", lambda m: m["call"]["state"] == "talking")
        assert talking["call"]["agent"] == PERSON
        assert call.answered.is_set()
        assert ringing.answered.is_set()
        await page.wait("card")
        await page.wait("call", lambda m: m["call"]["audio"] == "ok")
    await page.wait("call_gone")


async def the_record_is_to_be_completed(program: Program) -> None:
    """S0-10: the call is in the duty person's list until its record sheet is complete."""
    async with signed_in(program, PERSON) as http:
        tasks = (await http.get("/api/tasks")).json()["tasks"]
    assert [(task["kind"], task["agent"]) for task in tasks] == [("fill_sheet", PERSON)]


async def an_override_holds_for_the_next_call(lab: Lab, program: Program) -> None:
    end = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    async with signed_in(program, SUPERVISOR) as http:
        made = await http.post("/api/duty/changes", json={"kind": "open", "end": end, "reason": "加班"})
        assert made.status_code == 201, made.text
        async with lab.phone(PERSON) as phone, calls(lab, 1) as call:
            (await phone.rings(10)).answer()
            await asyncio.wait_for(call.answered.wait(), PATIENCE_S)
        withdrawn = await http.post(f"/api/duty/changes/{made.json()['change_id']}/withdraw")
        assert withdrawn.status_code == 200, withdrawn.text


async def time_to_ring(lab: Lab, ami: AmiLog, mobiles: Mobiles) -> float:
    """From the caller's channel to the duty trunk's, by Asterisk's own events; then the person takes the call."""
    since, rang = len(ami.messages), mobiles.rang(MOBILE)
    async with calls(lab, 1) as call:
        await mobiles.rings(MOBILE, rang + 1)
        await asyncio.wait_for(call.answered.wait(), PATIENCE_S)
    began, rung = (
        next(
            at
            for at, message in ami.messages[since:]
            if message.get("Event") == "Newchannel" and message["Channel"].startswith(f"PJSIP/{trunk}-")
        )
        for trunk in ("trunk400", "trunk-duty")
    )
    return rung - began


async def without_anything_the_hours_decide(lab: Lab, ami: AmiLog, mobiles: Mobiles) -> None:
    """A line that was never asked for, so AstDB holds nothing: GotoIfTime, with numbers from a global variable."""
    await set_globals(ami, HOTLINE_HOURS_1="*,*,*,*", HOTLINE_NUMBERS=f"{LAST_RESORT}/20/8201")
    async with lab.phone(desk_agents(2)[0]) as phone, calls(lab, 2) as call:
        (await phone.rings(10)).answer()
        await asyncio.wait_for(call.answered.wait(), PATIENCE_S)
    later = datetime.now(UTC) + timedelta(hours=6)
    await set_globals(ami, HOTLINE_HOURS_1=f"{later:%H}:00-{later:%H}:01,*,*,*")
    async with calls(lab, 2) as call:
        await mobiles.rings(LAST_RESORT)
        await asyncio.wait_for(call.answered.wait(), PATIENCE_S)


@asynccontextmanager
async def signed_in(program: Program, extension: str) -> AsyncIterator[httpx.AsyncClient]:
    origin = f"http://127.0.0.1:{program.web_port}"
    async with httpx.AsyncClient(base_url=origin, headers={"origin": origin}, trust_env=False) as http:
        answer = await http.post("/api/login", json={"extension": extension, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        yield http
