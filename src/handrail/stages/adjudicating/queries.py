"""All SQL of adjudicating. It owns `outcomes`, and the outcome columns of `items`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any  # Any: rows

from sqlalchemy import select

from handrail.storage import Session
from handrail.storage.tables import outcomes

_INSERT = """
INSERT INTO outcomes (item_id, project_id, status, source, decided_by, text, output, content_hash, show, reason,
    categories, review, late, decided_at)
VALUES (:item_id, :project_id, :status, :source, :decided_by, :text, :output, :content_hash, :show, :reason,
    :categories, :review, :late, :decided_at)
"""
_DECIDE = """
UPDATE items SET status = :status, state = :state, verdict = :verdict, source = :source, late = :late,
    decided_at = :decided_at
WHERE id = :item_id AND status = 'pending' AND state = :before
"""


def insert(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Stores outcomes; a second one of the same item is refused by its key."""
    session.run_many(_INSERT, rows)


def decide(session: Session, values: Mapping[str, Any]) -> bool:
    """Marks a pending item as decided; False if it is not in the state it was read in."""
    return session.change(_DECIDE, values) == 1


def outcome(session: Session, item_id: str) -> Mapping[str, Any] | None:
    """The outcome of an item that has one."""
    return session.first(select(outcomes).where(outcomes.c.item_id == item_id))
