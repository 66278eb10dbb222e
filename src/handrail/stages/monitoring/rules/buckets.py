"""Durations in fixed logarithmic buckets: two histograms merge exactly, by adding counts.

A bucket is an eighth of a doubling wide. A quantile is told as the geometric middle of its bucket, so it is off by at
most a sixteenth of a doubling: 4.5%. Below 8 ms a bucket is one millisecond, and the middle is exact.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from itertools import accumulate
from math import ceil, sqrt

ERROR = 2 ** (1 / 16) - 1
"""How far a quantile may be off, as a share of it."""
_EXACT = 8
_LONGEST_DOUBLINGS = 37


def _edges() -> tuple[int, ...]:
    """Where the buckets begin, in whole milliseconds; the last one holds all that is longer (about four years)."""
    steps = (ceil(2 ** (3 + step / 8)) for step in range(8 * (_LONGEST_DOUBLINGS - 3) + 1))
    return (*range(_EXACT), *sorted({step for step in steps if step >= _EXACT}))


EDGES = _edges()


def bucket_of(ms: int) -> int:
    """The bucket of a duration; one below zero (a clock was set back) counts as zero.

    >>> bucket_of(0), bucket_of(7), bucket_of(-5)
    (0, 7, 0)
    """
    return bisect_right(EDGES, max(0, ms)) - 1


def middle(bucket: int) -> float:
    """What stands for the durations of a bucket, in ms.

    >>> middle(3)
    3.0
    """
    low = EDGES[bucket]
    if bucket + 1 >= len(EDGES):
        return float(low)
    return sqrt(low * (EDGES[bucket + 1] - 1)) if low else 0.0


def quantile(counts: Mapping[int, int], share: float) -> float | None:
    """The duration that `share` of all do not exceed (nearest rank), in ms; None without any.

    >>> quantile({bucket_of(5): 98, bucket_of(1_000): 2}, 0.5)
    5.0
    >>> quantile({}, 0.5) is None
    True
    """
    if not 0 < share <= 1:
        raise ValueError("a share lies above 0 and at most at 1")
    total = sum(counts.values())
    if total == 0:
        return None
    rank = ceil(share * total)
    ordered = sorted(counts)
    for bucket, reached in zip(ordered, accumulate(counts[one] for one in ordered), strict=True):
        if reached >= rank:
            return middle(bucket)
    raise AssertionError("the last bucket reaches every rank")
