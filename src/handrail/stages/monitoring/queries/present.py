"""How things stand at this moment."""

from __future__ import annotations

from typing import Any  # Any: rows

from handrail.storage import Session

_QUEUES = """
SELECT queue, status, COUNT(*), MIN(created_at) FROM seats
WHERE project_id = :project_id AND status IN ('waiting', 'held') GROUP BY queue, status
"""
_JOBS = "SELECT state, COUNT(*), MIN(run_at) FROM jobs GROUP BY state"
_BEATS = "SELECT id, host, pid, inside, started_at, beat_at, duties FROM worker_beats ORDER BY beat_at DESC, id"
_TOTALS = """
SELECT fact, word, SUM(n) FROM metric_cells
WHERE project_id = :project_id AND grain = 'day' AND fact IN ('received', 'decided', 'reviewed')
GROUP BY fact, word ORDER BY fact, word
"""


def queues(session: Session, project_id: str) -> list[tuple[str, str, int, int]]:
    """Queue, waiting or held, how many seats, when the oldest of them was made (ms)."""
    found = session.run(_QUEUES, {"project_id": project_id})
    return [(queue, status, int(count), int(oldest)) for queue, status, count, oldest in found]


def jobs(session: Session) -> list[tuple[str, int, int]]:
    """State, how many durable jobs, the time (ms) of the first."""
    return [(state, int(count), int(first)) for state, count, first in session.run(_JOBS)]


def beats(session: Session) -> list[dict[str, Any]]:
    """The signs of life of all workers, the newest first; moments in ms."""
    names = ("id", "host", "pid", "inside", "started_at", "beat_at", "duties")
    return [dict(zip(names, row, strict=True)) for row in session.run(_BEATS)]


def totals(session: Session, project_id: str) -> list[tuple[str, str, int]]:
    """Fact, word and how many since the beginning."""
    return [(fact, word, int(n)) for fact, word, n in session.run(_TOTALS, {"project_id": project_id})]
