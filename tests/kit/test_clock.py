"""Time is UTC to the millisecond: what is stored comes back, and the text has exactly three decimals."""

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from handrail.kit.clock import EPOCH, SystemClock, from_ms, to_millisecond, to_ms, to_text

LATEST = to_ms(datetime(9999, 12, 31, tzinfo=UTC))
ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MOMENTS = st.datetimes(datetime(1, 1, 3), datetime(9999, 12, 29), timezones=ZONES)  # noqa: DTZ001  # the zone is drawn beside it
EARLIEST = to_ms(datetime(1, 1, 1, tzinfo=UTC))


@given(st.integers(EARLIEST, LATEST))
def test_whole_milliseconds_come_back_exactly(value: int) -> None:
    assert to_ms(from_ms(value)) == value


@given(MOMENTS)
def test_storing_keeps_what_to_millisecond_keeps(moment: datetime) -> None:
    assert from_ms(to_ms(moment)) == to_millisecond(moment)


@given(MOMENTS, MOMENTS)
def test_the_stored_order_is_the_order_in_time(one: datetime, other: datetime) -> None:
    if to_millisecond(one) < to_millisecond(other):
        assert to_ms(one) < to_ms(other)


@given(MOMENTS)
def test_the_text_is_24_characters_in_utc_and_can_be_read_back(moment: datetime) -> None:
    text = to_text(moment)
    assert len(text) == 24
    assert text.endswith("Z")
    assert text[-5] == "."
    assert datetime.fromisoformat(text) == to_millisecond(moment)


@given(MOMENTS, MOMENTS)
def test_texts_sort_as_moments_do(one: datetime, other: datetime) -> None:
    assert (to_text(one) < to_text(other)) == (to_millisecond(one) < to_millisecond(other))


def test_zero_is_1970() -> None:
    assert from_ms(0) == EPOCH
    assert to_ms(EPOCH) == 0
    assert to_text(EPOCH) == "1970-01-01T00:00:00.000Z"


def test_the_system_clock_tells_utc_without_microseconds() -> None:
    now = SystemClock().now()
    assert now.tzinfo is UTC
    assert now.microsecond % 1000 == 0
    assert abs(datetime.now(UTC) - now) < timedelta(seconds=5)


def test_a_shifted_clock_stays_shifted() -> None:
    clock = SystemClock(timedelta(days=-1))
    clock.shift(timedelta(hours=3))
    clock.shift(timedelta(hours=-1))
    assert clock.offset == timedelta(hours=-22)
    assert abs(datetime.now(UTC) - timedelta(hours=22) - clock.now()) < timedelta(seconds=5)
