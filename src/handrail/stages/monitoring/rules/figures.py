"""The value of each metric from the counts of one stretch and one group. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any  # Any: a project's settings are JSON

from handrail.stages.monitoring.rules.buckets import quantile
from handrail.stages.monitoring.rules.declared import Metric
from handrail.stages.monitoring.rules.facts import BAND, Duration, Fact, Tally
from handrail.stats.shares import hajek

HOUR_MS = 3_600_000
LEVEL = 0.95
QUANTILES = {"p50": 0.5, "p95": 0.95, "p99": 0.99}
FEW = 30
"""Below so many answered audits the figure says that it rests on few."""
BY_PEOPLE = ("human", "edited")
"""The sources of outcomes that people decided."""
CHANGED = frozenset({"edit", "reject"})


@dataclass(slots=True)
class Sums:
    """What happened in one stretch, in one group."""

    cells: dict[tuple[str, str, str, str], Tally] = field(default_factory=dict)  # fact, word, who, part
    buckets: dict[tuple[str, str], dict[int, int]] = field(default_factory=dict)  # duration, word -> bucket -> n
    totals: dict[str, int] = field(default_factory=dict)  # duration -> ms

    def add_cell(self, key: tuple[str, str, str, str], tally: Tally) -> None:
        self.cells.setdefault(key, Tally()).add(tally)

    def add_bucket(self, what: str, word: str, bucket: int, n: int, total_ms: int) -> None:
        kept = self.buckets.setdefault((what, word), {})
        kept[bucket] = kept.get(bucket, 0) + n
        self.totals[what] = self.totals.get(what, 0) + total_ms

    def of(self, fact: Fact, *words: str) -> Tally:
        """All of a fact, or those with these words."""
        found = Tally()
        for (name, word, _, _), tally in self.cells.items():
            if name == fact and (not words or word in words):
                found.add(tally)
        return found

    def who(self, *facts: Fact) -> set[str]:
        return {who for (name, _, who, _), _ in self.cells.items() if name in facts and who}

    def durations(self, what: Duration, *words: str) -> dict[int, int]:
        found: dict[int, int] = {}
        for (name, word), counts in self.buckets.items():
            if name == what and (not words or word in words):
                for bucket, n in counts.items():
                    found[bucket] = found.get(bucket, 0) + n
        return found


@dataclass(frozen=True, slots=True)
class Estimated:
    """A number that is not counted but inferred, with how far it may be off."""

    value: float | None
    low: float | None
    high: float | None
    n: int
    why: str | None
    level: float = LEVEL


@dataclass(frozen=True, slots=True)
class Figure:
    """One value; `why` says in a sentence why there is none, or what to mind."""

    value: float | None
    numerator: float
    denominator: float | None = None
    why: str | None = None
    estimate: Estimated | None = None


@dataclass(frozen=True, slots=True)
class Prices:
    """What people's work costs, as the project's settings have it."""

    per_minute: float | None
    per_review: float | None
    currency: str | None

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> Prices:
        """From settings that the web app or a caller wrote: what is no number counts as not given."""
        currency = settings.get("currency")
        return cls(
            _number(settings.get("cost_per_minute")),
            _number(settings.get("cost_per_review")),
            currency if isinstance(currency, str) and len(currency) <= 8 else None,
        )

    @property
    def known(self) -> bool:
        return self.per_minute is not None or self.per_review is not None


def _number(value: object) -> float | None:
    good = isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1e9
    return float(value) if good else None  # type: ignore[arg-type]  # a number, as `good` says


@dataclass(frozen=True, slots=True)
class Recipe:
    """Which facts and durations a metric reads, and how it is made of them."""

    make: Callable[[Sums, Prices], Figure]
    facts: tuple[Fact, ...] = ()
    durations: tuple[Duration, ...] = ()
    with_who: bool = False


def _share(hits: int, n: int, nothing: str) -> Figure:
    return Figure(hits / n if n else None, hits, n, None if n else nothing)


def _count(n: int) -> Figure:
    return Figure(float(n), n)


def _escalation_rate(sums: Sums, _: Prices) -> Figure:
    return _share(sums.of(Fact.RECEIVED, "review").n, sums.of(Fact.RECEIVED).n, "No items came in this time.")


def _override_rate(sums: Sums, _: Prices) -> Figure:
    return _share(
        sums.of(Fact.REVIEWED, *CHANGED).n, sums.of(Fact.REVIEWED).n, "No verdicts became final in this time."
    )


def _work(sums: Sums) -> Tally:
    found = sums.of(Fact.REVIEWED)
    found.add(sums.of(Fact.AUDIT_REVIEWED))
    return found


def _reviewer_throughput(sums: Sums, _: Prices) -> Figure:
    work = _work(sums)
    hours = work.active_ms / HOUR_MS
    if not hours:
        return Figure(None, work.n, 0.0, "No active time was measured in this time.")
    return Figure(work.n / hours, work.n, hours)


def _deadlines_kept(sums: Sums, _: Prices) -> Figure:
    decided = sums.of(Fact.DECIDED)
    return _share(decided.due - decided.late, decided.due, "No item with a deadline was decided in this time.")


def _late_share(sums: Sums, _: Prices) -> Figure:
    decided = sums.of(Fact.DECIDED)
    return _share(decided.late, decided.due, "No item with a deadline was decided in this time.")


def _effective_throughput(sums: Sums, _: Prices) -> Figure:
    """N / (N t_machine + escalated t_human / people)."""
    n, work = sums.of(Fact.RECEIVED).n, sums.of(Fact.REVIEWED)
    escalated = sums.of(Fact.RECEIVED, "review").n
    people = len(sums.who(Fact.REVIEWED))
    observed = sum(sums.durations(Duration.MACHINE).values())
    if not n:
        return Figure(None, 0, None, "No items came in this time.")
    if escalated and not people:
        return Figure(None, n, None, "Items went to people, and nobody has given a verdict in this time yet.")
    if not observed and not escalated:
        return Figure(None, n, None, "Nothing was timed in this time.")
    machine = sums.totals.get(Duration.MACHINE, 0) / observed if observed else 0.0
    human = escalated * (work.active_ms / work.n) / people if work.n else 0.0
    spent = n * machine + human
    if not spent:
        return Figure(None, n, 0.0, "Nothing was timed in this time.")
    return Figure(n / spent * HOUR_MS, n, spent / HOUR_MS)


def _audit_escape_rate(sums: Sums, _: Prices) -> Figure:
    strata: dict[float, list[int]] = {}
    for (fact, _word, _who, part), tally in sums.cells.items():
        if fact == Fact.AUDITED:
            kept = strata.setdefault(float(part), [0, 0])
            kept[0] += tally.errors
            kept[1] += tally.n
    errors, n = sum(one[0] for one in strata.values()), sum(one[1] for one in strata.values())
    found = hajek([(probability, hits, drawn) for probability, (hits, drawn) in sorted(strata.items())], level=LEVEL)
    if found is None:
        none = "No audit of what was released in this time has been answered yet."
        return Figure(None, 0, 0, none, Estimated(None, None, None, 0, none))
    why = f"Few audits ({n}): the interval is wide." if n < FEW else None
    made = Estimated(found.value, found.interval.low, found.interval.high, n, why)
    return Figure(found.value, errors, n, why, made)


def _audit_coverage(sums: Sums, _: Prices) -> Figure:
    released = sums.of(Fact.RECEIVED, "release").n
    return _share(sums.of(Fact.AUDITED).n, released, "Nothing was released automatically in this time.")


def _confidently_wrong(sums: Sums, _: Prices) -> Figure:
    found = [one for (fact, _w, who, _p), one in sums.cells.items() if fact == Fact.AUDITED and who == BAND]
    return Figure(float(sum(one.errors for one in found)), sum(one.errors for one in found), None)


def _recall_rate(sums: Sums, _: Prices) -> Figure:
    return _share(sums.of(Fact.RECALLED).n, sums.of(Fact.DECIDED).n, "No items were decided in this time.")


def _post_review_error_rate(sums: Sums, _: Prices) -> Figure:
    decided = sums.of(Fact.DECIDED, *BY_PEOPLE).n
    return _share(sums.of(Fact.RECALLED, *BY_PEOPLE).n, decided, "People decided no items in this time.")


def _cost_per_decision(sums: Sums, prices: Prices) -> Figure:
    decided, work = sums.of(Fact.DECIDED).n, _work(sums)
    if not prices.known:
        return Figure(None, 0, decided, "Say cost_per_minute or cost_per_review in the project's settings.")
    cost = work.active_ms / 60_000 * (prices.per_minute or 0) + work.n * (prices.per_review or 0)
    if not decided:
        return Figure(None, cost, 0, "No items were decided in this time.")
    return Figure(cost / decided, cost, decided)


RECIPES: Mapping[str, Recipe] = {
    "items_received": Recipe(lambda sums, _: _count(sums.of(Fact.RECEIVED).n), (Fact.RECEIVED,)),
    "items_decided": Recipe(lambda sums, _: _count(sums.of(Fact.DECIDED).n), (Fact.DECIDED,)),
    "escalation_rate": Recipe(_escalation_rate, (Fact.RECEIVED,)),
    "override_rate": Recipe(_override_rate, (Fact.REVIEWED,)),
    "reviewer_throughput": Recipe(_reviewer_throughput, (Fact.REVIEWED, Fact.AUDIT_REVIEWED)),
    "reviews_given": Recipe(lambda sums, _: _count(_work(sums).n), (Fact.REVIEWED, Fact.AUDIT_REVIEWED)),
    "effective_throughput": Recipe(
        _effective_throughput, (Fact.RECEIVED, Fact.REVIEWED), (Duration.MACHINE,), with_who=True
    ),
    "deadlines_kept": Recipe(_deadlines_kept, (Fact.DECIDED,)),
    "late_share": Recipe(_late_share, (Fact.DECIDED,)),
    "audit_escape_rate": Recipe(_audit_escape_rate, (Fact.AUDITED,)),
    "audit_coverage": Recipe(_audit_coverage, (Fact.RECEIVED, Fact.AUDITED)),
    "confidently_wrong": Recipe(_confidently_wrong, (Fact.AUDITED,), with_who=True),
    "recall_rate": Recipe(_recall_rate, (Fact.DECIDED, Fact.RECALLED)),
    "post_review_error_rate": Recipe(_post_review_error_rate, (Fact.DECIDED, Fact.RECALLED)),
    "cost_per_decision": Recipe(_cost_per_decision, (Fact.DECIDED, Fact.REVIEWED, Fact.AUDIT_REVIEWED)),
}
"""By key of the metric; quantiles and the present are made elsewhere."""

TIMED: Mapping[str, tuple[Duration, tuple[str, ...]]] = {
    "latency_machine": (Duration.MACHINE, ()),
    "latency_added": (Duration.OUTCOME, ()),
    "resolution_time": (Duration.OUTCOME, ("review",)),
}
"""Which durations a metric of quantiles reads, and of items with which action."""


def quantiles_of(metric: Metric, sums: Sums) -> Iterator[tuple[str, Figure]]:
    """P50, P95 and P99 of a stretch."""
    what, words = TIMED[metric.key]
    counts = sums.durations(what, *words)
    n = sum(counts.values())
    for name, share in QUANTILES.items():
        value = quantile(counts, share)
        yield name, Figure(value, n, n, None if n else "Nothing was timed in this time.")
