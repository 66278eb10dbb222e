"""What a list of items may be asked for: the allow-list of filters, and one question read from a request."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from handrail.stages.exploring.rules.words import Query

COLUMNS: Mapping[str, str] = {
    "status": "status",
    "state": "state",
    "domain": "domain",
    "task": "task",
    "queue": "queue",
    "model": "model",
    "verdict": "verdict",
    "source": "source",
    "rule": "rule",
    "key": "key",
    "group": "group_name",
}
"""Filter -> the column of `items` it compares."""
FACETS = ("category", "error", "audited")
RANGES = ("received_at", "decided_at", "confidence")
SORTS = ("-received_at", "received_at", "-decided_at", "decided_at", "-confidence", "confidence")
MOST_VALUES = 50
AUDITED = ("waiting", "right", "wrong")
_COMMA = re.compile(r"(?<!\\),")


def split_values(text: str) -> tuple[str, ...]:
    r"""The values of a filter: any of them. A comma that belongs to a value has a backslash in front.

    >>> split_values(r"pending,released"), split_values(r"Smith\, Anna")
    (('pending', 'released'), ('Smith, Anna',))
    """
    return tuple(dict.fromkeys(one.replace("\\,", ",") for one in _COMMA.split(text)))


@dataclass(frozen=True, slots=True)
class Range:
    """From (inclusive) and to (exclusive); None is open."""

    start: datetime | float | None = None
    end: datetime | float | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """One question to the list of items of a project. Everything named must hold; of several values any."""

    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ranges: Mapping[str, Range] = field(default_factory=dict)
    late: bool | None = None
    overdue_at: datetime | None = None
    query: Query | None = None
    sort: str = "-received_at"

    @property
    def by(self) -> str:
        """The column the list is sorted by."""
        return self.sort.removeprefix("-")

    @property
    def down(self) -> bool:
        return self.sort.startswith("-")
