"""Days by name, in the zone of a project: a saved view says `this_week` and means the one in which it is opened."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

Stretch = tuple[datetime, datetime]


def _days(midnight: datetime, first: int, last: int) -> Stretch:
    """From the beginning of one day to the end of another, counted from today; days may have 23 or 25 hours."""
    return _midnight(midnight, first), _midnight(midnight, last + 1)


def _midnight(today: datetime, days: int) -> datetime:
    day = today.date() + timedelta(days=days)
    return datetime(day.year, day.month, day.day, tzinfo=today.tzinfo)


def _month(today: datetime, back: int) -> Stretch:
    months = today.year * 12 + today.month - 1 - back
    starts = [datetime(at // 12, at % 12 + 1, 1, tzinfo=today.tzinfo) for at in (months, months + 1)]
    return starts[0], starts[1]


NAMED: Mapping[str, Callable[[datetime], Stretch]] = {
    "today": lambda now: _days(now, 0, 0),
    "yesterday": lambda now: _days(now, -1, -1),
    "this_week": lambda now: _days(now, -now.weekday(), 6 - now.weekday()),
    "last_week": lambda now: _days(now, -now.weekday() - 7, -now.weekday() - 1),
    "last_7_days": lambda now: _days(now, -6, 0),
    "last_30_days": lambda now: _days(now, -29, 0),
    "this_month": lambda now: _month(now, 0),
    "last_month": lambda now: _month(now, 1),
}


def stretch(name: str, now: datetime, zone: str) -> Stretch:
    """Beginning (inclusive) and end (exclusive). Weeks begin on Monday.

    >>> from datetime import UTC
    >>> [one.isoformat() for one in stretch("today", datetime(2026, 10, 25, 12, tzinfo=UTC), "Europe/Berlin")]
    ['2026-10-25T00:00:00+02:00', '2026-10-26T00:00:00+01:00']
    """
    return NAMED[name](now.astimezone(ZoneInfo(zone)))
