"""Rate limits of this process: a bucket of tokens for each key, person and address."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from math import ceil
from time import monotonic

from handrail.kit.errors import TooMany

MOST = 50_000
"""Buckets kept; the one unused for longest goes first."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How much is left in a bucket."""

    limit: int
    remaining: int
    reset_s: int

    def headers(self) -> list[tuple[bytes, bytes]]:
        told = (("limit", self.limit), ("remaining", self.remaining), ("reset", self.reset_s))
        return [(f"ratelimit-{name}".encode(), str(value).encode()) for name, value in told]


class LimitReached(TooMany):
    """Too many requests; wait as long as Retry-After says."""

    def __init__(self, standing: Standing, retry_after_s: int) -> None:
        super().__init__(retry_after_s=retry_after_s)
        self.standing = standing


@dataclass
class Limits:
    """Requests per minute for each key and person, and for each address: what strangers send, and what was refused.

    Each process counts for itself.
    """

    keys: int = 6_000
    people: int = 600
    strangers: int = 120
    refused: int = 600
    timer: Callable[[], float] = monotonic
    _buckets: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)

    def take(self, kind: str, id: str) -> Standing:
        """Takes one token of `key`, `person`, `stranger` or `refused`. Raises LimitReached when there is none."""
        per_minute = {"key": self.keys, "person": self.people, "stranger": self.strangers, "refused": self.refused}[
            kind
        ]
        name, now = f"{kind}:{id}", self.timer()
        tokens, at = self._buckets.pop(name, (float(per_minute), now))
        tokens = min(float(per_minute), tokens + (now - at) * per_minute / 60)
        enough = tokens >= 1
        tokens -= enough
        self._buckets[name] = (tokens, now)
        if len(self._buckets) > MOST:
            self._buckets.popitem(last=False)
        standing = Standing(per_minute, int(tokens), ceil((per_minute - tokens) * 60 / per_minute))
        if not enough:
            raise LimitReached(standing, retry_after_s=max(1, ceil((1 - tokens) * 60 / per_minute)))
        return standing
