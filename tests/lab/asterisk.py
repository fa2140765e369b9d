"""One fresh Asterisk 22 for a test session: its own directories and ports, the shipped configuration, a small overlay.

The overlay holds only what every PBX has of its own: ports, passwords, the trunk's address, and extra queues and phones so
that several scenarios can run side by side. Everything the tests are about is loaded from `asterisk_conf/` unchanged.
"""

import asyncio
import contextlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from tests.lab.ami import AmiLog
from tests.lab.chroot import INSTANCES, LabError, chroot_directory, enter, is_installed
from tests.lab.overlay import write_configuration
from tests.lab.phone import Account, Phone
from tests.lab.rtp import QUIET, Sound
from tests.support.until import PATIENCE_S

SHIPPED = Path(__file__).parents[2] / "asterisk_conf"
BOOT_SECONDS = 60.0
TRUNK_HOST = "127.0.0.2"
"""The provider's address: still loopback, but another than the phones', as the trunk is told by its address."""
_NOT_THERE = ("0", "4", "5")
"""A queue member's device state: unknown, invalid, unavailable."""


@dataclass(frozen=True)
class LabPorts:
    sip: int
    ami: int
    rtp_first: int
    rtp_last: int
    trunk_sip: int
    """Where the provider answers outbound calls."""
    duty_sip: int
    """Where the mobiles of the duty staff are reached, by a trunk of their own."""


def _free_ports() -> LabPorts:
    first = _free_rtp_block(400)
    return LabPorts(
        sip=_free_port("127.0.0.1", socket.SOCK_DGRAM),
        ami=_free_port("127.0.0.1", socket.SOCK_STREAM),
        rtp_first=first,
        rtp_last=first + 399,
        trunk_sip=_free_port(TRUNK_HOST, socket.SOCK_DGRAM),
        duty_sip=_free_port(TRUNK_HOST, socket.SOCK_DGRAM),
    )


def _free_port(host: str, kind: socket.SocketKind) -> int:
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


def _free_rtp_block(size: int) -> int:
    """An even-numbered block below the kernel's ephemeral ports; another instance's block shows as taken at its start."""
    blocks = range(12_000, 32_000 - size, size)
    for first in sorted(blocks, key=lambda _: secrets.randbits(16)):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            try:
                probe.bind(("127.0.0.1", first))
            except OSError:
                continue
            return first
    raise LabError("no free block of RTP ports between 12000 and 32000")


@dataclass
class Lab:
    """`async with Lab() as lab:` gives a booted Asterisk; nothing of it is left afterwards."""

    name: str = field(default_factory=lambda: f"{os.getpid()}-{secrets.token_hex(3)}")
    secret: str = field(default_factory=lambda: secrets.token_hex(12))
    ports: LabPorts = field(default_factory=_free_ports)
    _process: asyncio.subprocess.Process | None = None

    @property
    def directory(self) -> Path:
        return chroot_directory() / INSTANCES / self.name

    @property
    def inner_directory(self) -> str:
        """The same directory as Asterisk sees it."""
        return f"/{INSTANCES}/{self.name}"

    async def __aenter__(self) -> Self:
        if not is_installed():
            raise LabError("Asterisk is not installed: run `make lab`")
        for part in ("etc", "run", "log", "spool", "db", "cache"):
            (self.directory / part).mkdir(parents=True)
        write_configuration(
            self.directory / "etc", self.inner_directory, SHIPPED, self.secret, self.ports, TRUNK_HOST
        )
        try:
            await self.start()
        except BaseException:
            await self.stop()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()
        shutil.rmtree(self.directory, ignore_errors=True)

    async def start(self) -> None:
        """Start and wait until Asterisk itself says FullyBooted."""
        command = ["asterisk", "-f", "-C", f"{self.inner_directory}/etc/asterisk.conf"]
        with (self.directory / "log" / "console").open("ab") as console:
            self._process = await asyncio.create_subprocess_exec(
                *enter(command, as_caller=True),
                stdin=subprocess.DEVNULL,
                stdout=console,
                stderr=console,
                start_new_session=True,  # Ctrl-C in the terminal is ours to pass on, in order
            )
        try:
            async with asyncio.timeout(BOOT_SECONDS):
                await self._fully_booted()
        except TimeoutError:
            raise LabError(f"Asterisk did not boot in {BOOT_SECONDS:.0f} s:\n{self.log_tail()}") from None

    async def _fully_booted(self) -> None:
        process = self._process
        assert process is not None
        while True:
            if process.returncode is not None:
                raise LabError(f"Asterisk ended with {process.returncode}:\n{self.log_tail()}")
            try:
                async with AmiLog(self.ports.ami, self.secret) as ami:
                    await ami.wait_for("FullyBooted")
                    return
            except OSError:
                await asyncio.sleep(0.05)  # refused, and there is nothing to wait on but the port itself

    async def stop(self) -> None:
        """End Asterisk at once; calls it still carries die with it."""
        process, self._process = self._process, None
        if process is None:
            return
        self._signal(signal.SIGKILL)
        await process.wait()

    async def restart(self) -> None:
        await self.stop()
        await self.start()

    async def reload(self, module: str) -> None:
        """Let Asterisk read its configuration again."""
        command = [
            "asterisk",
            "-C",
            f"{self.inner_directory}/etc/asterisk.conf",
            "-rx",
            f"module reload {module}",
        ]
        reading = await asyncio.create_subprocess_exec(
            *enter(command, as_caller=True), stdout=subprocess.DEVNULL
        )
        await asyncio.wait_for(reading.wait(), PATIENCE_S)

    def _signal(self, number: signal.Signals) -> None:
        """Asterisk runs as our own user, so it can be signalled even where `sudo` stands between."""
        pid_file = self.directory / "run" / "asterisk.pid"
        if pid_file.exists():
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(pid_file.read_text()), number)
            pid_file.unlink()
        elif self._process is not None or os.geteuid() == 0:
            process = self._process
            if process is not None and process.returncode is None:
                process.send_signal(number)

    def log_tail(self, lines: int = 30) -> str:
        texts = [
            path.read_text(errors="replace")
            for path in sorted((self.directory / "log").glob("*"))
            if path.is_file()
        ]
        return "\n".join("\n".join(text.splitlines()[-lines:]) for text in texts)

    # -- the people

    @asynccontextmanager
    async def phone(
        self, extension: str, sound: Sound = QUIET, *, jitter_s: float = 0.0, first_stamp: int | None = None
    ) -> AsyncIterator[Phone]:
        """A desk phone registered as this extension, once its queue knows. `first_stamp`: where its RTP timestamps begin; else
        anywhere."""
        account = Account(extension, f"{self.secret}-{extension}", self._sip)
        async with Phone(account, sound, jitter_s, first_stamp) as phone:
            await self._until_its_queue_knows(extension)
            yield phone

    async def _until_its_queue_knows(self, extension: str) -> None:
        """Asterisk answers REGISTER before it tells the queue: a caller who comes in between finds nobody there and is sent away."""
        async with asyncio.timeout(BOOT_SECONDS), AmiLog(self.ports.ami, self.secret) as ami:
            while True:
                since = len(ami.messages)
                await ami.action("QueueStatus", Member=f"PJSIP/{extension}")
                await ami.wait_for("QueueStatusComplete", since=since)
                members = [m for _, m in ami.messages[since:] if m.get("Event") == "QueueMember"]
                if not any(member["Status"] in _NOT_THERE for member in members):
                    return
                await ami.wait_for("QueueMemberStatus", since=since, Interface=f"PJSIP/{extension}")

    def caller(self, number: str = "13800138000", sound: Sound = QUIET, *, jitter_s: float = 0.0) -> Phone:
        """Somebody who calls in through the provider's trunk."""
        return Phone(Account(number, None, self._sip, TRUNK_HOST), sound, jitter_s)

    def provider(self, sound: Sound = QUIET) -> Phone:
        """The provider's end of outbound calls."""
        return Phone(Account("provider", None, self._sip, TRUNK_HOST, self.ports.trunk_sip), sound)

    def mobiles(self) -> Phone:
        """Every mobile the duty trunk reaches."""
        return Phone(Account("mobiles", None, self._sip, TRUNK_HOST, self.ports.duty_sip))

    @property
    def _sip(self) -> tuple[str, int]:
        return "127.0.0.1", self.ports.sip
