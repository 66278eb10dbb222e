"""Business hours: when a queue is staffed, and when a span of staffed time is over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY_MINUTES = 24 * 60
_LONGEST = 366 * 20  # days; a calendar that is closed for twenty years is a mistake


class NeverOpen(ValueError):
    """These hours have no open time within twenty years."""


@dataclass(frozen=True, slots=True)
class Opening:
    """Open from minute `start` to minute `end` of a day, end excluded; 24:00 is minute 1,440."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Hours:
    """The open times of a week (Monday first) in one zone, closed on holidays. No week at all means always open."""

    zone: str = "UTC"
    week: tuple[tuple[Opening, ...], ...] = ()
    holidays: frozenset[date] = frozenset()

    @property
    def always(self) -> bool:
        return not self.week


ALWAYS = Hours()


def add_business_time(start: datetime, span: timedelta, hours: Hours) -> datetime:
    """The moment at which `span` of open time since `start` is over, in UTC.

    Time counts as it passes: an hour that a clock change takes away is not counted, one that it repeats counts twice.
    Closed time before the first opening is passed over, also for a span of zero. Raises ValueError for a `start`
    without zone or a negative span, NeverOpen where no open time comes.

    >>> desk = Hours("Europe/Berlin", ((Opening(480, 1080),),) * 5 + ((), ()))
    >>> friday = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)  # 17:00 in Berlin
    >>> add_business_time(friday, timedelta(hours=4), desk).isoformat()
    '2026-11-23T10:00:00+00:00'
    """
    if start.tzinfo is None or span < timedelta(0):
        raise ValueError("a start with its zone and a span of at least zero")
    if hours.always:
        return start.astimezone(UTC) + span
    left = span
    for opens, closes in _openings(start.astimezone(UTC), hours):
        if left <= closes - opens:
            return opens + left
        left -= closes - opens
    raise NeverOpen("these hours have no open time")  # pragma: no cover  # the iterator raises first


def open_time_between(start: datetime, end: datetime, hours: Hours) -> timedelta:
    """How much open time lies between two moments; zero where `end` is not after `start`.

    >>> open_time_between(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC), ALWAYS)
    datetime.timedelta(days=1)
    """
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    if end <= start:
        return timedelta(0)
    if hours.always:
        return end - start
    total = timedelta(0)
    for opens, closes in _openings(start, hours):
        if opens >= end:
            return total
        total += min(closes, end) - opens
    raise NeverOpen("these hours have no open time")  # pragma: no cover  # the iterator raises first


def _openings(start: datetime, hours: Hours) -> Iterator[tuple[datetime, datetime]]:
    """Open stretches after `start`, in order, as UTC moments."""
    zone = ZoneInfo(hours.zone)
    day = start.astimezone(zone).date()
    last_open = day
    while (day - last_open).days <= _LONGEST:
        if day not in hours.holidays:
            for opening in hours.week[day.weekday()]:
                opens, closes = _moment(day, opening.start, zone), _moment(day, opening.end, zone)
                if closes > start and closes > opens:
                    last_open = day
                    yield max(opens, start), closes
        day += timedelta(days=1)
    raise NeverOpen("these hours have no open time within twenty years")


def _moment(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """The UTC moment of a local minute. One that a clock change skips is taken at the end of the gap."""
    if minute == DAY_MINUTES:
        day, minute = day + timedelta(days=1), 0
    local = datetime.combine(day, time(minute // 60, minute % 60), tzinfo=zone)
    moment = local.astimezone(UTC)
    back = moment.astimezone(zone).replace(tzinfo=None)
    if back == local.replace(tzinfo=None):
        return moment
    return _end_of_gap(local, zone)


def _end_of_gap(local: datetime, zone: ZoneInfo) -> datetime:
    """The moment the clocks jumped over `local`, which never was.

    With the offset after the jump the skipped time reads as a moment before it, with the one before as one after it;
    the jump itself is where the offset changes between the two.
    """
    early = local.replace(fold=1).astimezone(UTC)
    late = local.replace(fold=0).astimezone(UTC)
    before = early.astimezone(zone).utcoffset()
    while late - early > timedelta(seconds=1):
        middle = early + (late - early) / 2
        if middle.astimezone(zone).utcoffset() == before:
            early = middle
        else:
            late = middle
    return late.replace(microsecond=0)


def merged(openings: Sequence[Opening]) -> tuple[Opening, ...]:
    """The same open minutes, in order and without overlap.

    >>> merged([Opening(600, 720), Opening(480, 600)])
    (Opening(start=480, end=720),)
    """
    joined: list[Opening] = []
    for one in sorted(openings, key=lambda opening: (opening.start, opening.end)):
        if joined and one.start <= joined[-1].end:
            joined[-1] = Opening(joined[-1].start, max(joined[-1].end, one.end))
        else:
            joined.append(one)
    return tuple(joined)
