"""`hotline demo`: the whole program without a PBX. Calls come from the simulator, a process of its own.

Everything on our side of the two sockets is the real thing. Records live in a folder that is deleted at the end.
"""

import asyncio
import json
import secrets
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from ami_bridge.simulator.__main__ import SCENARIOS
from ami_bridge.simulator.scenario import load_all
from assistant.clock import SystemClock
from assistant.config import AsrSection, LogSection, PbxSection, RecordsSection, Settings, WebSection
from assistant.messages import Role
from assistant.store.passwords import Passwords
from assistant.store.store import Store

SPEECH = Path(__file__).parents[1] / "asr" / "mini_zh" / "speech"
PASSWORD = "demo-400"  # noqa: S105 - said on the screen; these users exist only while the demonstration runs
USERS: tuple[tuple[str, str, Role], ...] = (
    ("8001", "刘敏", "agent"),
    ("8002", "徐茂", "agent"),
    ("9001", "值班主管", "supervisor"),
)
PORTS_TRIED = 20
START_TIMEOUT_S = 20.0


class DemoError(Exception):
    """Why the demonstration cannot start, for the person who started it."""


@dataclass(frozen=True, slots=True)
class DemoOptions:
    port: int = 8400
    every_s: float = 40.0
    """Between calls that come by themselves; 0: none."""
    once: str | None = None
    """One call of this scenario at the start, and none by themselves."""


@dataclass(frozen=True, slots=True)
class DemoCalls:
    """What the service needs of the demonstration: the scenarios to offer, and how to place one."""

    scenarios: tuple[str, ...]
    place: Callable[[str], None]


Serve = Callable[[Settings, DemoCalls], Awaitable[None]]
"""Runs the program with these settings until cancelled."""


async def demo(options: DemoOptions, serve: Serve) -> None:
    """Until cancelled. Raises DemoError."""
    port = free_port(options.port)
    titles = tuple(scenario.title for scenario in load_all(SCENARIOS).values())
    if options.once is not None and options.once not in titles:
        raise DemoError(f"没有场景「{options.once}」。可选: {'、'.join(titles)}")
    with TemporaryDirectory(prefix="hotline-demo-") as folder:
        async with simulator(options) as pbx:
            settings = settings_for(Path(folder), pbx, port)
            await _add_users(settings.records.url)
            async with asyncio.TaskGroup() as group:
                group.create_task(_welcome(port))
                await serve(settings, DemoCalls(titles, pbx.place))


def free_port(wanted: int) -> int:
    """The wanted port or one of the next; 0: any. Raises DemoError."""
    for port in range(wanted, min(wanted + PORTS_TRIED, 65536)):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise DemoError(f"端口 {wanted} 到 {wanted + PORTS_TRIED - 1} 都被占用;请用 --port 指定别的端口")


@dataclass(frozen=True, slots=True)
class SimulatedPbx:
    """The running simulator: where its AMI is, and its input, by which calls are placed."""

    ami_port: int
    secret: str
    orders: asyncio.StreamWriter

    def place(self, scenario: str) -> None:
        self.orders.write(f"{scenario}\n".encode())


@asynccontextmanager
async def simulator(options: DemoOptions) -> AsyncIterator[SimulatedPbx]:
    """The simulator as long as the context lasts; it also ends by itself when we die, as its input then closes."""
    secret = secrets.token_hex(16)  # never begins with a dash, which would read as an option
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "ami_bridge.simulator", "--speech", str(SPEECH), "--secret", secret),
        *("--every", str(0 if options.once else options.every_s)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        start_new_session=True,  # Ctrl-C is ours: it ends when its input closes, after us
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        async with asyncio.timeout(START_TIMEOUT_S):
            said = await process.stdout.readline()
        if not said:
            raise DemoError("模拟交换机没有启动,原因见上 / the simulator did not start")
        pbx = SimulatedPbx(json.loads(said)["ready"]["ami"], secret, process.stdin)
        if options.once is not None:
            pbx.place(options.once)
        yield pbx
    except TimeoutError as error:
        raise DemoError(f"模拟交换机 {START_TIMEOUT_S:.0f} 秒内没有启动") from error
    finally:
        process.stdin.close()
        await process.wait()


def settings_for(folder: Path, pbx: SimulatedPbx, port: int) -> Settings:
    return Settings(
        pbx=PbxSection(port=pbx.ami_port, secret=pbx.secret, tap_port=0),
        asr=AsrSection(),
        web=WebSection(port=port),
        records=RecordsSection(url=f"sqlite:///{folder / 'demo.db'}"),
        log=LogSection(level="error"),
    )


async def _add_users(url: str) -> None:
    wall = SystemClock().wall()
    store = await Store.open(url, wall)
    try:
        hashed = await Passwords().hash(PASSWORD)
        for extension, name, role in USERS:
            await store.accounts.add(extension, name, role, hashed, wall)
    finally:
        await store.close()


async def _welcome(port: int) -> None:
    """Says where to look, once there is something to see."""
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.2)
            continue
        writer.close()
        break
    agents, supervisor = "、".join(name for name, _, role in USERS if role == "agent"), USERS[-1][0]
    print(
        f"""
  医讯网 400 热线助手 · 演示        Hotline Assistant · demo

  打开 Open         http://127.0.0.1:{port}
  坐席 Agents       {agents}          密码 password  {PASSWORD}
  主管 Supervisor   {supervisor}               密码 password  {PASSWORD}

  以 8001 登录,来电会自动进来,坐席与客户的话由录音代替。
  Log in as 8001: calls come in by themselves; recordings speak for both sides.
  按 Ctrl-C 结束,演示记录随之删除。  Ctrl-C ends it and deletes its records.
""",
        flush=True,
    )
