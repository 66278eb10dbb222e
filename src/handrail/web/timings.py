"""How long requests took in this process since it started: counts in fixed buckets, by method, route and status."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from time import monotonic

BUSY_S = 0.25
"""After an answer, the next request is likely to come within this time."""
EDGES_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
"""Upper ends; what is longer goes into one more."""


@dataclass(slots=True)
class Spread:
    """One histogram."""

    counts: list[int] = field(default_factory=lambda: [0] * (len(EDGES_S) + 1))
    total_s: float = 0.0

    def cumulative(self) -> list[tuple[str, float]]:
        """Upper end and how many were not longer, as Prometheus wants it."""
        found, reached = [], 0
        for edge, count in zip([*map(str, EDGES_S), "+Inf"], self.counts, strict=True):
            reached += count
            found.append((edge, float(reached)))
        return found


@dataclass(slots=True)
class Timings:
    """Noted by the edge, on the one thread of the event loop; read by whoever asks."""

    spreads: dict[tuple[str, str, str], Spread] = field(default_factory=dict)
    _answered_at: float = float("-inf")

    def note(self, method: str, route: str, status: int, seconds: float) -> None:
        """Adds one answered request. `route` is the pattern, never the path: paths hold ids."""
        key = (method, route, f"{status // 100}xx")
        spread = self.spreads.get(key)
        if spread is None:
            spread = self.spreads.setdefault(key, Spread())
        spread.counts[bisect_left(EDGES_S, seconds)] += 1
        spread.total_s += seconds
        self._answered_at = monotonic()

    def busy(self) -> bool:
        """Whether somebody was answered a moment ago, so that what nobody waits for should give way."""
        return monotonic() - self._answered_at < BUSY_S
