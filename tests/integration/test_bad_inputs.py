"""What is wrong is said in a sentence, and nothing else suffers."""

import asyncio
import struct
import subprocess
import uuid
from pathlib import Path

from tests.integration.site import USERS, Site
from tests.lab.asterisk import Lab
from tests.lab.rtp import Sound
from tests.lab.speech import saying
from tests.lab.tones import tone
from tests.support.program import ROOT, Program

OPENING = saying("agent_script_h069", pause_s=0.3)
HUMMING = Sound(tone(700, 2, level=300), endless=True)


async def _run(program: Program, name: str) -> tuple[int, str]:
    """A command of the program, to its end: exit code and what it said."""
    process = await asyncio.create_subprocess_exec(
        *program.command(name),
        cwd=ROOT,
        env=program.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    try:
        output, _ = await asyncio.wait_for(process.communicate(), 30)
    finally:
        if process.returncode is None:
            process.kill()
    assert process.returncode is not None
    return process.returncode, output.decode()


async def test_wrong_ami_secret(lab: Lab, tmp_path: Path) -> None:
    """The page works and says why there are no calls; doctor says it too, with exit code 1."""
    program = Program(tmp_path, lab.ports.ami, "not-the-secret")
    await program.add_users(USERS)
    async with program, program.page("8001") as page:
        await page.wait(
            "line", lambda m: any(p["name"] == "pbx" and "密码" in p["text"] for p in m["line"]["parts"])
        )
    code, output = await _run(program, "doctor")
    assert code == 1
    assert "密码" in output, output


async def test_account_that_may_not_originate(lab: Lab, tmp_path: Path) -> None:
    """Calls are seen; what is missing is named by doctor."""
    program = Program(tmp_path, lab.ports.ami, lab.secret, user="watcher")
    await program.add_users(USERS)
    code, output = await _run(program, "doctor")
    assert code == 1
    assert "权限" in output, output
    assert "originate" in output, output


async def test_shipped_account_pleases_the_doctor(site: Site) -> None:
    """Everything about the PBX is in order with exactly the shipped files; the program is asked beside itself running."""
    program = Program(site.program.folder, site.lab.ports.ami, site.lab.secret)
    code, output = await _run(program, "doctor")
    assert "权限" not in output, output
    assert code == 0, output


async def test_second_program_on_the_same_ports(site: Site) -> None:
    """It refuses to start, says which port, and the first one does not notice."""
    code, output = await _run(site.program, "serve")
    assert code != 0
    assert str(site.program.tap_port) in output or str(site.program.web_port) in output, output
    assert "Traceback" not in output
    assert await site.program.health() is not None


async def test_strangers_at_the_audio_port(site: Site) -> None:
    """Unknown tap ids, no id at all and oversized frames are shown out; a call in progress is heard all the same."""
    async with site.conversation(1, agent=OPENING, caller=HUMMING) as talk:
        unknown = struct.pack("!BH", 1, 16) + uuid.uuid4().bytes
        oversized = struct.pack("!BH", 0x10, 65535) + bytes(65535)
        for greeting in (unknown, oversized, b"GET / HTTP/1.1\r\n\r\n"):
            reader, writer = await asyncio.open_connection("127.0.0.1", site.program.tap_port)
            writer.write(greeting)
            try:
                assert await asyncio.wait_for(reader.read(), 10) is not None
            except ConnectionError:
                pass
            finally:
                writer.close()
        since = talk.page.mark
        talk.caller.rtp.play(saying("caller_price_course_h028", pause_s=0.5))
        await talk.page.wait(
            "transcript", lambda m: m["line"]["party"] == "caller" and m["line"]["final"], since=since
        )
        await talk.caller.hang_up()
        await talk.is_over()
