"""All SQL of learning. It owns no table yet and reads what the other rooms decided."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any  # Any: rows

from sqlalchemy import Select, Text, and_, or_, select, type_coerce

from handrail.kit.clock import from_ms
from handrail.storage import Session
from handrail.storage.tables import (
    audit_samples,
    item_contents,
    item_scores,
    items,
    outcomes,
    projects,
    recalls,
    reviews,
    routes,
)

AHEAD = 50
"""Rows fetched at once, so that a stretch of large items does not fill the memory."""

_ITEM = tuple(
    items.c[name]
    for name in (
        "id", "key", "status", "state", "domain", "task", "model", "prompt_version", "language", "confidence",
        "group_name", "queue", "policy_version", "received_at", "erased_at",
    )
)  # fmt: skip
_OUTCOME = tuple(column for column in outcomes.c if column.name not in ("item_id", "project_id"))
_ITEM_NAMES = tuple(column.name for column in _ITEM)
_OUTCOME_NAMES = tuple(column.name for column in _OUTCOME)
_TEXTS = len(_ITEM) + len(_OUTCOME)
_FILTERED = {
    name: items.c[name]
    for name in (
        "status",
        "domain",
        "task",
        "model",
        "prompt_version",
        "language",
        "queue",
        "rule",
        "verdict",
        "source",
    )
} | {"group": items.c.group_name}


def project(session: Session, project_id: str) -> Mapping[str, Any]:
    """Slug and kind of the project."""
    found = session.first(select(projects.c.slug, projects.c.is_demo).where(projects.c.id == project_id))
    assert found is not None
    return found


@dataclass(frozen=True, slots=True)
class DecidedRow:
    """A decided item as it is stored; content, route and scores still as JSON text."""

    item: dict[str, Any]
    outcome: dict[str, Any]
    body: str | None
    route: str | None = None
    scores: str | None = None


def decided_after(
    session: Session,
    project_id: str,
    filters: Mapping[str, Sequence[str]],
    *,
    since: datetime | None,
    until: datetime,
    after: tuple[int, str] | None,
    limit: int,
    whole: bool,
) -> Generator[DecidedRow, None, None]:
    """Decided items in the order decided, with content and outcome, and with route and scores if `whole`.

    Read as they are asked for: whoever stops early has not paid for the rest.
    """
    query = _selected(whole).where(outcomes.c.project_id == project_id, outcomes.c.decided_at < until)
    if since is not None:
        query = query.where(outcomes.c.decided_at >= since)
    for name, words in filters.items():
        query = query.where(_FILTERED[name].in_(words))
    if after is not None:
        at = from_ms(after[0])
        query = query.where(
            or_(outcomes.c.decided_at > at, and_(outcomes.c.decided_at == at, outcomes.c.item_id > after[1]))
        )
        query = query.where(outcomes.c.decided_at >= at)  # implied; lets the index seek instead of scan
    ordered = query.order_by(outcomes.c.decided_at, outcomes.c.item_id).limit(limit)
    found = session.connection.execute(ordered, execution_options={"stream_results": True, "max_row_buffer": AHEAD})
    try:
        for row in found:
            item = dict(zip(_ITEM_NAMES, row[: len(_ITEM)], strict=True))
            outcome = dict(zip(_OUTCOME_NAMES, row[len(_ITEM) : _TEXTS], strict=True))
            yield DecidedRow(item, outcome, *row[_TEXTS:])
    finally:
        found.close()


def _selected(whole: bool) -> Select[Any]:
    joined = outcomes.join(items, items.c.id == outcomes.c.item_id)
    joined = joined.outerjoin(item_contents, item_contents.c.item_id == outcomes.c.item_id)
    texts = [item_contents.c.body]
    if whole:
        joined = joined.outerjoin(routes, routes.c.item_id == outcomes.c.item_id)
        joined = joined.outerjoin(item_scores, item_scores.c.item_id == outcomes.c.item_id)
        texts += [routes.c.route, item_scores.c.scores]
    return select(*_ITEM, *_OUTCOME, *(type_coerce(one, Text) for one in texts)).select_from(joined)


def deciding_reviews(session: Session, item_ids: Sequence[str]) -> dict[str, Mapping[str, Any]]:
    """The last final review of kind `review` of each of these items, by item."""
    query = select(reviews).where(
        reviews.c.item_id.in_(item_ids), reviews.c.kind == "review", reviews.c.state == "final"
    )
    return {row["item_id"]: row for row in session.all(query.order_by(reviews.c.id))}


def standing_recalls(session: Session, item_ids: Sequence[str]) -> dict[str, Mapping[str, Any]]:
    """The recall that stands of each of these items, by item; nothing for those that were not taken back."""
    query = select(recalls).where(recalls.c.item_id.in_(item_ids))
    return {row["item_id"]: row for row in session.all(query.order_by(recalls.c.number))}


def audited(session: Session, item_ids: Sequence[str]) -> frozenset[str]:
    """Those of these items whose audit sample a person has answered."""
    query = select(audit_samples.c.item_id).where(
        audit_samples.c.item_id.in_(item_ids), audit_samples.c.answered_at.is_not(None)
    )
    return frozenset(row["item_id"] for row in session.all(query))
