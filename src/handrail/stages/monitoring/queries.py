"""All SQL of monitoring. It owns `audit_samples`."""

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
_LATE = """
SELECT COUNT(*) FROM jobs
WHERE state IN ('waiting', 'running') AND run_at < :before AND (lease_until IS NULL OR lease_until < :before)
"""
_FAILING = "SELECT COUNT(*) FROM webhooks WHERE is_on AND deleted_at IS NULL AND failures >= :most"
_UNSENT = """
SELECT COUNT(*) FROM (
    SELECT 1 FROM deliveries d JOIN webhooks w ON w.id = d.webhook_id
    WHERE d.state = 'waiting' AND d.due_at < :before AND w.is_on AND w.deleted_at IS NULL AND w.failures = 0
        AND NOT EXISTS (SELECT 1 FROM delivery_attempts a WHERE a.webhook_id = w.id AND a.at >= :before)
        AND NOT EXISTS (SELECT 1 FROM stops s WHERE s.lifted_at IS NULL AND s.freeze
                        AND (s.project_id = w.project_id OR s.project_id IS NULL))
    LIMIT 1
) late
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


def late_jobs(session: Session, before: int) -> int:
    """How many jobs should have run before this moment (ms) and wait still, also those whose worker died."""
    return int(session.run(_LATE, {"before": before})[0][0])


def dead_jobs(session: Session) -> int:
    """How many jobs were given up."""
    return int(session.run("SELECT COUNT(*) FROM jobs WHERE state = 'dead'")[0][0])


def failing_webhooks(session: Session, most: int) -> int:
    """How many webhooks have failed at least so often in a row."""
    return int(session.run(_FAILING, {"most": most})[0][0])


def deliveries_unsent(session: Session, before: int) -> bool:
    """Whether a delivery was due before this moment (ms), though its receiver is well and nothing is frozen."""
    return bool(session.run(_UNSENT, {"before": before})[0][0])


def oldest_unnumbered(session: Session) -> int | None:
    """When the oldest audit entry was written (ms) that has no number yet."""
    found = session.run("SELECT MIN(at) FROM audit_entries WHERE log_index IS NULL")
    return None if found[0][0] is None else int(found[0][0])


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
