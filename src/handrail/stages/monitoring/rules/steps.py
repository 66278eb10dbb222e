"""Stretches of time as people in the project's zone count them: hours, days, weeks and months, also where a clock
change makes a day of 23 or 25 hours."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import assert_never
from zoneinfo import ZoneInfo

from handrail.kit.clock import from_ms, to_ms

QUARTER_MS = 15 * 60 * 1000
"""Every zone in use is a whole number of quarter hours away from UTC."""
MOST_POINTS = 1_000


class Step(StrEnum):
    """How long the stretch behind one point is."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


def quarter_of(ms: int) -> int:
    """Where the quarter hour around a moment begins, in ms.

    >>> quarter_of(1_000_000)
    900000
    """
    return ms - ms % QUARTER_MS


def start_of(step: Step, moment: datetime, zone: ZoneInfo) -> datetime:
    """Where the step around `moment` begins, in UTC.

    >>> start_of(Step.DAY, datetime(2026, 3, 29, 12, tzinfo=UTC), ZoneInfo("Europe/Berlin")).isoformat()
    '2026-03-28T23:00:00+00:00'
    """
    local = moment.astimezone(zone)
    match step:
        case Step.HOUR:
            return (moment - timedelta(minutes=local.minute, seconds=local.second)).replace(microsecond=0)
        case Step.DAY:
            first = local
        case Step.WEEK:
            first = local - timedelta(days=local.weekday())
        case Step.MONTH:
            first = local.replace(day=1)
        case unknown:
            assert_never(unknown)
    return _midnight(first, zone)


def _midnight(day: datetime, zone: ZoneInfo) -> datetime:
    """When a local day begins; where its midnight is skipped, the first moment that there is."""
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


def next_start(step: Step, start: datetime, zone: ZoneInfo) -> datetime:
    """Where the step after the one that begins at `start` begins.

    >>> day = datetime(2026, 3, 28, 23, tzinfo=UTC)
    >>> (next_start(Step.DAY, day, ZoneInfo("Europe/Berlin")) - day).total_seconds() / 3600
    23.0
    """
    if step is Step.HOUR:
        return start_of(step, start + timedelta(hours=1), zone)
    far = {Step.DAY: timedelta(hours=36), Step.WEEK: timedelta(days=10), Step.MONTH: timedelta(days=45)}[step]
    return start_of(step, start + far, zone) if step is not Step.WEEK else _next_week(start, zone)


def _next_week(start: datetime, zone: ZoneInfo) -> datetime:
    return _midnight(start.astimezone(zone).replace(hour=12) + timedelta(days=7), zone)


def starts(step: Step, since: datetime, until: datetime, zone: ZoneInfo) -> list[datetime]:
    """Where each step that touches [since, until) begins, and at the end where the last one ends.

    Raises ValueError if there would be more than MOST_POINTS.
    """
    found = [start_of(step, since, zone)]
    while found[-1] < until:
        if len(found) > MOST_POINTS:
            raise ValueError(f"more than {MOST_POINTS} points")
        found.append(next_start(step, found[-1], zone))
    return found


def day_of(quarter_ms: int, zone: ZoneInfo) -> int:
    """Where the project's day around a quarter hour begins, in ms."""
    return to_ms(start_of(Step.DAY, from_ms(quarter_ms), zone))


def usual_step(since: datetime, until: datetime) -> Step:
    """A step that gives a chart between a dozen and a hundred points."""
    length = until - since
    if length <= timedelta(days=2, hours=2):
        return Step.HOUR
    return Step.DAY if length <= timedelta(days=92) else Step.WEEK
