"""All SQL of reviewing about items, which intake owns: locked, moved on, and what a reviewer is shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any  # Any: rows

from sqlalchemy import bindparam, select

from handrail.storage import Session
from handrail.storage.prepared import Prepared
from handrail.storage.tables import assignments, item_contents, item_scores, items, routes

_MOVE_ITEM = "UPDATE items SET state = :state WHERE id = :id AND state = :before AND status = 'pending'"
_SETTLE_ITEM = """
UPDATE items SET state = :state, last_sequence = last_sequence + :events
WHERE id = :id AND state = :before AND status = 'pending'
"""
_ELEVATE_ITEM = """
UPDATE items SET state = :state, queue = :queue, due_at = :due_at
WHERE id = :id AND state = :before AND status = 'pending'
"""
LOCKED = Prepared(select(items).where(items.c.id == bindparam("id")), lock=True)
_MATERIAL = (
    select(items, item_contents.c.body, item_scores.c.scores, routes.c.route)
    .join(item_contents, item_contents.c.item_id == items.c.id)
    .outerjoin(item_scores, item_scores.c.item_id == items.c.id)
    .outerjoin(routes, routes.c.item_id == items.c.id)
)
MATERIAL = Prepared(_MATERIAL.where(items.c.id == bindparam("id")))
_OF_ASSIGNMENT = (
    items.c.id == select(assignments.c.item_id).where(assignments.c.id == bindparam("id")).scalar_subquery()
)
LOCKED_OF_ASSIGNMENT = Prepared(select(items).where(_OF_ASSIGNMENT), lock=True)
MATERIAL_OF_ASSIGNMENT = Prepared(_MATERIAL.where(_OF_ASSIGNMENT))


def move_item(session: Session, item: Mapping[str, Any], state: str) -> bool:
    """Moves a pending item on from the state it was read in; False if it is not there any more."""
    return session.change(_MOVE_ITEM, {"id": item["id"], "state": state, "before": item["state"]}) == 1


def settle_item(session: Session, item: Mapping[str, Any], state: str, events: int) -> Callable[[], bool]:
    """Moves a locked item on inside `together`, and counts its events; whether it did is told afterwards."""
    values = {"id": item["id"], "state": state, "before": item["state"], "events": events}
    changed = session.change_later(_SETTLE_ITEM, values)
    return lambda: changed() == 1


def elevate_item(session: Session, item: Mapping[str, Any], *, state: str, queue: str, due_at: int | None) -> bool:
    """The same, into another queue with another deadline."""
    values = {"id": item["id"], "before": item["state"], "state": state, "queue": queue, "due_at": due_at}
    return session.change(_ELEVATE_ITEM, values) == 1


def material(session: Session, item_id: str) -> Mapping[str, Any]:
    """All that a reviewer's view is made of: the item, its content, scores and route."""
    found = MATERIAL.first(session, id=item_id)
    assert found is not None
    return found


def project_of(session: Session, item_id: str) -> str:
    """The project of an item, which never changes."""
    return str(session.run("SELECT project_id FROM items WHERE id = :id", {"id": item_id})[0][0])


def lock_item(session: Session, item_id: str) -> Mapping[str, Any]:
    """The item's row; on PostgreSQL locked, so that a deadline and a verdict come one after the other."""
    found = LOCKED.first(session, id=item_id)
    assert found is not None
    return found
