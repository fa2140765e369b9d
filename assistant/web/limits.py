"""Moving windows: how often something happened lately. Pure: `now` is an argument."""

from collections import deque


class MovingWindow:
    """At most `limit` within `window_s` for each key; keys are forgotten when their window is empty, the oldest when too many."""

    def __init__(self, limit: int, window_s: float, max_keys: int = 10_000) -> None:
        self._limit = limit
        self._window_s = window_s
        self._max_keys = max_keys
        self._hits: dict[str, deque[float]] = {}

    def take(self, key: str, now: float) -> float:
        """Counts one. 0 if it is allowed, else the seconds until one would be; a refused one is not counted."""
        hits = self._hits.setdefault(key, deque())
        while hits and hits[0] <= now - self._window_s:
            hits.popleft()
        if len(hits) >= self._limit:
            return hits[0] + self._window_s - now
        hits.append(now)
        if len(self._hits) > self._max_keys:
            self._hits.pop(next(iter(self._hits)))
        return 0.0

    def give_back(self, key: str) -> None:
        """The last one does not count after all."""
        hits = self._hits.get(key)
        if hits:
            hits.pop()
        if not hits:
            self._hits.pop(key, None)
