"""The chroot that holds Asterisk 22 and SIPp: made once, cached outside the tree, entered without leaving mounts behind.

Debian 12 and 13 have no `asterisk` package; Debian's testing and unstable have 22, whose libc is newer than the host's.
So it lives in a chroot of its own.
"""

import os
import shutil
import subprocess
import sys
import wave
from array import array
from math import pi, sin
from pathlib import Path

from tests.lab.mirrors import debian_mirrors

SUITES = ("forky", "sid")
PACKAGES = ("asterisk", "sip-tester", "asterisk-core-sounds-en-wav", "python3")
INSTANCES = "lab"
"""Directory inside the chroot under which every Asterisk of a test session has its own."""


class LabError(RuntimeError):
    """The laboratory cannot be made or started; the text says why and what mends it."""


def cache_directory() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "hotline-assistant" / "lab"


def chroot_directory() -> Path:
    return cache_directory() / "root"


def is_installed() -> bool:
    return _stamp().exists() and (chroot_directory() / "usr/sbin/asterisk").exists()


def _stamp() -> Path:
    return cache_directory() / "installed"


def as_root(command: list[str]) -> list[str]:
    if os.geteuid() == 0:
        return command
    if shutil.which("sudo") is None:
        raise LabError("a chroot needs root: run as root, or install sudo")
    return ["sudo", *command]


def enter(command: list[str], *, as_caller: bool) -> list[str]:
    """The command line that runs `command` in the chroot.

    Mounts are made in a mount namespace of their own, so they vanish with the process however it ends. Where a sandbox
    forbids mounting, the device nodes debootstrap made suffice. `--pdeathsig`: a test run killed with -9 leaves no Asterisk.
    """
    root = chroot_directory()
    user = f"--userspec={os.getuid()}:{os.getgid()} " if as_caller else ""
    script = (
        f'mount --rbind /dev "{root}/dev" 2>/dev/null; mount -t proc proc "{root}/proc" 2>/dev/null; '
        f'exec chroot {user}"{root}" setpriv --pdeathsig KILL "$@"'
    )
    isolate = ["unshare", "--mount"] if _may_unshare() else []
    return as_root([*isolate, "sh", "-c", script, "sh", *command])


def _may_unshare() -> bool:
    return (
        subprocess.run(as_root(["unshare", "--mount", "true"]), capture_output=True, check=False).returncode
        == 0
    )


def install() -> None:
    """Make the chroot if it is not there. Half-made ones are begun again; a finished one costs nothing."""
    if is_installed():
        print(f"lab: Asterisk and SIPp are in {chroot_directory()}")
        return
    if shutil.which("debootstrap", path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin") is None:
        # (sudo finds it there; a Debian user's own PATH has no sbin.)
        raise LabError("debootstrap is missing: run tests/lab/packages.sh, or apt-get install debootstrap")
    mirrors = debian_mirrors()
    if not mirrors:
        raise LabError(
            "no Debian mirror in /etc/apt/sources.list or /etc/apt/sources.list.d: is this Debian?"
        )
    failures: list[str] = []
    for suite in SUITES:
        for mirror in mirrors:
            try:
                _make(suite, mirror)
            except subprocess.CalledProcessError as failed:
                failures.append(
                    f"{suite}: {' '.join(map(str, failed.cmd))[:200]} ended with {failed.returncode}"
                )
            else:
                return
    raise LabError("could not install Asterisk 22:\n  " + "\n  ".join(failures))


def _make(suite: str, mirror: str) -> None:
    root = chroot_directory()
    if not (cache_directory() / f"base-{suite}").exists():
        _clear(root)
        cache_directory().mkdir(parents=True, exist_ok=True)
        print(f"lab: making a minimal {suite} in {root}", flush=True)
        script = "/usr/share/debootstrap/scripts/sid"  # forky is newer than a Debian 12 debootstrap knows
        _run(as_root(["debootstrap", "--variant=minbase", suite, str(root), mirror, script]))
        (cache_directory() / f"base-{suite}").touch()
    print("lab: installing Asterisk and SIPp", flush=True)
    _run(as_root(["cp", "/etc/resolv.conf", str(root / "etc/resolv.conf")]))
    _write_as_root(
        root / "usr/sbin/policy-rc.d", "#!/bin/sh\nexit 101\n", "755"
    )  # no daemon starts by itself
    _copy_apt_settings(root)
    noninteractive = ["env", "DEBIAN_FRONTEND=noninteractive", "LC_ALL=C.UTF-8"]
    _run(enter([*noninteractive, "dpkg", "--configure", "-a"], as_caller=False))
    _run(
        enter(
            [
                "apt-get",
                "-qq",
                "-o",
                "Acquire::Check-Valid-Until=false",
                "-o",
                "Acquire::Retries=3",
                "update",
            ],
            as_caller=False,
        )
    )
    get = [
        "apt-get",
        "-qq",
        "-y",
        "-o",
        "Acquire::Retries=3",
        "install",
        "--no-install-recommends",
        *PACKAGES,
    ]
    _run(enter([*noninteractive, *get], as_caller=False))
    _run(as_root(["install", "-d", "-m", "1777", str(root / INSTANCES)]))
    _add_hold_music(root)
    _stamp().touch()


def _clear(root: Path) -> None:
    if not root.exists():
        return
    if any(str(root) in line for line in Path("/proc/mounts").read_text().splitlines()):
        raise LabError(f"something is mounted under {root}: umount it first")
    _run(as_root(["rm", "-rf", "--one-file-system", str(root)]))


def _copy_apt_settings(root: Path) -> None:
    """A machine behind a package proxy or with its own certificate authority says so in apt.conf.d."""
    for path in sorted(Path("/etc/apt/apt.conf.d").glob("*")):
        text = path.read_text(errors="replace")
        if "Proxy" in text or "Acquire::https" in text:
            _run(as_root(["cp", str(path), str(root / "etc/apt/apt.conf.d" / path.name)]))


def _write_as_root(path: Path, text: str, mode: str) -> None:
    subprocess.run(as_root(["tee", str(path)]), input=text.encode(), stdout=subprocess.DEVNULL, check=True)
    _run(as_root(["chmod", mode, str(path)]))


def _add_hold_music(root: Path) -> None:
    """Ten seconds of a tone no voice has, so that a test can tell hold music from a person."""
    tone = array("h", (int(6000 * sin(2 * pi * 440 * n / 8000)) for n in range(80_000)))
    made = cache_directory() / "hold.wav"
    with wave.open(str(made), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(8000)
        out.writeframes(tone.tobytes())
    _run(as_root(["install", "-D", "-m", "644", str(made), str(root / "usr/share/asterisk/moh/hold.wav")]))


def _run(command: list[str]) -> None:
    subprocess.run(
        command, check=True, stdin=subprocess.DEVNULL if command[0] != "sudo" else None, stdout=sys.stderr
    )
