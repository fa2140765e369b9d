"""The program as a process of its own, with a hotline.toml, users and a place for its records, for the tests that need it whole."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Self

import httpx
from argon2 import PasswordHasher

from assistant.clock import SystemClock
from assistant.messages import Role
from assistant.store import Store
from assistant.store.passwords import Passwords
from tests.support.page import Page

PASSWORD = "correct horse 42"
START_SECONDS = 90.0
ROOT = Path(__file__).parents[2]


class Program:
    """`async with Program(folder, ami_port, secret) as program:` serves. `kill` and `start` as often as a test likes."""

    def __init__(
        self, folder: Path, ami_port: int, secret: str, *, user: str = "hotline", more: str = ""
    ) -> None:
        self.folder = folder
        self.web_port, self.tap_port = _free_port(), _free_port()
        self._process: asyncio.subprocess.Process | None = None
        self.configuration = folder / "hotline.toml"
        self._secret = secret
        self.configuration.write_text(
            f"[pbx]\nport = {ami_port}\nuser = '{user}'\ntap_port = {self.tap_port}\n"
            f"[web]\nport = {self.web_port}\n[records]\nurl = 'sqlite:///{folder}/hotline.db'\n{more}"
        )

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def add_users(self, users: dict[str, Role]) -> None:
        """Before the start: straight into the records."""
        store = await Store.open(f"sqlite:///{self.folder}/hotline.db", SystemClock().wall())
        cheap = Passwords(hasher=PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        hashed = await cheap.hash(PASSWORD)
        try:
            for extension, role in users.items():
                await store.accounts.add(extension, f"坐席{extension}", role, hashed, SystemClock().wall())
        finally:
            await store.close()

    async def start(self) -> None:
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *self.command("serve"),
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        async with asyncio.timeout(START_SECONDS):
            while await self.health() is None:
                assert self._process.returncode is None, self.log.read_text()
                await asyncio.sleep(0.05)

    def command(self, name: str, *more: str) -> list[str]:
        return [sys.executable, "-m", "assistant", name, "--config", str(self.configuration), *more]

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, "HOTLINE_PBX_SECRET": self._secret}

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def log(self) -> Path:
        return self.folder / "hotline.log"

    def listener(self) -> int:
        """The process that listens for it."""
        assert self._process is not None
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text().split()
        return next(
            int(child)
            for child in children
            if b"asr.listening" in Path(f"/proc/{child}/cmdline").read_bytes()
        )

    async def health(self) -> dict[str, object] | None:
        """None while nobody answers."""
        async with httpx.AsyncClient(trust_env=False, verify=False) as http:
            try:
                answer = await http.get(f"http://127.0.0.1:{self.web_port}/api/health")
            except httpx.TransportError:
                return None
        body: dict[str, object] = answer.json()
        return body

    async def kill(self) -> None:
        """-9: no farewell, nothing written."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> None:
        await self._end(signal.SIGTERM)

    async def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None or process.returncode is not None:
            return
        process.send_signal(how)
        try:
            await asyncio.wait_for(process.wait(), 15)
        except TimeoutError:
            process.kill()
            await process.wait()
            raise AssertionError(
                f"the program did not end on {how.name}:\n{self.log.read_text()[-3000:]}"
            ) from None

    def page(self, extension: str) -> Page:
        return Page(self.web_port, extension, PASSWORD)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
