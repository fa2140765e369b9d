"""For pytest (`-p tests.live.plugin`): a live test begins when the machine's processors are given, and a failure tells if they were not."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.live.processors import STRETCH_S, TAKEN, Watch, wait_until_given

PATIENCE = "HOTLINE_TESTS_PATIENCE_S"
"""For how many seconds the tests of one run may wait, in the environment; set by `tests.live`."""


FAILED = "HOTLINE_TESTS_FAILED"
"""The file that takes the names of the tests that failed, in the environment."""


class Given:
    def __init__(self, patience_s: float) -> None:
        self._failed: list[str] = []
        self._watch = Watch()
        self._patience_s = patience_s
        self._file: object = None
        self._began = 0.0
        """When the first test of this file did: calls that many tests are about are played in its fixture."""

    @pytest.hookimpl(wrapper=True)
    def pytest_runtestloop(self) -> Iterator[None]:
        with self._watch:
            return (yield)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        taken = self._watch.worst_since(time.monotonic() - STRETCH_S)
        if taken > TAKEN and self._patience_s > 0:
            waited = wait_until_given(self._patience_s)
            self._patience_s -= waited
            print(f"{taken:.0%} of the processors was taken by the host: waited {waited:.0f} s")
        if item.path != self._file:
            self._file, self._began = item.path, time.monotonic()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self) -> Iterator[None]:
        report = yield
        if report.failed:
            taken = self._watch.worst_since(self._began)
            report.sections.append(
                ("processors", f"the host took up to {taken:.0%} of five seconds in this file's time")
            )
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self._failed.append(report.nodeid)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        file = os.environ.get(FAILED)
        if file is not None and not hasattr(session.config, "workerinput"):
            Path(file).write_text("\n".join(dict.fromkeys(self._failed)), encoding="utf-8")


def pytest_configure(config: pytest.Config) -> None:
    # One of several workers does not wait: its probe would take the processors from the others' tests.
    patience_s = 0.0 if hasattr(config, "workerinput") else float(os.environ.get(PATIENCE, "0"))
    config.pluginmanager.register(Given(patience_s), "processors")
