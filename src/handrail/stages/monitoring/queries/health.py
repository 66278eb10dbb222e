"""What health asks the database."""

from __future__ import annotations

from handrail.storage import Session

_LATE = """
SELECT COUNT(*) FROM jobs
WHERE state IN ('waiting', 'running') AND run_at < :before AND (lease_until IS NULL OR lease_until < :before)
"""


def late_jobs(session: Session, before: int) -> int:
    """How many jobs should have run before this moment (ms) and wait still, also those whose worker died."""
    return int(session.run(_LATE, {"before": before})[0][0])


def dead_jobs(session: Session) -> int:
    """How many jobs were given up."""
    return int(session.run("SELECT COUNT(*) FROM jobs WHERE state = 'dead'")[0][0])


def oldest_unnumbered(session: Session) -> int | None:
    """When the oldest audit entry was written (ms) that has no number yet."""
    found = session.run("SELECT MIN(at) FROM audit_entries WHERE log_index IS NULL")
    return None if found[0][0] is None else int(found[0][0])
