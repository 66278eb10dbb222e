"""Exports, one stretch at a time: each is one short look at the database and can be had again by its cursor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any  # Any: rows are JSON

from handrail.stages.learning.queries import decided as queries
from handrail.stages.learning.rules import Decided, Format, Reason, rows_of
from handrail.storage import Session

STRETCH_BYTES = 4 * 1024 * 1024
"""A stretch ends once its texts are about this long, however few items it holds."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an export covers: items decided from `since` on and before `until`, in one project."""

    project_id: str
    format: Format
    since: datetime | None
    until: datetime
    filters: Mapping[str, Sequence[str]]
    is_masked: bool = True


@dataclass(slots=True)
class Stretch:
    """Some items in the order decided. `after` goes on behind them; `is_last`: there are no more."""

    rows: list[tuple[dict[str, Any], Decided]] = field(default_factory=list)
    excluded: dict[str, int] = field(default_factory=dict)
    items: int = 0
    after: tuple[int, str] | None = None
    is_last: bool = True

    def take(self, wanted: Wanted, decided: Decided) -> None:
        found = rows_of(wanted.format, decided, is_masked=wanted.is_masked)
        self.items += 1
        self.after = (decided.outcome.decided_at, decided.item.id)
        if isinstance(found, Reason):
            self.excluded[found.value] = self.excluded.get(found.value, 0) + 1
        else:
            self.rows += [(one, decided) for one in found]


def next_stretch(session: Session, wanted: Wanted, after: tuple[int, str] | None, most: int) -> Stretch:
    """The next items behind `after`: at most `most`, fewer where they are large."""
    found: list[Decided] = []
    size, more = 0, False
    ahead = queries.decided_after(
        session,
        wanted.project_id,
        wanted.filters,
        since=wanted.since,
        until=wanted.until,
        after=after,
        limit=most + 1,
        whole=not wanted.format.trains,
    )
    for one in ahead:
        if len(found) == most or size >= STRETCH_BYTES:
            more = True
            break
        found.append(one)
        size += len(one.body or "") + len(one.outcome.text or "")
    del ahead  # closes it
    stretch = Stretch(after=after, is_last=not more)
    ids = [one.item.id for one in found]
    reviews = queries.deciding_reviews(session, ids)
    recalled = queries.standing_recalls(session, ids)
    audited = queries.audited(session, ids) if wanted.format.trains else frozenset()
    for one in found:
        id = one.item.id
        stretch.take(
            wanted,
            one._replace(review=reviews.get(id), recall=recalled.get(id), is_audited=id in audited),
        )
    return stretch
