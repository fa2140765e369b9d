"""How fast somebody speaks: characters a second over recognized utterances whose words have times (S0-27).

Pauses inside an utterance count, pauses between utterances do not. Knows nothing of situations or clocks.
"""

from collections import deque
from dataclasses import dataclass, field

RECENT_UTTERANCES = 3
LEAST_CHARS = 20
"""Fewer say nothing: 好的好的 is always fast."""


@dataclass(slots=True)
class Pace:
    chars: int = 0
    seconds: float = 0.0
    _recent: deque[tuple[int, float]] = field(default_factory=lambda: deque(maxlen=RECENT_UTTERANCES))

    def add(self, chars: int, seconds: float) -> None:
        if chars > 0 and seconds > 0:
            self.chars += chars
            self.seconds += seconds
            self._recent.append((chars, seconds))

    @property
    def overall(self) -> float | None:
        """Characters a second of the whole call; None before there is enough."""
        return self.chars / self.seconds if self.chars >= LEAST_CHARS else None

    @property
    def recent(self) -> float | None:
        """Of the last few utterances."""
        chars = sum(count for count, _ in self._recent)
        return chars / sum(seconds for _, seconds in self._recent) if chars >= LEAST_CHARS else None
