"""All SQL about webhooks themselves. Delivering owns `webhooks` and `item_receivers`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any  # Any: rows

from sqlalchemy import insert, select, update

from handrail.kit.clock import to_ms
from handrail.storage import Session
from handrail.storage.scope import visible
from handrail.storage.session import Found
from handrail.storage.tables import item_receivers, webhooks

_HEAD = "SELECT COALESCE(MAX(number), 0) FROM events"
_BEHIND = """
SELECT w.id, w.project_id, w.types, w.position FROM webhooks w
WHERE w.is_on AND w.deleted_at IS NULL
    AND EXISTS (SELECT 1 FROM events e WHERE e.project_id = w.project_id AND e.number > w.position)
ORDER BY w.id LIMIT :limit
"""
_ANY_BEHIND = """
SELECT 1 FROM webhooks w
WHERE w.is_on AND w.deleted_at IS NULL
    AND EXISTS (SELECT 1 FROM events e WHERE e.project_id = w.project_id AND e.number > w.position) LIMIT 1
"""
_MOVE = "UPDATE webhooks SET position = :position WHERE id = :id"
_WELL = "UPDATE webhooks SET failures = 0, quiet_until = NULL WHERE id = :id AND failures > 0"
_FAILED = "UPDATE webhooks SET failures = failures + :count WHERE id = :id"
_QUIET = "UPDATE webhooks SET quiet_until = :until WHERE id = :id"
_RECEIVERS = "INSERT INTO item_receivers (item_id, webhook_id) VALUES (:item_id, :webhook_id)"
_SUBJECTS = "SELECT COALESCE(MAX(sequence), 0) FROM events WHERE subject = :subject AND project_id = :project_id"


def by_name(session: Session, project_id: str, name: str, *, lock: bool = False) -> Found | None:
    """One webhook of a project, by its name."""
    query = visible(webhooks, project_id).where(webhooks.c.name == name, webhooks.c.deleted_at.is_(None))
    return session.first(query.with_for_update() if lock and session.dialect == "postgresql" else query)


def by_id(session: Session, webhook_id: str) -> Found | None:
    """One webhook, whatever became of it."""
    return session.first(select(webhooks).where(webhooks.c.id == webhook_id))


def page(session: Session, project_id: str, after: str | None, limit: int) -> Sequence[Found]:
    """Webhooks of a project by name."""
    query = visible(webhooks, project_id).where(webhooks.c.deleted_at.is_(None))
    if after is not None:
        query = query.where(webhooks.c.name > after)
    return session.all(query.order_by(webhooks.c.name).limit(limit))


def names(session: Session, project_id: str) -> dict[str, str]:
    """The names of a project's webhooks by id, also of deleted ones."""
    query = visible(webhooks, project_id).with_only_columns(webhooks.c.id, webhooks.c.name)
    return {row["id"]: row["name"] for row in session.all(query)}


def add(session: Session, values: Mapping[str, Any]) -> None:
    """Stores a new webhook; it begins with the events that come from now on."""
    head = int(session.run(_HEAD)[0][0])
    session.execute(insert(webhooks).values(**values, position=head, failures=0, revision=1, created_at=session.now))


def change(session: Session, webhook_id: str, revision: int, values: Mapping[str, Any]) -> bool:
    """Whether it was changed; False if it is not at `revision` any more."""
    here = (webhooks.c.id == webhook_id) & (webhooks.c.revision == revision)
    return session.execute(update(webhooks).where(here).values(**values, revision=revision + 1)).rowcount == 1


def switch_off(session: Session, webhook_id: str, why: str) -> bool:
    """Whether it was on until now."""
    off = update(webhooks).where(webhooks.c.id == webhook_id, webhooks.c.is_on, webhooks.c.deleted_at.is_(None))
    values = {"is_on": False, "off_why": why, "off_at": session.now, "revision": webhooks.c.revision + 1}
    return session.execute(off.values(**values)).rowcount == 1


# --- which events are for whom ---------------------------------------------------------------------------------------


def any_behind(session: Session) -> bool:
    """Whether there are events that some webhook has not looked at."""
    return bool(session.run(_ANY_BEHIND))


def behind(session: Session, limit: int) -> Sequence[Found]:
    """Webhooks with events they have not looked at; on PostgreSQL locked, those of other workers left out."""
    found = session.run(
        _BEHIND + (" FOR UPDATE SKIP LOCKED" if session.dialect == "postgresql" else ""), {"limit": limit}
    )
    if not found:
        return []
    return session.all(select(webhooks).where(webhooks.c.id.in_([row[0] for row in found])).order_by(webhooks.c.id))


def move(session: Session, webhook_id: str, position: int) -> None:
    """Notes up to where a webhook has looked."""
    session.change(_MOVE, {"id": webhook_id, "position": position})


def add_receivers(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Stores the one webhook that the outcome of each of these items goes to."""
    session.run_many(_RECEIVERS, rows)


def chosen(session: Session, item_ids: Sequence[str]) -> dict[str, str]:
    """Item id -> webhook id, for those whose outcome goes to one webhook alone."""
    if not item_ids:
        return {}
    query = select(item_receivers).where(item_receivers.c.item_id.in_(item_ids))
    return {row["item_id"]: row["webhook_id"] for row in session.all(query)}


def next_sequence(session: Session, project_id: str, subject: str) -> int:
    """The number of the next event about a webhook; its row is locked by who asks."""
    return int(session.run(_SUBJECTS, {"project_id": project_id, "subject": subject})[0][0]) + 1


# --- how it goes -----------------------------------------------------------------------------------------------------


def well(session: Session, webhook_id: str) -> None:
    """It answered as it should."""
    session.change(_WELL, {"id": webhook_id})


def failed(session: Session, webhook_id: str, count: int) -> None:
    """It failed so many times more in a row."""
    session.change(_FAILED, {"id": webhook_id, "count": count})


def be_quiet(session: Session, webhook_id: str, until: datetime) -> None:
    """It is left alone until then."""
    session.change(_QUIET, {"id": webhook_id, "until": to_ms(until)})
