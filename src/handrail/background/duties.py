"""What a worker does. One that is told to do only some of it leaves the rest to others."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum


class Duty(Enum):
    """The duties that `handrail worker --only` names."""

    JOBS = "jobs"
    TIMERS = "timers"
    DELIVERIES = "deliveries"


ALL = frozenset(Duty)
WITHOUT = {
    Duty.JOBS: "the audit log, the search, the metrics and exports stand still",
    Duty.TIMERS: "verdicts do not settle and deadlines do not fire",
    Duty.DELIVERIES: "webhooks get nothing",
}
"""What it means that nobody does a duty."""


def read_duties(text: str) -> frozenset[Duty]:
    """The duties named in `text`, separated by commas. Raises ValueError with a sentence.

    >>> sorted(one.value for one in read_duties("timers,jobs"))
    ['jobs', 'timers']
    """
    names = [one.strip() for one in text.split(",") if one.strip()]
    unknown = [one for one in names if one not in {duty.value for duty in Duty}]
    if unknown or not names:
        named = f"There is no duty {unknown[0]!r}" if unknown else "No duty is named"
        raise ValueError(f"{named}; the duties are {', '.join(one.value for one in Duty)}.")
    return frozenset(Duty(one) for one in names)


def told(duties: Iterable[Duty]) -> str:
    """Duties as one text, in the order they are declared.

    >>> told({Duty.DELIVERIES, Duty.JOBS})
    'jobs,deliveries'
    """
    given = set(duties)
    return ",".join(one.value for one in Duty if one in given)


def missing(workers: Iterable[str | None]) -> list[Duty]:
    """The duties that none of these workers does; None is a worker of the version before, which did them all.

    >>> [one.value for one in missing(["jobs", "timers"])]
    ['deliveries']
    """
    done = set().union(*(ALL if one is None else read_duties(one) for one in workers))
    return [one for one in Duty if one not in done]
