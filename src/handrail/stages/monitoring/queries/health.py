"""What health asks the database."""

from __future__ import annotations

from handrail.storage import Session

_LATE = """
SELECT COUNT(*), MIN(run_at) FROM jobs
WHERE state IN ('waiting', 'running') AND run_at < :before AND (lease_until IS NULL OR lease_until < :before)
"""
_NEWEST = "SELECT MAX(at) FROM (SELECT at FROM audit_entries ORDER BY id DESC LIMIT 500) AS last_ones"
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


def late_jobs(session: Session, before: int) -> tuple[int, int | None]:
    """How many jobs should have run before this moment (ms) and wait still, also those whose worker died; and when the
    first of them should have run."""
    count, first = session.run(_LATE, {"before": before})[0]
    return int(count), None if first is None else int(first)


def dead_jobs(session: Session) -> int:
    """How many jobs were given up."""
    return int(session.run("SELECT COUNT(*) FROM jobs WHERE state = 'dead'")[0][0])


def oldest_unnumbered(session: Session) -> int | None:
    """When the oldest audit entry was written (ms) that has no number yet."""
    found = session.run("SELECT MIN(at) FROM audit_entries WHERE log_index IS NULL")
    return None if found[0][0] is None else int(found[0][0])


def newest_entry(session: Session) -> int | None:
    """The latest moment (ms) among the last audit entries."""
    found = session.run(_NEWEST)
    return None if found[0][0] is None else int(found[0][0])


def unnumbered(session: Session) -> int:
    """How many audit entries wait for their number."""
    return int(session.run("SELECT COUNT(*) FROM audit_entries WHERE log_index IS NULL")[0][0])


def failing_webhooks(session: Session, most: int) -> int:
    """How many webhooks have failed at least so often in a row."""
    return int(session.run(_FAILING, {"most": most})[0][0])


def deliveries_unsent(session: Session, before: int) -> bool:
    """Whether a delivery was due before this moment (ms), though its receiver is well and nothing is frozen."""
    return bool(session.run(_UNSENT, {"before": before})[0][0])
