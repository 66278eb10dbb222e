"""Audit samples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which samples: answered or not, of one segment, with or without an error; the newest first or last."""

    answered: bool | None = None
    segment: str | None = None
    is_error: bool | None = None
    newest_first: bool = False


def page(
    session: Session, project_id: str, wanted: Wanted, after: str | None, limit: int
) -> Sequence[Mapping[str, Any]]:
    """Samples in the order of their items' ids, which is that of their arrival, or the other way round."""
    query, id = visible(audit_samples, project_id), audit_samples.c.item_id
    if wanted.answered is not None:
        at = audit_samples.c.answered_at
        query = query.where(at.is_not(None) if wanted.answered else at.is_(None))
    if wanted.segment is not None:
        query = query.where(audit_samples.c.segment == wanted.segment)
    if wanted.is_error is not None:
        query = query.where(audit_samples.c.is_error.is_(wanted.is_error))
    if after is not None:
        query = query.where(id < after if wanted.newest_first else id > after)
    return session.all(query.order_by(id.desc() if wanted.newest_first else id).limit(limit))
