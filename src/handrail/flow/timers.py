"""The timers of a deadline, as durable jobs stored with the item."""

from __future__ import annotations

from datetime import datetime
from typing import Any  # Any: rows

from handrail.background import jobs
from handrail.kit.clock import to_ms
from handrail.stages.routing.deadlines import Due

WARN, FAST_TRACK, BREACH = "deadline.warn", "deadline.fast_track", "deadline.breach"


def deadline_jobs(item_id: str, due: Due | None, now: datetime) -> list[dict[str, Any]]:
    """Warnings, fast track and breach of one deadline; a later deadline of the same item takes their place."""
    if due is None:
        return []
    args = {"item_id": item_id, "due_at": to_ms(due.due_at)}
    timers = [(WARN, at, f":{place}") for place, at in enumerate(due.warn_at)]
    timers += [(FAST_TRACK, due.fast_track_at, "")] if due.fast_track_at else []
    timers.append((BREACH, due.due_at, ""))
    return [
        jobs.row(kind, args, run_at=max(at, now), now=now, dedup=f"{kind}{suffix}:{item_id}")
        for kind, at, suffix in timers
    ]
