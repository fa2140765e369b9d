"""A real PostgreSQL of our own: initdb into a temporary folder, a socket on a free loopback port, gone with the session.

Missing binaries are a failure, not a skip: both databases are promised.
"""

import os
import re
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

USER = "hotline"


def _version(folder: Path) -> int:
    found = re.search(r"/postgresql/(\d+)", str(folder))
    return int(found[1]) if found else 0


def binaries() -> Path:
    on_path = shutil.which("initdb")
    if on_path is not None:
        return Path(on_path).resolve().parent
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version)
    if not found:
        raise RuntimeError("PostgreSQL is needed for these tests: apt install postgresql")
    return found[-1]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _run(*command: str) -> None:
    # The server refuses to run as root.
    prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    done = subprocess.run(
        [*prefix, *command], check=False, capture_output=True, text=True, cwd="/", timeout=60
    )
    if done.returncode != 0:
        raise RuntimeError(f"{command[0]} failed: {done.stdout}{done.stderr}")


class Postgres:
    """One server; `stop` and `start` are the outages of a test."""

    def __init__(self, folder: Path) -> None:
        self.databases: set[str] = set()
        self._tools = binaries()
        self._data = folder / "data"
        self._log = folder / "log"
        self._port = _free_port()
        self._options = (
            f"-p {self._port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off"
        )
        _run(
            self._tool("initdb"), "-D", str(self._data), "-U", USER, "-A", "trust", "-E", "UTF8", "--no-sync"
        )

    def start(self) -> None:
        pg_ctl = (self._tool("pg_ctl"), "-D", str(self._data))
        _run(*pg_ctl, "-o", self._options, "-l", str(self._log), "-w", "start")

    def stop(self) -> None:
        _run(self._tool("pg_ctl"), "-D", str(self._data), "-m", "immediate", "-w", "stop")

    def create_database(self, name: str, like: str = "template1") -> str:
        """Gives the address of a fresh database; it has what the database `like` has, to which nobody may be connected."""
        _run(self._tool("createdb"), "-h", "127.0.0.1", "-p", str(self._port), "-U", USER, "-T", like, name)
        self.databases.add(name)
        return f"postgresql://{USER}@127.0.0.1:{self._port}/{name}"

    def _tool(self, name: str) -> str:
        return str(self._tools / name)


@contextmanager
def running_postgres() -> Iterator[Postgres]:
    folder = Path(tempfile.mkdtemp(prefix="hotline-pg-"))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres")
        server = Postgres(folder)
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
