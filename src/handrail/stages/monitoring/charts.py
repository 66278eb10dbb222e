"""A metric over time: stored counts added up step by step, group by group."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from handrail.kit.clock import from_ms, to_ms
from handrail.stages.monitoring.errors import BadQuestion
from handrail.stages.monitoring.queries import cells, present
from handrail.stages.monitoring.rules import figures, steps
from handrail.stages.monitoring.rules.declared import BY_KEY, METRICS, NOT_YET, By, Metric, Shape
from handrail.stages.monitoring.rules.facts import Grain
from handrail.stages.monitoring.rules.figures import Figure, Prices, Sums
from handrail.stages.monitoring.rules.links import items_url, items_urls
from handrail.stages.monitoring.rules.steps import Step
from handrail.storage import Session
from handrail.wire.metrics import (
    EstimateOut,
    MetricListOut,
    MetricOut,
    MetricsOut,
    NotYetOut,
    PointOut,
    SeriesOut,
)

MOST_SERIES = 12
USUAL = timedelta(days=29)
LONGEST = timedelta(days=3_660)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: a metric, told apart by something, over a time, of some segments or queues only."""

    name: str
    by: By | None = None
    since: datetime | None = None
    until: datetime | None = None
    step: Step | None = None
    only: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Time:
    """The stretches of a chart."""

    edges: list[datetime]
    step: Step
    zone: ZoneInfo

    def stretches(self) -> Iterator[tuple[datetime, datetime]]:
        return zip(self.edges[:-1], self.edges[1:], strict=True)


def metric_named(name: str) -> Metric:
    """The metric of this key. Raises BadQuestion, with what is missing for one that is not there yet."""
    found = BY_KEY.get(name)
    if found is not None:
        return found
    later = next((one for one in NOT_YET if one.key == name), None)
    if later is not None:
        raise BadQuestion.at("name", f"This metric is not there yet: it needs {later.needs}.")
    raise BadQuestion.at("name", f"There is no such metric; the metrics are: {', '.join(BY_KEY)}.")


def list_of(session: Session, project_id: str) -> MetricListOut:
    """Every metric with its meaning."""
    since = to_ms(session.now - timedelta(days=92))
    return MetricListOut(
        data=[described(one) for one in METRICS],
        not_yet=[NotYetOut(key=one.key, title=one.title, needs=one.needs) for one in NOT_YET],
        segments=cells.segments(session, project_id, since),
    )


def described(metric: Metric) -> MetricOut:
    """What a metric means, for hover, manual and CSV."""
    below, above = metric.alarm or (None, None)
    return MetricOut(
        key=metric.key,
        title=metric.title,
        question=metric.question,
        numerator=metric.numerator,
        denominator=metric.denominator,
        clock=metric.clock.value,
        unit=metric.unit.value,
        by=[one.value for one in metric.by],
        note=metric.note,
        shape=metric.shape.value,
        is_estimate=metric.is_estimate,
        alarm_below=below,
        alarm_above=above,
        left_out=metric.left_out,
    )


def chart(session: Session, project_id: str, asked: Question) -> MetricsOut:
    """The answer to a question. Raises BadQuestion."""
    metric = metric_named(asked.name)
    _check(metric, asked)
    project = cells.project(session, project_id)
    zone = ZoneInfo(project["zone"])
    if metric.shape is Shape.PRESENT:
        return _present(session, project_id, metric, asked, zone)
    time = _time(asked, session.now, zone)
    grain = _grain(session, project_id, time.step, project["zone"])
    prices = Prices.of(project["settings"])
    groups = _groups(session, project_id, metric, asked, time, grain)
    ranked = sorted(groups, key=lambda one: (-_size(groups[one]), one))
    shown = ranked[:MOST_SERIES]
    labels = cells.names(session, shown) if asked.by is By.REVIEWER else {}
    made = _Maker(metric, asked, time, prices)
    lines = [line for key in shown for line in made.lines(key, labels.get(key, key or "all"), groups[key])]
    return _answer(
        session,
        metric,
        asked,
        time,
        lines or list(made.lines("", "all", _Group())),
        more=len(ranked) - len(shown),
        currency=prices.currency if metric.key == "cost_per_decision" else None,
    )


def _check(metric: Metric, asked: Question) -> None:
    allowed = [one.value for one in metric.by]
    if asked.by is not None and asked.by not in metric.by:
        raise BadQuestion.at("by", f"This metric can be told apart by: {', '.join(allowed)}.")
    for name in asked.only:
        if name not in allowed or (metric.shape is Shape.PRESENT and name != "queue"):
            raise BadQuestion.at(name, "This metric is not counted by that; leave the parameter out.")


def _time(asked: Question, now: datetime, zone: ZoneInfo) -> _Time:
    until = asked.until or now
    since = asked.since or steps.start_of(Step.DAY, until - USUAL, zone)
    if since >= until:
        raise BadQuestion.at("from", "Let `from` lie before `to`.")
    if until - since > LONGEST or since.year < 2000 or until.year > 2200:
        raise BadQuestion.at("from", "Ask for ten years at most, between 2000 and 2200.")
    step = asked.step or steps.usual_step(since, until)
    try:
        return _Time(steps.starts(step, since, until, zone), step, zone)
    except ValueError:
        raise BadQuestion.at(
            "step", f"That would be more than {steps.MOST_POINTS:,} points; ask for longer steps or less time."
        ) from None


def _grain(session: Session, project_id: str, step: Step, zone: str) -> Grain:
    """Days, where they are those of the zone that is set now; else quarter hours, which belong to no zone."""
    if step is Step.HOUR or cells.counted_zones(session).get(project_id, zone) != zone:
        return Grain.QUARTER
    return Grain.DAY


@dataclass(slots=True)
class _Group:
    """One line before its figures are made."""

    whole: Sums = field(default_factory=Sums)
    parts: dict[int, Sums] = field(default_factory=dict)


def _size(group: _Group) -> int:
    counted = sum(one.n for one in group.whole.cells.values())
    return counted or sum(sum(one.values()) for one in group.whole.buckets.values())


def _groups(
    session: Session, project_id: str, metric: Metric, asked: Question, time: _Time, grain: Grain
) -> dict[str, _Group]:
    recipe = figures.RECIPES.get(metric.key)
    facts = recipe.facts if recipe else ()
    timed = recipe.durations if recipe else (figures.TIMED[metric.key][0],)
    edges = [to_ms(one) for one in time.edges]
    by = asked.by.value if asked.by else None
    wanted = cells.Slice(project_id, grain, edges[0], edges[-1], by, asked.only)
    found: dict[str, _Group] = {}

    def sums(key: str, at: int) -> tuple[Sums, Sums]:
        group = found.setdefault(key, _Group())
        return group.whole, group.parts.setdefault(bisect_right(edges, at) - 1, Sums())

    if facts:
        with_who = recipe is not None and recipe.with_who
        for at, key, place, tally in cells.cell_sums(session, wanted, facts, with_who=with_who):
            for one in sums(key, at):
                one.add_cell(place, tally)
    if timed:
        for at, key, what, word, bucket, n, total_ms in cells.duration_sums(session, wanted, timed):
            for one in sums(key, at):
                one.add_bucket(what, word, bucket, n, total_ms)
    return found


@dataclass(frozen=True, slots=True)
class _Maker:
    """Makes lines of groups."""

    metric: Metric
    asked: Question
    time: _Time
    prices: Prices

    def lines(self, key: str, label: str, group: _Group) -> Iterator[SeriesOut]:
        if self.metric.shape is Shape.QUANTILES:
            names: list[str | None] = list(figures.QUANTILES)
        else:
            names = [None]
        picked = dict(self.asked.only)
        if self.asked.by is not None and key:
            picked[self.asked.by.value] = [key]
        stretches = list(self.time.stretches())
        urls = items_urls(self.metric, stretches, picked)
        parts = [self._figures(group.parts.get(place, Sums())) for place in range(len(stretches))]
        whole = self._figures(group.whole)
        first, last = self.time.edges[0], self.time.edges[-1]
        for name in names:
            points = [
                _point(since, until, part[name], url)
                for (since, until), part, url in zip(stretches, parts, urls, strict=True)
            ]
            total = _point(first, last, whole[name], items_url(self.metric, first, last, picked))
            yield SeriesOut(key=key, label=label, quantile=name, points=points, total=total)

    def _figures(self, sums: Sums) -> dict[str | None, Figure]:
        if self.metric.shape is Shape.QUANTILES:
            return dict(figures.quantiles_of(self.metric, sums))
        return {None: figures.RECIPES[self.metric.key].make(sums, self.prices)}


def _point(since: datetime, until: datetime, figure: Figure, url: str) -> PointOut:
    told = figure.estimate
    estimate = None
    if told is not None:
        estimate = EstimateOut(value=told.value, low=told.low, high=told.high, level=told.level, n=told.n, why=told.why)
    return PointOut(
        at=since,
        until=until,
        value=None if told is not None else figure.value,
        numerator=figure.numerator,
        denominator=figure.denominator,
        why=figure.why,
        estimate=estimate,
        items_url=url,
    )


def _present(session: Session, project_id: str, metric: Metric, asked: Question, zone: ZoneInfo) -> MetricsOut:
    now = session.now
    counted: dict[str, list[tuple[str, int, int]]] = {}
    for queue, status, count, oldest in present.queues(session, project_id):
        if "queue" not in asked.only or queue in asked.only["queue"]:
            counted.setdefault(queue if asked.by else "", []).append((status, count, oldest))
    lines = []
    for key in sorted(counted) or [""]:
        figure = _figure_now(metric, counted.get(key, []), to_ms(now))
        picked = dict(asked.only) | ({"queue": [key]} if key else {})
        point = _point(now, now, figure, items_url(metric, None, None, picked))
        lines.append(SeriesOut(key=key, label=key or "all", quantile=None, points=[point], total=point))
    return _answer(session, metric, asked, _Time([now, now], Step.HOUR, zone), lines)


def _figure_now(metric: Metric, seats: Sequence[tuple[str, int, int]], now: int) -> Figure:
    status = "held" if metric.key == "held_now" else "waiting"
    mine = [(count, oldest) for name, count, oldest in seats if name == status]
    if metric.key == "oldest_waiting":
        oldest = min((one for _, one in mine), default=None)
        return Figure(None if oldest is None else max(0, now - oldest), sum(count for count, _ in mine), None,
                      "Nothing is waiting." if oldest is None else None)  # fmt: skip
    n = sum(count for count, _ in mine)
    return Figure(float(n), n)


def _answer(
    session: Session,
    metric: Metric,
    asked: Question,
    time: _Time,
    series: list[SeriesOut],
    *,
    more: int = 0,
    currency: str | None = None,
) -> MetricsOut:
    _, oldest = cells.lag(session)
    is_present = metric.shape is Shape.PRESENT
    since, until = (None, None) if is_present else (time.edges[0], time.edges[-1])
    return MetricsOut(
        metric=described(metric),
        from_at=time.edges[0],
        to_at=time.edges[-1],
        step="now" if is_present else time.step.value,
        zone=time.zone.key,
        by=asked.by.value if asked.by else None,
        currency=currency,
        counted_until=session.now if oldest is None or is_present else from_ms(oldest),
        series=series,
        more_series=more,
        items_url=items_url(metric, since, until, asked.only),
    )
