"""`hotline-agi` as Asterisk runs it: a process between two pipes, a service on loopback that is well, slow, wrong or gone."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.support.agi import header

GOOD = (
    b'{"route": "duty", "targets": "13800138000/25/8001", "until": 1795600000, "plan": "1795600000:queue:"}'
)
SET = [
    b'SET VARIABLE "HOTLINE_ROUTE" "duty"\n',
    b'SET VARIABLE "HOTLINE_TARGETS" "13800138000/25/8001"\n',
    b'SET VARIABLE "HOTLINE_UNTIL" "1795600000"\n',
    b'SET VARIABLE "HOTLINE_PLAN" "1795600000:queue:"\n',
    b'SET VARIABLE "HOTLINE_STATUS" "ok"\n',
]
FAILED = [b'SET VARIABLE "HOTLINE_STATUS" "failed"\n']
ROOT = Path(__file__).parents[2]


class Service:
    """Answers every request alike, and keeps what was asked."""

    def __init__(self, body: bytes | None, status: bytes = b"200 OK") -> None:
        self.asked: list[bytes] = []
        self._answer = None if body is None else b"HTTP/1.1 " + status + b"\r\nX: y\r\n\r\n" + body
        self.port = 0

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.asked.append(await reader.readuntil(b"\r\n\r\n"))
        if self._answer is None:
            await reader.read()  # until the other side has had enough
        else:
            writer.write(self._answer)
        writer.close()


@asynccontextmanager
async def serving(service: Service) -> AsyncIterator[Service]:
    async with await asyncio.start_server(service.handle, "127.0.0.1", 0) as server:
        service.port = server.sockets[0].getsockname()[1]
        yield service


async def run(
    folder: Path, service: str, dialled: str = "4001234567", caller: str = "13912345678"
) -> tuple[list[bytes], bytes]:
    """What the program commands when every command succeeds, and its stderr."""
    (folder / "token").write_text("sesame42\n")
    program = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "ami_bridge.agi", dialled, service, str(folder / "token"),
        cwd=ROOT, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert program.stdin is not None
    assert program.stdout is not None
    assert program.stderr is not None
    program.stdin.write(header(dialled, caller))
    commands = []
    async with asyncio.timeout(20):
        while line := await program.stdout.readline():
            commands.append(line)
            program.stdin.write(b"200 result=1\n")
        assert await program.wait() == 0
        return commands, await program.stderr.read()


async def test_the_answer_becomes_variables_and_nothing_is_printed(tmp_path: Path) -> None:
    async with serving(Service(GOOD)) as service:
        assert await run(tmp_path, f"http://127.0.0.1:{service.port}") == (SET, b"")
    assert service.asked == [
        b"GET /api/route?dialled=4001234567 HTTP/1.0\r\nHost: 127.0.0.1:%d\r\nAuthorization: Bearer sesame42\r\n\r\n"
        % service.port
    ]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (
            b'{"route": "duty", "targets": "1\\"\\nEXEC System \\"id", "until": 1, "plan": "1:queue:"}',
            b"200 OK",
        ),
        (b"not json", b"200 OK"),
        (b"\xff\xfe", b"200 OK"),
        (b"[]", b"200 OK"),
        (GOOD, b"403 Forbidden"),
        (b"x" * 20_000, b"200 OK"),
        (b"", b"503 Service Unavailable"),
    ],
)
async def test_a_wrong_answer_is_a_failure_and_injects_nothing(
    tmp_path: Path, body: bytes, status: bytes
) -> None:
    async with serving(Service(body, status)) as service:
        assert await run(tmp_path, f"http://127.0.0.1:{service.port}") == (FAILED, b"")


async def test_a_service_that_hangs_costs_one_second_at_most(tmp_path: Path) -> None:
    async with serving(Service(None)) as service:
        began = asyncio.get_running_loop().time()
        assert await run(tmp_path, f"http://127.0.0.1:{service.port}") == (FAILED, b"")
        took = asyncio.get_running_loop().time() - began
    assert 0.8 < took < 3.0, "the limit of 0.9 s and the start of a process on a busy machine"


async def test_no_service_no_address_no_number(tmp_path: Path) -> None:
    assert await run(tmp_path, "http://127.0.0.1:1") == (FAILED, b"")
    assert await run(tmp_path, "somewhere") == (FAILED, b"")
    assert await run(tmp_path, "http://127.0.0.1:1", dialled="400 EVIL") == (FAILED, b"")


async def test_a_callers_name_of_any_kind_never_reaches_stderr(tmp_path: Path) -> None:
    async with serving(Service(GOOD)) as service:
        hostile = "13912345678\x00\"${SHELL(id)}'"
        assert await run(tmp_path, f"http://127.0.0.1:{service.port}", caller=hostile) == (SET, b"")


async def test_asterisk_gone_in_mid_header_or_mid_answer_ends_it_quietly(tmp_path: Path) -> None:
    async with serving(Service(GOOD)) as service:
        (tmp_path / "token").write_text("sesame42")
        for said in (
            b"agi_request: x\n",
            header("4001234567", "139") + b"200 result=1\n",
            header("4001234567", "139"),
        ):
            program = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "ami_bridge.agi", "4001234567", f"http://127.0.0.1:{service.port}",
                str(tmp_path / "token"), cwd=ROOT,
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
            )  # fmt: skip
            _, errors = await asyncio.wait_for(program.communicate(said), 20)
            assert (program.returncode, errors) == (0, b"")
