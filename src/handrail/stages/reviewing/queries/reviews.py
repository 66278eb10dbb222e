"""All SQL about verdicts. Reviewing owns `reviews`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any  # Any: rows

from sqlalchemy import and_, bindparam, func, or_, select

from handrail.kit.clock import from_ms
from handrail.stages.reviewing.queries import assignments, items
from handrail.storage import Session
from handrail.storage.prepared import Prepared, ask
from handrail.storage.scope import visible
from handrail.storage.tables import people, reviews

_INSERT_REVIEW = """
INSERT INTO reviews (id, project_id, item_id, seat_id, assignment_id, person_id, kind, queue, fence, verdict, output,
    severity, categories, is_error, spans, passages, findings, warnings_shown, checks_overridden, scores, reason,
    active_ms, policy_version, submitted_at, undo_until, state)
VALUES (:id, :project_id, :item_id, :seat_id, :assignment_id, :person_id, :kind, :queue, :fence, :verdict, :output,
    :severity, :categories, :is_error, :spans, :passages, :findings, :warnings_shown, :checks_overridden, :scores,
    :reason, :active_ms, :policy_version, :submitted_at, :undo_until, 'settling')
"""
_SET_REVIEW_STATE = "UPDATE reviews SET state = :state WHERE id = :id AND state = 'settling'"
_REVIEW = Prepared(select(reviews).where(reviews.c.id == bindparam("id")))
_STANDING_REVIEW = Prepared(
    select(reviews.c.id).where(reviews.c.assignment_id == bindparam("id"), reviews.c.state != "undone").limit(1)
)


def insert_review(session: Session, row: Mapping[str, Any]) -> None:
    """Stores a verdict that may still be undone."""
    session.run(_INSERT_REVIEW, row)


def end_settling(session: Session, review_id: str, state: str) -> bool:
    """Makes a settling review `final` or `undone`; False if it is one of them already."""
    return session.change(_SET_REVIEW_STATE, {"id": review_id, "state": state}) == 1


def review(session: Session, id: str) -> Mapping[str, Any] | None:
    """One review."""
    return _REVIEW.first(session, id=id)


@dataclass(frozen=True, slots=True)
class Deciding:
    """All that a verdict is weighed by, read after the item was locked."""

    item: Mapping[str, Any]
    assignment: Mapping[str, Any]
    was_given: bool
    """Whether a verdict was given under this assignment, and stands."""
    material: Mapping[str, Any]


def lock_for_verdict(session: Session, assignment_id: str) -> Deciding | None:
    """Locks the item of an assignment, so that a deadline and a verdict come one after the other, and reads how things
    stand then; None where there is no such assignment."""
    item, assignment, given, material = ask(
        session,
        items.LOCKED_OF_ASSIGNMENT.asked(session, id=assignment_id),
        assignments.ASSIGNMENT.asked(session, id=assignment_id),
        _STANDING_REVIEW.asked(session, id=assignment_id),
        items.MATERIAL_OF_ASSIGNMENT.asked(session, id=assignment_id),
    )
    return Deciding(item[0], assignment[0], bool(given), material[0]) if item else None


def reviews_of(session: Session, item_id: str) -> Sequence[Mapping[str, Any]]:
    """The reviews of an item that stand, oldest first."""
    query = select(reviews).where(reviews.c.item_id == item_id, reviews.c.state != "undone")
    return session.all(query.order_by(reviews.c.id))


def given_since(session: Session, project_id: str, person_id: str, since: datetime) -> int:
    """How many verdicts of a person since then stand."""
    query = select(func.count().label("given")).where(
        reviews.c.project_id == project_id,
        reviews.c.person_id == person_id,
        reviews.c.submitted_at >= since,
        reviews.c.state != "undone",
    )
    return int(session.all(query)[0]["given"])


def reviews_page(
    session: Session, project_id: str, filters: Mapping[str, Any], after: tuple[int, str] | None, limit: int
) -> Sequence[Mapping[str, Any]]:
    """Reviews, newest first."""
    query = visible(reviews, project_id)
    for name in ("item_id", "queue", "verdict"):
        if name in filters:
            query = query.where(reviews.c[name].in_(filters[name]))
    if "reviewer_id" in filters:
        query = query.where(reviews.c.person_id.in_(filters["reviewer_id"]))
    if "submitted_from" in filters:
        query = query.where(reviews.c.submitted_at >= filters["submitted_from"])
    if "submitted_to" in filters:
        query = query.where(reviews.c.submitted_at < filters["submitted_to"])
    if after is not None:
        at = from_ms(after[0])
        at_once = and_(reviews.c.submitted_at == at, reviews.c.id < after[1])
        query = query.where(or_(reviews.c.submitted_at < at, at_once))
    return session.all(query.order_by(reviews.c.submitted_at.desc(), reviews.c.id.desc()).limit(limit + 1))


def names(session: Session, person_ids: set[str]) -> dict[str, str]:
    """The names of people, by id."""
    if not person_ids:
        return {}
    found = session.all(select(people.c.id, people.c.name).where(people.c.id.in_(person_ids)))
    return {row["id"]: row["name"] for row in found}
