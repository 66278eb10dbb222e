"""Shares and their intervals. Pure functions of counts."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist


@dataclass(frozen=True, slots=True)
class Interval:
    """An interval for a share, both ends in [0, 1]."""

    low: float
    high: float

    def covers(self, share: float) -> bool:
        return self.low <= share <= self.high


def wilson(hits: int, n: int, *, level: float = 0.95) -> Interval:
    """Wilson's score interval for a share of `hits` in `n` independent trials.

    Coverage is near `level` on average over shares, not at least `level` for each (Wilson 1927; Brown, Cai and
    DasGupta 2001). With `n` = 0 nothing is known: [0, 1]. Raises ValueError for counts that cannot be, or a level
    outside (0, 1).

    >>> interval = wilson(8, 10)
    >>> round(interval.low, 3), round(interval.high, 3)
    (0.49, 0.943)
    """
    if not 0 <= hits <= n:
        raise ValueError(f"{hits} hits in {n} trials cannot be")
    if not 0 < level < 1:
        raise ValueError("a level lies between 0 and 1")
    if n == 0:
        return Interval(0.0, 1.0)
    z = NormalDist().inv_cdf((1 + level) / 2)
    share, shrink = hits / n, 1 + z * z / n
    centre = (share + z * z / (2 * n)) / shrink
    half = z * sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / shrink
    low = 0.0 if hits == 0 else max(0.0, centre - half)
    high = 1.0 if hits == n else min(1.0, centre + half)
    return Interval(low, high)
