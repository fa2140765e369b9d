"""`python -m tests.live PATIENCE [pytest's options] tests/integration`: what failed is run again, by itself, and must then pass.

Live calls run by the clock of the machine, so what fails beside its other work gets one more run, alone. If the host took the processors
away meanwhile (`processors`), it gets another, once they are there again: four in all. A fault that is always there fails each time; what
passed only when run again is named at the end.
PATIENCE: for at most so many seconds the tests of a run wait for processors, and so do all runs together before they begin.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.live.plugin import FAILED, PATIENCE
from tests.live.processors import TAKEN, Watch, wait_until_given

AGAIN_AT_MOST = 4
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

    def __init__(self, patience_s: float, arguments: list[str], watch: Watch) -> None:
        self._arguments = arguments
        self._watch = watch
        self._patience_s = patience_s
        self._began = time.monotonic()
        self.failed_first: list[str] = []

    def run(self, again: bool) -> int:
        self._began = time.monotonic()
        arguments = [*FAILED_ONLY, self._arguments[-1]] if again else self._arguments
        if again:
            print("once more, alone, what failed:", flush=True)
        command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.live.plugin", *arguments]
        with tempfile.NamedTemporaryFile("r", encoding="utf-8") as failed:
            environment = {**os.environ, PATIENCE: str(self._patience_s), FAILED: failed.name}
            code = subprocess.run(command, env=environment, check=False).returncode
            self.failed_first = self.failed_first or failed.read().splitlines()
        return code

    def taken(self) -> bool:
        share = self._watch.worst_since(self._began)
        print(f"the host took up to {share:.0%} of five seconds meanwhile", flush=True)
        return share > TAKEN

    def wait(self) -> None:
        self._patience_s -= wait_until_given(self._patience_s)


def main(arguments: list[str]) -> int:
    patience_s, options = arguments[:1], arguments[1:]
    if not all(map(str.isdecimal, patience_s)) or not options or not Path(options[-1]).exists():
        print(
            "say how patient and which: python -m tests.live 600 [pytest's options] tests/integration",
            file=sys.stderr,
        )
        return 2
    with Watch() as watch:
        runs = Runs(float(patience_s[0]), options, watch)
        code = rounds(runs.run, runs.taken, runs.wait)
    if code == pytest.ExitCode.OK and runs.failed_first:
        print("passed only when run again:", *runs.failed_first, sep="\n  ")
    return code


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
