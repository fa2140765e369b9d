"""`python -m tests.live [pytest's options] tests/integration`: what failed is run again, by itself, and must then pass.

Live calls run by the clock of the machine, so what fails beside its other work gets one more run, alone. If the host took the processors
away meanwhile (`processors`), it gets another, once they are there again: three in all. A fault of the program fails each time.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.live.plugin import PATIENCE
from tests.live.processors import TAKEN, Watch, wait_until_given

PATIENCE_S = 600.0
AGAIN_AT_MOST = 3
FAILED_ONLY = ("--last-failed", "--last-failed-no-failures", "none")


def rounds(run: Callable[[bool], int], taken: Callable[[], bool], wait: Callable[[], None]) -> int:
    """The exit code in the end. `run(again)`: all tests, or those that failed; `taken`: the host took processors in the last run.

    Any other trouble than failed tests is not tried again.
    """
    code = run(False)
    for again in range(AGAIN_AT_MOST):
        if code != pytest.ExitCode.TESTS_FAILED or (again > 0 and not taken()):
            break
        wait()
        code = run(True)
    return code


class Runs:
    """pytest, a process each run, with what is left of the patience."""

    def __init__(self, arguments: list[str], watch: Watch) -> None:
        self._arguments = arguments
        self._watch = watch
        self._patience_s = PATIENCE_S
        self._began = time.monotonic()

    def run(self, again: bool) -> int:
        self._began = time.monotonic()
        arguments = [*FAILED_ONLY, self._arguments[-1]] if again else self._arguments
        if again:
            print("once more, alone, what failed:", flush=True)
        command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.live.plugin", *arguments]
        environment = {**os.environ, PATIENCE: str(self._patience_s)}
        return subprocess.run(command, env=environment, check=False).returncode

    def taken(self) -> bool:
        share = self._watch.worst_since(self._began)
        print(f"the host took up to {share:.0%} of five seconds meanwhile", flush=True)
        return share > TAKEN

    def wait(self) -> None:
        self._patience_s -= wait_until_given(self._patience_s)


def main(arguments: list[str]) -> int:
    if not arguments or not Path(arguments[-1]).exists():
        print("say which tests: python -m tests.live [pytest's options] tests/integration", file=sys.stderr)
        return 2
    with Watch() as watch:
        runs = Runs(arguments, watch)
        return rounds(runs.run, runs.taken, runs.wait)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
