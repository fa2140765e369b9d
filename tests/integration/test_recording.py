"""Nothing is recorded until a queue is switched on; then its calls are heard on their page by whose work that is, on a real Asterisk."""

import asyncio
import wave
from io import BytesIO
from pathlib import Path

from tests.integration.site import USERS, Site
from tests.integration.test_duty_dialplan import set_globals
from tests.integration.test_duty_program import signed_in
from tests.lab.ami import AmiLog
from tests.lab.asterisk import Lab
from tests.lab.overlay import SUPERVISOR
from tests.lab.speech import saying
from tests.support.program import Program


async def test_only_the_queue_that_is_switched_on_is_recorded(lab: Lab, tmp_path: Path) -> None:
    folder = lab.directory / "spool" / "recordings"
    folder.mkdir(parents=True)
    folder.chmod(0o777)
    program = Program(tmp_path, lab.ports.ami, lab.secret, more=f"[recording]\nfolder = '{folder}'\n")
    await program.add_users(USERS)
    async with program, AmiLog(lab.ports.ami, lab.secret) as ami:
        inner = f"{lab.inner_directory}/spool/recordings"
        await set_globals(ami, HOTLINE_RECORDINGS=inner, HOTLINE_RECORD_desk1="yes")
        site = Site(lab, program)
        recorded, plain = [await a_call(site, desk) for desk in (1, 2)]
        assert [file.stem for file in folder.iterdir()] == [recorded]
        async with signed_in(program, SUPERVISOR) as boss:
            heard = await boss.get(f"/api/calls/{recorded}/recording")
            assert (await boss.get(f"/api/calls/{recorded}")).json()["recording"] is True
            assert (await boss.get(f"/api/calls/{plain}/recording")).status_code == 404
        with wave.open(BytesIO(heard.content)) as sound:
            assert sound.getnframes() / sound.getframerate() > 1.0
            assert any(sound.readframes(sound.getnframes()))


async def a_call(site: Site, desk: int) -> str:
    words = saying("caller_agent_attitude_h038")
    async with site.conversation(desk, caller=words) as talk:
        await asyncio.sleep(2.0)  # the length of what is recorded
        await talk.caller.hang_up()
        await talk.is_over()
        return talk.call_id
