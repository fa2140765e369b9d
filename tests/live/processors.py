"""How much of the time that this machine wants from its processors its host gives to somebody else: /proc/stat, `steal` (proc(5)).

On a machine of its own it is nothing. On a lent one it can be half of every second for a quarter of an hour, and then a real call is
heard with holes and a telephone is answered late, whatever the program does.
"""

import os
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Self

STAT = Path("/proc/stat")
TAKEN = 0.15
"""More than this share of five seconds, and a failure of a live call says nothing of the program."""
STRETCH_S = 5
WORTH_TELLING = 100
"""Ticks, a second of one processor: of less, a share says nothing."""
QUIET = 0.1
"""Of a second in which all processors were asked for: so little is taken nearly always, and live calls do not feel it."""
QUIET_PROBES = 3
PROBE_S = 1.0
SAMPLES_KEPT = 7_200


@dataclass(frozen=True)
class Ticks:
    """Since the machine began, over all processors. `wanted`: worked or stolen; idle time is nobody's loss."""

    wanted: int
    stolen: int

    @classmethod
    def of(cls, stat: str) -> Self:
        user, nice, system, _idle, _iowait, irq, softirq, stolen = map(int, stat.split()[1:9])
        return cls(user + nice + system + irq + softirq + stolen, stolen)

    @classmethod
    def now(cls) -> Self:
        return cls.of(STAT.read_text(encoding="ascii").partition("\n")[0])

    def share_since(self, earlier: "Ticks") -> float:
        return (self.stolen - earlier.stolen) / max(self.wanted - earlier.wanted, WORTH_TELLING)


class Watch:
    """`with Watch() as watch:` reads the clock of the processors once a second, for the last two hours at most."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, Ticks]] = deque(maxlen=SAMPLES_KEPT)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="processors", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(1.0):
            self._seen.append((time.monotonic(), Ticks.now()))

    def worst_since(self, moment: float) -> float:
        """The largest share that was taken in five seconds of those that ended since."""
        seen = [(at, ticks) for at, ticks in list(self._seen) if at >= moment - STRETCH_S]
        return worst([ticks for _, ticks in seen])


def worst(ticks: list[Ticks]) -> float:
    """Of readings a second apart, the largest share taken in one stretch."""
    pairs = zip(ticks, ticks[STRETCH_S:], strict=False)
    return max((later.share_since(earlier) for earlier, later in pairs), default=0.0)


def probe() -> float:
    """Ask for all processors for a second: the share that was not given."""
    before = Ticks.now()
    spin = f"import time\nend = time.monotonic() + {PROBE_S}\nwhile time.monotonic() < end: pass"
    spinning = [subprocess.Popen([sys.executable, "-c", spin]) for _ in range(os.cpu_count() or 1)]
    for process in spinning:
        process.wait()
    return Ticks.now().share_since(before)


def wait_until_given(
    patience_s: float, *, ask: Callable[[], float] = probe, clock: Callable[[], float] = time.monotonic
) -> float:
    """Until the processors were given three times running, or patience ends. Returns the seconds it took."""
    began, quiet = clock(), 0
    while quiet < QUIET_PROBES and clock() - began < patience_s:
        quiet = quiet + 1 if ask() <= QUIET else 0
    return clock() - began
