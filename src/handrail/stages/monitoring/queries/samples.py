"""Audit samples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any  # Any: rows

from sqlalchemy import select

from handrail.storage import Session
from handrail.storage.scope import visible
from handrail.storage.tables import audit_samples

_INSERT = """
INSERT INTO audit_samples (item_id, project_id, segment, pick, probability, drawn_at)
VALUES (:item_id, :project_id, :segment, :pick, :probability, :drawn_at)
"""
_ANSWER = """
UPDATE audit_samples SET answered_at = :at, verdict = :verdict, is_error = :is_error
WHERE item_id = :item_id AND answered_at IS NULL
"""


def insert(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Stores samples that were drawn."""
    session.run_many(_INSERT, rows)


def answer(session: Session, item_id: str, *, verdict: str, is_error: bool, at: int) -> bool:
    """Notes what a person found; False if it was answered before."""
    return session.change(_ANSWER, {"item_id": item_id, "verdict": verdict, "is_error": is_error, "at": at}) == 1


def sample(session: Session, item_id: str) -> Mapping[str, Any] | None:
    """The audit sample of an item, if it was picked."""
    return session.first(select(audit_samples).where(audit_samples.c.item_id == item_id))


def page(
    session: Session, project_id: str, *, answered: bool | None, segment: str | None, after: str | None, limit: int
) -> Sequence[Mapping[str, Any]]:
    """Samples in the order of their items' ids."""
    query = visible(audit_samples, project_id)
    if answered is not None:
        at = audit_samples.c.answered_at
        query = query.where(at.is_not(None) if answered else at.is_(None))
    if segment is not None:
        query = query.where(audit_samples.c.segment == segment)
    if after is not None:
        query = query.where(audit_samples.c.item_id > after)
    return session.all(query.order_by(audit_samples.c.item_id).limit(limit))
