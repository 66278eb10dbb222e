"""Metrics over HTTP."""

from __future__ import annotations

from handrail.wire.base import Moment, Response


class EstimateOut(Response):
    """An estimated number is never sent without its interval, or why there is none."""

    value: float | None
    low: float | None
    high: float | None
    level: float
    n: int
    why: str | None


class PointOut(Response):
    """One stretch. `value` is counted; an estimated one stands in `estimate` alone."""

    at: Moment
    until: Moment
    value: float | None
    numerator: float
    denominator: float | None
    why: str | None
    estimate: EstimateOut | None
    items_url: str


class SeriesOut(Response):
    """One line of the chart; `total` is the whole time as one stretch."""

    key: str
    label: str
    quantile: str | None
    points: list[PointOut]
    total: PointOut


class MetricOut(Response):
    """What a metric means."""

    key: str
    title: str
    question: str
    numerator: str
    denominator: str
    clock: str
    unit: str
    by: list[str]
    note: str
    shape: str
    is_estimate: bool
    alarm_below: float | None
    alarm_above: float | None
    left_out: str


class NotYetOut(Response):
    key: str
    title: str
    needs: str


class MetricsOut(Response):
    """One metric over a time."""

    metric: MetricOut
    from_at: Moment
    to_at: Moment
    step: str
    zone: str
    by: str | None
    currency: str | None
    counted_until: Moment
    series: list[SeriesOut]
    more_series: int
    items_url: str


class MetricListOut(Response):
    """All metrics, those the data do not allow yet, and the segments seen lately."""

    data: list[MetricOut]
    not_yet: list[NotYetOut]
    segments: list[str]
