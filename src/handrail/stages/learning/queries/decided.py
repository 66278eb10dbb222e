"""SQL of what was decided: learning owns none of these tables and reads what the other rooms wrote."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any  # Any: rows

from sqlalchemy import BigInteger, BindParameter, Select, and_, bindparam, func, or_, select, type_coerce

from handrail.kit.clock import to_ms
from handrail.stages.learning.rules import Decided, ItemPart, OutcomePart, RecallPart, ReviewPart
from handrail.storage import Session
from handrail.storage.prepared import Among, Prepared, listed
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

_ITEM = tuple(items.c[name] for name in ItemPart._fields)
_OUTCOME = tuple(outcomes.c[name] for name in OutcomePart._fields)
_TEXTS = len(_ITEM) + len(_OUTCOME)
_DECIDED_AT = type_coerce(outcomes.c.decided_at, BigInteger)
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
) -> Iterator[Decided]:
    """Decided items in the order decided, with content and outcome, and with route and scores if `whole`.

    Read as they are asked for: whoever stops early has not paid for the rest.
    """
    query = _decided(frozenset(filters), has_after=after is not None, has_since=since is not None, whole=whole)
    values: dict[str, Any] = {name: listed(session, words) for name, words in filters.items()}
    values |= {"project_id": project_id, "until": to_ms(until), "most": limit}
    if since is not None:
        values["since"] = to_ms(since)
    if after is not None:
        values |= {"at": after[0], "id": after[1]}
    of_item, of_outcome, texts = slice(len(_ITEM)), slice(len(_ITEM), _TEXTS), slice(_TEXTS, None)
    for row in query.stored(session, **values):
        yield Decided(ItemPart._make(row[of_item]), OutcomePart._make(row[of_outcome]), *row[texts])


@lru_cache(maxsize=256)
def _decided(filters: frozenset[str], *, has_after: bool, has_since: bool, whole: bool) -> Prepared:
    query = _selected(whole).where(outcomes.c.project_id == bindparam("project_id"), bindparam("until") > _DECIDED_AT)
    for name in sorted(filters):
        query = query.where(Among(_FILTERED[name], name))
    if has_since:
        query = query.where(bindparam("since") <= _DECIDED_AT)
    if has_after:
        at: BindParameter[int] = bindparam("at")
        id: BindParameter[str] = bindparam("id")
        query = query.where(or_(at < _DECIDED_AT, and_(at == _DECIDED_AT, outcomes.c.item_id > id)))
        query = query.where(at <= _DECIDED_AT)  # implied; lets the index seek instead of scan
    return Prepared(query.order_by(outcomes.c.decided_at, outcomes.c.item_id).limit(bindparam("most")))


def _selected(whole: bool) -> Select[Any]:
    joined = outcomes.join(items, items.c.id == outcomes.c.item_id)
    joined = joined.outerjoin(item_contents, item_contents.c.item_id == outcomes.c.item_id)
    texts = [item_contents.c.body]
    if whole:
        joined = joined.outerjoin(routes, routes.c.item_id == outcomes.c.item_id)
        joined = joined.outerjoin(item_scores, item_scores.c.item_id == outcomes.c.item_id)
        texts += [routes.c.route, item_scores.c.scores]
    return select(*_ITEM, *_OUTCOME, *texts).select_from(joined)


_REVIEWS = Prepared(
    select(*(reviews.c[name] for name in ReviewPart._fields)).where(
        Among(reviews.c.item_id, "ids"), reviews.c.kind == "review", reviews.c.state == "final"
    )
)
_RECALLS = Prepared(select(*(recalls.c[name] for name in RecallPart._fields)).where(Among(recalls.c.item_id, "ids")))
_AUDITED = Prepared(
    select(audit_samples.c.item_id).where(
        Among(audit_samples.c.item_id, "ids"), audit_samples.c.answered_at.is_not(None)
    )
)


def deciding_reviews(session: Session, item_ids: Sequence[str]) -> dict[str, ReviewPart]:
    """The last final review of kind `review` of each of these items, by item."""
    # sorted here: SQLite would walk all reviews in the order asked for instead of seeking the few
    found = map(ReviewPart._make, _REVIEWS.stored(session, ids=listed(session, item_ids)))
    return {one.item_id: one for one in sorted(found, key=lambda one: one.id)}


def standing_recalls(session: Session, item_ids: Sequence[str]) -> dict[str, RecallPart]:
    """The recall that stands of each of these items, by item; nothing for those that were not taken back."""
    found = map(RecallPart._make, _RECALLS.stored(session, ids=listed(session, item_ids)))
    return {one.item_id: one for one in sorted(found, key=lambda one: one.number)}


def audited(session: Session, item_ids: Sequence[str]) -> frozenset[str]:
    """Those of these items whose audit sample a person has answered."""
    return frozenset(row[0] for row in _AUDITED.stored(session, ids=listed(session, item_ids)))


def count(
    session: Session,
    project_id: str,
    filters: Mapping[str, Sequence[str]],
    *,
    since: datetime | None,
    until: datetime,
) -> int:
    """How many decided items there are, erased ones too."""
    query = select(func.count()).where(outcomes.c.project_id == project_id, outcomes.c.decided_at < until)
    query = query.select_from(outcomes.join(items, items.c.id == outcomes.c.item_id) if filters else outcomes)
    if since is not None:
        query = query.where(outcomes.c.decided_at >= since)
    for name, words in filters.items():
        query = query.where(_FILTERED[name].in_(words))
    return int(session.scalar(query))
