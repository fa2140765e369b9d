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


@contextmanager
def running_postgres() -> Iterator[str]:
    """Gives the address of a server without its database name: `postgresql://hotline@127.0.0.1:PORT`."""
    tools = binaries()
    folder = Path(tempfile.mkdtemp(prefix="hotline-pg-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    data, port = folder / "data", _free_port()
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off"
    try:
        _run(str(tools / "initdb"), "-D", str(data), "-U", USER, "-A", "trust", "-E", "UTF8", "--no-sync")
        _run(str(tools / "pg_ctl"), "-D", str(data), "-o", options, "-l", str(folder / "log"), "-w", "start")
        try:
            yield f"postgresql://{USER}@127.0.0.1:{port}"
        finally:
            _run(str(tools / "pg_ctl"), "-D", str(data), "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def create_database(server: str, name: str) -> str:
    """Gives the address of a fresh database."""
    port = server.rpartition(":")[2]
    _run(str(binaries() / "createdb"), "-h", "127.0.0.1", "-p", port, "-U", USER, name)
    return f"{server}/{name}"
