"""All SQL about deliveries and their attempts. Delivering owns both tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any  # Any: rows

from sqlalchemy import select

from handrail.kit.clock import to_ms
from handrail.storage import Session
from handrail.storage.scope import visible
from handrail.storage.session import Found
from handrail.storage.tables import deliveries, delivery_attempts, events, webhooks

_INSERT = """
INSERT INTO deliveries (id, project_id, webhook_id, event_id, type, subject, state, attempt, fence, due_at, created_at)
VALUES (:id, :project_id, :webhook_id, :event_id, :type, :subject, 'waiting', 0, 0, :now, :now)
ON CONFLICT (webhook_id, event_id) DO NOTHING
"""
_READY = """
SELECT w.id, w.failures FROM webhooks w
WHERE w.is_on AND w.deleted_at IS NULL AND (w.quiet_until IS NULL OR w.quiet_until <= :now)
    AND NOT EXISTS (SELECT 1 FROM stops s WHERE s.lifted_at IS NULL AND s.freeze
                    AND (s.project_id = w.project_id OR s.project_id IS NULL))
    AND EXISTS (SELECT 1 FROM deliveries d
                WHERE d.webhook_id = w.id AND d.state IN ('waiting', 'sending') AND d.due_at <= :now)
ORDER BY w.id
"""
_DUE = """
SELECT id, event_id, type, subject, attempt, fence FROM deliveries
WHERE webhook_id = :webhook_id AND state IN ('waiting', 'sending') AND due_at <= :now
ORDER BY due_at, id LIMIT :limit
"""
_TAKE = """
UPDATE deliveries SET state = 'sending', due_at = :until, fence = fence + 1 WHERE id = :id AND fence = :fence
"""
_END = """
UPDATE deliveries SET state = :state, attempt = attempt + 1, due_at = :due_at, finished_at = :finished_at
WHERE id = :id AND fence = :fence
"""
_LET_GO = "UPDATE deliveries SET state = 'waiting', due_at = :now, fence = fence + 1 WHERE state = 'sending'"
_AGAIN = """
UPDATE deliveries SET state = 'waiting', attempt = 0, due_at = :now, finished_at = NULL, fence = fence + 1
WHERE id = :id AND state <> 'sending'
"""
_SPAN = """
SELECT id FROM deliveries
WHERE webhook_id = :webhook_id AND state IN ('done', 'dead') AND created_at >= :since AND created_at < :until
    AND finished_at <= :asked_at ORDER BY id LIMIT :limit
"""
_ATTEMPT = """
INSERT INTO delivery_attempts (id, delivery_id, webhook_id, at, took_ms, is_ok, status, error, answer)
VALUES (:id, :delivery_id, :webhook_id, :at, :took_ms, :is_ok, :status, :error, :answer)
"""
_STATE = "SELECT state FROM items WHERE id = :id AND project_id = :project_id"
_DELIVERED = "UPDATE items SET state = :state WHERE id = :id AND state = :before"
_OLDER = """
SELECT id FROM (SELECT id, created_at FROM deliveries ORDER BY id LIMIT :limit) oldest WHERE created_at < :before
"""


def insert(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Stores deliveries; one for each event and webhook."""
    if rows:
        session.run_many(_INSERT, rows)


# --- sending ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Taken:
    """A delivery that this worker sends now."""

    id: str
    webhook_id: str
    event_id: str
    type: str
    subject: str
    attempt: int  # the number of this one, from 1
    fence: int


def ready(session: Session) -> list[tuple[str, int]]:
    """Webhooks with something to send now, each with its failures in a row; none of a frozen project."""
    return [(id, int(failures)) for id, failures in session.run(_READY, {"now": to_ms(session.now)})]


def take(session: Session, webhook_id: str, limit: int, until: datetime) -> list[Taken]:
    """Leases up to `limit` due deliveries of a webhook until then, the one due first at the front."""
    lock = " FOR UPDATE SKIP LOCKED" if session.dialect == "postgresql" else ""
    values = {"webhook_id": webhook_id, "now": to_ms(session.now), "limit": limit}
    found = session.run(_DUE + lock, values)
    if not found:
        return []
    session.run_many(_TAKE, [{"id": row[0], "fence": row[5], "until": to_ms(until)} for row in found])
    return [
        Taken(id, webhook_id, event_id, type, subject, attempt + 1, fence + 1)
        for id, event_id, type, subject, attempt, fence in found
    ]


def let_go(session: Session) -> int:
    """Ends all leases; how many. Only for one who knows that no other worker runs."""
    return session.change(_LET_GO, {"now": to_ms(session.now)})


def end(
    session: Session, taken: Taken, *, state: str, due_at: datetime | None = None, finished_at: datetime | None = None
) -> bool:
    """Notes how an attempt ended; False if another worker has taken the delivery over."""
    values = {
        "id": taken.id,
        "fence": taken.fence,
        "state": state,
        "due_at": to_ms(due_at or session.now),
        "finished_at": None if finished_at is None else to_ms(finished_at),
    }
    return session.change(_END, values) == 1


def add_attempts(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Stores what became of attempts."""
    session.run_many(_ATTEMPT, rows)


def again(session: Session, id: str) -> bool:
    """Sends one once more, from the beginning of the schedule; False while it is on its way."""
    return session.change(_AGAIN, {"id": id, "now": to_ms(session.now)}) == 1


def finished_in(session: Session, webhook_id: str, since: int, until: int, asked_at: int, limit: int) -> list[str]:
    """Deliveries made in a span (ms) that had ended when their replay was asked for."""
    values = {"webhook_id": webhook_id, "since": since, "until": until, "asked_at": asked_at, "limit": limit}
    return [row[0] for row in session.run(_SPAN, values)]


def events_by_id(session: Session, ids: Sequence[str]) -> dict[str, Found]:
    """Events by id; one that is missing is past its time."""
    return {row["id"]: row for row in session.all(select(events).where(events.c.id.in_(ids)))}


def state_of(session: Session, project_id: str, item_id: str) -> str | None:
    """The state of an item; on PostgreSQL its row is locked."""
    lock = " FOR UPDATE" if session.dialect == "postgresql" else ""
    found = session.run(_STATE + lock, {"id": item_id, "project_id": project_id})
    return str(found[0][0]) if found else None


def mark_delivered(session: Session, item_id: str, before: str, state: str) -> bool:
    """Moves an item on; False if it is not in the state it was read in."""
    return session.change(_DELIVERED, {"id": item_id, "before": before, "state": state}) == 1


# --- looking ---------------------------------------------------------------------------------------------------------


def delivery(session: Session, id: str) -> Found | None:
    """One delivery."""
    return session.first(select(deliveries).where(deliveries.c.id == id))


def page(
    session: Session,
    project_id: str,
    *,
    webhook_id: str | None,
    states: Sequence[str],
    subject: str | None,
    before: str | None,
    limit: int,
) -> Sequence[Found]:
    """Deliveries, newest first."""
    query = visible(deliveries, project_id)
    if webhook_id is not None:
        query = query.where(deliveries.c.webhook_id == webhook_id)
    if states:
        query = query.where(deliveries.c.state.in_(states))
    if subject is not None:
        query = query.where(deliveries.c.subject == subject)
    if before is not None:
        query = query.where(deliveries.c.id < before)
    return session.all(query.order_by(deliveries.c.id.desc()).limit(limit))


def attempts_of(session: Session, delivery_ids: Sequence[str]) -> dict[str, list[Found]]:
    """The attempts of some deliveries, oldest first."""
    query = select(delivery_attempts).where(delivery_attempts.c.delivery_id.in_(delivery_ids))
    found: dict[str, list[Found]] = {id: [] for id in delivery_ids}
    for row in session.all(query.order_by(delivery_attempts.c.id)):
        found[row["delivery_id"]].append(row)
    return found


def attempts_since(session: Session, webhook_id: str, since: datetime, limit: int) -> Sequence[Found]:
    """The attempts of a webhook since then, newest first."""
    at = delivery_attempts.c.at
    query = select(delivery_attempts).where(delivery_attempts.c.webhook_id == webhook_id, at >= since)
    return session.all(query.order_by(at.desc(), delivery_attempts.c.id.desc()).limit(limit))


def last_attempts(session: Session, webhook_id: str, limit: int) -> Sequence[Found]:
    """The last attempts of a webhook, newest first, however long ago."""
    at = delivery_attempts.c.at
    query = select(delivery_attempts).where(delivery_attempts.c.webhook_id == webhook_id)
    return session.all(query.order_by(at.desc(), delivery_attempts.c.id.desc()).limit(limit))


def count(session: Session, webhook_id: str, states: Sequence[str], most: int) -> int:
    """How many deliveries are in these states, counted up to `most`."""
    query = select(deliveries.c.id).where(deliveries.c.webhook_id == webhook_id, deliveries.c.state.in_(states))
    return len(session.all(query.limit(most)))


def oldest_waiting(session: Session, webhook_id: str) -> datetime | None:
    """When the delivery was made that waits longest."""
    found: list[datetime] = []
    for state in ("waiting", "sending"):
        query = select(deliveries.c.created_at).where(
            deliveries.c.webhook_id == webhook_id, deliveries.c.state == state
        )
        found += [row["created_at"] for row in session.all(query.order_by(deliveries.c.id).limit(1))]
    return min(found, default=None)


def expire(session: Session, before: datetime, limit: int) -> int:
    """Drops up to `limit` deliveries made before then, with their attempts; how many."""
    ids = [row[0] for row in session.run(_OLDER, {"before": to_ms(before), "limit": limit})]
    if ids:
        session.execute(delivery_attempts.delete().where(delivery_attempts.c.delivery_id.in_(ids)))
        session.execute(deliveries.delete().where(deliveries.c.id.in_(ids)))
    return len(ids)


def webhooks_by_id(session: Session, ids: Sequence[str]) -> dict[str, Found]:
    """Some webhooks by id."""
    return {row["id"]: row for row in session.all(select(webhooks).where(webhooks.c.id.in_(ids)))}
