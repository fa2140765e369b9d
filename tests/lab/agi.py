"""`hotline-agi` where Asterisk can start it: inside the chroot, on the chroot's own Python, with nothing but what it imports."""

import shutil
from importlib.util import find_spec
from pathlib import Path

from tests.lab.asterisk import Lab

OURS = ("__init__.py", "agi.py", "routing.py")


def install_agi(lab: Lab) -> str:
    """The program's path as Asterisk sees it."""
    home = lab.directory / "agi"
    for module in OURS:
        _copy(Path(__file__).parents[2] / "ami_bridge" / module, home / "ami_bridge" / module)
    asterisk, six = find_spec("asterisk"), find_spec("six")
    assert asterisk is not None
    assert asterisk.submodule_search_locations
    assert six is not None
    assert six.origin is not None
    shutil.copytree(asterisk.submodule_search_locations[0], home / "asterisk")
    _copy(Path(six.origin), home / "six.py")
    inner = f"{lab.inner_directory}/agi"
    script = home / "hotline-agi"
    script.write_text(f'#!/bin/sh\nPYTHONPATH={inner} exec python3 -m ami_bridge.agi "$@"\n')
    script.chmod(0o755)
    return f"{inner}/hotline-agi"


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(source, target)
