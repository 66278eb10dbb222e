"""When an attempt is made again, and what an answer means. Pure."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

WAITS = tuple(
    timedelta(seconds=seconds) for seconds in (5, 5 * 60, 30 * 60, *(hours * 3600 for hours in (2, 5, 10, 14, 20, 24)))
)
"""After each failed attempt, until the next: ten attempts within a little more than three days."""
JITTER = 0.1
"""Each wait is longer by up to this share, so that what failed together does not come back together."""
LONGEST_ASKED = timedelta(days=1)
"""A receiver may ask for more time (Retry-After), up to this."""
KEPT = timedelta(days=30)
"""Events and deliveries are kept this long, and can be replayed."""
WEAK_AFTER = 10
"""So many failures in a row, and a webhook is asked one by one and more and more rarely."""
RAREST = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Answered:
    """How one attempt ended. `status` is None when no answer came; `asked` is the wait that the receiver asked for."""

    status: int | None
    error: str | None = None
    answer: str | None = None
    asked: timedelta | None = None
    took_ms: int = 0

    @property
    def is_ok(self) -> bool:
        """Only 2xx counts: a redirect is not followed and is a failure."""
        return self.status is not None and 200 <= self.status < 300 and self.error is None

    @property
    def is_gone(self) -> bool:
        """The receiver says that it will never want anything again."""
        return self.status == 410


def next_attempt(delivery_id: str, attempt: int, now: datetime, asked: timedelta | None = None) -> datetime | None:
    """When to try again after attempt number `attempt` (from 1) failed; None when all are used up.

    >>> from datetime import UTC
    >>> now = datetime(2026, 11, 21, tzinfo=UTC)
    >>> next_attempt("a", 1, now) - now < timedelta(seconds=6), next_attempt("a", 10, now) is None
    (True, True)
    """
    if attempt > len(WAITS):
        return None
    wait = WAITS[attempt - 1] * (1 + JITTER * _share(f"{delivery_id}:{attempt}"))
    return now + max(wait, min(asked or timedelta(0), LONGEST_ASKED))


def _share(mark: str) -> float:
    """A number in [0, 1) that is always the same for the same mark."""
    return int.from_bytes(hashlib.sha256(mark.encode()).digest()[:6], "big") / 2**48


def quiet_for(failures: int) -> timedelta | None:
    """How long a webhook that failed so often in a row is left alone between two attempts; None while it is well.

    >>> quiet_for(3), quiet_for(10), quiet_for(400)
    (None, datetime.timedelta(seconds=1), datetime.timedelta(seconds=60))
    """
    if failures < WEAK_AFTER:
        return None
    return min(RAREST, timedelta(seconds=2.0 ** min(failures - WEAK_AFTER, 10)))


def read_retry_after(text: str | None) -> timedelta | None:
    """The wait a receiver asks for in whole seconds; a date is not read, because its clock may be wrong.

    >>> read_retry_after("120"), read_retry_after("soon")
    (datetime.timedelta(seconds=120), None)
    """
    if text is None or not (text.isascii() and text.isdigit() and len(text) < 8):
        return None
    return timedelta(seconds=int(text))


def in_flight(allowed: int, answered: Answered, most: int) -> int:
    """How many attempts a webhook may have under way after this answer: one more, one fewer, or one by one."""
    if answered.is_ok:
        return min(most, allowed + 1)
    return 1 if answered.status is None else max(1, allowed - 1)
