"""What is run again, how often, and when: a fault of the program must fail, a machine that was taken away must not."""

from collections.abc import Callable

import pytest

from tests.live.__main__ import main, rounds
from tests.live.processors import Ticks, wait_until_given, worst

OK, FAILED, BROKEN = pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.INTERNAL_ERROR


class Machine:
    """Runs end as `codes` say; whether processors were taken during each run, as `taken` says."""

    def __init__(self, codes: list[int], taken: list[bool]) -> None:
        self.codes, self.took = iter(codes), iter(taken)
        self.done: list[str] = []

    def run(self, again: bool) -> int:
        self.done.append("again" if again else "all")
        return next(self.codes)

    def taken(self) -> bool:
        return next(self.took)

    def wait(self) -> None:
        self.done.append("wait")

    def code(self) -> int:
        return rounds(self.run, self.taken, self.wait)


@pytest.mark.parametrize(
    ("codes", "taken", "code", "done"),
    [
        ([OK], [], OK, ["all"]),
        ([FAILED, OK], [], OK, ["all", "wait", "again"]),
        ([FAILED, FAILED], [False], FAILED, ["all", "wait", "again"]),
        ([FAILED, FAILED, OK], [True], OK, ["all", "wait", "again", "wait", "again"]),
        ([FAILED] * 3, [True, False], FAILED, ["all", "wait", "again", "wait", "again"]),
        ([FAILED] * 5, [True] * 3, FAILED, ["all", *["wait", "again"] * 4]),
        ([BROKEN], [], BROKEN, ["all"]),
        ([FAILED, BROKEN], [], BROKEN, ["all", "wait", "again"]),
    ],
    ids=[
        "passes",
        "beside others",
        "fault",
        "taken",
        "fault, once taken",
        "always taken",
        "broken",
        "then broken",
    ],
)
def test_what_is_run_again(codes: list[int], taken: list[bool], code: int, done: list[str]) -> None:
    machine = Machine(codes, taken)
    assert (machine.code(), machine.done) == (code, done)


def test_the_share_that_was_taken() -> None:
    line = "cpu  3719477 1437437 433748 4125800 17659 7 53881 576205 0 0"
    before = Ticks.of(line)
    assert before == Ticks(wanted=3719477 + 1437437 + 433748 + 7 + 53881 + 576205, stolen=576205)
    assert Ticks(before.wanted + 1000, before.stolen + 250).share_since(before) == 0.25
    assert Ticks(before.wanted + 2, before.stolen + 1).share_since(before) == 0.01, "an idle machine"


def test_the_worst_five_seconds() -> None:
    calm = [Ticks(second * 200, 0) for second in range(10)]
    then = [Ticks(1_800 + second * 200, second * 100) for second in range(1, 6)]
    after = [Ticks(2_800 + second * 200, 500) for second in range(1, 10)]
    assert worst([*calm, *then, *after]) == 0.5
    assert worst(calm) == worst(calm[:3]) == worst([]) == 0.0


def asking(shares: list[float]) -> tuple[Callable[[], float], Callable[[], float]]:
    """A probe that finds these shares, a second each, and the clock to it."""
    asked: list[float] = []

    def probe() -> float:
        asked.append(shares[len(asked)])
        return asked[-1]

    return probe, lambda: float(len(asked))


def test_waits_until_three_probes_in_a_row_are_given() -> None:
    probe, clock = asking([0.5, 0.01, 0.01, 0.2, 0.0, 0.0, 0.01, 0.9])
    assert wait_until_given(60.0, ask=probe, clock=clock) == 7.0


def test_patience_ends() -> None:
    probe, clock = asking([0.5] * 20)
    assert wait_until_given(4.0, ask=probe, clock=clock) == 4.0


@pytest.mark.parametrize("arguments", [[], ["600"], ["600", "-k", "nothing"], ["tests", "tests"]])
def test_without_patience_or_a_folder_it_says_what_to_give(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    assert "python -m tests.live" in capsys.readouterr().err
