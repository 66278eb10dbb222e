"""Durations as people write them."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handrail.kit.durations import duration_text, parse_duration


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("500ms", timedelta(milliseconds=500)),
        ("8s", timedelta(seconds=8)),
        ("15m", timedelta(minutes=15)),
        ("4h", timedelta(hours=4)),
        ("2d", timedelta(days=2)),
        ("0s", timedelta(0)),
        ("007s", timedelta(seconds=7)),
    ],
)
def test_the_units(text: str, span: timedelta) -> None:
    assert parse_duration(text) == span


@pytest.mark.parametrize(
    "text",
    [
        "",
        "8",
        "s",
        "-1s",
        "+1s",
        "1.5h",
        "1 h",
        " 1h",
        "1h ",
        "1h\n",
        "1H",
        "1min",
        "1h30m",
        "1w",
        "P1D",
        "1e3s",
        "9999999999s",
        "٣s",
    ],
)
def test_what_is_no_duration_is_refused_with_a_way_out(text: str) -> None:
    with pytest.raises(ValueError, match="write a duration as a whole number and a unit"):
        parse_duration(text)


@given(st.integers(0, 10**11))
def test_text_and_span_lead_back_to_each_other(milliseconds: int) -> None:
    span = timedelta(milliseconds=milliseconds)
    text = duration_text(span)
    if len(text.rstrip("dhms")) <= 9:
        assert parse_duration(text) == span


@given(st.integers(1, 10**6), st.sampled_from(["ms", "s", "m", "h", "d"]))
def test_the_text_is_the_shortest_way_to_write_it(count: int, unit: str) -> None:
    written = f"{count}{unit}"
    shown = duration_text(parse_duration(written))
    assert parse_duration(shown) == parse_duration(written)
    assert len(shown) <= len(written)


def test_what_is_shown() -> None:
    spans = [
        timedelta(hours=48),
        timedelta(minutes=90),
        timedelta(seconds=61),
        timedelta(milliseconds=1_001),
        timedelta(0),
    ]
    assert [duration_text(span) for span in spans] == ["2d", "90m", "61s", "1001ms", "0ms"]
