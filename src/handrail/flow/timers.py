"""The timers of a deadline, as durable jobs stored with the item."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any  # Any: rows

from handrail.background import jobs
from handrail.kit.clock import to_ms
from handrail.stages.routing.deadlines import Due

WARN, FAST_TRACK, BREACH = "deadline.warn", "deadline.fast_track", "deadline.breach"
LOOK_BREACH = "second_look.breach"
WARNINGS_MOST = 10
"""As many as the policy language takes for one queue."""


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


def marks_of(item: Mapping[str, Any]) -> list[str]:
    """The marks under which timers of an item may wait."""
    marks = [f"{WARN}:{place}:{item['id']}" for place in range(WARNINGS_MOST)]
    marks += [f"{FAST_TRACK}:{item['id']}", f"{BREACH}:{item['id']}"]
    if item["due_at"] is not None:
        marks.append(next_breach_mark(item["id"], item["due_at"]))
    return marks


def next_breach_mark(item_id: str, due_at: datetime) -> str:
    """The mark of the breach after an elevation: a job may not take the mark of the one that runs."""
    return f"{BREACH}:{item_id}:{to_ms(due_at)}"


def look_job(seat_id: str, item_id: str, due_at: datetime, now: datetime) -> dict[str, Any]:
    """The deadline of another look at a decided item."""
    args = {"seat_id": seat_id, "item_id": item_id, "due_at": to_ms(due_at)}
    return jobs.row(LOOK_BREACH, args, run_at=due_at, now=now, dedup=look_mark(seat_id, due_at))


def look_mark(seat_id: str, due_at: datetime) -> str:
    """The mark under which that deadline waits."""
    return f"{LOOK_BREACH}:{seat_id}:{to_ms(due_at)}"
