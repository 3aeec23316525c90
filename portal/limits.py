"""How often somebody may knock: a bucket for each key, in memory, bounded. Each process counts for itself."""

from collections import OrderedDict
from threading import Lock

REMEMBERED = 20_000
"""Buckets kept at once; the one that was used longest ago is forgotten first."""


class Limiter:
    """At most `burst` at once and `per_minute` in the long run, for each key."""

    def __init__(self, per_minute: float, burst: int) -> None:
        self._rate = per_minute / 60
        self._burst = burst
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()  # what is left, as of when
        self._lock = Lock()

    def allows(self, key: str, at: float) -> bool:
        """Whether one more is allowed now; `at` is seconds on any clock that only goes forward."""
        with self._lock:
            left, since = self._buckets.pop(key, (float(self._burst), at))
            left = min(self._burst, left + (at - since) * self._rate)
            allowed = left >= 1
            self._buckets[key] = (left - 1 if allowed else left, at)
            if len(self._buckets) > REMEMBERED:
                self._buckets.popitem(last=False)
            return allowed
