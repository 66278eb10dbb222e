"""What each stored row adds to the counts. A fact is counted once, when the event that tells it is counted; it never
changes afterwards, so that counting the tables again gives the same numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple  # Any: rows

from handrail.domain.item import segment_of
from handrail.stages.monitoring.rules.buckets import bucket_of
from handrail.stages.monitoring.rules.steps import quarter_of

BAND = "band"
"""Stands for the release by a confidence band in `Place.who` of audited items."""
DayOf = Callable[[str, int], int]
"""Project and quarter hour -> where the project's day begins."""


class Fact(StrEnum):
    """What is counted, and by which clock."""

    RECEIVED = "received"  # an item came; word: action; clock: received
    DECIDED = "decided"  # it has its outcome; word: source; part: who decided; clock: decided
    REVIEWED = "reviewed"  # a verdict on an item is final; word: verdict; who: reviewer; clock: answered
    SAMPLED = "sampled"  # picked for audit; part: probability; clock: received
    AUDITED = "audited"  # the pick was answered; part: probability; who: band; clock: received
    RECALLED = "recalled"  # the outcome was taken back, once an item; word: its source; part: why; clock: decided
    AUDIT_REVIEWED = "audit_reviewed"  # the work of that answer; who: reviewer; clock: answered


class Duration(StrEnum):
    """What is timed."""

    OUTCOME = "outcome"  # received to decided; word: action; clock: decided
    MACHINE = "machine"  # as a server saw it: request read to stored; not in the tables, so never counted again


OBSERVED = frozenset({Duration.MACHINE.value})
"""What cannot be had again from the tables."""


class Grain(StrEnum):
    """How long the stretch of a stored count is."""

    QUARTER = "quarter"
    DAY = "day"


class Place(NamedTuple):
    """Whose count it is."""

    project_id: str
    grain: str
    fact: str
    at: int
    segment: str
    queue: str
    model: str
    version: str
    word: str
    who: str
    part: str


class Timed(NamedTuple):
    """Whose histogram bucket it is."""

    project_id: str
    grain: str
    fact: str
    at: int
    segment: str
    queue: str
    model: str
    version: str
    word: str
    bucket: int


@dataclass(slots=True)
class Tally:
    """How many, and what they add up to."""

    n: int = 0
    errors: int = 0
    due: int = 0
    late: int = 0
    active_ms: int = 0

    def add(self, other: Tally) -> None:
        self.n += other.n
        self.errors += other.errors
        self.due += other.due
        self.late += other.late
        self.active_ms += other.active_ms


@dataclass(slots=True)
class Counts:
    """What a batch of rows adds, both grains together."""

    day_of: DayOf
    cells: dict[Place, Tally] = field(default_factory=dict)
    durations: dict[Timed, list[int]] = field(default_factory=dict)

    def count(self, whose: _Whose, fact: Fact, at: int, tally: Tally, *, who: str = "", part: str = "") -> None:
        for grain, start in self._starts(whose.project_id, at):
            place = Place(whose.project_id, grain, fact.value, start, *whose.labels, who, part)
            self.cells.setdefault(place, Tally()).add(tally)

    def time(self, whose: _Whose, what: Duration, at: int, ms: int) -> None:
        self._time(whose, what, at, bucket_of(ms), 1, max(0, ms))

    def observe(self, project_id: str, segment: str, at: int, bucket: int, n: int, total_ms: int) -> None:
        """What a server saw of its own time, gathered before it is stored."""
        self._time(_Whose(project_id, segment, "", "", "", ""), Duration.MACHINE, at, bucket, n, total_ms)

    def _time(self, whose: _Whose, what: Duration, at: int, bucket: int, n: int, total_ms: int) -> None:
        for grain, start in self._starts(whose.project_id, at):
            place = Timed(whose.project_id, grain, what.value, start, *whose.labels, bucket)
            kept = self.durations.setdefault(place, [0, 0])
            kept[0] += n
            kept[1] += total_ms

    def _starts(self, project_id: str, at: int) -> Iterable[tuple[str, int]]:
        quarter = quarter_of(at)
        return ((Grain.QUARTER.value, quarter), (Grain.DAY.value, self.day_of(project_id, quarter)))


class _Whose(NamedTuple):
    project_id: str
    segment: str
    queue: str
    model: str
    version: str
    word: str

    @property
    def labels(self) -> tuple[str, str, str, str, str]:
        return self[1:]


def _whose(item: Mapping[str, Any], queue: str | None, word: str) -> _Whose:
    return _Whose(
        item["project_id"],
        segment_of(item["domain"], item["task"]),
        queue or "",
        item["model"] or "",
        item["prompt_version"] or "",
        word,
    )


def received(counts: Counts, item: Mapping[str, Any]) -> None:
    """An item came; `first_queue` is where the policy sent it, before any deadline moved it on."""
    counts.count(_whose(item, item["first_queue"], item["action"] or ""), Fact.RECEIVED, item["received_at"], Tally(1))
    if item["probability"] is not None:
        part = probability_text(item["probability"])
        counts.count(_whose(item, None, "pick"), Fact.SAMPLED, item["received_at"], Tally(1), part=part)


def decided(counts: Counts, item: Mapping[str, Any]) -> None:
    """An item has its one outcome."""
    due = int(item["due_at"] is not None)
    tally = Tally(1, due=due, late=int(bool(item["outcome_late"])) * due)
    at = item["outcome_at"]
    counts.count(_whose(item, item["queue"], item["outcome_source"]), Fact.DECIDED, at, tally, part=item["outcome_by"])
    counts.time(_whose(item, item["queue"], item["action"] or ""), Duration.OUTCOME, at, at - item["received_at"])


def recalled(counts: Counts, item: Mapping[str, Any], why: str) -> None:
    """An outcome was taken back for the first time: counted where it was decided, as the errors of that time."""
    whose = _whose(item, item["queue"], item["outcome_source"])
    counts.count(whose, Fact.RECALLED, item["outcome_at"], Tally(1), part=why)


def reviewed(counts: Counts, item: Mapping[str, Any], review: Mapping[str, Any]) -> None:
    """A verdict that stands, on an item that was decided or audited by it."""
    fact = Fact.AUDIT_REVIEWED if review["kind"] == "audit" else Fact.REVIEWED
    tally = Tally(1, errors=int(bool(review["is_error"])), active_ms=review["active_ms"])
    whose = _whose(item, review["queue"], review["verdict"])
    counts.count(whose, fact, review["submitted_at"], tally, who=review["person_id"])


def audited(counts: Counts, item: Mapping[str, Any]) -> None:
    """A pick was answered: counted where the item was received, so that a late answer completes the day it is about."""
    tally = Tally(1, errors=int(bool(item["is_error"])))
    who = BAND if (item["rule"] or "").startswith("bands[") else ""
    part = probability_text(item["probability"])
    counts.count(
        _whose(item, None, item["audit_verdict"] or ""), Fact.AUDITED, item["received_at"], tally, who=who, part=part
    )


def probability_text(probability: float) -> str:
    """The probability of a draw as a key: whole weights are added, never floating ones, so that order cannot matter.

    >>> probability_text(0.05)
    '0.05'
    """
    return repr(float(probability))
