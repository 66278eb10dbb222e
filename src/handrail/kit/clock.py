"""Time as Handrail keeps it: UTC, to the millisecond, and always handed in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Protocol

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


class Clock(Protocol):
    """Tells the time of this process. The stores ask the database instead where it has a clock of its own."""

    def now(self) -> datetime: ...

    @property
    def offset(self) -> timedelta: ...


class SystemClock:
    """The wall clock, moved by `offset` (zero outside tests and the example world)."""

    def __init__(self, offset: timedelta = timedelta(0)) -> None:
        self.offset = offset

    def now(self) -> datetime:
        return to_millisecond(datetime.now(UTC) + self.offset)

    def shift(self, by: timedelta) -> None:
        """Moves the clock, for tests and for compressed time."""
        self.offset += by


def to_millisecond(moment: datetime) -> datetime:
    """The same moment without what lies below a millisecond.

    >>> to_millisecond(datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)).microsecond
    678000
    """
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def to_ms(moment: datetime) -> int:
    """Whole milliseconds since 1970, as the tables keep them.

    >>> to_ms(datetime(1970, 1, 1, 0, 0, 1, 5000, tzinfo=UTC))
    1005
    """
    return (moment - EPOCH) // _MILLISECOND


def from_ms(value: int) -> datetime:
    """The moment `value` milliseconds after 1970.

    >>> from_ms(1005).isoformat()
    '1970-01-01T00:00:01.005000+00:00'
    """
    return EPOCH + timedelta(milliseconds=value)


def to_text(moment: datetime) -> str:
    """RFC 3339 in UTC with exactly three decimals.

    >>> to_text(datetime(2026, 11, 21, 11, 43, 57, tzinfo=UTC))
    '2026-11-21T11:43:57.000Z'
    """
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def ms_to_text(value: int) -> str:
    """`to_text(from_ms(value))`, for those who write very many moments.

    >>> ms_to_text(1_795_261_437_007)
    '2026-11-21T11:43:57.007Z'
    """
    seconds, rest = divmod(value, 1_000)
    return f"{_second(seconds)}.{rest:03d}Z"


@lru_cache(maxsize=4_096)
def _second(value: int) -> str:
    return (EPOCH + timedelta(seconds=value)).isoformat().removesuffix("+00:00")
