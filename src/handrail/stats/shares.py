"""Shares and their intervals. Pure functions of counts."""

from __future__ import annotations

from collections.abc import Sequence
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
    return _wilson(hits / n, n, level)


def _wilson(share: float, n: float, level: float) -> Interval:
    z = NormalDist().inv_cdf((1 + level) / 2)
    shrink = 1 + z * z / n
    centre = (share + z * z / (2 * n)) / shrink
    half = z * sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / shrink
    low = 0.0 if share == 0 else max(0.0, centre - half)
    high = 1.0 if share == 1 else min(1.0, centre + half)
    return Interval(low, high)


@dataclass(frozen=True, slots=True)
class WeightedShare:
    """A share estimated from draws of known probabilities. `effective_n` is what the draws are worth as equal ones."""

    value: float
    interval: Interval
    n: int
    effective_n: float


def hajek(strata: Sequence[tuple[float, int, int]], *, level: float = 0.95) -> WeightedShare | None:
    """The share of hits in a population, from strata of (probability of the draw, hits, n); None without any draw.

    Each draw is weighted by one over its probability (Horvitz and Thompson 1952) and the weighted hits are divided by
    the weighted draws (Hajek 1971). The interval is Wilson's for Kish's effective number of draws,
    (sum w)^2 / sum w^2 (Kish 1965), the way Korn and Graubard (1998) take for shares near 0, where an interval by
    linearisation would have no width. With one probability it is Wilson's interval itself. Approximate: not valid at
    any stopping time, and only as good as the recorded probabilities.

    Raises ValueError for a probability outside (0, 1], or counts that cannot be.

    >>> found = hajek([(0.1, 1, 10), (1.0, 5, 10)])
    >>> round(found.value, 4), round(found.effective_n, 2)
    (0.1364, 11.98)
    """
    if not all(0 < probability <= 1 and 0 <= hits <= n for probability, hits, n in strata):
        raise ValueError("a draw has a probability above 0 and at most 1, and no more hits than draws")
    weight = sum(n / probability for probability, _, n in strata)
    if weight == 0:
        return None
    value = sum(hits / probability for probability, hits, _ in strata) / weight
    effective = weight * weight / sum(n / probability**2 for probability, _, n in strata)
    return WeightedShare(value, _wilson(value, effective, level), sum(n for _, _, n in strata), effective)
