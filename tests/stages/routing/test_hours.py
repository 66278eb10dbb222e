"""Business time: worked by hand where clocks change, and compared with counting minutes one by one."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handrail.stages.routing.hours import (
    ALWAYS,
    Hours,
    NeverOpen,
    Opening,
    add_business_time,
    merged,
    open_time_between,
)

BERLIN = ZoneInfo("Europe/Berlin")
WORKDAYS = ((Opening(480, 1080),),) * 5 + ((), ())
DESK = Hours("Europe/Berlin", WORKDAYS, frozenset({date(2026, 12, 25)}))
NIGHT = Hours("Europe/Berlin", ((Opening(0, 1440),),) * 7)
MINUTE = timedelta(minutes=1)


def berlin(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=BERLIN)  # type: ignore[arg-type, misc]  # year, month, day, hour, minute


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        (berlin(2026, 11, 23, 9, 0), 4, berlin(2026, 11, 23, 13, 0)),  # inside one day
        (berlin(2026, 11, 20, 16, 0), 4, berlin(2026, 11, 23, 10, 0)),  # over a weekend
        (berlin(2026, 11, 21, 12, 0), 1, berlin(2026, 11, 23, 9, 0)),  # begins while closed
        (berlin(2026, 11, 23, 9, 0), 9, berlin(2026, 11, 23, 18, 0)),  # ends with the day
        (berlin(2026, 12, 24, 17, 0), 2, berlin(2026, 12, 28, 9, 0)),  # over a holiday
        (berlin(2026, 11, 23, 9, 0), 10 * 30, berlin(2027, 1, 5, 9, 0)),  # thirty working days, one holiday among them
        (berlin(2026, 11, 21, 12, 0), 0, berlin(2026, 11, 23, 8, 0)),  # nothing to wait for, but closed
        (berlin(2026, 11, 23, 9, 0), 0, berlin(2026, 11, 23, 9, 0)),
    ],
)
def test_deadlines_at_a_desk(start: datetime, hours: int, due: datetime) -> None:
    assert add_business_time(start, timedelta(hours=hours), DESK) == due


def test_a_clock_change_inside_open_hours_counts_what_passes() -> None:
    spring = berlin(2026, 3, 29, 0, 0)  # 02:00 becomes 03:00
    assert add_business_time(spring, timedelta(hours=4), NIGHT) == berlin(2026, 3, 29, 5, 0)
    autumn = berlin(2026, 10, 25, 0, 0)  # 03:00 becomes 02:00
    assert add_business_time(autumn, timedelta(hours=4), NIGHT) == berlin(2026, 10, 25, 3, 0)


def test_an_opening_in_the_hour_that_is_skipped_begins_at_the_jump() -> None:
    early = Hours("Europe/Berlin", ((Opening(150, 240),),) * 7)  # 02:30-04:00
    start = berlin(2026, 3, 29, 0, 0)
    assert add_business_time(start, timedelta(0), early) == berlin(2026, 3, 29, 3, 0)
    assert open_time_between(start, start + timedelta(hours=20), early) == timedelta(hours=1)


def test_an_opening_that_lies_in_the_skipped_hour_is_no_opening() -> None:
    gone = Hours("Europe/Berlin", ((Opening(130, 170),),) * 7)  # 02:10-02:50
    start = berlin(2026, 3, 29, 0, 0)
    assert add_business_time(start, timedelta(0), gone) == berlin(2026, 3, 30, 2, 10)


def test_always_is_plain_time() -> None:
    start = datetime(2026, 3, 29, tzinfo=UTC)
    assert add_business_time(start, timedelta(hours=30), ALWAYS) == start + timedelta(hours=30)


def test_hours_that_never_come_are_an_error_not_a_loop() -> None:
    closed = Hours("UTC", ((),) * 7)
    with pytest.raises(NeverOpen):
        add_business_time(datetime(2026, 1, 1, tzinfo=UTC), MINUTE, closed)


@pytest.mark.parametrize("span", [timedelta(seconds=-1), -timedelta(days=3)])
def test_time_does_not_run_back(span: timedelta) -> None:
    with pytest.raises(ValueError, match="at least zero"):
        add_business_time(datetime(2026, 1, 1, tzinfo=UTC), span, DESK)


def test_a_start_says_its_zone() -> None:
    with pytest.raises(ValueError, match="zone"):
        add_business_time(datetime(2026, 1, 1), MINUTE, DESK)  # noqa: DTZ001  # what is tried here


zones = st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "UTC"])
openings = st.lists(
    st.tuples(st.integers(0, 47), st.integers(1, 48)).map(lambda pair: Opening(min(pair) * 30, max(pair) * 30)),
    max_size=2,
).map(lambda found: merged([one for one in found if one.start < one.end]))
weeks = st.tuples(*[openings] * 7).filter(any)
starts = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)).map(  # noqa: DTZ001  # the zone follows
    lambda moment: moment.replace(second=0, microsecond=0, tzinfo=UTC)
)
spans = st.integers(0, 3_000).map(lambda minutes: timedelta(minutes=minutes))


@st.composite
def calendars(pick: st.DrawFn, chosen: st.SearchStrategy[str] = zones) -> Hours:
    holidays = pick(st.lists(st.dates(date(2026, 1, 1), date(2026, 12, 31)), max_size=3))
    return Hours(pick(chosen), pick(weeks), frozenset(holidays))


@given(calendars(), starts, spans)
def test_the_open_time_until_the_deadline_is_the_span(hours: Hours, start: datetime, span: timedelta) -> None:
    due = add_business_time(start, span, hours)
    assert due >= start
    assert open_time_between(start, due, hours) == span


@given(calendars(), starts, spans, spans)
def test_two_spans_one_after_the_other_are_their_sum(
    hours: Hours, start: datetime, first: timedelta, second: timedelta
) -> None:
    between = add_business_time(start, first, hours)
    if second:
        assert add_business_time(between, second, hours) == add_business_time(start, first + second, hours)


@given(calendars(), starts, spans, st.integers(0, 5_000))
def test_who_starts_later_is_due_no_earlier(hours: Hours, start: datetime, span: timedelta, later: int) -> None:
    assert add_business_time(start + timedelta(minutes=later), span, hours) >= add_business_time(start, span, hours)


@given(calendars(st.sampled_from(["UTC", "Asia/Kolkata"])), starts, st.integers(0, 3 * 24 * 60))
def test_open_time_agrees_with_counting_minutes(hours: Hours, start: datetime, minutes: int) -> None:
    """In zones whose clocks never change, the wall clock says of each minute whether it is open."""
    end = start + timedelta(minutes=minutes)
    counted = sum(_is_open(start + number * MINUTE, hours) for number in range(minutes))
    assert open_time_between(start, end, hours) == counted * MINUTE


def _is_open(moment: datetime, hours: Hours) -> bool:
    local = moment.astimezone(ZoneInfo(hours.zone))
    minute = local.hour * 60 + local.minute
    open_now = any(opening.start <= minute < opening.end for opening in hours.week[local.weekday()])
    return open_now and local.date() not in hours.holidays
