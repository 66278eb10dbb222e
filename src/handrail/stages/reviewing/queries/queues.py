"""All SQL about queues: what leads have set, and how they stand. Reviewing owns `queue_settings`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any  # Any: rows

from sqlalchemy import case, func, select

from handrail.kit.clock import from_ms, to_ms
from handrail.storage import Session
from handrail.storage.tables import items, outcomes

_SET_QUEUE = """
INSERT INTO queue_settings (project_id, queue, paused, reason, paused_by, limit_per_person)
VALUES (:project_id, :queue, :paused, :reason, :by, :limit)
ON CONFLICT (project_id, queue) DO UPDATE SET paused = excluded.paused, reason = excluded.reason,
    paused_by = excluded.paused_by, limit_per_person = excluded.limit_per_person
"""
COUNT_MOST = 10_000
_COUNT = """
SELECT COUNT(*) FROM (
    SELECT 1 FROM seats WHERE project_id = :project_id AND queue = :queue AND {where} LIMIT :most
) AS counted
"""
_OLDEST = """
SELECT due_at FROM seats WHERE project_id = :project_id AND queue = :queue AND status <> 'closed' AND due_at IS NOT NULL
  AND status = 'waiting' ORDER BY due_at LIMIT 1
"""
_WITH_WORK = """
WITH RECURSIVE found (queue) AS (
    SELECT MIN(queue) FROM seats WHERE project_id = :project_id AND status = 'waiting'
    UNION ALL
    SELECT (SELECT MIN(queue) FROM seats WHERE project_id = :project_id AND status = 'waiting' AND queue > found.queue)
    FROM found WHERE found.queue IS NOT NULL
)
SELECT queue FROM found WHERE queue IS NOT NULL
"""
_HELD_BY_QUEUE = """
SELECT queue, COUNT(*) FROM assignments
WHERE project_id = :project_id AND person_id = :person_id AND state = 'held' GROUP BY queue
"""
_SETTINGS = """
SELECT queue, paused, reason, paused_by, limit_per_person FROM queue_settings WHERE project_id = :project_id
"""
_EXISTS = """
SELECT EXISTS (SELECT 1 FROM seats WHERE project_id = :project_id AND queue = :queue AND status = :status {not_mine})
"""


def set_queue(session: Session, row: Mapping[str, Any]) -> None:
    """Stores what a lead says of a queue."""
    session.run(_SET_QUEUE, row)


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides from which queues a person may claim."""

    lead_settings: Mapping[str, Mapping[str, Any]]
    held: Mapping[str, int]
    with_work: Sequence[str]


def standing(session: Session, project_id: str, person_id: str) -> Standing:
    """What leads have set, what this person holds, and where something waits."""
    values = {"project_id": project_id, "person_id": person_id}
    asks = ((session.form(sql), values) for sql in (_SETTINGS, _HELD_BY_QUEUE, _WITH_WORK))
    lead_settings, held, with_work = session.ask_together(*asks)
    return Standing(
        _by_queue(lead_settings), {queue: int(count) for queue, count in held}, [queue for (queue,) in with_work]
    )


def settings(session: Session, project_id: str) -> dict[str, Mapping[str, Any]]:
    """What leads have set for queues, by name."""
    return _by_queue(session.run(_SETTINGS, {"project_id": project_id}))


def _by_queue(rows: Sequence[tuple[Any, ...]]) -> dict[str, Mapping[str, Any]]:
    return {
        queue: {"paused": bool(paused), "reason": reason, "paused_by": by, "limit_per_person": most}
        for queue, paused, reason, by, most in rows
    }


@dataclass(frozen=True, slots=True)
class QueueCount:
    """How a queue stands; counts stop at COUNT_MOST, so that a look costs the same however full it is."""

    waiting: int
    held: int
    mine: int
    overdue: int
    oldest_due_at: datetime | None


def queues_with_work(session: Session, project_id: str) -> list[str]:
    """The queues in which something waits, one index seek each."""
    return [row[0] for row in session.run(_WITH_WORK, {"project_id": project_id})]


def count_queue(session: Session, project_id: str, queue: str, person_id: str | None) -> QueueCount:
    """How one queue stands, for one person where one is named."""
    values = {
        "project_id": project_id,
        "queue": queue,
        "most": COUNT_MOST,
        "now": to_ms(session.now),
        "person_id": person_id,
    }

    def counted(where: str) -> int:
        return int(session.run(_COUNT.format(where=where), values)[0][0])

    oldest = session.run(_OLDEST, values)
    return QueueCount(
        waiting=counted("status = 'waiting'"),
        held=counted("status = 'held'"),
        mine=counted("status = 'held' AND holder_id = :person_id") if person_id else 0,
        overdue=counted("status <> 'closed' AND status <> 'settling' AND due_at < :now"),
        oldest_due_at=from_ms(oldest[0][0]) if oldest else None,
    )


def any_waiting(session: Session, project_id: str, queue: str) -> bool:
    """Whether anything waits in a queue."""
    values = {"project_id": project_id, "queue": queue, "status": "waiting"}
    return bool(session.run(_EXISTS.format(not_mine=""), values)[0][0])


def any_held_by_others(session: Session, project_id: str, queue: str, person_id: str) -> bool:
    """Whether somebody else holds an item of a queue."""
    values = {"project_id": project_id, "queue": queue, "status": "held", "person_id": person_id}
    return bool(session.run(_EXISTS.format(not_mine="AND holder_id <> :person_id"), values)[0][0])


def on_time_since(session: Session, project_id: str, since: datetime) -> dict[str, float]:
    """The share of items decided since then that met their deadline, by queue."""
    query = (
        select(items.c.queue, func.count().label("all"), func.sum(case((items.c.late, 0), else_=1)).label("kept"))
        .join(outcomes, outcomes.c.item_id == items.c.id)  # whose index leads to the decisions of a day
        .where(
            outcomes.c.project_id == project_id,
            outcomes.c.decided_at >= since,
            items.c.queue.is_not(None),
            items.c.due_at.is_not(None),
        )
        .group_by(items.c.queue)
    )
    return {row["queue"]: row["kept"] / row["all"] for row in session.all(query)}


def zone_of(session: Session, project_id: str) -> str:
    """The project's time zone, an IANA name."""
    return str(session.run("SELECT zone FROM projects WHERE id = :id", {"id": project_id})[0][0])
