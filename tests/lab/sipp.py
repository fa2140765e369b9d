"""A SIPp caller on the provider's trunk: a second, independent SIP implementation that dials, speaks and ends normally or says so."""

import asyncio
import contextlib
import secrets
import subprocess
from collections.abc import AsyncIterator
from dataclasses import dataclass
from xml.sax.saxutils import quoteattr

from tests.lab.asterisk import TRUNK_HOST, Lab
from tests.lab.chroot import enter


@dataclass(frozen=True)
class SippCall:
    """What SIPp is to do. `alaw`: what the caller says, again and again. It hangs up `talk_s` after the answer, or on BYE."""

    number: str
    from_number: str = "13800138000"
    from_name: str | None = None
    alaw: bytes = b""
    talk_s: float = 5.0


@dataclass(frozen=True)
class SippResult:
    exit_code: int
    output: str

    @property
    def ended_normally(self) -> bool:
        return self.exit_code == 0


@contextlib.asynccontextmanager
async def sipp_caller(lab: Lab, call: SippCall) -> AsyncIterator["asyncio.Task[SippResult]"]:
    """Dials at once; the task gives the result. Leaving early ends SIPp."""
    name = f"sipp-{secrets.token_hex(4)}"
    scenario, speech = lab.directory / f"{name}.xml", lab.directory / f"{name}.al"
    speech.write_bytes(call.alaw)
    inner = lab.inner_directory
    scenario.write_text(_scenario(call, f"{inner}/{speech.name}" if call.alaw else None))
    media = 40_000 + 20 * secrets.randbelow(500)
    command = [
        "sipp",
        "-sf",
        f"{inner}/{scenario.name}",
        "-m",
        "1",
        "-nostdin",
        "-i",
        TRUNK_HOST,
        "-mi",
        TRUNK_HOST,
    ]
    command += ["-min_rtp_port", str(media), "-max_rtp_port", str(media + 18), f"127.0.0.1:{lab.ports.sip}"]
    process = await asyncio.create_subprocess_exec(
        *enter(command, as_caller=True),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )

    async def result() -> SippResult:
        output, _ = await process.communicate()
        return SippResult(process.returncode or 0, output.decode(errors="replace"))

    async with asyncio.TaskGroup() as group:
        try:
            yield group.create_task(result())
        finally:
            if process.returncode is None:
                process.terminate()


def _scenario(call: SippCall, speech: str | None) -> str:
    name = f'"{call.from_name}" '.replace("]]>", "") if call.from_name else ""
    play = (
        f"<nop><action><exec rtp_stream={quoteattr(f'{speech},-1,8,PCMA/8000')}/></action></nop>"
        if speech
        else ""
    )
    dialled = f"sip:{call.number}@[remote_ip]:[remote_port]"
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<scenario name="a caller">
<send retrans="500" start_rtd="answer"><![CDATA[
INVITE {dialled} SIP/2.0
{_headers(call, name, 1, "INVITE", f"<{dialled}>", "[branch]")}
Content-Type: application/sdp
Content-Length: [len]

v=0
o=sipp 1 1 IN IP[local_ip_type] [local_ip]
s=-
c=IN IP[media_ip_type] [media_ip]
t=0 0
m=audio [rtpstream_audio_port] RTP/AVP 8
a=rtpmap:8 PCMA/8000
a=ptime:20
]]></send>
<recv response="100" optional="true"/>
<recv response="180" optional="true"/>
<recv response="183" optional="true"/>
<recv response="200" rrs="true" rtd="answer"/>
<send><![CDATA[
ACK [next_url] SIP/2.0
{_headers(call, name, 1, "ACK", f"<{dialled}>[peer_tag_param]", "[branch]")}
Content-Length: 0

]]></send>
{play}
<recv request="BYE" timeout="{round(call.talk_s * 1000)}" ontimeout="hang_up" next="ended"/>
<label id="hang_up"/>
<send retrans="500"><![CDATA[
BYE [next_url] SIP/2.0
{_headers(call, name, 2, "BYE", f"<{dialled}>[peer_tag_param]", "[branch]")}
Content-Length: 0

]]></send>
<recv response="200" next="over"/>
{_HUNG_UP_ON}<label id="over"/>
<nop/>
</scenario>
"""


_HUNG_UP_ON = """<label id="ended"/>
<send><![CDATA[
SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:]
[last_Call-ID:]
[last_CSeq:]
Content-Length: 0

]]></send>
"""


def _headers(call: SippCall, name: str, cseq: int, method: str, to: str, branch: str) -> str:
    return "\n".join(
        [
            f"Via: SIP/2.0/UDP [local_ip]:[local_port];branch={branch}",
            f"From: {name}<sip:{call.from_number}@[local_ip]:[local_port]>;tag=[call_number]",
            f"To: {to}",
            "Call-ID: [call_id]",
            f"CSeq: {cseq} {method}",
            f"Contact: <sip:{call.from_number}@[local_ip]:[local_port]>",
            "Max-Forwards: 70",
        ]
    )
